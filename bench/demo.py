"""The demo as a process of its own: how soon it is ready, how much memory it holds, how soon it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.config import Config

from bench.report import Row

READY_WITHIN_S = 60


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nothing listens on at the moment."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in sockets]
    finally:
        for s in sockets:
            s.close()


@dataclass
class Demo:
    """`freshedge demo` on free ports; use it as a context. `ready_s`: seconds from start to a 200 of `/healthz`."""

    port: int = 0
    aws_port: int = 0
    edge_port: int = 0
    ready_s: float = 0
    ended_s: float = 0

    def __enter__(self) -> Self:
        self.port, self.aws_port, self.edge_port = free_ports(3)
        ports = {"PORT": str(self.port), "AWS_PORT": str(self.aws_port), "EDGE_PORT": str(self.edge_port)}
        begun = time.perf_counter()
        command = [str(Path(sys.executable).parent / "freshedge"), "demo"]
        self.process = subprocess.Popen(
            command, env=os.environ | ports, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        while not self._ready():
            if self.process.poll() is not None or time.perf_counter() - begun > READY_WITHIN_S:
                self.process.kill()
                raise RuntimeError("The demo did not become ready; start it by hand to see why: make demo")
            time.sleep(0.02)
        self.ready_s = time.perf_counter() - begun
        return self

    def __exit__(self, *_: object) -> None:
        begun = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.ended_s = time.perf_counter() - begun

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def resident_mb(self) -> float:
        """Resident memory of the process, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf8")
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def client(self, service: str) -> Any:  # noqa: ANN401  (boto3's clients are made from data; no one type fits)
        """A boto3 client of the demo's AWS."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=f"http://127.0.0.1:{self.aws_port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(max_pool_connections=64),
        )


def rows(_: ExitStack) -> list[Row]:
    """Start the demo twice, so that the second start is a warm one."""
    with Demo():
        pass
    with Demo() as demo:
        memory = demo.resident_mb()
    return [
        Row("demo: warm start to ready", demo.ready_s, "s", goal="5 or less"),
        Row("demo: resident memory, three sites", memory, "MB", goal="under 300"),
        Row("demo: SIGTERM to ended", demo.ended_s, "s", goal="5 or less"),
    ]
