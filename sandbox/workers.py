"""The invalidator's function as it runs here: the real handler, fed as `serverless.yml` declares."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from invalidator.aws.clients import Clients
from invalidator.settings import Settings
from sandbox.aws.account import LocalAws
from sandbox.aws.queues import Queues
from sandbox.aws.resources import Resources
from sandbox.faults import FaultSwitch
from sandbox.mappings.declared import declared_mappings, failures_go_to
from sandbox.mappings.environment import Handler, Wire
from sandbox.mappings.function import Function
from sandbox.mappings.invoking import Invoker
from sandbox.mappings.life import Life, LifeClock, Watched
from sandbox.mappings.queue_mapping import QueueMapping
from sandbox.mappings.schedule import Schedule
from sandbox.mappings.sources import DeadLetters, Sources
from sandbox.options import ACCOUNT, FUNCTION_ARN, REGION, REGIONS, Options

EVENTS, EVENTS_DEAD = "freshedge-events", "freshedge-events-dead"
WORK, WORK_DEAD = "freshedge-work", "freshedge-work-dead"


class WatchedClients(Clients):
    """Clients of one environment. They share their connections with all others, and nothing else.

    A boto3 client takes some megabytes; an environment of its own for each concurrent call must not.
    """

    def __init__(self, shared: Clients, life: Life) -> None:
        # The one place that must give out any service's client by its name, as the base does itself.
        super().__init__(lambda service, region: Watched(shared._client(service, region), life))  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the function's sources need of the sandbox. clock: returns the time in unix seconds."""

    options: Options
    aws: LocalAws
    faults: FaultSwitch
    clock: Callable[[], float]

    @property
    def queues(self) -> Queues:
        """The queues of the local AWS."""
        return self.aws.queues


def invalidator(settings: Settings, clients: Clients, clock: Callable[[], float]) -> Wire:
    """Return what wires the invalidator's handler for an environment.

    settings: as the Lambda's environment would say. clients: of the local AWS. clock: unix seconds.
    """

    def wire(life: Life) -> Handler:
        from invalidator.handler import make_handler  # noqa: PLC0415 - at the first call, not at the start

        return make_handler(settings, WatchedClients(clients, life), LifeClock(clock, life))

    return wire


def make_sources(wire: Wire, resources: Resources, around: Surroundings) -> Sources:
    """Return the function with all that calls it: queues in all regions, the schedule, asynchronous calls."""
    options, clock, declared = around.options, around.clock, resources.functions["invalidator"]
    given_up = resources.queue_name(failures_go_to(declared))
    function = Function(wire, arn=FUNCTION_ARN, timeout_s=options.timeout_seconds, clock=clock, faults=around.faults)
    invoker = Invoker(
        function,
        clock=clock,
        retry_waits_s=options.retry_seconds,
        on_failure=lambda record: around.queues.send(given_up, json.dumps(record)),
    )
    schedule = Schedule(
        invoker.send,
        clock=clock,
        account=ACCOUNT,
        region=REGION,
        every_s=options.schedule_seconds,
        first_s=options.first_ring_seconds,
    )
    read = declared_mappings(declared, resources.queue_name, _regions)
    mappings = [QueueMapping(one, around.queues, function) for one in read]
    dead = [DeadLetters(EVENTS_DEAD, region) for region in REGIONS] + [DeadLetters(WORK_DEAD, REGION)]
    return Sources(
        function,
        queues=around.queues,
        mappings=mappings,
        invoker=invoker,
        schedule=schedule,
        dead=dead,
        idle=around.aws.delivery.idle,
    )


def _regions(queue: str) -> tuple[str, ...]:
    """Return where a queue is: S3 notifies only queues of the bucket's own region."""
    return REGIONS if queue == "EventsQueue" else (REGION,)
