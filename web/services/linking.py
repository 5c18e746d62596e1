"""Links: made, changed, mended and ended, each step in the order that loses no change."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from invalidator.clock import Clock
from invalidator.errors import BadInputError, FreshedgeError, NotFoundError
from invalidator.log import log
from invalidator.rules.tag import parse_tag
from web.models import Link, LinkPlan, LinkState, Page, Person
from web.services.errors import DestinationRefusedError, StepFailedError
from web.services.facts import Facts
from web.services.health import is_link
from web.services.link_reader import LinkReader
from web.services.link_steps import Steps, check_reachable, link_steps, plan_of, repair_steps, tag_value, unlink_steps
from web.services.link_writer import ROUNDS, LinkWriter, does_not_stay
from web.services.names import checked_bucket, checked_id
from web.services.notifications import entries, our_entries
from web.services.rows import link_of
from web.services.snapshots import Snapshots


class LinkingService:
    """Links of buckets; see `web.services.Linking`."""

    def __init__(self, reader: LinkReader, writer: LinkWriter, snapshots: Snapshots, clock: Clock) -> None:
        self._reader = reader
        self._writer = writer
        self._snapshots = snapshots
        self._clock = clock

    def link(self, bucket: str) -> Link:
        """Return the link of a bucket with its health, read live."""
        return link_of(self._facts(bucket))

    def links(
        self, *, q: str = "", cursor: str | None = None, state: LinkState | None = None, limit: int = 50
    ) -> Page[Link]:
        """Return the links by bucket, as old as `as_of`."""
        return self._snapshots.current().linked(q, cursor, state, limit)

    def plan(self, bucket: str, ids: Sequence[str], *, baseline: bool | None = None) -> LinkPlan:
        """Return what linking the bucket to exactly these distributions would change."""
        del baseline  # a start reads it; this changes tag and notification alone
        self._check(ids)
        return self._planned(self._facts(bucket), lambda facts: link_steps(facts, ids))[1]

    def apply(self, bucket: str, ids: Sequence[str], person: Person, *, baseline: bool | None = None) -> Link:
        """Link the bucket to exactly these distributions, and read back until it shows."""
        del baseline
        self._check(ids)
        return self._carry_out(bucket, lambda facts: link_steps(facts, ids), f"linked to {' '.join(ids)}", person)

    def unlink_plan(self, bucket: str) -> LinkPlan:
        """Return what ending the link would change."""
        return self._planned(self._facts(bucket), unlink_steps)[1]

    def unlink(self, bucket: str, person: Person) -> Link:
        """End the link, and read back until it shows."""
        return self._carry_out(bucket, unlink_steps, "unlinked", person)

    def repair_plan(self, bucket: str) -> LinkPlan:
        """Return what mending the link would change."""
        return self._planned(self._facts(bucket), _repair)[1]

    def repair(self, bucket: str, person: Person) -> Link:
        """Mend what can be mended of the link, and read back until it shows."""
        return self._carry_out(bucket, _repair, "mended", person)

    def _facts(self, bucket: str) -> Facts:
        known = self._snapshots.current()
        return self._reader.live(bucket, known.regions, known.distributions.values())

    def _check(self, ids: Sequence[str]) -> None:
        """Raise for ids that are none, or not of this account."""
        known = self._snapshots.current()
        for one in parse_tag(tag_value(ids)).ids:
            if self._reader.look_up(checked_id(one), known.regions, known.distributions) is None:
                raise NotFoundError(
                    f"There is no distribution {one} in this account. Check the id; one of another account can be "
                    "linked only from there."
                )

    def _planned(self, facts: Facts, steps_of: Callable[[Facts], Steps]) -> tuple[Steps, LinkPlan]:
        """Return the steps and what they change; refuses, before anything is written, what S3 would."""
        steps = steps_of(facts)
        plan = plan_of(facts, steps)
        if steps.tag is not None and plan.notifications.after != plan.notifications.before:
            target = facts.targets.at(facts.region)
            check_reachable(target, self._reader.queues.destination(target, facts.bucket))
        return steps, plan

    def _carry_out(self, bucket: str, steps_of: Callable[[Facts], Steps], outcome: str, person: Person) -> Link:
        """Do the steps under the bucket's lock, and return the link as it is then."""
        name = checked_bucket(bucket)
        with self._reader.records.lock(name):
            facts = self._facts(name)
            self._write(facts, self._planned(facts, steps_of)[0])
        log(logging.INFO, "The link of a bucket was changed.", bucket=name, outcome=outcome, actor=person.name)
        after = self._facts(name)
        self._snapshots.replace(after)
        return link_of(after)

    def _write(self, facts: Facts, steps: Steps) -> None:
        """Write the notification first, so that no change is missed once the tag is there."""
        progress = _Progress(facts.bucket)
        with progress.step("the notification"):
            self._write_notifications(facts, steps)
        named = parse_tag(steps.tag or "").ids
        staying = [one for one in facts.ids.ids if one in named]
        if len(staying) < len(facts.ids.ids):
            with progress.step("the note of which distributions are gone"):
                self._reader.records.note_ids(facts.bucket, staying, self._clock.now())
        with progress.step("the tag"):
            self._writer.tag(facts.bucket, facts.region, steps.tag)
        with progress.step("reading both back"):
            self._settle(facts, steps)

    def _settle(self, facts: Facts, steps: Steps) -> None:
        """Return once both show, the one still after the other was written; write again what somebody took away.

        Raises: UnavailableError where they go on taking it away.
        """
        for _ in range(ROUNDS):
            notified = self._write_notifications(facts, steps)
            tagged = self._writer.tag(facts.bucket, facts.region, steps.tag)
            if not notified and not tagged:
                return
        raise does_not_stay("settings", facts.bucket)

    def _write_notifications(self, facts: Facts, steps: Steps) -> bool:
        adds = steps.tag is not None
        try:
            return self._writer.notifications(facts.bucket, facts.region, steps.notifications, validate=adds)
        except DestinationRefusedError:
            if not adds or not self._only_others_are_dead(facts):
                raise
            return self._writer.notifications(facts.bucket, facts.region, steps.notifications, validate=False)

    def _only_others_are_dead(self, facts: Facts) -> bool:
        """Whether our queue is as it should be, so that it must be somebody else's destination that S3 can't reach."""
        target = facts.targets.at(facts.region)
        queue = self._reader.queues.destination(target, facts.bucket)
        others = len(entries(facts.configuration)) > len(our_entries(facts.configuration, facts.targets.is_ours))
        return others and queue is not None and queue.accepts is True


def _repair(facts: Facts) -> Steps:
    if not is_link(facts):
        raise BadInputError(f"{facts.bucket} has no link to mend. Link it to a distribution.")
    return repair_steps(facts)


class _Progress:
    """Which steps were carried out, for the error that tells of the one that was not."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._done: list[str] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Carry a step out.

        Raises: StepFailedError; before anything was written, what failed, as it is.
        """
        try:
            yield
        except FreshedgeError as error:
            if not self._done:
                raise
            then = f"Do it again: what is done stays, and the rest follows. {self._bucket} shows what is missing."
            raise StepFailedError(error, self._done, name, then) from error
        self._done.append(name)
