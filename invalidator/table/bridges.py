"""Buckets that we had send to EventBridge, so that an unlink knows what of it was ours."""

from dataclasses import dataclass

from invalidator.table.store import Store


@dataclass(frozen=True, slots=True)
class BridgeNote:
    """What we did for one bucket. switched_on: whether it was us who had it send to EventBridge."""

    switched_on: bool


class Bridges:
    """Notes of buckets whose events come by a rule of ours."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, bucket: str) -> BridgeNote | None:
        """Return what was noted of a bucket; None where nothing was."""
        item = self._store.get(_partition(bucket), "bridge")
        return BridgeNote(item["switched_on"]) if item else None

    def note(self, bucket: str, *, switched_on: bool) -> None:
        """Note that we made a rule, and whether we had the bucket send to EventBridge."""
        self._store.put({"pk": _partition(bucket), "sk": "bridge", "switched_on": switched_on})

    def forget(self, bucket: str) -> None:
        """Forget a bucket, which has nothing of ours any more."""
        self._store.delete(_partition(bucket), "bridge")


def _partition(bucket: str) -> str:
    return f"link#{bucket}"
