"""The whole account as it was read last: one answer for all lists, with its age."""

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from invalidator.clock import Clock
from invalidator.errors import FreshedgeError
from web.models import Bucket, Distribution, Link, LinkState, Page, Stale
from web.services.facts import Facts
from web.services.paging import page_of
from web.services.rows import bucket_of, link_of

log = logging.getLogger(__name__)

_NEVER = datetime.min.replace(tzinfo=UTC)
LOOKED_AT = timedelta(minutes=15)
"""How long a bucket that we wrote to is read itself: lists of tags lag behind."""


REST = timedelta(seconds=10)
"""How long AWS is left alone after it could not be read: an answer may take seconds to fail, and pages wait for it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The account at one time. All are by name or id; distributions tell the buckets linked to them."""

    as_of: datetime
    facts: Mapping[str, Facts]
    rows: Mapping[str, Bucket]
    links: Mapping[str, Link]
    distributions: Mapping[str, Distribution]

    @classmethod
    def of(cls, as_of: datetime, facts: Mapping[str, Facts], distributions: Mapping[str, Distribution]) -> "Snapshot":
        """Return the snapshot that these facts make."""
        links = {name: link_of(one) for name, one in facts.items()}
        rows = {name: bucket_of(one, links[name]) for name, one in facts.items()}
        linked: dict[str, list[str]] = {}
        for name, link in sorted(links.items()):
            for one in link.distribution_ids:
                linked.setdefault(one, []).append(name)
        shown = {
            one: distribution.model_copy(update={"buckets": linked.get(one, [])})
            for one, distribution in distributions.items()
        }
        return cls(as_of, facts, rows, links, shown)

    @property
    def regions(self) -> dict[str, str | None]:
        """The regions of all buckets."""
        return {name: row.region for name, row in self.rows.items()}

    def buckets(self, q: str, cursor: str | None, state: LinkState | None, limit: int) -> Page[Bucket]:
        """Return a page of buckets."""
        found = [row for row in self.rows.values() if state in (None, row.state) and _named(q, row.name, row)]
        return page_of(found, lambda row: row.name, cursor, limit, self.as_of)

    def linked(self, q: str, cursor: str | None, state: LinkState | None, limit: int) -> Page[Link]:
        """Return a page of links; buckets without one only where their state is asked for."""
        found = [
            link
            for name, link in self.links.items()
            if (link.state == state if state else link.state != "unlinked") and _named(q, name, self.rows[name])
        ]
        return page_of(found, lambda link: link.bucket, cursor, limit, self.as_of)

    def listed(self, q: str, cursor: str | None, limit: int) -> Page[Distribution]:
        """Return a page of distributions."""
        text = q.strip().lower()
        found = [one for one in self.distributions.values() if any(text in said.lower() for said in _said_of(one))]
        return page_of(found, lambda one: one.id, cursor, limit, self.as_of)


class Snapshots:
    """Keeps the last snapshot.

    survey: reads the account; it is given the buckets to read even where lists of tags don't show them.
    age_seconds: how old what is shown may be.
    """

    def __init__(
        self,
        survey: Callable[[Collection[str]], tuple[dict[str, Facts], dict[str, Distribution]]],
        clock: Clock,
        age_seconds: float,
    ) -> None:
        self._survey = survey
        self._clock = clock
        self._age = timedelta(seconds=age_seconds)
        self._last: Snapshot | None = None
        self._stale: Stale | None = None
        self._failed_at = _NEVER
        self._replaced: dict[str, tuple[datetime, Facts]] = {}
        self._reading = threading.Lock()
        self._changing = threading.Lock()

    def current(self) -> Snapshot:
        """Return the account, not older than allowed; while another thread reads it anew, the last one.

        Raises: AccessDeniedError, ThrottledError, UnavailableError, where there is no last one to fall back on.
        """
        last, now = self._last, self._clock.now()
        if last is not None and (now - last.as_of <= self._age or now - self._failed_at < REST):
            return last
        if last is not None and self._reading.locked():
            return last
        try:
            return self._read(unless_after=last.as_of if last else _NEVER)
        except FreshedgeError:
            if last is None:
                raise
            return last

    @property
    def stale(self) -> Stale | None:
        """That the account could not be read again when that was tried last; None while all is well."""
        return self._stale

    def refresh(self) -> Snapshot:
        """Read the account anew; several who ask at once share one reading that began after all of them had asked.

        Raises: AccessDeniedError, ThrottledError, UnavailableError.
        """
        return self._read(unless_after=self._clock.now())

    def show(self, begun: datetime, facts: Mapping[str, Facts], distributions: Mapping[str, Distribution]) -> Snapshot:
        """Show the account as it was read. begun: when that reading began."""
        with self._changing:
            newer = {name: one for name, (at, one) in self._replaced.items() if at >= begun and name in facts}
            self._last = Snapshot.of(begun, {**facts, **newer}, distributions)
            self._note_success()
            return self._last

    def _read(self, *, unless_after: datetime) -> Snapshot:
        """Read the account, unless another thread has begun to do so after that time and is done."""
        with self._reading:
            if self._last is not None and self._last.as_of > unless_after:
                return self._last
            begun = self._clock.now()
            try:
                facts, distributions = self._survey(self._written(begun))
            except FreshedgeError as error:
                self._note_failure(error)
                raise
            return self.show(begun, facts, distributions)

    def _note_failure(self, error: FreshedgeError) -> None:
        """Keep why it could not be read, and say so in the log when that begins."""
        last, self._failed_at = self._last, self._clock.now()
        if last is None:
            return
        if self._stale is None:
            log.warning("The account could not be read again, so what is shown is of %s: %s", last.as_of, error)
        since = self._stale.since if self._stale else self._failed_at
        self._stale = Stale(since=since, as_of=last.as_of, reason=str(error))

    def _note_success(self) -> None:
        if self._stale is not None:
            log.warning("The account is read again; it could not be since %s.", self._stale.since)
        self._stale, self._failed_at = None, _NEVER

    def replace(self, facts: Facts) -> None:
        """Show a bucket as it is now, without reading all the others."""
        with self._changing:
            self._replaced[facts.bucket] = (self._clock.now(), facts)
            if self._last is not None:
                all_facts = {**self._last.facts, facts.bucket: facts}
                self._last = Snapshot.of(self._last.as_of, all_facts, self._last.distributions)

    def show_paused(self, paused: Callable[[Collection[str]], frozenset[str]]) -> None:
        """Show which links are paused now. paused: returns those of distributions that are."""
        with self._changing:
            if self._last is None:
                return
            ids = paused({one for facts in self._last.facts.values() for one in facts.ids.ids})
            all_facts = {
                name: replace(facts, paused=bool(facts.ids.ids) and ids.issuperset(facts.ids.ids))
                for name, facts in self._last.facts.items()
            }
            self._last = Snapshot.of(self._last.as_of, all_facts, self._last.distributions)

    def _written(self, now: datetime) -> list[str]:
        with self._changing:
            self._replaced = {name: told for name, told in self._replaced.items() if now - told[0] < LOOKED_AT}
            return list(self._replaced)


def _named(q: str, name: str, row: Bucket) -> bool:
    text = q.strip().lower()
    told = (name, row.region or "", *row.distribution_ids, *row.suggested_distribution_ids)
    return any(text in said.lower() for said in told)


def _said_of(one: Distribution) -> tuple[str, ...]:
    """What a distribution is found by: its id, names and comment, and the buckets that it reads or is linked to."""
    read = (origin.bucket for origin in one.origins if origin.bucket)
    return (one.id, one.domain_name, one.comment, *one.aliases, *one.buckets, *read)
