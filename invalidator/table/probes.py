"""The last probe object of each bucket, so that it is deleted whatever happens to who wrote it."""

from typing import Any

from invalidator.table.store import Store

_PARTITION = "probes"


class Probes:
    """Probes by bucket; what they say is the writer's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> dict[str, dict[str, Any]]:
        """Return the last probe of every bucket that had one."""
        return {item["sk"]: item["probe"] for item in self._store.query(_PARTITION)}

    def of(self, bucket: str) -> dict[str, Any] | None:
        """Return the last probe of a bucket; None without one."""
        item = self._store.get(_PARTITION, bucket)
        return item["probe"] if item else None

    def begin(self, bucket: str, probe: dict[str, Any], before: str | None) -> bool:
        """Write a new probe in the place of the one before, by its id (None for none); False where that is gone."""
        item = {"pk": _PARTITION, "sk": bucket, "id": probe["id"], "probe": probe}
        if before is None:
            return self._store.put(item, "attribute_not_exists(#pk)")
        return self._store.put(item, "#id = :before", {"before": before})

    def keep(self, bucket: str, probe: dict[str, Any]) -> None:
        """Write how a probe stands, unless there is a newer one."""
        item = {"pk": _PARTITION, "sk": bucket, "id": probe["id"], "probe": probe}
        self._store.put(item, "#id = :id", {"id": probe["id"]})
