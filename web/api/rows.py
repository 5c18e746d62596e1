"""The history as CSV (RFC 4180): exact, and harmless for whoever opens it.

A text that a spreadsheet would take for a formula gets an apostrophe in front, as does one that has an apostrophe
there (owasp.org/www-community/attacks/CSV_Injection); a backslash, and characters that are not seen or turn the writing
around, are written as in JSON. So every text can be told from what is written.
"""

import csv
import io
from collections.abc import Callable, Iterable
from itertools import accumulate

from fastapi import Response
from starlette.datastructures import URL

from web.models import Invalidation, Page

MOST_ROWS = 10_000
"""Rows of one answer."""

MOST_BYTES = 4_000_000
"""Of one answer: a Lambda's is 6 MB at most (Lambda quotas, invocation payload)."""

_AT_ONCE = 1000
_MOST_PAGES = 20
_BASIC = 0xFFFF
_FORMULAS = ("=", "+", "-", "@", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")
COLUMNS = (
    "id", "cloudfront_id", "distribution_id", "state", "kind", "actor", "reason", "buckets", "path_count", "paths",
    "changes", "needless_evictions", "price_usd", "created_at", "settled_at", "submitted_at", "completed_at", "error",
)  # fmt: skip


Read = Callable[[str | None, int], Page[Invalidation]]


def csv_answer(url: URL, read: Read, cursor: str | None) -> Response:
    """Return the file that answers a request; `Link` leads to the rest, where it does not hold all.

    url: of the request. read: returns a page after a cursor, of so many at most.
    """
    rows = gathered(read, cursor)
    told = {"Content-Disposition": 'attachment; filename="invalidations.csv"', "Vary": "Accept"}
    if rows.next_cursor:
        following = url.include_query_params(cursor=rows.next_cursor)
        told["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return Response(as_csv(rows.items), media_type="text/csv; charset=utf-8", headers=told)


def gathered(read: Read, cursor: str | None) -> Page[Invalidation]:
    """Return as many as one answer holds, fewer where they are long or what is asked for is rare; the cursor goes on.

    read: returns a page after a cursor, of so many at most.
    """
    rows: list[Invalidation] = []
    left = MOST_BYTES
    for _ in range(_MOST_PAGES):
        page = read(cursor, min(_AT_ONCE, MOST_ROWS - len(rows)))
        fitting = sum(size <= left for size in accumulate(map(_size, page.items)))
        cut = fitting < len(page.items)
        if cut and not fitting and rows:
            break
        if cut:  # read again, for the cursor behind the last one that fits; one row goes, whatever its size
            page = read(cursor, max(1, fitting))
        left -= sum(map(_size, page.items))
        rows += page.items
        cursor = page.next_cursor
        if cut or cursor is None or len(rows) >= MOST_ROWS:
            break
    return Page(items=rows, next_cursor=cursor)


def _size(row: Invalidation) -> int:
    """Return about how many bytes a row takes: what is long in it, and the rest."""
    texts = (*row.paths, *row.cause.buckets, row.cause.reason or "", row.error or "")
    return 500 + sum(2 * len(text) for text in texts)


def as_csv(rows: Iterable[Invalidation]) -> str:
    """Return a header and a row for each."""
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(COLUMNS)
    out.writerows([harmless(cell) for cell in _cells(row)] for row in rows)
    return written.getvalue()


def harmless(text: str) -> str:
    r"""Return a text that is shown as it is, and does nothing.

    >>> harmless("=1+1"), harmless("'=1"), harmless("-1"), harmless("a b")
    ("'=1+1", "''=1", "'-1", 'a b')
    """
    seen = "".join(one if one.isprintable() and one != "\\" else _escaped(one) for one in text)
    return f"'{seen}" if seen.startswith(_FORMULAS) else seen


def _escaped(one: str) -> str:
    if one == "\\":
        return "\\\\"
    return f"\\u{ord(one):04x}" if ord(one) <= _BASIC else f"\\U{ord(one):08x}"


def _cells(row: Invalidation) -> Iterable[str]:
    cause = row.cause
    told = row.model_dump(mode="json", include=set(COLUMNS) - {"kind", "actor", "reason", "buckets", "paths"})
    told |= {"kind": cause.kind, "actor": cause.actor, "reason": cause.reason}
    if not row.paths_known:
        told["path_count"] = None
    told |= {"buckets": " ".join(cause.buckets), "paths": " ".join(row.paths)}
    return ("" if told[name] is None else str(told[name]) for name in COLUMNS)
