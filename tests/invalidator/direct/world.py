"""Direct mode over the strict local CloudFront and an S3 that answers tags, with real boto3 clients and no socket."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus, urlsplit
from xml.sax.saxutils import escape

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from invalidator.aws.buckets import Buckets
from invalidator.aws.clients import Clients
from invalidator.aws.cloudfront import CloudFront
from invalidator.deadline import Deadline
from invalidator.direct import Direct
from invalidator.log import LOGGER, JsonFormatter
from invalidator.routing import Routing
from sandbox.cloudfront.api import CloudFrontApi
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.writing import Response
from tests.sandbox.cloudfront.world import HandClock, World, client_of, make_world

LAMBDA_SECONDS = 60.0
NOON = "2026-11-25T12:00:00.000Z"


class Time:
    """The invalidator's clock over the hand of the local CloudFront: who sleeps lets time pass for both."""

    def __init__(self, hand: HandClock) -> None:
        self._hand = hand
        self.slept: list[float] = []
        self.while_asleep: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._hand(), UTC)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._hand.advance(seconds)
        self.while_asleep()


@dataclass
class S3:
    """Buckets and their tags, as S3 answers for them.

    refusals: by bucket, an error code with its status, instead of an answer; with how often, or for ever.
    asked: region and bucket of every call.
    """

    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    websites: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    refusals_left: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, request: AWSPreparedRequest, region: str) -> tuple[int, str]:
        url = urlsplit(request.url)
        bucket = url.path.strip("/")
        self.asked.append((region, bucket))
        if bucket in self.refusals and self.refusals_left.get(bucket, 1) > 0:
            self.refusals_left[bucket] = self.refusals_left.get(bucket, 10**9) - 1
            return self._error(*self.refusals[bucket])
        if bucket not in self.tags:
            return self._error(404, "NoSuchBucket")
        if "tagging" in url.query:
            tags = "".join(
                f"<Tag><Key>{escape(k)}</Key><Value>{escape(v)}</Value></Tag>" for k, v in self.tags[bucket].items()
            )
            return (200, f"<Tagging><TagSet>{tags}</TagSet></Tagging>") if tags else self._error(404, "NoSuchTagSet")
        if bucket not in self.websites:
            return self._error(404, "NoSuchWebsiteConfiguration")
        suffix = self.websites[bucket]
        return (
            200,
            f"<WebsiteConfiguration><IndexDocument><Suffix>{suffix}</Suffix></IndexDocument></WebsiteConfiguration>",
        )

    @staticmethod
    def _error(status: int, code: str) -> tuple[int, str]:
        return status, f"<Error><Code>{code}</Code><Message>{code}, as S3 says it.</Message></Error>"

    def client(self, region: str | None) -> Any:
        where = region or "us-east-1"
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        client = boto3.client("s3", region_name=where, aws_access_key_id="a", aws_secret_access_key="b", config=config)

        def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
            status, body = self.answer(request, where)
            return AWSResponse(request.url, status, {"content-type": "application/xml"}, _Raw(body.encode()))

        client.meta.events.register("before-send.s3", send)
        return client


class _Raw:
    """What AWSResponse reads its body from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


@dataclass
class Gate:
    """Stands before CloudFront and refuses calls: what IAM denies, and what AWS dislikes beyond its documentation.

    rules: each takes method, path and body, and returns status and code, or None where the call may pass.
    calls: how many there were, by method.
    """

    api: CloudFrontApi
    rules: list[Callable[[str, str, str], tuple[int, str] | None]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)

    def handle(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Response:
        self.calls[method] += 1
        for rule in self.rules:
            if refusal := rule(method, path, body.decode()):
                status, code = refusal
                error = f"<ErrorResponse><Error><Code>{code}</Code><Message>Refused.</Message></Error></ErrorResponse>"
                return Response(status, (("content-type", "text/xml"),), error.encode())
        return self.api.handle(method, path, query, headers, body)

    def deny(self, method: str, part_of_path: str) -> None:
        """Deny a method on every path with this part, as IAM does."""
        self.rules.append(lambda m, path, _: (403, "AccessDenied") if m == method and part_of_path in path else None)


class Lines(logging.Handler):
    """Keeps what was logged, as the JSON that it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))

    def of(self, level: str) -> list[str]:
        """Each line of a level, whole, as text to look into."""
        return [json.dumps(line) for line in self.lines if line["level"] == level]


