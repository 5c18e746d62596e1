"""Rescue: every minute, finds what was forgotten: bells lost on the way, changes without an owner, dead letters."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from invalidator.clock import Clock
from invalidator.deadletters import DeadLetters, Letter
from invalidator.deadline import Deadline
from invalidator.doorbell import Doorbell
from invalidator.errors import UnknownEventError
from invalidator.log import log
from invalidator.record import Recorder, share_out
from invalidator.rules.changes import Change
from invalidator.rules.events import parse_body
from invalidator.table.bells import Bell
from invalidator.table.tables import Tables
from invalidator.table.unowned import Mark

# Changes of a bucket whose tag shows no id, and never did, are kept this long: the link may be on its way.
UNTAGGED = timedelta(minutes=1)

ENTRIES_AT_ONCE = 100

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Rescued:
    """What a rescue found, counted: bells rung anew, changes given to their distributions or dropped, letters read."""

    bells: int = 0
    owned: int = 0
    dropped: int = 0
    letters: int = 0


class Rescue:
    """Looks for what was forgotten.

    after_seconds: how late a bell, a request or a status may be. dead_letters: None where there is no such queue.
    """

    def __init__(
        self,
        tables: Tables,
        recorder: Recorder,
        doorbell: Doorbell,
        dead_letters: DeadLetters | None,
        after_seconds: float,
        clock: Clock,
    ) -> None:
        self._tables, self._recorder, self._doorbell = tables, recorder, doorbell
        self._dead_letters, self._after, self._clock = dead_letters, timedelta(seconds=after_seconds), clock

    def run(self, deadline: Deadline) -> Rescued:
        """Look at everything once, as far as the time goes; what fails is logged, and looked at in a minute again."""
        bells = self._guarded("bells", self._ring_overdue, deadline)
        owned, dropped = self._guarded("unowned changes", self._find_owners, deadline) or (0, 0)
        letters = self._guarded("dead letters", self._read_letters, deadline)
        rescued = Rescued(bells or 0, owned, dropped, letters or 0)
        if rescued != Rescued():
            log(
                logging.WARNING,
                "The rescue found what had been forgotten.",
                bells=rescued.bells,
                owned=owned,
                dropped=dropped,
                letters=rescued.letters,
            )
        return rescued

    def _ring_overdue(self, _deadline: Deadline) -> int:
        """Ring for every distribution that should have been looked at."""
        now, rung = self._clock.now(), 0
        for bell in self._tables.bells.all():
            if _wanted_since(bell) + self._after <= now:
                self._doorbell.move(bell, now)
                rung += 1
        return rung

    def _find_owners(self, deadline: Deadline) -> tuple[int, int]:
        """Look at the tags of buckets again whose changes nobody owns; return how many are owned and dropped now."""
        owned, dropped = 0, 0
        for mark in self._tables.unowned.marks():
            if deadline.left() <= 0:
                break
            given, lost = self._find_owner(mark, deadline)
            owned, dropped = owned + given, dropped + lost
        return owned, dropped

    def _find_owner(self, mark: Mark, deadline: Deadline) -> tuple[int, int]:
        """Look at one bucket's tag again, and go through its entries where it says anything."""
        entries = self._tables.unowned.read(mark.bucket, 1)
        if not entries:
            self._tables.unowned.unlist(mark)
            return 0, 0
        link = self._recorder.look_at(mark.bucket, entries[0].changes)
        if link is None:
            return 0, 0  # and there may be very many entries by now: they are not read
        owned, dropped = 0, 0
        while deadline.left() > 0:
            entries = self._tables.unowned.read(mark.bucket, ENTRIES_AT_ONCE)
            if not link.had_ids:
                entries = [entry for entry in entries if entry.recorded_at + UNTAGGED <= self._clock.now()]
            if not entries:
                break
            shares: dict[str, list[Change]] = {}
            changes = [change for entry in entries for change in entry.changes]
            lost = share_out(changes, link, shares)
            self._recorder.hand_over(shares)
            self._tables.unowned.forget(mark.bucket, entries)
            owned, dropped = owned + len(changes) - lost, dropped + lost
        if dropped:
            message = "Changes of a bucket without a link were dropped."
            log(logging.INFO, message, bucket=mark.bucket, changes=dropped)
        return owned, dropped

    def _read_letters(self, deadline: Deadline) -> int:
        """Record what can be understood among the dead letters; what can't stays there for people to see."""
        if self._dead_letters is None:
            return 0
        recorded = 0
        unreadable: list[Letter] = []
        for letters in self._dead_letters.read():
            readable = [(letter, told) for letter in letters if (told := _understood(letter)) is not None]
            unreadable += [letter for letter in letters if _understood(letter) is None]
            self._recorder.record([change for _, told in readable for change in told])
            for letter, _ in readable:
                self._dead_letters.bury(letter)
            recorded += len(readable)
            if deadline.left() <= 0:
                break
        self._dead_letters.give_back(unreadable)
        return recorded

    def _guarded(self, what: str, look: Callable[[Deadline], Found], deadline: Deadline) -> Found | None:
        """Look for one kind of thing; its failure must not keep the others from being looked for."""
        try:
            return look(deadline)
        except Exception as error:  # noqa: BLE001 - said, and looked at again in a minute
            log(logging.ERROR, "The rescue could not look after everything.", what=what, reason=repr(error))
            return None


def _wanted_since(bell: Bell) -> datetime:
    """Return since when somebody should be looking at a distribution; in the future where nothing is late."""
    looking = bell.next_ring_at or bell.disarmed_at
    return min(time for time in (looking, bell.wanted_at) if time is not None)


def _understood(letter: Letter) -> Sequence[Change] | None:
    """Return the changes that a letter tells; None where any of it can't be understood."""
    try:
        told = parse_body(letter.body)
    except UnknownEventError:
        return None
    return None if told.problems else told.changes
