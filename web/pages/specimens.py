"""One of everything that pages are made of, for the demo's page of components. Nothing here is of an account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from invalidator.errors import AccessDeniedError
from web.models import BeforeAfter, Cause, Invalidation, InvalidationState, LinkPlan, RuleChange
from web.pages.chart import Chart, month_chart
from web.pages.facts import Fact
from web.pages.inline import Trouble, trouble_of
from web.pages.listing import Chip, Paging
from web.pages.plans import PlanView, plan_view
from web.pages.states import SEVERITIES, Badge
from web.pages.timebar import SHORTEST_SCALE, TimeBar, time_bar

STATES: tuple[tuple[Badge, str], ...] = (
    (Badge("fresh", "fresh"), "The edge serves what the bucket holds."),
    (Badge("moving", "moving"), "It is on its way, and moves by itself."),
    (Badge("waiting", "waiting"), "It waits for quiet, for a turn or for CloudFront, and goes on by itself."),
    (Badge("faulty", "faulty"), "Something stays stale until somebody does something."),
    (Badge("paused", "paused"), "Somebody holds it back; changes go on being recorded."),
)
"""The five states, the same on every page, and what each of them means."""

BESIDE: tuple[tuple[Badge, str], ...] = (
    (Badge("unknown", "unknown"), "We can't tell, and say so: never looked at, or not allowed to look."),
    (Badge(None, "not linked"), "No state at all: in grey, without a shape."),
    *((SEVERITIES[name], f"A finding that is a {name}.") for name in ("fault", "warning", "note")),
)
"""What stands beside the five."""

SIZES = (
    (13, "small", "labels, ages, ids"),
    (14, "", "the text"),
    (16, "lead", "the overview's first line"),
    (20, "title", "titles"),
)
"""Sizes in pixels at the browser's usual size, their class, and what is written in them."""


@dataclass(frozen=True, slots=True)
class Specimens:
    """What the page of components shows, beside the states."""

    bars: list[tuple[str, TimeBar | None]]
    chart: Chart
    plan: PlanView
    chips: list[Chip]
    paging: Paging
    facts: list[Fact]
    trouble: Trouble
    names: list[tuple[str, str]]


def specimens(now: datetime) -> Specimens:
    """Make one of everything, as it is at this time."""
    return Specimens(
        bars=[(word, time_bar(_invalidation(now, state), now, SHORTEST_SCALE)) for word, state in _BARS],
        chart=month_chart({now.date().replace(day=day).isoformat(): day * 7 % 40 for day in range(1, 29)}, now.date()),
        plan=plan_view(_PLAN),
        chips=[
            Chip("All", "/about/design#lists", current=True),
            Chip("Linked 43", "/about/design#lists", current=False),
        ],
        paging=Paging("50 of 214 buckets", "/about/design#lists", "/about/design#lists"),
        facts=[Fact("Version", "freshedge"), Fact("Links notify", _QUEUE, mono=True)],
        trouble=trouble_of(AccessDeniedError("s3:GetBucketTagging", "arn:aws:s3:::docs-site")),
        names=[
            ("a key", "guide/index.html"),
            ("a long key", "/" + "/".join(f"part-{n:02}-of-a-long-key" for n in range(8)) + "/index.html"),
            ("a key with what nobody sees", "invoice\u202egpj.exe\u00a0\x1b"),
        ],
    )


_QUEUE = "arn:aws:sqs:us-east-1:123456789012:freshedge-events"
_BARS: tuple[tuple[str, InvalidationState], ...] = (
    ("waits", "waiting"),
    ("at the edge", "in_progress"),
    ("live", "completed"),
    ("failed", "failed"),
    ("not needed", "unneeded"),
)
_THUMBNAILS = {
    "Id": "thumbnails",
    "Events": ["s3:ObjectCreated:*"],
    "QueueArn": "arn:aws:sqs:us-east-1:123456789012:thumbnails",
    "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "img/"}]}},
}
_OURS = {"Id": "freshedge", "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], "QueueArn": _QUEUE}
_PLAN = LinkPlan(
    bucket="docs-site",
    tags=BeforeAfter(
        before={"team": "web", "distributionId": "E1OLD"}, after={"team": "web", "distributionId": "E2QWRUHAPOMQZL"}
    ),
    notifications=BeforeAfter(
        before={"QueueConfigurations": [_THUMBNAILS]}, after={"QueueConfigurations": [_THUMBNAILS, _OURS]}
    ),
    rule=RuleChange(
        before=None,
        after={
            "Name": "freshedge-docs-site",
            "State": "ENABLED",
            "EventPattern": {"source": ["aws.s3"], "detail": {"bucket": {"name": ["docs-site"]}}},
            "Targets": [{"Id": "freshedge", "Arn": _QUEUE}],
        },
    ),
    notes=["What stays though somebody might expect it to go, and why."],
)


def _invalidation(now: datetime, state: InvalidationState) -> Invalidation:
    begun = now - timedelta(seconds=12)
    sent = state in ("in_progress", "completed")
    return Invalidation(
        id="specimen",
        distribution_id="E2QWRUHAPOMQZL",
        state=state,
        cause=Cause(kind="s3", buckets=["docs-site"]),
        created_at=begun,
        settled_at=begun + timedelta(seconds=5) if state != "waiting" else None,
        submitted_at=begun + timedelta(seconds=5.4) if sent else None,
        completed_at=now if state == "completed" else None,
    )
