"""A function with a handler of the test's own, fed from real local queues; all threads end with the test."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.aws.queues import Queues
from sandbox.aws.sqs.backend import regions
from sandbox.faults import FaultSwitch
from sandbox.mappings.environment import Handler
from sandbox.mappings.function import Function
from sandbox.mappings.invoking import Invoker
from sandbox.mappings.life import Life
from sandbox.mappings.queue_mapping import MappingSettings, QueueMapping
from sandbox.mappings.schedule import Schedule
from sandbox.mappings.sources import DeadLetters, Sources

ACCOUNT, REGION = "123456789012", "us-east-1"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
WITHIN_S = 10.0


class Client:
    """What a handler calls of AWS: it remembers what was carried out."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def write(self, what: str) -> str:
        self.calls.append(what)
        return what


@dataclass
class World:
    """The sources of a function that runs `handle(event, context, client)`."""

    handle: Callable[[dict[str, Any], Any, Client], Any]
    visibility_s: int = 1
    max_receives: int = 3
    timeout_s: float = 5.0
    retry_waits_s: tuple[float, ...] = (0.05, 0.05)
    settings: MappingSettings = field(
        default_factory=lambda: MappingSettings("events", "q", REGION, batch_size=10, partial=True, concurrency=2)
    )

    def __post_init__(self) -> None:
        self.faults = FaultSwitch()
        self.queues = Queues(ACCOUNT, REGION, regions(ACCOUNT, time.time))
        self.client = Client()
        self.wirings = 0
        self.given_up: list[dict[str, Any]] = []
        dead = self.queues.create("dead", {})
        redrive = f'{{"deadLetterTargetArn": "{dead}", "maxReceiveCount": {self.max_receives}}}'
        self.queues.create("q", {"VisibilityTimeout": str(self.visibility_s), "RedrivePolicy": redrive})
        self.function = Function(self._wire, arn=ARN, timeout_s=self.timeout_s, clock=time.time, faults=self.faults)
        self.invoker = Invoker(
            self.function, clock=time.time, on_failure=self.given_up.append, retry_waits_s=self.retry_waits_s
        )
        self.schedule = Schedule(
            self.invoker.send, clock=time.time, account=ACCOUNT, region=REGION, every_s=3600, first_s=3600
        )
        self.mapping = QueueMapping(self.settings, self.queues, self.function)
        self.sources = Sources(
            self.function,
            queues=self.queues,
            mappings=[self.mapping],
            invoker=self.invoker,
            schedule=self.schedule,
            dead=[DeadLetters("dead", REGION)],
        )

    def _wire(self, life: Life) -> Handler:
        from sandbox.mappings.life import Watched

        self.wirings += 1
        client: Any = Watched(self.client, life)
        return lambda event, context: self.handle(event, context, client)

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.queues.send("q", body)

    def drain(self, within_s: float = WITHIN_S) -> None:
        self.sources.drain(within_s)


def bodies(event: dict[str, Any]) -> list[str]:
    return [record["body"] for record in event["Records"]]


def until(true: Callable[[], Any], within_s: float = WITHIN_S) -> Any:
    """Return the first true value of a condition; fail when the time is over."""
    end = time.monotonic() + within_s
    while not (value := true()):
        assert time.monotonic() < end, "It did not come true in time."
        time.sleep(0.01)
    return value
