"""Rows of the history, the same on its own page, on a distribution and on a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from web.models import Invalidation
from web.pages.refusals import plain
from web.pages.sentences import cause
from web.pages.states import FINAL, Badge, of_invalidation
from web.pages.timebar import TimeBar, scale_of, time_bar
from web.pages.wording import money, number
from web.services.failure_words import parted


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """An invalidation as a row. `origin` stands before the cause where machines made it: `S3: `.

    paths: how many, in words that fit a column of numbers; `unknown` where CloudFront could not be asked.
    cost: what they cost, empty where they were free. trouble: why it failed or is not done yet, or empty.
    """

    invalidation: Invalidation
    badge: Badge
    origin: str
    cause: str
    paths: str
    cost: str
    trouble: str
    bar: TimeBar | None


def history_rows(invalidations: Sequence[Invalidation], now: datetime) -> list[HistoryRow]:
    """Lay out invalidations, their bars all on one scale of seconds."""
    scale = scale_of(invalidations, now)
    return [history_row(invalidation, now, scale) for invalidation in invalidations]


def history_row(invalidation: Invalidation, now: datetime, scale: float) -> HistoryRow:
    """Lay out one invalidation; `scale` is how many seconds a whole bar stands for."""
    return HistoryRow(
        invalidation=invalidation,
        badge=of_invalidation(invalidation),
        origin="S3: " if invalidation.cause.kind == "s3" else "",
        cause=cause(invalidation),
        paths=number(invalidation.path_count) if invalidation.paths_known else "unknown",
        cost=money(invalidation.price_usd) if invalidation.price_usd else "",
        trouble=_trouble(invalidation),
        bar=time_bar(invalidation, now, scale),
    )


def _trouble(invalidation: Invalidation) -> str:
    """Say why one failed or is not done yet; what was mended on the way is told on its own page."""
    return "" if invalidation.state == "completed" else plain(parted(invalidation.error or "")[0])


def said_of(rows: Sequence[HistoryRow]) -> str:
    """What the live region says of a list: what moves, else how the newest ended."""
    moving = sum(row.invalidation.state not in FINAL for row in rows)
    if moving:
        return f"{moving} under way."
    return f"{rows[0].origin}{rows[0].cause}: {rows[0].badge.word}." if rows else ""
