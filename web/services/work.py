"""What there is to do, of all distributions at once: what waits in their journals, and attempts that are not final.

Each distribution that is at work costs two queries, several at a time, and all attempts together a batch read for each
hundred: an overview of many must not ask for them one by one.
"""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from invalidator.clock import Clock
from invalidator.table.attempts import open_partition
from invalidator.table.journal import partition as journal_partition
from invalidator.table.times import from_ms

if TYPE_CHECKING:
    from invalidator.table.attempts import Attempt
    from invalidator.table.bells import Bell
    from invalidator.table.tables import Tables

AT_ONCE = 8

AGE = timedelta(seconds=2)
"""How old a reading may be where it is shared."""


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do for one distribution.

    changes: of its journal that no attempt has taken up; oldest: when the first of them happened.
    why: what kept them from being taken up, where something did. attempts: those that are not final, oldest first.
    """

    distribution_id: str
    changes: int
    oldest: datetime | None
    why: str | None
    attempts: tuple["Attempt", ...]


def all_work(tables: "Tables", among: Collection[str] | None = None) -> list[Work]:
    """Return the work of all distributions that have any, in the order of their ids.

    among: only of these distributions; None for all.
    """
    bells = [bell for bell in tables.bells.all() if among is None or bell.distribution_id in among]
    if not bells:
        return []
    names = [bell.distribution_id for bell in bells]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ids = list(pool.map(lambda name: [mark["sk"] for mark in tables.store.query(open_partition(name))], names))
        attempts = {one.id: one for one in tables.attempts.many([one for some in ids for one in some])}
        # Last: an attempt that is accepted meanwhile takes its entries along, and they wait no more.
        entries = list(pool.map(lambda name: _entries(tables, name), names))
    return [
        _work(bell, [attempts[one] for one in some if one in attempts], waiting)
        for bell, some, waiting in zip(bells, ids, entries, strict=True)
    ]


class AtWork:
    """The work of all distributions, for those who show several things of it together: it is read once for them."""

    def __init__(self, tables: "Tables", clock: Clock) -> None:
        self._tables, self._clock = tables, clock
        self._kept: tuple[datetime, list[Work]] | None = None

    def read(self) -> list[Work]:
        """Return the work as it is now."""
        begun = self._clock.now()
        found = all_work(self._tables)
        self._kept = (begun, found)
        return found

    def recent(self) -> list[Work]:
        """Return the work as it was read a moment ago, or as it is now."""
        kept = self._kept
        return kept[1] if kept and timedelta() <= self._clock.now() - kept[0] <= AGE else self.read()


def _entries(tables: "Tables", distribution_id: str) -> list[Mapping[str, Any]]:
    return list(tables.store.query(journal_partition(distribution_id), only="#sk, #count, #oldest"))


def _work(bell: "Bell", attempts: list["Attempt"], entries: list[Mapping[str, Any]]) -> Work:
    taken = {entry for one in attempts for entry in one.journal}
    waiting = [entry for entry in entries if entry["sk"] not in taken]
    return Work(
        distribution_id=bell.distribution_id,
        changes=sum(entry["count"] for entry in waiting),
        oldest=from_ms(min(entry["oldest"] for entry in waiting)) if waiting else None,
        why=bell.why if waiting else None,
        attempts=tuple(one for one in attempts if not one.is_final),
    )
