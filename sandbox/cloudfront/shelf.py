"""Things that are kept by id and changed only by who knows their ETag."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from sandbox.cloudfront.refusal import InvalidIfMatchVersionError, PreconditionFailedError, Refusal

Params = dict[str, Any]
"""An operation's input or output in boto3's shape; times are unix seconds."""

_ETAG = re.compile(r"E[0-9A-Z]{7,}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing: its id, what its maker sent (with defaults filled in), its ETag, and when it was changed last."""

    id: str
    config: Params
    etag: str
    modified_at: float


E = TypeVar("E", bound=Entry)


class Shelf(Generic[E]):
    """Entries in the order of their making. Its owner holds the lock."""

    def __init__(self, missing: type[Refusal]) -> None:
        self._missing = missing
        self._entries: dict[str, E] = {}

    def __iter__(self) -> Iterator[E]:
        return iter(self._entries.values())

    def __contains__(self, entry_id: object) -> bool:
        return entry_id in self._entries

    def get(self, entry_id: str) -> E:
        """Return an entry; raise the shelf's own refusal where there is none."""
        try:
            return self._entries[entry_id]
        except KeyError:
            raise self._missing from None

    def match(self, entry_id: str, etag: str | None) -> E:
        """Return an entry whose present ETag the caller knows.

        Raises `InvalidIfMatchVersion` for what is no ETag and `PreconditionFailed` for one of another version
        (API Reference, `UpdateDistribution`).
        """
        entry = self.get(entry_id)
        if not etag or not _ETAG.fullmatch(etag):
            raise InvalidIfMatchVersionError
        if etag != entry.etag:
            raise PreconditionFailedError
        return entry

    def put(self, entry: E) -> None:
        """Keep an entry, in the place of the one with the same id."""
        self._entries[entry.id] = entry

    def remove(self, entry_id: str) -> None:
        """Forget an entry."""
        del self._entries[entry_id]

    def dump(self) -> list[Params]:
        """Return everything as plain values; configurations are never changed in place, so they need no copies."""
        return [{field.name: getattr(entry, field.name) for field in fields(entry)} for entry in self]

    def load(self, saved: list[Params], make: Callable[..., E]) -> None:
        """Replace everything by what `dump` returned."""
        self._entries = {one["id"]: make(**one) for one in saved}
