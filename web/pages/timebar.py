"""Where the time went: the steps of an invalidation as one bar, all bars of a page on one scale of seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from web.models import Invalidation
from web.pages.states import FINAL, Look
from web.pages.wording import duration

SHORTEST_SCALE = 20.0
"""Seconds that a whole bar stands for at least, so that quick invalidations look quick."""

LONGEST_SCALE = 120.0
"""Seconds that a whole bar stands for at most; a longer one is cut at its end, and its words tell the truth."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A step of the bar. `x` and `width` are in percent of the bar; `seconds` is the true length."""

    look: Look
    word: str
    seconds: float
    x: float
    width: float
    open: bool = False


@dataclass(frozen=True, slots=True)
class TimeBar:
    """The segments of one row and what they say in words: `settled 5 s · accepted 0.4 s · edge 10.6 s`."""

    segments: tuple[Segment, ...]
    text: str


def scale_of(invalidations: Iterable[Invalidation], now: datetime) -> float:
    """Return the seconds that a whole bar stands for on a page with these invalidations."""
    longest = max((sum(s for _, _, s, _ in _steps(i, now)) for i in invalidations), default=0.0)
    return min(LONGEST_SCALE, max(SHORTEST_SCALE, longest))


def time_bar(invalidation: Invalidation, now: datetime, scale: float) -> TimeBar | None:
    """Lay out where the time of an invalidation went; None where nothing was sent and nothing waits."""
    if invalidation.state == "unneeded":
        return None
    segments: list[Segment] = []
    x = 0.0
    for look, word, seconds, is_open in _steps(invalidation, now):
        width = min(100.0 * seconds / scale, 100.0 - x)
        segments.append(Segment(look, word, seconds, round(x, 2), round(width, 2), is_open))
        x += width
    if not segments:
        return None
    return TimeBar(tuple(segments), " · ".join(_words(s) for s in segments))


def _steps(invalidation: Invalidation, now: datetime) -> list[tuple[Look, str, float, bool]]:
    """Look, word, seconds and whether it still goes on, of each step that has begun."""
    at = invalidation.created_at
    end = invalidation.completed_at  # None also where CloudFront alone knows it
    steps: list[tuple[Look, str, float, bool]] = []
    if invalidation.settled_at is not None:
        steps.append(("waiting", "settled", _seconds(at, invalidation.settled_at), False))
        at = max(at, invalidation.settled_at)
    if invalidation.submitted_at is None:
        if invalidation.state in FINAL:
            return steps
        return [*steps, ("waiting", _waits_for(invalidation), _seconds(at, now), True)]
    if invalidation.cause.kind != "outside":  # of others' nothing is known before CloudFront accepted them
        steps.append(("moving", "accepted", _seconds(at, invalidation.submitted_at), False))
    if invalidation.state == "in_progress":
        return [*steps, ("moving", "edge", _seconds(invalidation.submitted_at, now), True)]
    if invalidation.state == "completed" and end is not None:
        steps.append(("fresh", "edge", _seconds(invalidation.submitted_at, end), False))
    return steps


def _waits_for(invalidation: Invalidation) -> str:
    return "waits" if invalidation.state == "waiting" else "being sent"


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())


def _words(segment: Segment) -> str:
    return f"{segment.word} {duration(segment.seconds)}{'…' if segment.open else ''}"
