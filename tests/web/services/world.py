"""An account with a dashboard over it: strict, in one process, without a socket."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from invalidator.aws.clients import Clients
from invalidator.table.tables import Tables
from sandbox.aws.account import LocalAws
from sandbox.aws.resources import read_resources
from sandbox.cloudfront.api import CloudFrontApi
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.store import CloudFront
from sandbox.faults import FaultSwitch
from tests.web.services.wire import ADDRESS, Wire, clients_of
from web.models import Person
from web.services import Services
from web.services.wiring import make_services
from web.settings import WebSettings

ACCOUNT = "123456789012"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:freshedge-events"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:freshedge-invalidator"
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ANNA = Person(name="anna", role="admin")
OURS = {
    "Id": "freshedge",
    "QueueArn": QUEUE,
    "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"],
}
WIRE = Wire()
CLIENTS = clients_of(WIRE.ours)
OTHERS = clients_of(WIRE.theirs)


class HandClock:
    """A time that passes when somebody waits, and a little at each look."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(milliseconds=2)
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def unix(self) -> float:
        return self.now().timestamp()


@dataclass
class World:
    """An account as others see it (`s3`, `cloudfront`: somebody else's clients), and the dashboard's services."""

    aws: LocalAws
    clock: HandClock
    wire: Wire
    clients: Clients
    others: Clients
    settings: WebSettings
    services: Services
    tables: Tables

    @property
    def s3(self) -> Any:
        return self.others.s3

    @property
    def cloudfront(self) -> Any:
        return self.others.cloudfront

    def bucket(self, name: str, region: str = "us-east-1", **tags: str) -> str:
        """Make a bucket with tags."""
        more = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self.others.s3_in(region).create_bucket(Bucket=name, **more)
        if tags:
            self.tag(name, **tags)
        return name

    def distribution(self, *buckets: str, path: str = "", **changes: Any) -> str:
        """Make a distribution that reads buckets, and return its id."""
        origins = [
            {
                "Id": bucket,
                "DomainName": f"{bucket}.s3.us-east-1.amazonaws.com",
                "OriginPath": path,
                "S3OriginConfig": {"OriginAccessIdentity": ""},
            }
            for bucket in buckets
        ]
        config = {
            "CallerReference": uuid.uuid4().hex,
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": len(origins), "Items": origins},
            "DefaultCacheBehavior": {
                "TargetOriginId": buckets[0],
                "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": OPTIMIZED,
            },
        }
        return self.cloudfront.create_distribution(DistributionConfig=config | changes)["Distribution"]["Id"]

    def tags(self, bucket: str) -> dict[str, str]:
        try:
            found = self.s3.get_bucket_tagging(Bucket=bucket)["TagSet"]
        except self.s3.exceptions.ClientError:
            return {}
        return {tag["Key"]: tag["Value"] for tag in found}

    def tag(self, bucket: str, **tags: str) -> None:
        """Replace the whole tag set, as anybody else might."""
        tag_set = [{"Key": key, "Value": value} for key, value in tags.items()]
        self.s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tag_set})

    def notifications(self, bucket: str) -> dict[str, Any]:
        found = self.s3.get_bucket_notification_configuration(Bucket=bucket)
        return {name: value for name, value in found.items() if name != "ResponseMetadata"}

    def notify(self, bucket: str, configuration: dict[str, Any]) -> None:
        """Replace the whole notification configuration, as anybody else might."""
        self.s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=configuration, SkipDestinationValidation=True
        )

    def queue(self, name: str) -> str:
        """Make somebody's queue that S3 may send to, and return its ARN."""
        arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
        allow = {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        self.others.sqs.create_queue(QueueName=name, Attributes={"Policy": policy})
        return arn

    def rings(self) -> list[str]:
        """The distributions that the work queue was told to look at."""
        messages = self.aws.queues.receive("freshedge-work", 10, 0)
        return [json.loads(message.body)["doorbell"] for message in messages]

    def remade(self, **settings: Any) -> Services:
        """The services of another dashboard over the same account."""
        told = {name: getattr(self.settings, name) for name in self.settings.__dataclass_fields__}
        return make_services(WebSettings(**(told | settings)), self.clients, self.clock)


def make_world() -> World:
    clock, faults = HandClock(), FaultSwitch()
    store = CloudFront(clock.unix, CloudFrontSettings(requests_per_second=float("inf")), faults, ACCOUNT)
    aws = LocalAws(clock=clock.unix, cloudfront=CloudFrontApi(store), faults=faults, address=ADDRESS)
    aws.on_lambda(FUNCTION, lambda _event, _asynchronous: None)  # type: ignore[arg-type,return-value]
    resources = read_resources()
    aws.deploy(resources)
    aws.deploy(resources.only("EventsQueue", "EventsDeadLetters", "EventsQueuePolicy"), "eu-west-1")
    WIRE.reset(aws)
    _forget_rules()
    settings = WebSettings(
        table="freshedge",
        work_queue_url=aws.queues.url("freshedge-work"),
        target_arn=QUEUE,
        function_arn=FUNCTION,
        demo_person="demo",
        age_seconds=60,
        read_back_seconds=3,
    )
    services = make_services(settings, CLIENTS, clock)
    return World(aws, clock, WIRE, CLIENTS, OTHERS, settings, services, Tables.of(CLIENTS.dynamodb, "freshedge", clock))


def _forget_rules() -> None:
    """Remove the rules of EventBridge that an earlier account left: moto keeps them for the whole process."""
    for region in ("us-east-1", "eu-west-1"):
        events = OTHERS.events_in(region)
        for rule in events.list_rules()["Rules"]:
            targets = [one["Id"] for one in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]]
            if targets:
                events.remove_targets(Rule=rule["Name"], Ids=targets)
            events.delete_rule(Name=rule["Name"])
