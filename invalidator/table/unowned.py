"""Changes whose distributions are not known yet, a partition for each bucket: its tag could not be read, or shows none.

The rescue reads the tag again. A list of all such buckets is a partition of its own.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from invalidator.rules.changes import Change
from invalidator.table.entries import Entry, entries_of, from_item, to_item
from invalidator.table.store import Store

_LIST = "unowned"
# A transaction holds 4 MB, an entry less than 0.4 MB.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """That a bucket has changes here, or had lately. token: of the last one who wrote some."""

    bucket: str
    token: str


class Unowned:
    """The unowned journals of all buckets."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, bucket: str, changes: Iterable[Change]) -> None:
        """Write changes of one bucket down; durable, and sure to be found, once it returns."""
        entries = entries_of(changes, self._store.clock.now())
        for begin in range(0, len(entries), _AT_ONCE):
            # Together with a mark of a new token: an entry is never there unmarked, whoever dies, and who takes a mark
            # away saw no entries, and no new ones were marked since.
            mark = {"pk": _LIST, "sk": bucket, "token": uuid.uuid4().hex}
            items = [to_item(_partition(bucket), entry) for entry in entries[begin : begin + _AT_ONCE]]
            self._store.transact([self._store.putting(item) for item in (*items, mark)])

    def marks(self) -> list[Mark]:
        """Return the buckets that have changes here, or had lately."""
        return [Mark(item["sk"], item["token"]) for item in self._store.query(_LIST)]

    def read(self, bucket: str, most: int) -> list[Entry]:
        """Return the oldest entries of a bucket, so many at most."""
        return [from_item(item) for item in self._store.query(_partition(bucket), limit=most)]

    def forget(self, bucket: str, entries: Iterable[Entry]) -> None:
        """Remove entries that are durable elsewhere, or may be dropped."""
        for entry in entries:
            self._store.delete(_partition(bucket), entry.id)

    def unlist(self, mark: Mark) -> None:
        """Take a bucket off the list where the mark was there before it was seen to have no entries."""
        self._store.delete(_LIST, mark.bucket, "#token = :token", {"token": mark.token})


def _partition(bucket: str) -> str:
    return f"unowned#{bucket}"
