"""Links: made, changed, mended and ended, each step in the order that loses no change."""

import logging
from collections.abc import Callable, Sequence

from invalidator.clock import Clock
from invalidator.errors import AccessDeniedError, BadInputError, NotFoundError
from invalidator.log import log
from invalidator.rules.tag import parse_tag
from web.models import HealthReport, Link, LinkChoices, LinkPlan, LinkState, LinkWay, Page, Person
from web.services.checkup import Checkup
from web.services.errors import DestinationRefusedError
from web.services.facts import Facts
from web.services.health import is_link
from web.services.link_reader import LinkReader
from web.services.link_steps import (
    Steps,
    check_reachable,
    link_steps,
    plan_of,
    repair_steps,
    restore_steps,
    tag_value,
    unlink_steps,
    ways,
)
from web.services.link_writer import ROUNDS, LinkWriter, does_not_stay
from web.services.names import checked_bucket, checked_id
from web.services.notifications import entries, in_the_way, our_entries
from web.services.progress import Progress
from web.services.rows import bucket_of, link_of
from web.services.snapshots import Snapshots


class LinkingService:
    """Links of buckets; see `web.services.Linking`. checkup: looks at all of them."""

    def __init__(
        self,
        reader: LinkReader,
        writer: LinkWriter,
        snapshots: Snapshots,
        checkup: Checkup,
        clock: Clock,
    ) -> None:
        self._checkup = checkup
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

    def choices(self, bucket: str) -> LinkChoices:
        """Return what there is to choose for a bucket's link, read live."""
        facts = self._facts(bucket)
        others = in_the_way(facts.configuration, facts.targets.is_ours)
        overlaps = [dict(one.raw) for one in others]
        return LinkChoices(bucket=bucket_of(facts), via=facts.via, ways=ways(facts), overlaps=overlaps)

    def plan(
        self, bucket: str, ids: Sequence[str], *, baseline: bool | None = None, via: LinkWay | None = None
    ) -> LinkPlan:
        """Return what linking the bucket to exactly these distributions would change."""
        del baseline  # a start reads it; this changes tag and notification alone
        self._check(ids)
        return self._planned(self._facts(bucket, via), lambda facts: link_steps(facts, ids, via))[1]

    def apply(
        self,
        bucket: str,
        ids: Sequence[str],
        person: Person,
        *,
        baseline: bool | None = None,
        via: LinkWay | None = None,
    ) -> Link:
        """Link the bucket to exactly these distributions, and read back until it shows."""
        del baseline
        self._check(ids)
        steps_of = lambda facts: link_steps(facts, ids, via)  # noqa: E731 - one sentence with what follows
        return self._carry_out(bucket, steps_of, f"linked to {' '.join(ids)}", person, via)

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

    def restore_plan(self, bucket: str) -> LinkPlan:
        """Return what putting the configuration of before our last write back would change."""
        return self._planned(self._facts(bucket), self._restore)[1]

    def restore(self, bucket: str, person: Person) -> Link:
        """Put that configuration back, and read back until it shows."""
        return self._carry_out(bucket, self._restore, "restored", person)

    def check_all(self, person: Person | None = None) -> HealthReport:
        """Look at all links now, keep what was found for the lists, and remove probes that nobody looked after."""
        report = self._checkup.run()
        name = person.name if person else None
        log(logging.INFO, "All links were looked at.", checked=report.checked, faulty=report.faulty, actor=name)
        return report

    def _restore(self, facts: Facts) -> Steps:
        kept = self._reader.records.kept_text(facts.bucket)
        if kept is None:
            raise BadInputError(f"No notification configuration of {facts.bucket} was kept, so none can be restored.")
        return restore_steps(facts, kept)

    def _facts(self, bucket: str, via: LinkWay | None = None) -> Facts:
        known = self._snapshots.current()
        facts = self._reader.live(bucket, known.regions, known.distributions.values())
        return self._reader.with_bridge(facts) if via == "eventbridge" and facts.bridge is None else facts

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
        for read in (facts.tags, facts.notifications):
            if isinstance(read, AccessDeniedError):
                raise read
        steps = steps_of(facts)
        plan = plan_of(facts, steps)
        changed = plan.notifications.after != plan.notifications.before
        if (steps.adds and changed) or steps.rule == "make":
            target = facts.targets.at(facts.region)
            queue = self._reader.queues.destination(target, facts.bucket)
            check_reachable(target, queue, by_rule=steps.rule == "make")
        return steps, plan

    def _carry_out(
        self,
        bucket: str,
        steps_of: Callable[[Facts], Steps],
        outcome: str,
        person: Person,
        via: LinkWay | None = None,
    ) -> Link:
        """Do the steps under the bucket's lock, and return the link as it is then."""
        name = checked_bucket(bucket)
        with self._reader.records.lock(name):
            facts = self._facts(name, via)
            steps, plan = self._planned(facts, steps_of)
            progress = Progress(name, "restore" if is_link(facts) else "unlink")
            self._write(facts, steps, plan, progress)
        log(logging.INFO, "The link of a bucket was changed.", bucket=name, outcome=outcome, actor=person.name)
        with progress.step("looking at the link again"):
            after = self._facts(name)
        self._checkup.note(after)
        return link_of(after)

    def _write(self, facts: Facts, steps: Steps, plan: LinkPlan, progress: Progress) -> None:
        """Write what brings events before the tag, so that no change is missed once the tag is there."""
        if steps.rule == "make" and plan.rule:
            with progress.step("the rule of EventBridge"):
                self._make_rule(facts, progress)
        with progress.step("the notification"):
            self._write_notifications(facts, steps, progress)
        if steps.rule == "remove":
            with progress.step("the removal of the rule of EventBridge"):
                self._reader.rules.remove(facts.bucket, facts.region, progress.writing)
        named = parse_tag(steps.tag or "").ids
        staying = [one for one in facts.ids.ids if one in named]
        if len(staying) < len(facts.ids.ids):
            with progress.step("the note of which distributions are gone"):
                self._reader.records.note_ids(facts.bucket, staying, self._clock.now())
        with progress.step("the tag"):
            self._writer.tag(facts.bucket, facts.region, steps.tag, progress)
        with progress.step("reading both back"):
            self._settle(facts, steps, progress)
        if steps.rule == "remove":
            with progress.step("forgetting the rule of EventBridge"):
                self._reader.records.forget_bridge(facts.bucket)

    def _make_rule(self, facts: Facts, progress: Progress) -> None:
        """Note first that there will be one, so that an unlink finds it whatever happens in between."""
        records = self._reader.records
        if records.bridge(facts.bucket) is None:
            records.note_bridge(facts.bucket, switched_on=False)
        self._reader.rules.make(facts.bucket, facts.region, facts.targets.at(facts.region), progress.writing)

    def _settle(self, facts: Facts, steps: Steps, progress: Progress) -> None:
        """Return once both show, the one still after the other was written; write again what somebody took away.

        Raises: UnavailableError where they go on taking it away.
        """
        for _ in range(ROUNDS):
            notified = self._write_notifications(facts, steps, progress)
            tagged = self._writer.tag(facts.bucket, facts.region, steps.tag, progress)
            if not notified and not tagged:
                return
        raise does_not_stay("settings", facts.bucket)

    def _write_notifications(self, facts: Facts, steps: Steps, progress: Progress) -> bool:
        def write(*, validate: bool) -> bool:
            change = steps.notifications
            return self._writer.notifications(facts.bucket, facts.region, change, progress, validate=validate)

        try:
            return write(validate=steps.adds)
        except DestinationRefusedError:
            if not steps.adds or not self._only_others_are_dead(facts):
                raise
            return write(validate=False)

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
