"""Lambda's entry, and the wiring of both modes.

Takes S3 events in every envelope, doorbells, the schedule and manual requests. An SQS batch is answered with the
messages that failed (Lambda Developer Guide, services-sqs-errorhandling.html); everything else raises, so that Lambda
tries again.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from invalidator.answer import Answerer
from invalidator.attempt import Sender
from invalidator.aws.buckets import Buckets
from invalidator.aws.clients import Clients, make_clients
from invalidator.aws.cloudfront import CloudFront
from invalidator.aws.objects import Objects
from invalidator.clock import Clock, SystemClock
from invalidator.deadletters import DeadLetters
from invalidator.deadline import Deadline, Jitter, LambdaContext
from invalidator.direct import Direct
from invalidator.doorbell import Doorbell
from invalidator.durable import Durable
from invalidator.errors import BadInputError
from invalidator.finishing import Finisher
from invalidator.flush import Flusher
from invalidator.judging import Judging
from invalidator.log import configure
from invalidator.looks import Looks
from invalidator.record import Recorder
from invalidator.rescue import Rescue
from invalidator.routing import Routing
from invalidator.settings import Settings
from invalidator.table.tables import Tables

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Handler = Callable[[dict[str, Any], LambdaContext | None], dict[str, Any] | None]


def make_handler(settings: Settings, clients: Clients, clock: Clock, jitter: Jitter = random.uniform) -> Handler:
    """Return what answers Lambda's events: with a table the durable mode, without one the direct mode.

    Raises: BadInputError, where settings do not go together.
    """
    mode = make_durable(settings, clients, clock, jitter) if settings.table else _direct(clients, clock, jitter)

    def handle(event: dict[str, Any], context: LambdaContext | None = None) -> dict[str, Any] | None:
        return mode.handle(event, Deadline.of(context, clock))

    return handle


def make_durable(settings: Settings, clients: Clients, clock: Clock, jitter: Jitter = random.uniform) -> Durable:
    """Return the durable mode, wired.

    Raises: BadInputError, where settings do not go together.
    """
    if settings.table is None or settings.work_queue_url is None:
        raise BadInputError("FRESHEDGE_TABLE and FRESHEDGE_WORK_QUEUE_URL go together: set both, or neither.")
    tables = Tables.of(clients.dynamodb, settings.table, clock)
    rim = Rim(CloudFront(clients.cloudfront), Buckets(clients), Looks(Objects(clients)), clients.sqs)
    return durable_over(rim, tables, settings, clock, jitter)


@dataclass(frozen=True, slots=True)
class Rim:
    """What the steps of durable mode reach AWS by, the table left aside. sqs: boto3's client."""

    cloudfront: CloudFront
    buckets: Buckets
    looks: Looks
    sqs: "SQSClient"


def durable_over(rim: Rim, tables: Tables, settings: Settings, clock: Clock, jitter: Jitter) -> Durable:
    """Return the durable mode over adapters that are there already; `settings` name the queues."""
    assert settings.work_queue_url
    routing = Routing(rim.cloudfront, rim.buckets)
    doorbell = Doorbell(tables.bells, rim.sqs, settings.work_queue_url, clock)
    letters = settings.dead_letter_queue_url
    dead_letters = DeadLetters(rim.sqs, letters) if letters else None
    recorder = Recorder(tables, rim.buckets, doorbell, settings.settle_seconds, clock)
    sender = Sender(tables, rim.cloudfront, Finisher(tables, routing), clock, jitter)
    flusher = Flusher(tables, sender, routing, Judging(tables, rim.looks), settings, clock)
    return Durable(
        tables=tables,
        recorder=recorder,
        answerer=Answerer(tables, flusher, doorbell, settings.lease_seconds, clock),
        rescue=Rescue(tables, recorder, doorbell, dead_letters, settings.rescue_seconds, clock),
        doorbell=doorbell,
        dead_letters=dead_letters,
    )


class _Direct:
    """Direct mode with the few events that are no changes."""

    def __init__(self, direct: Direct) -> None:
        self._direct = direct

    def handle(self, event: dict[str, Any], deadline: Deadline) -> dict[str, Any] | None:
        if event.get("detail-type") == "Scheduled Event":
            return None  # nothing is kept, so nothing can have been forgotten
        if "manual_request" in event:
            return self._direct.request(event, deadline)
        return self._direct.handle(event, deadline)


def _direct(clients: Clients, clock: Clock, jitter: Jitter) -> _Direct:
    cloudfront, buckets = CloudFront(clients.cloudfront), Buckets(clients)
    return _Direct(Direct(cloudfront, buckets, Routing(cloudfront, buckets), clock, jitter))


@lru_cache(maxsize=1)
def _wired() -> Handler:
    """Make everything once a process, on the first event."""
    configure()
    return make_handler(Settings.from_environment(os.environ), make_clients(), SystemClock())


def handler(event: dict[str, Any], context: LambdaContext | None = None) -> dict[str, Any] | None:
    """Answer one event of Lambda's.

    event: any of the shapes named above. context: Lambda's, to know how much time is left.
    """
    return _wired()(event, context)
