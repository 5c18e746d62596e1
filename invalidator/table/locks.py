"""Locks for writers of what AWS lets us write only whole, and the text that was there before."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from invalidator.errors import TryLaterError
from invalidator.table.store import Store
from invalidator.table.times import from_ms, to_ms

_SORT = "lock"


@dataclass(frozen=True, slots=True)
class Kept:
    """A configuration as it was before our last write, what we wrote (None: not kept), and when."""

    text: str
    after: str | None
    at: datetime


class LockedError(TryLaterError):
    """Somebody else of ours is at the same thing just now."""


class Locks:
    """Named locks, and texts kept beside them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def hold(self, name: str, seconds: float) -> Iterator[None]:
        """Hold a lock, for so long at most: a dead holder blocks nobody for ever.

        Raises: LockedError, with the seconds after which it is free at the latest.
        """
        now, token = self._store.clock.now(), uuid.uuid4().hex
        until = to_ms(now + timedelta(seconds=seconds))
        item = {"pk": _partition(name), "sk": _SORT, "token": token, "until": until}
        if not self._store.put(item, "attribute_not_exists(#pk) OR #until <= :now", {"now": to_ms(now)}):
            held = self._store.get(_partition(name), _SORT)
            left = max(0.0, (from_ms(held["until"]) - now).total_seconds()) if held else 0.0
            raise LockedError(f"Somebody is changing {name} at this moment. Try again in a few seconds.", left)
        try:
            yield
        finally:
            self._store.delete(_partition(name), _SORT, "#token = :token", {"token": token})

    def keep_text(self, bucket: str, text: str, after: str | None = None) -> None:
        """Keep a bucket's notification configuration as it was before our last write, and what we wrote."""
        now = to_ms(self._store.clock.now())
        item = {"pk": f"kept#{bucket}", "sk": "notifications", "text": text, "after": after, "kept_at": now}
        self._store.put(item)

    def kept(self, bucket: str) -> Kept | None:
        """Return what was kept last for a bucket; None where nothing was."""
        item = self._store.get(f"kept#{bucket}", "notifications")
        return Kept(item["text"], item.get("after"), from_ms(item["kept_at"])) if item else None

    def kept_text(self, bucket: str) -> str | None:
        """Return the configuration that was kept last for a bucket; None where none was."""
        kept = self.kept(bucket)
        return kept.text if kept else None

    def kept_at(self, bucket: str) -> datetime | None:
        """Return when that was kept."""
        kept = self.kept(bucket)
        return kept.at if kept else None


def _partition(name: str) -> str:
    return f"lock#{name}"
