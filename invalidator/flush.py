"""Flush: one distribution's work, under its lease. What is open first, then requests, then the journal, in slices.

lives, journal -> routes -> verdicts -> plan -> attempt. What is dropped is written down before the attempt is, and what
is not once CloudFront accepted it (`finishing.py`).
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from invalidator.attempt import Desk, Sender
from invalidator.clock import Clock
from invalidator.deadline import Deadline
from invalidator.errors import NotFoundError
from invalidator.judging import Judging
from invalidator.log import log
from invalidator.plan import plan_paths
from invalidator.routing import Routing
from invalidator.settings import Settings
from invalidator.table.attempts import Attempt, Kind, new_reference
from invalidator.table.entries import Entry
from invalidator.table.epochs import Life
from invalidator.table.settings import Chosen
from invalidator.table.tables import Tables
from invalidator.table.times import new_id

# A slice of the journal: what one attempt covers at most. Its entries' ids must fit the attempt's record.
MOST_ENTRIES = 500
MOST_CHANGES = 20_000
# A slice is not begun with less time left than planning, sending and writing it may take.
SLICE_SECONDS = 15.0
# Where the time of a call is over, the next one goes on.
NEXT_CALL = timedelta(seconds=1)
# How often a paused distribution that has work is looked at, where nobody rings on resuming.
PAUSED_LOOK = timedelta(seconds=60)
# What is in the name of every probe object, whatever folder it is in.
PROBE = "freshedge-probe-"


@dataclass(frozen=True, slots=True)
class _Slice:
    """The oldest entries of a journal. more: whether others follow."""

    entries: tuple[Entry, ...]
    more: bool

    @property
    def created_at(self) -> datetime:
        return min(entry.oldest for entry in self.entries)

    @property
    def recorded_at(self) -> datetime:
        """When the first of them came to us: events may be days late, and their clocks wrong."""
        return min(entry.recorded_at for entry in self.entries)

    @property
    def count(self) -> int:
        return sum(entry.count for entry in self.entries)

    @property
    def buckets(self) -> tuple[str, ...]:
        return tuple(sorted({entry.bucket for entry in self.entries}))

    @property
    def regions(self) -> dict[str, str | None]:
        """The region of each bucket, where an event has it."""
        return {change.bucket: change.region for entry in self.entries for change in entry.changes}

    def due_at(self, settle: timedelta, max_wait: timedelta) -> datetime:
        """Return from when on it may be taken up: quiet for the settle time, or older than the longest wait."""
        quiet = max(entry.quiet_since for entry in self.entries) + settle
        oldest = self.recorded_at
        # Where more follow, the journal is as long as one attempt may be: nothing is won by waiting.
        return oldest if self.more else min(quiet, oldest + max_wait)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read before the journal: the distribution's lives by bucket, and whether anything may be dropped."""

    lives: Mapping[str, Life]
    dropping: bool


@dataclass(slots=True)
class _Work:
    """What one flush has in hand.

    open: attempts that are not final, as they are in the table. slices: how many were taken up; the first always is.
    """

    desk: Desk
    deadline: Deadline
    open: list[Attempt]
    slices: int = 0


