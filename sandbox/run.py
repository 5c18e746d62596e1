"""The whole demo in one process: local AWS, CloudFront, edge, the invalidator's event sources, and the dashboard."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

from invalidator.aws.clients import Clients, make_clients
from invalidator.settings import Settings
from sandbox.aws.account import LocalAws
from sandbox.aws.resources import read_resources
from sandbox.aws.wire import HttpServer, listen
from sandbox.cloudfront.api import CloudFrontApi
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.store import CloudFront
from sandbox.deploying import deploy
from sandbox.edge.edge import Edge
from sandbox.edge.server import EdgeServer
from sandbox.faults import FaultSwitch
from sandbox.keeping import Keep, Saver
from sandbox.mappings.sources import Sources
from sandbox.options import ACCOUNT, FUNCTION_ARN, REGION, Options
from sandbox.showing import open_dashboard
from sandbox.workers import EVENTS, EVENTS_DEAD, WORK, Surroundings, invalidator, make_sources
from web.services import Services

CREDENTIALS = ("test", "test")


class HaltedError(Exception):
    """Somebody asked for the end before the sandbox had started."""


class Sandbox:
    """Everything, from `start` until `stop`.

    options: ports, times, what to begin with. clock: returns the time in unix seconds.
    """

    cloudfront: CloudFront
    aws: LocalAws
    edge: Edge
    sources: Sources
    clients: Clients
    services: Services

    def __init__(self, options: Options, clock: Callable[[], float] = time.time) -> None:
        self.options = options
        self.faults = FaultSwitch()
        self.clock = clock
        self.is_new = True
        self._closing = ExitStack()
        self._stopping = threading.Lock()
        self._halted = False
        self._over = threading.Event()

    def start(self) -> None:
        """Return once everything answers.

        Raises: PortInUseError and KeepError, with a sentence for people; HaltedError if `halt` was called meanwhile.
            Nothing is left running then.
        """
        try:
            for step in (self._listen, self._build, self._serve, self._feed, self._show, self._keep):
                self._go_on()
                step()
        except BaseException:
            self.stop()
            raise

    def _go_on(self) -> None:
        if self._halted:
            raise HaltedError

    def halt(self) -> None:
        """Have `start` give up at its next step; safe in a signal handler, as it takes no lock."""
        self._halted = True

    def stop(self) -> None:
        """End everything, in the reverse order of its start, and keep the data where there is a folder for it.

        Raises: KeepError.
        """
        self._over.set()
        with self._stopping:
            self._closing.close()

    def closing(self, end: Callable[[], None]) -> None:
        """Have something ended by `stop`, before all that was started earlier."""
        self._closing.callback(end)

    def now(self) -> datetime:
        """Return the time of the sandbox's clock, aware, in UTC."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until the sandbox ends. With `now` this makes the sandbox an `invalidator.clock.Clock`."""
        self._over.wait(seconds)

    @property
    def url(self) -> str:
        """The dashboard's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def aws_url(self) -> str:
        """The endpoint for AWS clients."""
        return f"http://127.0.0.1:{self.aws_port}"

    @property
    def edge_host(self) -> str:
        """Where the edge answers; a distribution's id in lower case and a dot go before it."""
        return f"localhost:{self.edge_port}"

    def new_clients(self) -> Clients:
        """Return AWS clients of this sandbox."""
        return make_clients(REGION, self.aws_url, CREDENTIALS)

    def environment(self) -> dict[str, str]:
        """Return the `FRESHEDGE_…` variables of this sandbox: the options', and its own addresses."""
        return {
            "FRESHEDGE_START_DELAY_SECONDS": "1",
            **self.options.environment,
            "FRESHEDGE_TABLE": "freshedge",
            "FRESHEDGE_WORK_QUEUE_URL": self.aws.queues.url(WORK),
            "FRESHEDGE_DEAD_LETTER_QUEUE_URL": self.aws.queues.url(EVENTS_DEAD),
            "FRESHEDGE_TARGET_ARN": self.aws.queues.arn(EVENTS),
            "FRESHEDGE_FUNCTION_ARN": FUNCTION_ARN,
        }

    def _listen(self) -> None:
        """Take the ports first: what else is there to do, if another demo has them?"""
        options = self.options
        self._dashboard_socket, self.port = self._take(options.port, "the dashboard", "PORT")
        self._aws_socket, self.aws_port = self._take(options.aws_port, "the local AWS", "AWS_PORT")
        self._edge_socket, self.edge_port = self._take(options.edge_port, "the local edge", "EDGE_PORT")

    def _take(self, port: int, what: str, setting: str) -> tuple[socket.socket, int]:
        sock = listen(port, what, setting)
        self.closing(sock.close)
        return sock, int(sock.getsockname()[1])

    def _build(self) -> None:
        """Put the rooms together; nothing answers yet."""
        self.cloudfront = CloudFront(self.clock, self._speed(), self.faults, ACCOUNT)
        api = CloudFrontApi(self.cloudfront)
        self.aws = LocalAws(
            clock=self.clock, cloudfront=api, faults=self.faults, account=ACCOUNT, region=REGION, address=self.aws_url
        )
        self.edge = Edge(clock=self.clock, directory=self.cloudfront, buckets=self.aws.objects, account=ACCOUNT)
        self.cloudfront.subscribe(self.edge.invalidate)
        self._saver: Saver | None = None
        if self.options.data:
            keep = Keep(self.options.data)
            self.closing(keep.close)
            self._saver = Saver(keep, self.cloudfront, self.aws)
            self.is_new = not self._saver.load()
            self.closing(self._saver.stop)

    def _speed(self) -> CloudFrontSettings:
        quick, rate = self.options, self.options.requests_per_second
        speed = CloudFrontSettings(
            effect_seconds=quick.effect_seconds, completion_seconds=quick.completion_seconds, deploy_seconds=1.0
        )
        return speed if rate is None else replace(speed, requests_per_second=rate)

    def _serve(self) -> None:
        server = HttpServer(self._aws_socket, self.aws.handle)
        self.closing(server.stop)
        self.closing(self.aws.close)
        server.start()
        edge = EdgeServer(self._edge_socket, self.edge)
        self.closing(edge.stop)
        edge.start()

    def _feed(self) -> None:
        """Deploy the resources, and have the invalidator called for what comes."""
        resources = read_resources()
        deploy(resources, self.aws, visibility_s=self.options.visibility_seconds)
        self.clients = self.new_clients()
        wire = invalidator(Settings.from_environment(self.environment()), self.clients, self.clock)
        around = Surroundings(self.options, self.aws, self.faults, self.clock)
        self.sources = make_sources(wire, resources, around)
        self.aws.on_lambda(FUNCTION_ARN, self.sources.invoker)
        self.closing(self.sources.stop)
        self.sources.start()

    def _show(self) -> None:
        self.services = open_dashboard(self, self._dashboard_socket)

    def _keep(self) -> None:
        """From here on there is something whole to keep."""
        if self._saver:
            self._saver.start()
