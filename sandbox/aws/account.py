"""The local AWS account: every service at one address."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from moto.sqs.responses import SQSResponse

from sandbox.aws import state
from sandbox.aws.couriers import Couriers
from sandbox.aws.dispatch import Scope, scope
from sandbox.aws.dynamodb import Dynamo
from sandbox.aws.errors import AwsError, error_for
from sandbox.aws.lambdas import Invoke, Lambdas
from sandbox.aws.messages import Answer, Request
from sandbox.aws.moto_http import call as call_moto
from sandbox.aws.moto_regions import own_entry
from sandbox.aws.moto_services import backend, entry
from sandbox.aws.objects import Objects
from sandbox.aws.policies import parsed
from sandbox.aws.queues import Queues
from sandbox.aws.resources import Resources
from sandbox.aws.s3.api import S3Api
from sandbox.aws.s3.changes import Changes
from sandbox.aws.s3.delivery import Delivery
from sandbox.aws.s3.notifying import Notifying
from sandbox.aws.s3.settings import Settings
from sandbox.aws.s3.store import Store
from sandbox.aws.saving import Keeper
from sandbox.aws.sqs.backend import regions as sqs_regions
from sandbox.aws.tagging_api import TaggingApi
from sandbox.cloudfront.api import CloudFrontApi
from sandbox.faults import FaultSwitch

_log = logging.getLogger(__name__)


class LocalAws:
    """S3, SQS, DynamoDB, STS, tagging, Lambda's Invoke, and a CloudFront that is handed in.

    Several may be in one process, and moto's `mock_aws` beside them: their state is their own, but for topics and
    EventBridge's rules, which moto keeps for the whole process.

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
        self.account, self.region, self._cloudfront, self.clock = account, region, cloudfront, clock
        self.regions = sqs_regions(account, clock)
        self._sqs = own_entry(SQSResponse, "sqs_backend", lambda asked: self.regions[asked.region])
        self.queues = Queues(account, region, self.regions, address)
        self.dynamo = Dynamo(account, clock)
        self.lambdas = Lambdas(account, region)
        self.store = Store(clock)
        self.objects = Objects(self.store)
        self.delivery = Delivery(clock, faults, account, Couriers(account, self.queues, self.lambdas).send)
        self.settings = Settings(self.store, account)
        notifying = Notifying(self.store, self.delivery, account, self)
        self._s3 = S3Api(
            self.store, self.settings, Changes(clock, account, self.delivery.tell), notifying, region, account
        )
        self._saving = threading.Lock()
        self._keeper: Keeper | None = None
        self._saved: tuple[Path, tuple[int, ...]] | None = None
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
        except Exception:  # noqa: BLE001 - the rim: a client gets an answer
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
        """Write the whole state to a folder, or leave there what was; raise `SavingError`.

        Cheap where nothing changed since the last time: to be called every few seconds, and once more after `close`.
        """
        with self._saving:
            now = state.changes(self)
            if self._saved == (folder, now):
                return
            if self._keeper is None or self._keeper.folder != folder:
                self._keeper = Keeper(folder)
            self._keeper.save(*state.dump(self))
            self._saved = (folder, now)

    def load(self, folder: Path) -> None:
        """Take over the state that a folder keeps, if it keeps one; raise `SavingError`. To be done first of all."""
        self._keeper = Keeper(folder)
        if kept := self._keeper.load():
            state.load(self, *kept)

    def close(self) -> None:
        """Wake whoever waits, and end every thread. What has not been delivered can still be saved."""
        self.queues.close()
        self.delivery.close()
        self.lambdas.close()

    # What destinations there are, for notification configurations.

    def queue_policy(self, arn: str) -> Mapping[str, Any] | None:
        """A queue's policy; None where there is no such queue of this account."""
        queue = self._queue(arn)
        return None if queue is None else parsed(queue.policy)

    def topic_policy(self, arn: str) -> Mapping[str, Any] | None:
        """A topic's policy; None where there is no such topic of this account."""
        topic = backend("sns", self.account, arn.split(":")[3]).topics.get(arn)
        return None if topic is None else parsed(topic.policy)

    def has_function(self, arn: str) -> bool:
        """Whether there is such a function."""
        return self.lambdas.known(arn)

    def _queue(self, arn: str) -> Any:  # noqa: ANN401 - moto is untyped
        _, _, _, region, account, name = arn.split(":", 5)
        if account != self.account or region not in self.regions:
            return None
        return self.regions[region].queues.get(name)

    def _other(self, request: Request, asked: Scope) -> Answer:
        if asked.service == "s3control":
            return self._s3.tags.control(request)
        if asked.service == "dynamodb":
            return self.dynamo.handle(request)
        if asked.service == "lambda":
            return self.lambdas.handle(request)
        if asked.service == "tagging":
            return self._tagging.handle(request, asked.region or self.region)
        if asked.service == "sqs":
            return call_moto(self._sqs, request, self.account)
        return call_moto(entry(asked.service, request), request, self.account)

    def _tagged(self, region: str) -> dict[str, Mapping[str, str]]:
        with self.store.lock:
            buckets: Iterable[tuple[str, Mapping[str, str]]] = [
                (f"arn:aws:s3:::{one.name}", one.tags) for one in self.store.buckets.values() if one.region == region
            ]
        queues = self.regions[region].queues.values() if region in self.regions else ()
        return dict(buckets) | {queue.queue_arn: queue.tags for queue in queues}
