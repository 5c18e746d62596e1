"""The five states of every page, each with a word, a shape and a colour; unknown is said as unknown."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from web.models import Bucket, Distribution, Invalidation, Link
from web.pages.wording import duration

Look = Literal["fresh", "moving", "waiting", "faulty", "paused", "unknown"]


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as it is shown. `look` None is a state of no concern, in grey and without a shape."""

    look: Look | None
    word: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Which distributions have work now: `moving` ones are at CloudFront, `waiting` ones settle or queue."""

    moving: Collection[str] = ()
    waiting: Collection[str] = ()


TROUBLED: dict[str, Badge] = {
    "faulty": Badge("faulty", "faulty"),
    "paused": Badge("paused", "paused"),
    "starting": Badge("moving", "starting"),
}
UNREADABLE, UNCHECKED = "tag_unreadable", "not_checked"
"""Findings (`docs/health.md`) by which a state is unknown: the tag may not be read, or nobody has looked yet."""

FINAL = {"completed", "failed", "unneeded"}
SEVERITIES: dict[str, Badge] = {
    "fault": Badge("faulty", "faulty"),
    "warning": Badge("waiting", "warning"),
    "note": Badge("unknown", "note"),
}


def of_link(link: Bucket | Link, busy: Busy) -> Badge:
    """Tell the state of a bucket's link; a linked one whose distributions are at rest is fresh, if anybody looked."""
    codes = {item.code for item in link.health}
    if UNREADABLE in codes:
        return Badge("unknown", "unknown")
    if link.state == "unlinked":
        return _unlinked(link)
    if link.state != "linked":
        return TROUBLED[link.state]
    if set(link.distribution_ids) & set(busy.moving):
        return Badge("moving", "moving")
    if set(link.distribution_ids) & set(busy.waiting):
        return Badge("waiting", "waiting")
    return Badge("unknown", "not checked") if UNCHECKED in codes else Badge("fresh", "fresh")


def of_distribution(distribution: Distribution, busy: Busy | None = None) -> Badge:
    """Tell the state of a distribution; `busy` is younger than what a list knows."""
    moving, waiting = distribution.in_progress.files + distribution.in_progress.wildcards, distribution.waiting
    busy = busy or Busy()
    if distribution.paused:
        return Badge("paused", "paused")
    if moving or distribution.id in busy.moving:
        return Badge("moving", "moving")
    if waiting or distribution.id in busy.waiting:
        return Badge("waiting", "waiting")
    return Badge("fresh", "fresh") if distribution.buckets else Badge(None, "not linked")


def of_invalidation(invalidation: Invalidation) -> Badge:
    """Tell the state of an invalidation; a finished one says how long it took until it was live."""
    match invalidation.state:
        case "waiting":
            return Badge("waiting", "waiting")
        case "queued":
            return Badge("waiting", "queued")
        case "in_progress":
            return Badge("moving", "in progress")
        case "failed":
            return Badge("faulty", "failed")
        case "unneeded":
            return Badge(None, "not needed")
    seconds = live_after(invalidation)
    return Badge("fresh", "live" if seconds is None else f"live after {duration(seconds)}")


def live_after(invalidation: Invalidation) -> float | None:
    """Seconds from the first change (or the request) until the edge was fresh; None while it is not."""
    if invalidation.completed_at is None:
        return None
    return max(0.0, (invalidation.completed_at - invalidation.created_at).total_seconds())


def unfinished(invalidations: Collection[Invalidation]) -> bool:
    """Whether any of them can still change."""
    return any(invalidation.state not in FINAL for invalidation in invalidations)


def _unlinked(bucket: Bucket | Link) -> Badge:
    if isinstance(bucket, Bucket) and not bucket.suggested_distribution_ids:
        return Badge(None, "no distribution reads it")
    return Badge(None, "not linked")
