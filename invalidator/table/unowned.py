"""Changes whose distributions are not known yet, a partition for each bucket: its tag could not be read, or shows none.

The rescue reads the tag again. A list of all such buckets is a partition of its own.
"""

from collections.abc import Iterable

from invalidator.rules.changes import Change
from invalidator.table.entries import Entry, entries_of, from_item, to_item
from invalidator.table.store import Store
from invalidator.table.times import to_ms

_LIST = "unowned"


class Unowned:
    """The unowned journals of all buckets."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, bucket: str, changes: Iterable[Change]) -> None:
        """Write changes of one bucket down; durable once it returns."""
        now = self._store.clock.now()
        # Listed first: a list without entries does no harm, entries without a list would never be found.
        self._store.put({"pk": _LIST, "sk": bucket, "listed_at": to_ms(now)})
        self._store.put_many([to_item(_partition(bucket), entry) for entry in entries_of(changes, now)])

    def buckets(self) -> list[str]:
        """Return the buckets that have changes here, or had lately."""
        return [item["sk"] for item in self._store.query(_LIST)]

    def read(self, bucket: str) -> list[Entry]:
        """Return the entries of a bucket, oldest first; none where a repeat already took them."""
        return [from_item(item) for item in self._store.query(_partition(bucket))]

    def forget(self, bucket: str, entries: Iterable[Entry]) -> None:
        """Remove entries that are durable elsewhere, or may be dropped."""
        for entry in entries:
            self._store.delete(_partition(bucket), entry.id)

    def unlist(self, bucket: str, listed_before: int) -> None:
        """Take a bucket without entries off the list, unless something was added to it since.

        listed_before: milliseconds since 1970, when the looking began.
        """
        self._store.delete(_LIST, bucket, "#listed_at < :before", {"before": listed_before})


def _partition(bucket: str) -> str:
    return f"unowned#{bucket}"
