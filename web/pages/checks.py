"""A link's health, check by check: what was found, how bad it is, and what mends it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from web.models import HealthItem, Link
from web.pages.errors import pretty
from web.pages.findings import worst_first
from web.pages.states import SEVERITIES, Badge
from web.pages.stopped import Way, by_event_bridge, conflicts_of, link_url

MOST_LINES = 6
"""Lines of evidence that are shown at most."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `evidence`: a line each; `statement`: an IAM statement to add, laid out; `fix`: what mends it."""

    badge: Badge
    title: str
    message: str
    evidence: list[str]
    statement: str | None
    fix: Way | None = None


def checks_of(link: Link) -> list[Check]:
    """Lay out what was found, the worst first; a link without findings says that it was looked at."""
    if not link.health:
        message = "The tag, the notification and the distributions are as they should be."
        return [Check(Badge("fresh", "ok"), "Healthy", message, [], None)]
    return [_check(item, link) for item in worst_first(link.health)]


def _check(item: HealthItem, link: Link) -> Check:
    return Check(
        badge=SEVERITIES[item.severity],
        title=item.code.replace("_", " ").replace("-", " ").capitalize(),
        message=item.message,
        evidence=_evidence(item),
        statement=pretty(item.statement),
        fix=_fix(item, link),
    )


def _evidence(item: HealthItem) -> list[str]:
    """Say what was seen; a configuration of somebody else as the wizard says it."""
    theirs = item.evidence.get("configuration")
    if not isinstance(theirs, Mapping):
        return evidence_lines(item.evidence)
    (conflict,) = conflicts_of([theirs])
    return [f"{conflict.name} tells {conflict.whose}", *conflict.lines][:MOST_LINES]


def _fix(item: HealthItem, link: Link) -> Way | None:
    if item.code in ("notification_overlapped", "target_wrong") and not item.repairable:
        return by_event_bridge(link.bucket, link.distribution_ids)
    if item.code == "lambda_straight" and item.repairable:
        return Way("Move it to the queue…", f"{link_url(link.bucket)}/repair")
    return Way("Fix…", f"{link_url(link.bucket)}/repair") if item.repairable else None


def evidence_lines(evidence: Mapping[str, object]) -> list[str]:
    """Say what was seen, a line each: `events: s3:ObjectCreated:*`."""
    lines = []
    for name, value in evidence.items():
        shown = ", ".join(map(_said, value)) if isinstance(value, list | tuple) else _said(value)
        if shown:
            lines.append(f"{name.replace('_', ' ')}: {shown}")
    return lines[:MOST_LINES]


def _said(value: object) -> str:
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
