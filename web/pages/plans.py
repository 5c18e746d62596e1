"""A plan of what a link, repair or unlink changes, laid out for reading."""

from dataclasses import dataclass

from web.models import Baseline, LinkPlan
from web.pages.diff import Row, notification_rows, staying, tag_rows
from web.pages.wording import counted, money


@dataclass(frozen=True, slots=True)
class PlanView:
    """Both halves of a plan, and what is said beside them. `start`: what the start costs, None without one."""

    tags: list[Row]
    notifications: list[Row]
    tags_stay: str
    notifications_stay: str
    start: str | None
    changes: bool


def plan_view(plan: LinkPlan) -> PlanView:
    """Lay out a plan."""
    tags, notifications = tag_rows(plan.tags), notification_rows(plan.notifications)
    return PlanView(
        tags=tags,
        notifications=notifications,
        tags_stay=_stay(staying(tags)),
        notifications_stay=_stay(staying(notifications)),
        start=_start(plan.baseline) if plan.baseline else None,
        changes=any(row.sign != "stays" for row in (*tags, *notifications)),
    )


def _stay(count: int) -> str:
    if not count:
        return ""
    return "1 stays as it is" if count == 1 else f"{count} stay as they are"


def _start(baseline: Baseline) -> str:
    return (
        f"{counted(baseline.objects, 'object is', 'objects are')} read once ({money(baseline.price_usd)}) and the "
        "whole distribution is invalidated once (1 path), so that unchanged files are recognised from the first deploy."
    )
