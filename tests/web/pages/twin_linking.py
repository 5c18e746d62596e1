"""The twin's links: planned, made, mended, restored, ended, all at once and without AWS."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from invalidator.errors import BadInputError
from web.models import (
    Baseline,
    BeforeAfter,
    HealthReport,
    Link,
    LinkChoices,
    LinkPlan,
    LinkWay,
    Page,
    Person,
    RuleChange,
)
from web.services.errors import OverlapError

QUEUE = "arn:aws:sqs:us-east-1:123456789012:freshedge-events"
OURS = {
    "Id": "freshedge",
    "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"],
    "QueueArn": QUEUE,
}
THUMBNAILS = {
    "Id": "thumbnails",
    "Events": ["s3:ObjectCreated:*"],
    "LambdaFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:thumbnails",
    "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "img/"}]}},
}


@dataclass
class LinkFacts:
    """What the twin knows of a bucket's link beside its row.

    overlaps: configurations of others in the way; kept_at: of what can be restored.
    """

    via: LinkWay | None = None
    ways: Sequence[LinkWay] = ("queue", "eventbridge")
    overlaps: Sequence[dict[str, object]] = ()
    kept_at: datetime | None = None
    checked_at: datetime | None = None


def rule_of(bucket: str) -> dict[str, object]:
    """Our rule of EventBridge for a bucket, as a plan shows it."""
    return {
        "Name": f"freshedge-{bucket}",
        "EventPattern": {
            "source": ["aws.s3"],
            "detail-type": ["Object Created", "Object Deleted"],
            "detail": {"bucket": {"name": [bucket]}},
        },
        "State": "ENABLED",
        "Targets": [{"Id": "freshedge", "Arn": QUEUE}],
    }


@dataclass
class Linking:
    """Links over a `World`: refuses what the real service refuses, and `world.failing` beyond it."""

    world: Any

    def link(self, bucket: str) -> Link:
        self.world.fail("link")
        found, facts = self.world.bucket(bucket), self._facts(bucket)
        return Link(
            bucket=found.name,
            region=found.region,
            distribution_ids=found.distribution_ids,
            state=found.state,
            health=found.health,
            last_event_at=found.last_event_at,
            via=self._via(bucket),
            kept_at=facts.kept_at,
            checked_at=facts.checked_at,
        )

    def links(self, *, q: str = "", cursor: str | None = None, state: str | None = None, limit: int = 50) -> Page[Link]:
        from tests.web.pages.twin import page_of

        found = [
            self.link(b.name)
            for b in sorted(self.world.buckets.values(), key=lambda b: b.name)
            if (b.state == state if state else b.state != "unlinked")
            and any(q in text for text in (b.name, *b.distribution_ids))
        ]
        return page_of(found, cursor, limit, self.world.clock.now())

    def choices(self, bucket: str) -> LinkChoices:
        found = self.world.bucket(bucket)
        self.world.fail("choices")
        facts = self._facts(bucket)
        return LinkChoices(bucket=found, via=self._via(bucket), ways=list(facts.ways), overlaps=list(facts.overlaps))

    def plan(
        self, bucket: str, ids: Sequence[str], *, baseline: bool | None = None, via: LinkWay | None = None
    ) -> LinkPlan:
        self.world.bucket(bucket)
        for each in ids:
            self.world.distribution(each)
        self.world.fail("plan")
        self.world.fail(f"plan {bucket}")
        way, overlaps = via or self._via(bucket) or "queue", self._facts(bucket).overlaps
        if way == "queue" and overlaps:
            raise OverlapError("The configuration thumbnails already sends s3:ObjectCreated:* elsewhere.", overlaps)
        start = Baseline(objects=1284, price_usd=0.0006) if baseline is not False else None
        return self._plan(bucket, {"distributionId": " ".join(ids)}, way, start)

    def apply(
        self,
        bucket: str,
        ids: Sequence[str],
        person: Person,
        *,
        baseline: bool | None = None,
        via: LinkWay | None = None,
    ) -> Link:
        self.world.fail("apply")
        self.world.fail(f"apply {bucket}")
        self.plan(bucket, ids, baseline=baseline, via=via)
        self._done("link", bucket, person)
        self._facts(bucket).via = via or self._via(bucket) or "queue"
        self.world.change(bucket, distribution_ids=list(ids), state="linked", health=[])
        return self.link(bucket)

    def unlink_plan(self, bucket: str) -> LinkPlan:
        self.world.bucket(bucket)
        self.world.fail("unlink_plan")
        return self._plan(bucket, {}, None)

    def unlink(self, bucket: str, person: Person) -> Link:
        self.world.bucket(bucket)
        self.world.fail("unlink")
        self._done("unlink", bucket, person)
        self._facts(bucket).via = None
        self.world.change(bucket, distribution_ids=[], state="unlinked", health=[])
        return self.link(bucket)

    def repair_plan(self, bucket: str) -> LinkPlan:
        found = self.world.bucket(bucket)
        self.world.fail("repair_plan")
        if found.state == "unlinked":
            raise BadInputError(f"{bucket} has no link to mend. Link it to a distribution.")
        return self._plan(bucket, {"distributionId": " ".join(found.distribution_ids)}, "queue")

    def repair(self, bucket: str, person: Person) -> Link:
        self.world.fail("repair")
        self.repair_plan(bucket)
        self._done("repair", bucket, person)
        self.world.change(bucket, state="linked", health=[])
        return self.link(bucket)

    def restore_plan(self, bucket: str) -> LinkPlan:
        found = self.world.bucket(bucket)
        self.world.fail("restore_plan")
        if self._facts(bucket).kept_at is None:
            raise BadInputError(f"No notification configuration of {bucket} was kept, so none can be restored.")
        kept = None if self._via(bucket) else "queue"
        return self._plan(bucket, {"distributionId": " ".join(found.distribution_ids)}, kept)

    def restore(self, bucket: str, person: Person) -> Link:
        self.world.fail("restore")
        self.restore_plan(bucket)
        self._done("restore", bucket, person)
        return self.link(bucket)

    def check_all(self, person: Person | None = None) -> HealthReport:
        self.world.fail("check_all")
        self.world.audit.append(("check", None, person.name if person else ""))
        faulty = sorted(b.name for b in self.world.buckets.values() if b.state == "faulty")
        linked = [b.name for b in self.world.buckets.values() if b.state != "unlinked"]
        unread = {name: why for name, why in self.world.unread.items() if name in linked}
        now = self.world.clock.now()
        for name in linked:
            self._facts(name).checked_at = now
        return HealthReport(
            checked=len(linked) - len(unread), faulty=len(faulty), as_of=now, faulty_buckets=faulty, unread=unread
        )

    def _done(self, verb: str, bucket: str, person: Person) -> None:
        self.world.audit.append((verb, bucket, person.name))
        self._facts(bucket).kept_at = self.world.clock.now()

    def _facts(self, bucket: str) -> LinkFacts:
        found: LinkFacts = self.world.link_facts.setdefault(bucket, LinkFacts())
        return found

    def _via(self, bucket: str) -> LinkWay | None:
        linked = self.world.bucket(bucket).state != "unlinked"
        return self._facts(bucket).via or ("queue" if linked else None)

    def _plan(self, bucket: str, ours: dict[str, str], way: LinkWay | None, start: Baseline | None = None) -> LinkPlan:
        others: dict[str, object] = dict(self.world.tags.get(bucket, {"team": "web"}))
        found, now = self.world.bucket(bucket), self._via(bucket)
        linked = bool(found.distribution_ids)
        before = {**others, "distributionId": " ".join(found.distribution_ids)} if linked else others
        own = {**OURS, "Events": ["s3:ObjectCreated:*"]} if found.state == "faulty" else OURS
        rules = {"eventbridge": rule_of(bucket)}
        made, there = rules.get(way or ""), rules.get(now or "")
        return LinkPlan(
            bucket=bucket,
            tags=BeforeAfter(before=before, after={**others, **ours}),
            notifications=BeforeAfter(before=_told(now, own), after=_told(way, OURS)),
            baseline=start,
            rule=RuleChange(before=there, after=made) if made != there else None,
            notes=self.world.notes,
        )


def _told(way: LinkWay | None, own: dict[str, object]) -> dict[str, object]:
    lambdas: dict[str, object] = {"LambdaFunctionConfigurations": [THUMBNAILS]}
    if way == "queue":
        return {**lambdas, "QueueConfigurations": [own]}
    return {**lambdas, "EventBridgeConfiguration": {}} if way == "eventbridge" else lambdas
