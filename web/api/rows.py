"""The history as CSV (RFC 4180): exact, and harmless for whoever opens it.

A text that a spreadsheet would take for a formula gets an apostrophe in front, as does one that has an apostrophe
there (owasp.org/www-community/attacks/CSV_Injection); a backslash, and characters that are not seen or turn the writing
around, are written as in JSON. So every text can be told from what is written.
"""

import csv
import io
from collections.abc import Callable, Iterable

from web.models import Invalidation, Page

MOST_ROWS = 10_000
"""Rows of one answer."""

_AT_ONCE = 1000
_MOST_PAGES = 20
_BASIC = 0xFFFF
_FORMULAS = ("=", "+", "-", "@", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")
COLUMNS = (
    "id", "cloudfront_id", "distribution_id", "state", "kind", "actor", "reason", "buckets", "path_count", "paths",
    "changes", "needless_evictions", "price_usd", "created_at", "settled_at", "submitted_at", "completed_at", "error",
)  # fmt: skip


def gathered(read: Callable[[str | None, int], Page[Invalidation]], cursor: str | None) -> Page[Invalidation]:
    """Return as many as one answer holds, fewer where what is asked for is rare; the cursor goes on.

    read: returns a page after a cursor, of so many at most.
    """
    rows: list[Invalidation] = []
    for _ in range(_MOST_PAGES):
        page = read(cursor, min(_AT_ONCE, MOST_ROWS - len(rows)))
        rows += page.items
        cursor = page.next_cursor
        if cursor is None or len(rows) >= MOST_ROWS:
            break
    return Page(items=rows, next_cursor=cursor)


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
    told |= {"buckets": " ".join(cause.buckets), "paths": " ".join(row.paths)}
    return ("" if told[name] is None else str(told[name]) for name in COLUMNS)
