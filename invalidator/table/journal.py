"""The journal: changes recorded and not yet invalidated, a partition for each distribution. Append-only.

Entries go only when CloudFront accepted an invalidation for them, in a fenced transaction (`fenced.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from invalidator.rules.changes import Change
from invalidator.table.bells import Bells
from invalidator.table.entries import Entry, entries_of, from_item, to_item
from invalidator.table.store import Store
from invalidator.table.times import from_ms


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a distribution's journal holds that no attempt has taken up.

    changes: how many. oldest: when the first of them happened; None where there are none.
    error: what keeps them from being taken up, where something does.
    """

    changes: int = 0
    oldest: datetime | None = None
    error: str | None = None


def partition(distribution_id: str) -> str:
    """Return the partition of a distribution's journal."""
    return f"journal#{distribution_id}"


class Journal:
    """The journals of all distributions."""

    def __init__(self, store: Store, bells: Bells) -> None:
        self._store, self._bells = store, bells

    def add(self, changes: Mapping[str, Iterable[Change]]) -> dict[str, datetime]:
        """Write changes down, by distribution id; return from when on each distribution's settle time counts.

        Durable once it returns. Where it raises, part of them may be written: repeats do no harm.
        """
        now = self._store.clock.now()
        entries = {distribution: entries_of(told, now) for distribution, told in changes.items()}
        self._store.put_many([to_item(partition(one), entry) for one, all_ in entries.items() for entry in all_])
        return {one: max(entry.quiet_since for entry in all_) for one, all_ in entries.items() if all_}

    def read(self, distribution_id: str, most_entries: int, most_changes: int) -> tuple[list[Entry], bool]:
        """Return the oldest entries, whole, up to these limits (one at least), and whether there are more."""
        taken: list[Entry] = []
        left = most_changes
        for item in self._store.query(partition(distribution_id)):
            if taken and (len(taken) == most_entries or item["count"] > left):
                return taken, True
            taken.append(from_item(item))
            left -= item["count"]
        return taken, False

    def waiting(self, distribution_id: str) -> Waiting:
        """Return how much waits to be taken up by an attempt, and since when."""
        taken = self._taken(distribution_id)
        told = self._store.query(partition(distribution_id), only="#sk, #count, #oldest")
        items = [item for item in told if item["sk"] not in taken]
        if not items:
            return Waiting()
        bell = self._bells.get(distribution_id)
        oldest = from_ms(min(item["oldest"] for item in items))
        return Waiting(sum(item["count"] for item in items), oldest, bell.why if bell else None)

    def busy(self) -> list[str]:
        """Return the ids of all distributions that have something to do: journal, requests or open invalidations."""
        return [bell.distribution_id for bell in self._bells.all()]

    def _taken(self, distribution_id: str) -> set[str]:
        """The entries that open attempts hold, and that go when CloudFront has accepted those."""
        keys = [(f"attempt#{item['sk']}", "record") for item in self._store.query(f"open#{distribution_id}")]
        return {entry for item in self._store.get_many(keys) for entry in item.get("journal", [])}
