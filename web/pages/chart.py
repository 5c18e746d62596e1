"""Days of a month as bars: the geometry of the overview's chart."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

STEP = 36
BAR = 26
HEIGHT = 64
FLOOR = 1.5
"""Height of a day without anything, so that it is seen as zero and not as missing."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its date, its count, and the bar's place in the drawing (units of the view box)."""

    date: date
    count: int
    x: float
    y: float
    height: float
    today: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The days until today, in a drawing that is wide enough for the whole month."""

    days: tuple[Day, ...]
    width: int
    height: int
    bar: int
    first: date
    last: date
    sentence: str


def month_chart(counts: Mapping[str, int], today: date) -> Chart:
    """Draw the counts of this month's days. `counts` is by ISO date, such as `2026-11-24`; missing days are zero."""
    length = monthrange(today.year, today.month)[1]
    by_day = [counts.get(today.replace(day=n).isoformat(), 0) for n in range(1, today.day + 1)]
    top = max([*by_day, 1])
    days = tuple(_day(today.replace(day=n + 1), count, top, today) for n, count in enumerate(by_day))
    last = today.replace(day=length)
    return Chart(days, length * STEP - (STEP - BAR), HEIGHT, BAR, today.replace(day=1), last, _sentence(days))


def _day(day: date, count: int, top: int, today: date) -> Day:
    height = max(FLOOR, (HEIGHT - 4) * count / top)
    return Day(day, count, (day.day - 1) * STEP, HEIGHT - height, height, day == today)


def _sentence(days: tuple[Day, ...]) -> str:
    best = max(days, key=lambda day: day.count)
    if best.count == 0:
        return "No paths yet this month."
    return f"Most on {best.date.day} {best.date:%b}: {best.count:,}."
