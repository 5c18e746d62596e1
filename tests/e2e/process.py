"""`freshedge demo` as a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

from tests.e2e.world import client, until

QUICK = {"FRESHEDGE_SETTLE_SECONDS": "1", "FRESHEDGE_START_DELAY_SECONDS": "0"}
READY_WITHIN_S = 40.0


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nothing listens on at the moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Demo:
    """A demo on free ports; use it as a context. arguments: after `freshedge demo`."""

    def __init__(self, log: Path, *arguments: str, ports: dict[str, str] | None = None) -> None:
        names = ("PORT", "AWS_PORT", "EDGE_PORT")
        self.ports = ports or {name: str(port) for name, port in zip(names, free_ports(3), strict=True)}
        self.log, self._arguments = log, arguments
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("FRESHEDGE")} | QUICK | self.ports

    def __enter__(self) -> Self:
        self.begin()
        until(self.ready, "ready", READY_WITHIN_S)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.end()

    def begin(self) -> None:
        """Start the process, without waiting for anything. It has a session of its own, so that its children show."""
        command = [str(Path(sys.executable).parent / "freshedge"), "demo", *self._arguments]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def end(self, number: int = signal.SIGTERM) -> float:
        """Send a signal, and return the seconds until the end; fail when it takes more than 10."""
        begun = time.monotonic()
        self.process.send_signal(number)
        return self.ended(begun)

    def ended(self, begun: float) -> float:
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        return time.monotonic() - begun

    def ready(self) -> bool:
        assert self.process.poll() is None, f"It ended: {self.said()}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['PORT']}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def said(self) -> str:
        return self.log.read_text("utf8")

    @property
    def aws_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['AWS_PORT']}"

    @property
    def edge_host(self) -> str:
        return f"localhost:{self.ports['EDGE_PORT']}"

    def client(self, service: str) -> Any:
        return client(service, self.aws_url)

    def left(self) -> list[str]:
        """Return the process ids of its session that are still there."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = re.sub(r"\(.*\)", "x", stat.read_text()).split()
            except OSError:
                continue
            if fields[5] == str(self.process.pid) and fields[2] != "Z":
                found.append(fields[0])
        return found
