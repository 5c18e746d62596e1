"""What the pages say in whole sentences: how everything stands, and why something was invalidated."""

from dataclasses import dataclass
from datetime import datetime

from web.models import Invalidation, Summary
from web.pages.wording import ago, counted, duration, listed, money, number

SYSTEM_CAUSES = {"start": "start of", "sweep": "sweep of", "probe": "probe of"}


@dataclass(frozen=True, slots=True)
class Standing:
    """The first lines of the overview: `strong` and `rest` are one sentence, `detail` the line below."""

    strong: str
    rest: str
    detail: str


def standing(summary: Summary, moving: int, unchecked: int, now: datetime) -> Standing:
    """Say how everything stands.

    moving: linked buckets whose distributions have work now; unchecked: others, at which nobody has looked yet.
    """
    states = summary.links
    total = sum(count for state, count in states.items() if state != "unlinked")
    detail = f"Checked {ago(summary.as_of, now)} · {_waits(summary)}"
    paths = paths_used(summary)
    if not total:
        return Standing("No bucket is linked yet.", f" {paths}", detail)
    fresh = max(0, states.get("linked", 0) - moving - unchecked)
    others = [
        (moving + states.get("starting", 0), "moving"),
        (states.get("faulty", 0), "faulty"),
        (states.get("paused", 0), "paused"),
        (unchecked, "not checked"),
    ]
    tail = "".join(f", {number(count)} {word}" for count, word in others if count)
    strong = f"All {total} links fresh" if fresh == total > 1 else f"{fresh} of {counted(total, 'link')} fresh"
    return Standing(strong, f"{tail}. {paths}", detail)


def paths_used(summary: Summary) -> str:
    """Say how much of the month's free paths is used; and what came beyond them, with its price."""
    if not summary.usage_known:
        return "How many paths this month took is not known: without a table nobody counts them."
    used, free = summary.paths_this_month, summary.free_paths
    if used <= free:
        return f"{number(used)} of {number(free)} free paths used this month."
    more = f"{number(used - free)} more for {money(summary.cost_this_month_usd)}"
    return f"All {number(free)} free paths of this month are used, and {more}."


def month_cost(summary: Summary) -> str:
    """Say what this month cost so far."""
    return f"paths by day · {money(summary.cost_this_month_usd)} so far"


def cause(invalidation: Invalidation) -> str:
    """Say why: `412 uploaded, 5 changed`, `demo: “wrong price on /sale”`, `made outside freshedge`."""
    why = invalidation.cause
    match why.kind:
        case "s3":
            return _s3(invalidation)
        case "person":
            return f"{why.actor or 'somebody'}: “{why.reason}”" if why.reason else f"{why.actor or 'somebody'}, by hand"
        case "outside":
            return "made outside freshedge"
    return f"{SYSTEM_CAUSES[why.kind]} {listed(why.buckets) or invalidation.distribution_id}"


def kept_cached(invalidation: Invalidation) -> int | None:
    """How many uploads were recognised as unchanged and so stay cached; None where that is no question."""
    return sum(invalidation.dropped.values()) if invalidation.dropped else None


def _s3(invalidation: Invalidation) -> str:
    dropped = sum(invalidation.dropped.values())
    changed = number(invalidation.changes) if invalidation.changes else "none"
    if dropped:
        return f"{number(invalidation.changes + dropped)} uploaded, {changed} changed"
    return f"{changed} changed"


def _waits(summary: Summary) -> str:
    if not summary.waiting_changes:
        return "nothing waits"
    waits = "waits" if summary.waiting_changes == 1 else "wait"
    text = f"{counted(summary.waiting_changes, 'change')} {waits}"
    if summary.oldest_waiting_seconds is None:
        return text
    return f"{text} · oldest change not yet live: {duration(summary.oldest_waiting_seconds)}"
