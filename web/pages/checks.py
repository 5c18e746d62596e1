"""A link's health, check by check: what was found, how bad it is, and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass

from web.models import HealthItem, Link
from web.pages.errors import pretty
from web.pages.findings import worst_first
from web.pages.states import SEVERITIES, Badge

MOST_LINES = 6
"""Lines of evidence that are shown at most."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `evidence`: a line each; `statement`: an IAM statement to add, laid out."""

    badge: Badge
    title: str
    message: str
    evidence: list[str]
    statement: str | None


def checks_of(link: Link) -> list[Check]:
    """Lay out what was found, the worst first; a link without findings says that it was looked at."""
    if not link.health:
        message = "The tag, the notification and the distributions are as they should be."
        return [Check(Badge("fresh", "ok"), "Healthy", message, [], None)]
    return [_check(item) for item in worst_first(link.health)]


def _check(item: HealthItem) -> Check:
    return Check(
        badge=SEVERITIES[item.severity],
        title=item.code.replace("_", " ").replace("-", " ").capitalize(),
        message=item.message,
        evidence=evidence_lines(item.evidence),
        statement=pretty(item.statement),
    )


def evidence_lines(evidence: Mapping[str, object]) -> list[str]:
    """Say what was seen, a line each: `events: s3:ObjectCreated:*`."""
    lines = []
    for name, value in evidence.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        if shown:
            lines.append(f"{name.replace('_', ' ')}: {shown}")
    return lines[:MOST_LINES]
