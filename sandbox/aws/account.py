"""The local AWS account: every service at one address."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from sandbox.aws import saving
from sandbox.aws.dispatch import Scope, scope
from sandbox.aws.dynamodb import Dynamo
from sandbox.aws.errors import AwsError, error_for
from sandbox.aws.lambdas import Invoke, Lambdas
from sandbox.aws.messages import Answer, Request, Response
from sandbox.aws.moto_http import Dispatch
from sandbox.aws.moto_http import call as call_moto
from sandbox.aws.objects import Objects
from sandbox.aws.queues import Queues
from sandbox.aws.resources import Resources
from sandbox.aws.s3.api import S3Api
from sandbox.aws.s3.changes import Changes
from sandbox.aws.s3.delivery import BRIDGE, Delivery
from sandbox.aws.s3.destinations import parsed
from sandbox.aws.s3.notifying import Notifying
from sandbox.aws.s3.settings import Settings
from sandbox.aws.s3.store import Store
from sandbox.aws.sqs.backend import install as install_sqs
from sandbox.aws.tagging_api import TaggingApi
from sandbox.cloudfront.api import CloudFrontApi
from sandbox.faults import FaultSwitch

_log = logging.getLogger(__name__)


class LocalAws:
    """S3, SQS, DynamoDB, STS, tagging, Lambda's Invoke, and a CloudFront that is handed in.

    moto keeps its state for the whole process: there can be one `LocalAws` at a time, and making one empties moto's
    S3, SQS and DynamoDB of the account.

    clock: unix seconds.
    address: where clients reach this, like `http://127.0.0.1:8001`; queue URLs begin with it.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        cloudfront: CloudFrontApi,
        faults: FaultSwitch,
        account: str = "123456789012",
        region: str = "us-east-1",
        address: str = "",
    ) -> None:
        self.account, self.region, self._cloudfront, self._clock = account, region, cloudfront, clock
        self._regions = install_sqs(account, clock)
        self.queues = Queues(account, region, self._regions, address)
        self.dynamo = Dynamo(account, clock)
        self.lambdas = Lambdas(account, region)
        self.store = Store(clock)
        self.objects = Objects(self.store)
        self.delivery = Delivery(clock, faults, account, self._deliver)
        self.settings = Settings(self.store, account)
        notifying = Notifying(self.store, self.delivery, account, self)
        self._s3 = S3Api(self.store, self.settings, Changes(clock, account, self.delivery.tell), notifying, region)
        self._tagging = TaggingApi(self._tagged)

    def handle(self, request: Request) -> Answer:
        """Answer a request, whichever service it is for."""
        asked = scope(request)
        if asked.service == "cloudfront":
            return self._cloudfront.handle(request.method, request.path, request.query, request.headers, request.body)
        if asked.service == "s3":
            return self._s3.handle(request, asked)
        try:
            return self._other(request, asked)
        except AwsError as error:
            return error_for(request, error)
        except Exception:
            _log.exception("The local AWS failed at %s %s", request.method, request.path)
            return error_for(request, AwsError("InternalFailure", "The local AWS failed; its log says how.", 500))

    def on_lambda(self, function_arn: str, invoke: Invoke) -> None:
        """Make a function known: S3 may notify it, and Lambda's Invoke reaches it.

        invoke: called with the event and whether it is asynchronous; should it raise then, it is tried twice more.
        """
        self.lambdas.add(function_arn, invoke)

    def deploy(self, resources: Resources, region: str | None = None) -> None:
        """Make the tables and queues that serverless.yml declares; what is there already is kept."""
        region = region or self.region
        for properties in resources.tables(self.account, region):
            self.dynamo.make(properties, region)
        for name, attributes in resources.queues(self.account, region):
            self.queues.create(name, attributes, region)

    def save(self, folder: Path) -> None:
        """Write the whole state to a folder, whole or not at all; cheap where nothing changed. See `saving.save`."""
        saving.save(self, folder)

    def load(self, folder: Path) -> None:
        """Take over the state that was written to a folder; an empty folder is an empty state. See `saving.load`."""
        saving.load(self, folder)

    def close(self) -> None:
        """Wake whoever waits, and end every thread. What has not been delivered can still be saved."""
        self.queues.wake()
        self.delivery.close()
        self.lambdas.close()

    # What destinations there are, for notification configurations.

    def queue_policy(self, arn: str) -> Mapping[str, Any] | None:
        """A queue's policy; None where there is no such queue of this account."""
        queue = self._queue(arn)
        return None if queue is None else parsed(queue.policy)

    def topic_policy(self, arn: str) -> Mapping[str, Any] | None:
        """A topic's policy; None where there is no such topic of this account."""
        topic = self._sns(arn).topics.get(arn)
        return None if topic is None else parsed(topic.policy)

    def has_function(self, arn: str) -> bool:
        """Whether there is such a function."""
        return self.lambdas.known(arn)

    def _queue(self, arn: str) -> Any:  # noqa: ANN401 - moto is untyped
        _, _, _, region, account, name = arn.split(":", 5)
        if account != self.account or region not in self._regions:
            return None
        return self._regions[region].queues.get(name)

    def _sns(self, arn: str) -> Any:  # noqa: ANN401 - moto is untyped
        from moto.sns.models import sns_backends  # noqa: PLC0415 - only who uses topics pays for its import

        return sns_backends[self.account][arn.split(":")[3]]

    def _deliver(self, destination: str, event: dict[str, Any]) -> None:
        """Take an S3 event to its destination; what is not there any more gets none, as with S3."""
        if destination == BRIDGE:
            self._to_bridge(event)
        elif ":lambda:" in destination:
            if self.lambdas.known(destination):
                self.lambdas.later(destination, event)
        elif ":sns:" in destination:
            self._sns(destination).publish(json.dumps(event), arn=destination, subject="Amazon S3 Notification")
        elif (queue := self._queue(destination)) is not None:
            self.queues.send(queue.name, json.dumps(event, separators=(",", ":")), region=queue.region)

    def _to_bridge(self, event: dict[str, Any]) -> None:
        """Hand an event to EventBridge's rules of the bucket's region, if anybody has made one."""
        from moto.events.models import events_backends  # noqa: PLC0415 - only who uses EventBridge pays for its import

        for bus in events_backends[self.account][event["region"]].event_buses.values():
            for rule in bus.rules.values():
                rule.send_to_targets(event, transform_input=False)

    def _other(self, request: Request, asked: Scope) -> Answer:
        if asked.service == "s3control":
            return self._s3.tags.control(request)
        if asked.service == "dynamodb":
            return self.dynamo.handle(request)
        if asked.service == "lambda":
            return self.lambdas.handle(request)
        if asked.service == "tagging":
            return self._tagging.handle(request, asked.region or self.region)
        return call_moto(_moto(asked.service), request, self.account)

    def _tagged(self, region: str) -> dict[str, Mapping[str, str]]:
        with self.store.lock:
            buckets: Iterable[tuple[str, Mapping[str, str]]] = [
                (f"arn:aws:s3:::{one.name}", one.tags) for one in self.store.buckets.values() if one.region == region
            ]
        queues = self._regions[region].queues.values() if region in self._regions else ()
        return dict(buckets) | {queue.queue_arn: queue.tags for queue in queues}


def _moto(service: str) -> Dispatch:
    """Return moto's entry for a service; imported when somebody asks for it."""
    # ruff: noqa: PLC0415 - see the docstring
    if service == "sqs":
        from moto.sqs.responses import SQSResponse as Entry
    elif service == "sts":
        from moto.sts.responses import TokenResponse as Entry
    elif service == "sns":
        from moto.sns.responses import SNSResponse as Entry
    elif service == "events":
        from moto.events.responses import EventsHandler as Entry
    else:
        words = (
            f"The local AWS has no service named {service!r}. It has S3, SQS, DynamoDB, STS, CloudFront, tagging, "
            "Lambda's Invoke, SNS and EventBridge."
        )
        raise AwsError("UnknownService", words, 501)
    dispatch: Dispatch = Entry.dispatch
    return dispatch


__all__ = ["LocalAws", "Response"]
