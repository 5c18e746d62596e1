"""Baselines: what all objects of a bucket were when a life of its link began, page by page in the order of their keys.

A page holds some hundred objects, so that a million of them are some thousand writes and not a million. Pages are
written while the bucket is read, and count only once the life says so (`Life.baseline`): from then on a key without a
fingerprint of that life has the one of its page. A fingerprint that a flush wrote always wins.
"""

from collections.abc import Iterable, Iterator, Sequence

from invalidator.rules.fingerprints import Fingerprint
from invalidator.table.entries import in_parts, packed, unpacked
from invalidator.table.epochs import Life
from invalidator.table.prints import from_row, to_row
from invalidator.table.store import Store
from invalidator.table.values import Item

PAGE_BYTES = 64_000
# Keys sort behind this; S3's keys have no control characters that XML can't hold.
_FIRST, _LAST = "\x01", "\U0010ffff"

Line = tuple[str, Fingerprint]
"""A key, and what it was."""


class Baselines:
    """The baselines of all lives."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, life: Life, lines: Iterable[Line]) -> None:
        """Write lines, sorted by key, in pages; the same lines again are the same pages again."""
        rows = in_parts(([key, *to_row(one)] for key, one in lines), PAGE_BYTES)
        pages = [{"pk": _partition(life), "sk": part[0][0], "blob": packed(part)} for part in rows]
        self._store.put_many(pages)

    def find(self, life: Life, keys: Sequence[str]) -> dict[str, Fingerprint]:
        """Return what the baseline has of these keys; a read a page."""
        found: dict[str, Fingerprint] = {}
        page: dict[str, Fingerprint] = {}
        last = ""
        for key in sorted(set(keys)):
            if not page or key > last:
                page = dict(self._page_before(life, key))
                last = max(page, default=key)
            if key in page:
                found[key] = page[key]
        return found

    def every(self, life: Life) -> Iterator[Line]:
        """Yield all lines, sorted by key, as they are asked for."""
        for item in self._store.query(_partition(life), since=_FIRST, until=_LAST):
            yield from _lines(item, life)

    def forget(self, life: Life, most: int) -> bool:
        """Delete pages of a life, so many at most; whether any may be left."""
        gone = 0
        for item in self._store.query(_partition(life), since=_FIRST, until=_LAST, only="#pk, #sk", limit=most):
            self._store.delete(item["pk"], item["sk"])
            gone += 1
        return gone == most

    def _page_before(self, life: Life, key: str) -> Iterator[Line]:
        pages = self._store.query(_partition(life), since=_FIRST, until=key, newest_first=True, limit=1)
        return (line for item in pages for line in _lines(item, life))


def _lines(item: Item, life: Life) -> Iterator[Line]:
    return ((key, from_row(row, life.number)) for key, *row in unpacked(item["blob"]))


def _partition(life: Life) -> str:
    return f"baseline#{life.distribution_id}#{life.bucket}#{life.number}"
