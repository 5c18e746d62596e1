"""What is in flight: each unfinished invalidation with how far it is, and about when it will be live."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from web.models import Distribution, Invalidation
from web.pages.refusals import passes, plain
from web.pages.sentences import cause
from web.pages.sites import site_of
from web.pages.states import Badge, of_invalidation
from web.pages.timebar import TimeBar, scale_of, time_bar
from web.pages.wording import counted, duration, listed

SOON = 0.5
"""Seconds below which a wait is not worth a number."""


@dataclass(frozen=True, slots=True)
class Flight:
    """A row of what is in flight. `url` is None where no record exists yet: changes that only wait in the journal."""

    badge: Badge
    buckets: str
    distribution_id: str
    site: str
    url: str | None
    sentence: str
    bar: TimeBar | None
    end: str


def flights(
    unfinished: Sequence[Invalidation],
    known: Mapping[str, Distribution],
    recent: Iterable[Invalidation],
    now: datetime,
    *,
    all_paused: bool,
) -> list[Flight]:
    """Lay out what is unfinished. `recent` tells how long the edge usually takes; `known` which are paused."""
    scale, usual = scale_of(unfinished, now), usual_seconds(recent)
    found = []
    for one in unfinished:
        distribution = known.get(one.distribution_id)
        held = all_paused or bool(distribution and distribution.paused)
        found.append(
            Flight(
                badge=_badge(one, held=held),
                buckets=listed(_buckets(one, distribution)),
                distribution_id=one.distribution_id,
                site=site_of(distribution) if distribution else "",
                url=f"/invalidations/{one.id}" if one.id else None,
                sentence=_sentence(one),
                bar=time_bar(one, now, scale),
                end=_end(one, usual, now, held=held),
            )
        )
    return found


def usual_seconds(recent: Iterable[Invalidation]) -> float | None:
    """Return the median seconds that CloudFront took of late, from accepting to completed; None if it is not known."""
    took = [
        (one.completed_at - one.submitted_at).total_seconds() for one in recent if one.completed_at and one.submitted_at
    ]
    return median(took) if took else None


def _buckets(one: Invalidation, distribution: Distribution | None) -> list[str]:
    """The buckets it came from; what waits in a journal does not say, but where one feeds it there is no doubt."""
    fed_by = distribution.buckets if distribution else []
    return one.cause.buckets or (fed_by if not one.id and len(fed_by) == 1 else [])


def _badge(one: Invalidation, *, held: bool) -> Badge:
    if one.state == "in_progress":
        return Badge("moving", "moving")
    return Badge("paused", "paused") if held else of_invalidation(one)


def _sentence(one: Invalidation) -> str:
    if one.error:
        return f"{plain(one.error)} We go on by ourselves." if passes(one.error) else plain(one.error)
    return f"{cause(one)} → {counted(one.path_count, 'path')}" if one.path_count else f"{cause(one)} so far"


def _end(one: Invalidation, usual: float | None, now: datetime, *, held: bool) -> str:
    if one.state != "in_progress":
        return "held back" if held else ""
    if usual is None or one.submitted_at is None:
        return ""
    left = usual - (now - one.submitted_at).total_seconds()
    return f"live in ~{duration(max(1, round(left)))}" if left > SOON else "live any moment"