class Flusher:
    """Does what there is to do for a distribution."""

    def __init__(
        self, tables: Tables, sender: Sender, routing: Routing, judging: Judging, settings: Settings, clock: Clock
    ) -> None:
        self._tables, self._sender, self._routing, self._judging = tables, sender, routing, judging
        self._settings, self._clock = settings, clock

    def flush(self, desk: Desk, deadline: Deadline) -> datetime | None:
        """Do what can be done now; return when to look again, None where nothing is left.

        Raises: LeaseLostError and ConditionFailedError, where another worker goes on; ThrottledError,
            UnavailableError and others, where reading routes or the table failed: look again.
        """
        chosen = self._tables.settings.of(desk.lease.distribution_id)
        work = _Work(desk, deadline, self._tables.attempts.open_of(desk.lease.distribution_id))
        self._follow_all(work)
        again = self._after_pause(work) if chosen.paused else self._send_all(work) or self._take_up_all(work, chosen)
        return _first([again, *(self._look_at(one) for one in work.open)])

    def _follow_all(self, work: _Work) -> None:
        """Look after what CloudFront accepted."""
        work.open = [
            one if one.is_unsent else self._sender.follow(work.desk, self._sender.finish(work.desk, one))
            for one in work.open
        ]
        work.open = [one for one in work.open if not one.is_final]

    def _send_all(self, work: _Work) -> datetime | None:
        """Send what is written down; return when to go on where that is not now, None where the way is free.

        The journal waits while an attempt with a part of it is unsent: its changes must not be taken up twice.
        """
        while True:
            unsent = [one for one in work.open if one.is_unsent]
            due = [one for one in unsent if one.next_try_at is None or one.next_try_at <= self._clock.now()]
            chosen = next(iter(sorted((one for one in due if _is_its_turn(one, unsent)), key=_priority)), None)
            if chosen is None:
                return _first(one.next_try_at for one in unsent if one.kind != "person")
            if work.deadline.left() <= 0:
                return self._clock.now() + NEXT_CALL
            family = [one for one in work.open if _related(one, chosen)]
            until = self._sender.send(work.desk, chosen, family)
            work.open = self._tables.attempts.open_of(chosen.distribution_id)
            if until is not None:
                return until

    def _take_up_all(self, work: _Work, chosen: Chosen) -> datetime | None:
        """Take the journal up, slice after slice; return when to go on, None where it is empty."""
        settle = timedelta(
            seconds=self._settings.settle_seconds if chosen.settle_seconds is None else chosen.settle_seconds
        )
        max_wait = timedelta(seconds=self._settings.max_wait_seconds)
        distribution_id = work.desk.lease.distribution_id
        while True:
            # Before journal and fingerprints: what is written on the strength of a life checks that it still is.
            lives = self._tables.epochs.of_distribution(distribution_id)
            entries, more = self._tables.journal.read(distribution_id, MOST_ENTRIES, MOST_CHANGES)
            if not entries:
                return None
            taken = _Slice(tuple(entries), more)
            due_at = taken.due_at(settle, max_wait)
            if due_at > self._clock.now():
                if not self._wait_for(due_at, work):
                    return due_at
                continue
            if work.slices and work.deadline.left() < SLICE_SECONDS:
                return self._clock.now() + NEXT_CALL
            work.slices += 1
            begun = self._take_up(work, taken, due_at, _Known(lives, chosen.dropping is not False))
            work.open += [] if begun.is_final else [begun]
            again = self._send_all(work)
            if again is not None:
                return again

    def _wait_for(self, due_at: datetime, work: _Work) -> bool:
        """Wait where it is hardly worth a doorbell of its own; False where it is."""
        wait = (due_at - self._clock.now()).total_seconds()
        if wait > min(1.0, work.deadline.left()):
            return False
        self._clock.sleep(wait)
        work.desk.lease.keep()
        return True

    def _take_up(self, work: _Work, taken: _Slice, due_at: datetime, known: _Known) -> Attempt:
        """Judge a slice, write down what is dropped of it and the attempt of what is not, and return that."""
        desk = work.desk
        desk.lease.keep()
        attempt = Attempt(
            id=new_id(taken.recorded_at),
            distribution_id=desk.lease.distribution_id,
            state="waiting",
            kind=_kind_of(taken.entries),
            buckets=taken.buckets,
            changes=taken.count,
            reference=new_reference(),
            created_at=taken.created_at,
            settled_at=due_at,
            journal=tuple(entry.id for entry in taken.entries),
        )
        try:
            ways = self._routing.ways(attempt.distribution_id, taken.regions)
        except NotFoundError as missing:
            said = f"{missing} Unlink its buckets, or mend their tags."
            self._tell(logging.ERROR, said, attempt)
            return desk.fenced.begin(replace(attempt, state="failed", error=said), ())
        judged = self._judging.judge(known.lives, taken.entries, ways, work.deadline, dropping=known.dropping)
        desk.lease.keep()
        for bucket, drops in judged.drops.items():
            desk.fenced.keep(judged.lives[bucket], drops)
        paths = plan_paths(ways.routes, judged.changes)
        dropped = dict(judged.dropped)
        said = summary(taken.count, taken.buckets, paths, sum(dropped.values()))
        planned = replace(attempt, summary=said, dropped=dropped)
        if paths:
            lives = {one: [life.number, life.word, ways.digests[one]] for one, life in judged.lives.items()}
            lives = {bucket: told for bucket, told in lives.items() if bucket in judged.prints}
            return desk.fenced.begin(replace(planned, lives=lives), paths, judged.rows())
        self._tell(logging.INFO, said, planned)
        return desk.fenced.begin(replace(planned, state="unneeded"), ())

    def _look_at(self, attempt: Attempt) -> datetime:
        """Return when an open attempt needs to be looked at; never "not at all", or its bell would be taken down."""
        if not attempt.is_unsent:
            return self._sender.check_at(attempt)
        return attempt.next_try_at or self._clock.now() + NEXT_CALL

    def _after_pause(self, work: _Work) -> datetime | None:
        """Return when to look at a paused distribution again, where it has anything that is held back."""
        held = any(one.is_unsent for one in work.open)
        held = held or bool(self._tables.journal.read(work.desk.lease.distribution_id, 1, 1)[0])
        return self._clock.now() + PAUSED_LOOK if held else None

    def _tell(self, level: int, message: str, attempt: Attempt) -> None:
        log(level, message, distribution_id=attempt.distribution_id, attempt_id=attempt.id, changes=attempt.changes)


