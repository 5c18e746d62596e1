"""What looks at links found: one item a bucket, all in one partition, read by one query."""

from collections.abc import Iterable, Mapping
from typing import Any

from invalidator.table.store import Store

_PARTITION = "checks"


class Checks:
    """Findings of all links, by bucket; what they say is the reader's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> dict[str, dict[str, Any]]:
        """Return what was found, by bucket."""
        return {item["sk"]: item["found"] for item in self._store.query(_PARTITION)}

    def keep(self, found: Mapping[str, Mapping[str, Any]], gone: Iterable[str]) -> None:
        """Write what was found of these buckets, and remove those that are gone.

        found: maps of texts, numbers, lists and maps.
        """
        self._store.put_many([{"pk": _PARTITION, "sk": bucket, "found": dict(one)} for bucket, one in found.items()])
        for bucket in gone:
            self._store.delete(_PARTITION, bucket)
