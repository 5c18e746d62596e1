"""The codes of health: a closed set, each with how bad it is. `docs/health.md` tells people about every one."""

from collections.abc import Mapping

from invalidator.errors import AccessDeniedError
from web.models import HealthItem, Severity

SEVERITIES: dict[str, Severity] = {
    "tag_missing": "fault",
    "tag_bad": "fault",
    "tag_unreadable": "warning",
    "distribution_unknown": "fault",
    "distribution_unread": "warning",
    "distribution_disabled": "warning",
    "distribution_reads_another": "warning",
    "notification_missing": "fault",
    "notification_unreadable": "warning",
    "notification_overlapped": "fault",
    "events_incomplete": "fault",
    "lifecycle_untold": "note",
    "filter_narrows": "fault",
    "filter_aside": "note",
    "target_wrong": "fault",
    "target_other_region": "fault",
    "target_unset": "warning",
    "queue_missing": "fault",
    "queue_refuses": "fault",
    "queue_unreadable": "note",
    "lambda_straight": "note",
    "bridge_off": "fault",
    "rule_target_wrong": "fault",
    "rule_disabled": "fault",
    "rule_incomplete": "fault",
    "rule_unreadable": "warning",
    "not_checked": "warning",
    "event_never_seen": "note",
}
"""How bad each finding is, by its code."""

CODES = frozenset(SEVERITIES)
ABOUT_NOTIFICATIONS = frozenset(
    {
        "notification_missing",
        "events_incomplete",
        "lifecycle_untold",
        "filter_narrows",
        "target_wrong",
        "target_other_region",
        "lambda_straight",
    }
)
"""What a repair mends by writing the notification anew."""


def denied_item(code: str, denied: AccessDeniedError, so: str) -> HealthItem:
    """Return the finding that something can't be read. so: what follows from that, as a sentence."""
    return HealthItem(
        code=code,
        severity=SEVERITIES[code],
        message=f"{denied} {so}",
        statement=denied.statement,
        evidence={"action": denied.action, "resource": denied.resource},
    )


def item(
    code: str,
    message: str,
    *,
    repairable: bool = False,
    statement: dict[str, object] | None = None,
    evidence: Mapping[str, object] | None = None,
) -> HealthItem:
    """Return a finding; its severity is that of its code."""
    return HealthItem(
        code=code,
        severity=SEVERITIES[code],
        message=message,
        repairable=repairable,
        statement=statement,
        evidence=dict(evidence or {}),
    )
