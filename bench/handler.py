"""Events a second through the Lambda's handler, and what a deploy of 10,000 objects writes into the table.

The handler is the real one, in this process, over the local AWS without sockets; so most of the time is botocore's and
the local AWS's, as it is botocore's and the network's on Lambda. The yardsticks are the one call that an event of
direct mode can't do without, and reading the same messages as JSON.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import Any

from bench.account import ACCOUNT, REGION, Account
from bench.report import Row
from bench.site import CACHING_OPTIMIZED
from invalidator.clock import SystemClock
from invalidator.handler import make_handler
from invalidator.settings import Settings

BUCKET = "bench-handler"
DEPLOY = 10_000
DIRECT = 500
BATCH = 100
FLUSHES = 20


def rows(_: ExitStack) -> list[Row]:
    """Measure direct mode, then a deploy through the durable mode."""
    return [*direct_rows(), *durable_rows()]


def direct_rows() -> list[Row]:
    """One event a call, as S3 calls a Lambda."""
    with closing(Account()) as account:
        distribution_id = link(account)
        handle = make_handler(Settings(), account.clients, SystemClock())
        events = list(s3_events(DIRECT))
        handle(json.loads(events[0]), None)  # the first call makes the clients
        taken = seconds(lambda: [handle(json.loads(event), None) for event in events])
        yardstick = DIRECT / seconds(lambda: ask(account, distribution_id, DIRECT))
    return [Row("handler, direct mode", DIRECT / taken, "events a s", ("bare CreateInvalidation", yardstick))]


def durable_rows() -> list[Row]:
    """A deploy: recorded in batches as Lambda reads a queue, then flushed by doorbells."""
    with closing(Account()) as account:
        distribution_id = link(account)
        settings = Settings(
            table="freshedge", work_queue_url=account.aws.queues.url("freshedge-work"), settle_seconds=0
        )
        handle = make_handler(settings, account.clients, SystemClock())
        batches = list(queue_events(DEPLOY))
        account.writes = 0
        recording = seconds(lambda: [handle(batch, None) for batch in batches])
        recorded, account.writes = account.writes, 0
        yardstick = DEPLOY / seconds(lambda: read_all(r["body"] for batch in batches for r in batch["Records"]))
        bell = queue_event([json.dumps({"doorbell": distribution_id})])
        flushing = seconds(lambda: [handle(bell, None) for _ in range(FLUSHES)])
        made = account.clients.cloudfront.list_invalidations(DistributionId=distribution_id)["InvalidationList"]
    accepted = made["Quantity"]
    return [
        Row("handler, durable mode: recording", DEPLOY / recording, "events a s", ("json.loads", yardstick)),
        Row(f"flush of {DEPLOY:,} changes, {accepted} invalidation(s)", flushing, "s"),
        Row(f"table writes to record {DEPLOY:,} objects", recorded, "writes", goal="a few hundred"),
        Row("table writes to flush them", account.writes, "writes"),
    ]


def ask(account: Account, distribution_id: str, count: int) -> None:
    """Make invalidations by boto3 alone: the least that an event each costs."""
    for n in range(count):
        batch: Any = {"Paths": {"Quantity": 1, "Items": [f"/{n}"]}, "CallerReference": f"bare {n}"}
        account.clients.cloudfront.create_invalidation(DistributionId=distribution_id, InvalidationBatch=batch)


def read_all(texts: Iterable[str]) -> None:
    """Read texts as JSON, and let them go."""
    for text in texts:
        json.loads(text)


def link(account: Account) -> str:
    """Make a bucket with a tag, and the distribution that it names; return its id."""
    s3, cloudfront = account.clients.s3, account.clients.cloudfront
    s3.create_bucket(Bucket=BUCKET)
    origin = {
        "Id": "bucket",
        "DomainName": f"{BUCKET}.s3.{REGION}.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    behavior = {
        "TargetOriginId": "bucket",
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": CACHING_OPTIMIZED,
    }
    config: Any = {
        "CallerReference": BUCKET,
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behavior,
    }
    made = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "distributionId", "Value": made["Id"]}]})
    return made["Id"]


def s3_events(count: int) -> Iterator[str]:
    """Yield events as S3 sends them, one object each, as JSON."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for n in range(count):
        told = {
            "key": f"section-{n % 40}/page-{n}.html",
            "size": 2000,
            "eTag": f"{n:032x}",
            "sequencer": f"{n:016X}",
        }
        record = {
            "eventVersion": "2.4",
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": at,
            "eventName": "ObjectCreated:Put",
            "s3": {
                "s3SchemaVersion": "1.0",
                "bucket": {"name": BUCKET, "arn": f"arn:aws:s3:::{BUCKET}"},
                "object": told,
            },
        }
        yield json.dumps({"Records": [record]})


def queue_events(count: int) -> Iterator[dict[str, Any]]:
    """Yield the same events as Lambda hands over a queue's messages."""
    bodies = list(s3_events(count))
    for begin in range(0, count, BATCH):
        yield queue_event(bodies[begin : begin + BATCH])


def queue_event(bodies: list[str]) -> dict[str, Any]:
    """Return an SQS event with these messages."""
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:freshedge-events"
    common = {"eventSource": "aws:sqs", "eventSourceARN": arn, "awsRegion": REGION, "attributes": {}}
    return {
        "Records": [
            {**common, "messageId": str(n), "receiptHandle": str(n), "body": body} for n, body in enumerate(bodies)
        ]
    }


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