@contextmanager
def logged() -> Iterator[Lines]:
    """Keep all that is logged meanwhile."""
    lines, level = Lines(), LOGGER.level
    LOGGER.addHandler(lines)
    LOGGER.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        LOGGER.removeHandler(lines)
        LOGGER.setLevel(level)


@dataclass
class DirectWorld:
    """A Lambda in direct mode, its AWS, and what it did."""

    aws: World
    s3: S3
    gate: Gate
    time: Time
    direct: Direct
    lines: Lines

    def link(self, bucket: str, *distribution_ids: str) -> None:
        self.s3.tags[bucket] = {"owner": "web", "distributionId": " ".join(distribution_ids)}

    def distribution(self, bucket: str = "site", path: str = "", **changes: Any) -> str:
        """Make a distribution over a bucket."""
        origin = {
            "Id": "bucket",
            "DomainName": f"{bucket}.s3.us-east-1.amazonaws.com",
            "OriginPath": path,
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }
        changes = {"Origins": {"Quantity": 1, "Items": [origin]}} | changes
        return self.aws.create(f"r{len(self.aws.store.distributions())}", **changes)

    def handle(self, event: dict[str, Any], seconds: float = LAMBDA_SECONDS) -> dict[str, Any]:
        return self.direct.handle(event, Deadline(self.time, seconds))

    def request(
        self, distribution_id: str, *paths: str, reference: str | None = "k", seconds: float = 60
    ) -> dict[str, Any]:
        asked = {"distribution_id": distribution_id, "paths": list(paths), "caller_reference": reference}
        return self.direct.request({"manual_request": asked}, Deadline(self.time, seconds))

    def made(self, distribution_id: str) -> list[list[str]]:
        """The paths of each invalidation of a distribution, oldest first."""
        listed = self.aws.client.list_invalidations(DistributionId=distribution_id)["InvalidationList"]
        ids = [one["Id"] for one in listed.get("Items", [])][::-1]
        got = [self.aws.client.get_invalidation(DistributionId=distribution_id, Id=one) for one in ids]
        return [one["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] for one in got]


def make_direct_world(lines: Lines, settings: CloudFrontSettings | None = None, jitter: Any = None) -> DirectWorld:
    aws = make_world(settings) if settings else make_world()
    s3, gate, time = S3(), Gate(aws.api), Time(aws.clock)
    client = client_of(gate)
    clients = Clients(lambda service, region: {"s3": lambda: s3.client(region)}[service]())
    cloudfront, buckets = CloudFront(client), Buckets(clients)
    routing = Routing(cloudfront, buckets)
    direct = Direct(cloudfront, buckets, routing, time, jitter or (lambda low, high: (low + high) / 2))
    return DirectWorld(aws, s3, gate, time, direct, lines)


def record(key: str = "a.html", bucket: str = "site", name: str = "ObjectCreated:Put", **more: Any) -> dict[str, Any]:
    """A record as S3 sends it; `sequencer` and `region` may be given."""
    thing = {"key": quote_plus(key, safe="/"), "sequencer": more.get("sequencer", "0055AED6DCD90281E5")}
    if name.startswith("ObjectCreated"):
        thing |= {"size": 3, "eTag": "d41d8cd98f00b204e9800998ecf8427e"}
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": more.get("region", "us-east-1"),
        "eventTime": more.get("time", NOON),
        "eventName": name,
        "s3": {"bucket": {"name": bucket}, "object": thing},
    }


def s3_event(*records: dict[str, Any]) -> dict[str, Any]:
    return {"Records": list(records or (record(),))}


def sqs_event(*bodies: Any) -> dict[str, Any]:
    """A batch of messages `m0`, `m1`, …"""
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    return {"Records": [{"messageId": f"m{n}", "body": text, "eventSource": "aws:sqs"} for n, text in enumerate(texts)]}


def destination(event: dict[str, Any]) -> dict[str, Any]:
    """A Lambda destination's record of an event that failed."""
    return {"version": "1.0", "requestContext": {"condition": "RetriesExhausted"}, "requestPayload": event}


def batch_with(text: str, most: int = 10**9) -> Any:
    """A rule for the gate: CloudFront refuses batches that have a text in them, or more items than so many."""

    def rule(method: str, _path: str, body: str) -> tuple[int, str] | None:
        if method != "POST":
            return None
        if body.count("<Path>") > most:
            return 413, "BatchTooLarge"
        return (400, "InvalidArgument") if text in body else None

    return rule
