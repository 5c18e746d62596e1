"""The local AWS behind a real port, with real clients."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.aws.account import LocalAws
from sandbox.aws.resources import read_resources
from sandbox.aws.wire import HttpServer, listen
from sandbox.cloudfront.api import CloudFrontApi
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.store import CloudFront
from sandbox.faults import FaultSwitch

ACCOUNT = "123456789012"
HOME = "us-east-1"
EVENTS = "freshedge-events"
EVENTS_ARN = f"arn:aws:sqs:{HOME}:{ACCOUNT}:{EVENTS}"
FUNCTION_ARN = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:invalidator"
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}

Record = dict[str, Any]


class World:
    """A local AWS that answers at a port; its clock can be set ahead by adding to `ahead_s`."""

    def __init__(self, load: Path | None = None) -> None:
        self.faults = FaultSwitch()
        self.ahead_s = 0.0
        cloudfront = CloudFront(self.clock, CloudFrontSettings(), self.faults, ACCOUNT)
        self.aws = LocalAws(clock=self.clock, cloudfront=CloudFrontApi(cloudfront), faults=self.faults)
        self.server = HttpServer(listen(0, "the local AWS", "AWS_PORT"), self.aws.handle)
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.aws.queues.address = self.url
        if load:
            self.aws.load(load)
        self.aws.deploy(read_resources())
        self._buckets = 0
        self._clients: list[Any] = []

    def clock(self) -> float:
        return time.time() + self.ahead_s

    def client(self, service: str, region: str = HOME, **config: Any) -> Any:
        config.setdefault("retries", {"total_max_attempts": 1})
        made = boto3.client(service, region_name=region, endpoint_url=self.url, config=Config(**config), **KEYS)
        self._clients.append(made)
        return made

    @property
    def s3(self) -> Any:
        if not hasattr(self, "_s3"):
            self._s3 = self.client("s3")
        return self._s3

    def bucket(self, region: str = HOME, *, versioned: bool = False, notified: bool = False) -> str:
        """Make a new bucket and return its name."""
        self._buckets += 1
        name = f"bucket-{self._buckets}"
        where = {} if region == HOME else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        (self.s3 if region == HOME else self.client("s3", region)).create_bucket(Bucket=name, **where)
        if versioned:
            self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        if notified:
            self.notify(name)
        return name

    def notify(self, bucket: str, *events: str, **configuration: Any) -> None:
        """Have the events queue be told of a bucket's events, and take the test event out of it."""
        names = list(events) or ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
        one = {"QueueArn": EVENTS_ARN, "Events": names, **configuration}
        self.s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [one]}
        )
        assert self.messages(1)[0]["Event"] == "s3:TestEvent"

    def messages(self, count: int, wait_s: float = 5, queue: str = EVENTS, region: str | None = None) -> list[Record]:
        """Take so many messages out of a queue, in the order in which they came; there must be no more of them."""
        got: list[Record] = []
        until = time.monotonic() + wait_s
        while len(got) < count and time.monotonic() < until:
            for message in self.aws.queues.receive(queue, 10, 0.5, region):
                got.append(json.loads(message.body))
                self.aws.queues.delete(queue, message.receipt, region)
        until_true(self.aws.delivery.idle)
        assert self.aws.queues.depth(queue, region).visible == 0
        assert len(got) == count
        return got

    def records(self, count: int) -> list[Record]:
        """Take so many S3 events out of the events queue and return their records."""
        return [record for message in self.messages(count) for record in message["Records"]]

    def calm(self) -> None:
        """Have no faults, no events on their way, and none in the queue."""
        self.faults.set(delay_events_s=0, repeat_events=0, reorder_events=False)
        until_true(self.aws.delivery.idle)
        self.aws.regions[HOME].queues[EVENTS].box.purge()

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self.aws.close()
        self.server.stop()


def refusal(call: Any, **parameters: Any) -> tuple[str, int]:
    """Make a call that is refused, and return AWS's code and the status."""
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return refused.value.response["Error"]["Code"], refused.value.response["ResponseMetadata"]["HTTPStatusCode"]


@contextmanager
def running(load: Path | None = None) -> Iterator[World]:
    """A local AWS, empty or going on from a folder."""
    world = World(load)
    world.server.start()
    try:
        yield world
    finally:
        world.close()


def until_true(holds: Callable[[], bool], within_s: float = 5) -> None:
    """Wait until something holds."""
    until = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < until, "it never held"
        time.sleep(0.005)
