"""A plan of what a link, repair, restore or unlink changes, laid out for reading."""

from dataclasses import dataclass

from web.models import Baseline, LinkPlan
from web.pages.diff import Row, notification_rows, rule_rows, staying, tag_rows
from web.pages.wording import counted, money


@dataclass(frozen=True, slots=True)
class PlanView:
    """The parts of a plan, and what is said beside them.

    rule: of EventBridge, none where nothing of it changes, with its name. notes: what stays though somebody might
    expect it to go. start: what the start costs, None without one.
    """

    tags: list[Row]
    notifications: list[Row]
    tags_stay: str
    notifications_stay: str
    rule: list[Row]
    rule_name: str
    notes: list[str]
    start: str | None
    changes: bool


def plan_view(plan: LinkPlan) -> PlanView:
    """Lay out a plan."""
    tags, notifications = tag_rows(plan.tags), notification_rows(plan.notifications)
    rule = rule_rows(plan.rule) if plan.rule else []
    return PlanView(
        tags=tags,
        notifications=notifications,
        tags_stay=_stay(staying(tags)),
        notifications_stay=_stay(staying(notifications)),
        rule=rule,
        rule_name=_rule_name(plan),
        notes=plan.notes,
        start=_start(plan.baseline) if plan.baseline else None,
        changes=any(row.sign != "stays" for row in (*tags, *notifications, *rule)),
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


def _rule_name(plan: LinkPlan) -> str:
    shown = (plan.rule.after or plan.rule.before or {}) if plan.rule else {}
    return str(shown.get("Name", ""))