def summary(changes: int, buckets: Sequence[str], paths: Sequence[str], dropped: int = 0) -> str:
    """Return the sentence of numbers that log and history show. dropped: of the changes, those that were none.

    >>> summary(412, ["site"], ["/a", "/b/*"])
    '412 changes in 1 bucket: 2 paths, 1 of them with a wildcard.'
    >>> summary(412, ["site"], ["/a", "/b"], 407)
    '412 uploaded in 1 bucket, 5 changed, 407 kept cached: 2 paths, none of them with a wildcard.'
    """
    where = f"in {_counted(len(buckets), 'bucket')}"
    what = f"{_counted(changes, 'change')} {where}"
    if dropped:
        what = f"{changes:,} uploaded {where}, {changes - dropped:,} changed, {dropped:,} kept cached"
    if not paths and changes == dropped:
        return f"{what}: nothing to invalidate."
    if not paths:
        return f"{what}: no path, since viewers can't reach the keys through this distribution."
    wild = sum(path.endswith("*") for path in paths)
    return f"{what}: {_counted(len(paths), 'path')}, {wild or 'none'} of them with a wildcard."


def _kind_of(entries: Iterable[Entry]) -> Kind:
    """Return `probe` where the changes are of probe objects alone."""
    names = (change.key.rpartition("/")[2] for entry in entries for change in entry.changes)
    return "probe" if all(PROBE in name for name in names) else "s3"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _first(times: Iterable[datetime | None]) -> datetime | None:
    return min((time for time in times if time is not None), default=None)


def _related(one: Attempt, other: Attempt) -> bool:
    """Whether two attempts were one before CloudFront refused that."""
    return one.id != other.id and (one.family or one.id) == (other.family or other.id)


def _is_its_turn(attempt: Attempt, unsent: Iterable[Attempt]) -> bool:
    """Whether an attempt may go: with journal entries, only when nothing else of its family is left to be sent."""
    return not attempt.journal or not any(_related(one, attempt) for one in unsent)


def _priority(attempt: Attempt) -> tuple[int, str]:
    """First what a worker that died may have sent, then persons, then what CloudFront put off; each by age."""
    if attempt.kind == "person":
        return 1, attempt.id
    return (0 if attempt.state == "waiting" else 2), attempt.id
