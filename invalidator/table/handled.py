"""Failures that people have dealt with, so that nobody is told of them again."""

from collections.abc import Collection

from invalidator.table.store import Store
from invalidator.table.times import to_ms

_SORT = "handled"


class Handled:
    """Which failed attempts were tried again or discarded, and by whom."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, attempt_id: str, how: str, actor: str) -> None:
        """Note that somebody dealt with a failed attempt. how: `retried` or `discarded`."""
        item = {"pk": _partition(attempt_id), "sk": _SORT, "id": attempt_id, "how": how, "actor": actor}
        self._store.put(item | {"at": to_ms(self._store.clock.now())})

    def among(self, attempt_ids: Collection[str]) -> frozenset[str]:
        """Return those of the attempts that somebody dealt with."""
        found = self._store.get_many([(_partition(one), _SORT) for one in attempt_ids])
        return frozenset(item["id"] for item in found)


def _partition(attempt_id: str) -> str:
    return f"attempt#{attempt_id}"
