"""Where messages end that nobody could handle: a queue's `RedrivePolicy` tells which one holds its dead letters.

SQS Developer Guide, "dead-letter queues": both are in the same region and account.
"""

import hashlib
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.clock import Clock
from web.services.targets import Targets
from web.settings import WebSettings

ABSENT = timedelta(minutes=5)
"""How long a queue that is not there is not asked for again: most regions have none."""

_MISSING = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}


@dataclass(frozen=True, slots=True)
class Source:
    """A queue whose messages may die. region: None for the default one. url: None where only its name is known."""

    name: str
    region: str | None
    owner: str | None = None
    url: str | None = None

    @property
    def place(self) -> str:
        """The queue's name and region, for people."""
        return f"{self.name} in {self.region}" if self.region else self.name


@dataclass(frozen=True, slots=True)
class DeadQueue:
    """Where the messages of a queue end. source_url: of the queue that they died in."""

    arn: str
    url: str
    source_url: str
    region: str | None

    @property
    def name(self) -> str:
        """The queue's name."""
        return self.arn.rpartition(":")[2]

    @property
    def place(self) -> str:
        """The queue's name and region, for people."""
        return f"{self.name} in {self.arn.split(':')[3]}"

    @property
    def digest(self) -> str:
        """What stands for the queue in ids."""
        return hashlib.sha256(self.arn.encode()).hexdigest()[:8]


class DeadQueues:
    """Finds queues of dead letters, and remembers them."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients, self._clock = clients, clock
        self._guard = threading.Lock()
        self._known: dict[Source, tuple[datetime, DeadQueue | None]] = {}

    def of(self, source: Source) -> DeadQueue | None:
        """Return where the messages of a queue end; None where there is no such queue, or they end nowhere.

        Raises: AccessDeniedError, ThrottledError, UnavailableError.
        """
        now = self._clock.now()
        with self._guard:
            at, known = self._known.get(source, (None, None))
        if at is not None and (known is not None or now - at <= ABSENT):
            return known
        found = self._find(source)
        with self._guard:
            self._known[source] = now, found
        return found

    def forget(self, source: Source) -> None:
        """Find a queue's anew when it is asked for next."""
        with self._guard:
            self._known.pop(source, None)

    def _find(self, source: Source) -> DeadQueue | None:
        sqs = self._clients.sqs_in(source.region)
        with explained("sqs:GetQueueAttributes", source.url or source.name):
            try:
                url = source.url or sqs.get_queue_url(QueueName=source.name, **_owner(source.owner))["QueueUrl"]
                told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"]).get("Attributes", {})
                arn = json.loads(told.get("RedrivePolicy", "{}")).get("deadLetterTargetArn")
                if arn is None:
                    return None
                *_, owner, name = arn.split(":")
                dead = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=owner)["QueueUrl"]
            except ClientError as error:
                if error.response["Error"]["Code"] in _MISSING:
                    return None
                raise
        return DeadQueue(arn, dead, url, source.region)


def sources_of(settings: WebSettings, regions: Iterable[str | None]) -> list[Source]:
    """Return the queues whose messages may die: the work queue, and the events queue of every region with buckets."""
    found = []
    if settings.work_queue_url:
        found.append(Source(settings.work_queue_url.rpartition("/")[2], None, url=settings.work_queue_url))
    targets = Targets(settings.target_arn, settings.function_arn)
    if targets.known and targets.at(None).service == "sqs":
        places = dict.fromkeys([targets.at(None), *(targets.at(one) for one in sorted(filter(None, regions)))])
        found += [Source(one.name, one.region, targets.account) for one in places]
    return found


def _owner(owner: str | None) -> dict[str, Any]:
    return {"QueueOwnerAWSAccountId": owner} if owner else {}
