"""The Lambda packages, made as `make package` makes them, and Python processes that have nothing else."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox.aws.wire import HttpServer, listen
from tests.web.services.world import World, make_world

ROOT = Path(__file__).parents[2]
LAMBDA_PYTHON = (3, 13)
Build = Callable[..., Path]
Run = Callable[[Path, str, Mapping[str, str]], Any]

LONELY = "import sys; sys.path.insert(0, sys.argv[1]); exec(sys.stdin.read())"
"""Run what comes in with a package and the standard library, and nothing of this environment."""


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Make packages in a folder of their own, and return it. Needs the registry, or uv's cache of it."""

    def made(*names: str, platform: str | None = None) -> Path:
        to = tmp_path_factory.mktemp("packages")
        command = [sys.executable, str(ROOT / "requirements" / "package.py"), "--to", str(to), *names]
        command += ["--platform", platform] if platform else []
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        offline = "error sending request" in done.stderr or "dns error" in done.stderr
        if offline and not os.environ.get("FRESHEDGE_REQUIRE_TOOLS"):
            pytest.skip("no package registry can be reached, and uv has not kept what it takes")
        assert done.returncode == 0, done.stderr
        return to

    return made


@pytest.fixture(scope="module")
def packages(build: Build) -> Path:
    """Both packages, as they go to Lambda."""
    return build()


@pytest.fixture(scope="module")
def account() -> Iterator[World]:
    """A local account."""
    made = make_world()
    yield made
    made.aws.close()


@pytest.fixture(scope="module")
def endpoint(account: World) -> Iterator[str]:
    """Where other processes find the account."""
    sock = listen(0, "the local AWS", "no setting")
    server = HttpServer(sock, account.aws.handle)
    server.start()
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.stop()


@pytest.fixture
def run() -> Run:
    """Run code with a package alone, as Lambda would, and return what it prints as JSON."""

    def ran(package: Path, code: str, environment: Mapping[str, str]) -> Any:
        command = [sys.executable, "-I", "-S", "-B", "-c", LONELY, str(package)]
        done = subprocess.run(
            command, input=code, env=dict(environment), capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ran


def unpacked(archive: Path, to: Path) -> Path:
    """Unpack a zip, as Lambda does."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(to)
    return to
