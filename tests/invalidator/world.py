"""The invalidator with everything around it, by a clock that the tests move: no socket, no thread, no sleeping.

DynamoDB and S3 are moto's, CloudFront is the sandbox's strict one, the queues are `HandQueues`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

import boto3

from invalidator.aws.clients import Clients
from invalidator.doorbell import Doorbell
from invalidator.handler import make_handler
from invalidator.settings import Settings
from invalidator.table.tables import Tables
from sandbox.cloudfront.api import CloudFrontApi
from sandbox.cloudfront.refusal import Refusal
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.store import CloudFront
from sandbox.faults import FaultSwitch
from tests.invalidator.hands import HandClock, make_table
from tests.invalidator.queues import HandQueues
from tests.sandbox.cloudfront.world import OPTIMIZED, client_of

EVENTS, WORK, DEAD = "queue/events", "queue/work", "queue/dead"
KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


class Crash(BaseException):
    """The worker dies: nothing of ours may catch this."""


@dataclass
class Accepted:
    paths: tuple[str, ...]
    at: datetime


@dataclass
class Context:
    """Lambda's context object, by the tests' clock."""

    clock: HandClock
    ends_at: datetime

    def get_remaining_time_in_millis(self) -> int:
        return round((self.ends_at - self.clock.now()).total_seconds() * 1000)


@dataclass
class World:
    clock: HandClock
    store: CloudFront
    cloudfront: Any
    s3: Any
    dynamodb: Any
    queues: HandQueues
    tables: Tables
    settings: Settings
    handler: Any
    clients: Clients
    faults: FaultSwitch
    accepted: dict[str, list[Accepted]] = field(default_factory=dict)
    written: list[tuple[str, str, datetime]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    scheduled_at: datetime | None = None
    working: bool = False
    call_seconds: float = 60

    def distribution(self, *buckets: str, **changes: Any) -> str:
        """A distribution over these buckets, the first one by default and the others under `/bucket/*`."""
        origins = [
            {
                "Id": name,
                "DomainName": f"{name}.s3.us-east-1.amazonaws.com",
                "S3OriginConfig": {"OriginAccessIdentity": ""},
            }
            for name in buckets
        ]
        common = {"ViewerProtocolPolicy": "allow-all", "CachePolicyId": OPTIMIZED}
        others = [{"PathPattern": f"/{name}/*", "TargetOriginId": name, **common} for name in buckets[1:]]
        config = {
            "CallerReference": uuid4().hex,
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": len(origins), "Items": origins},
            "DefaultCacheBehavior": {"TargetOriginId": buckets[0], **common},
            "CacheBehaviors": {"Quantity": len(others), "Items": others},
            **changes,
        }
        return self.cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"]

    def bucket(self, name: str, tag: str | None = None) -> str:
        self.s3.create_bucket(Bucket=name)
        if tag is None:
            self.s3.delete_bucket_tagging(Bucket=name)
        else:
            self.tag(name, tag)
        return name

    def tag(self, name: str, tag: str) -> None:
        self.s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "distributionId", "Value": tag}]})

    def site(self, name: str = "site") -> tuple[str, str]:
        """A bucket linked to a distribution of its own."""
        distribution_id = self.distribution(name)
        return self.bucket(name, distribution_id), distribution_id

    def upload(self, bucket: str, *keys: str, messages: int | None = None) -> None:
        """Tell of objects created now; spread over so many messages (one a key by default)."""
        self.written += [(bucket, key, self.clock.now()) for key in keys]
        count = len(keys) if messages is None else messages
        for n in range(count):
            body = {"Records": [self.record(bucket, key) for key in keys[n::count]]}
            self.queues.send_message(QueueUrl=EVENTS, MessageBody=json.dumps(body))

    def record(
        self, bucket: str, key: str, at: datetime | None = None, name: str = "ObjectCreated:Put"
    ) -> dict[str, Any]:
        return {
            "eventVersion": "2.4",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventTime": (at or self.clock.now()).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "eventName": name,
            "s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key, safe="/"), "eTag": "e", "size": 1}},
        }

    def deliver(self) -> bool:
        """Let Lambda read what is visible, events first; True where there was anything."""
        found = False
        for url, most in ((EVENTS, 100), (WORK, 1)):
            while messages := self.queues.receive_message(QueueUrl=url, MaxNumberOfMessages=most)["Messages"]:
                found = True
                self._invoke_with(url, messages)
        return found

    def _invoke_with(self, url: str, messages: list[dict[str, Any]]) -> None:
        event = {
            "Records": [{"eventSource": "aws:sqs", "messageId": m["MessageId"], "body": m["Body"]} for m in messages]
        }
        try:
            answer = self.invoke(event)
        except Crash:
            return
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in failed:
                self.queues.held[url].pop(message["ReceiptHandle"], None)

    def invoke(self, event: Mapping[str, Any]) -> Any:
        self.working = True
        try:
            return self.handler(event, Context(self.clock, self.clock.now() + timedelta(seconds=self.call_seconds)))
        finally:
            self.working = False

    def ring(self, distribution_id: str) -> None:
        """What the dashboard does after it wrote something down."""
        Doorbell(self.tables.bells, self.queues, WORK, self.clock).ring(distribution_id)

    def tick(self) -> Any:
        """The schedule's minute."""
        self.scheduled_at = self.clock.now()
        return self.invoke({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}})

    def run(self, seconds: float, *, schedule: bool = True) -> None:
        """Let so much time pass, with all that is due in it."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while True:
            while self.deliver():
                pass
            due = [at for url in (EVENTS, WORK) if (at := self.queues.next_visible_at(url))]
            if schedule:
                due.append((self.scheduled_at or self.clock.now()) + timedelta(seconds=60))
                self.scheduled_at = self.scheduled_at or self.clock.now()
            due = [at for at in due if at <= end]
            if not due:
                break
            self.clock.sleep(max(0.0, (min(due) - self.clock.now()).total_seconds()))
            if schedule and self.clock.now() >= self.scheduled_at + timedelta(seconds=60):
                with suppress(Crash):
                    self.tick()
        self.clock.sleep(max(0.0, (end - self.clock.now()).total_seconds()))

    def refuse(self, operation: str, when: Callable[[dict[str, Any]], Refusal | None]) -> None:
        """Have CloudFront refuse some calls of an operation."""
        operate = self.store.operate

        def refusing(name: str, params: dict[str, Any]) -> dict[str, Any]:
            refusal = when(params) if name == operation else None
            if refusal:
                raise refusal
            return operate(name, params)

        self.store.operate = refusing  # type: ignore[method-assign]

    def sent(self, distribution_id: str) -> list[tuple[str, ...]]:
        """The paths of each invalidation that CloudFront accepted, in order."""
        return [one.paths for one in self.accepted.get(distribution_id, [])]

    def stale(self, distribution_id: str, bucket: str) -> list[str]:
        """The keys of a bucket that changed and that no invalidation since covers."""
        return [
            key
            for name, key, at in self.written
            if name == bucket
            and not any(
                one.at >= at and any(_covers(path, f"/{key}") for path in one.paths)
                for one in self.accepted.get(distribution_id, [])
            )
        ]

    def history(self, **wanted: Any) -> list[Any]:
        return self.tables.attempts.page(**wanted).items

    def items(self) -> Iterator[dict[str, Any]]:
        """Everything in the table, for checkers."""
        for page in self.dynamodb.get_paginator("scan").paginate(TableName=self.settings.table):
            yield from page["Items"]


def _covers(path: str, uri: str) -> bool:
    return uri.startswith(path[:-1]) if path.endswith("*") else path == uri


def make_world(*, cloudfront: CloudFrontSettings | None = None, after: World | None = None, **settings: Any) -> World:
    """A world; call it under `mock_aws`. after: a world that is over, whose clients are used again."""
    clock, faults = HandClock(), FaultSwitch()
    store = CloudFront(
        clock, cloudfront or CloudFrontSettings(requests_per_second=float("inf")), faults, "123456789012"
    )
    if after:
        after.dynamodb.delete_table(TableName=after.settings.table)
    made = {
        "dynamodb": after.dynamodb if after else boto3.client("dynamodb", **KEYS),
        "s3": after.s3 if after else boto3.client("s3", **KEYS),
        "cloudfront": client_of(CloudFrontApi(store)),
    }
    queues = HandQueues(clock)
    name = f"t-{uuid4().hex}"
    make_table(made["dynamodb"], name)
    known = Settings(table=name, work_queue_url=WORK, dead_letter_queue_url=DEAD, **settings)
    clients = Clients(lambda service, _region: queues if service == "sqs" else made[service])
    world = World(
        clock=clock,
        store=store,
        queues=queues,
        tables=Tables.of(made["dynamodb"], name, clock),
        settings=known,
        clients=clients,
        handler=make_handler(known, clients, clock, jitter=lambda _low, high: high),
        faults=faults,
        **made,
    )
    store.subscribe(
        lambda distribution_id, paths, created_at, _effective_at: _accept(world, distribution_id, paths, created_at)
    )
    return world


def _accept(world: World, distribution_id: str, paths: Iterable[str], created_at: float) -> None:
    at = datetime.fromtimestamp(created_at, world.clock.now().tzinfo)
    world.accepted.setdefault(distribution_id, []).append(Accepted(tuple(paths), at))


@contextmanager
def dying(world: World, when: Callable[[str, bool], bool]) -> Iterator[None]:
    """Have the worker die at an AWS call. when: given the call's name and whether it has taken effect already."""

    def before(name: str) -> None:
        if world.working:
            world.calls.append(name)
            if when(name, False):
                raise Crash

    def after(name: str) -> None:
        if world.working and when(name, True):
            raise Crash

    hooks = []
    for service in ("dynamodb", "s3", "cloudfront"):
        events = getattr(world, service).meta.events
        for stage, act in (("before-call", before), ("after-call", after)):
            hook = lambda model, act=act, **_: act(model.name)  # noqa: E731
            events.register(f"{stage}.{service}", hook)
            hooks.append((events, f"{stage}.{service}", hook))
    world.queues.before, world.queues.after = before, after
    try:
        yield
    finally:
        world.queues.before = world.queues.after = lambda _: None
        for events, name, hook in hooks:
            events.unregister(name, hook)
