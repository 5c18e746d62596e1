"""The command line: what it shows, and the dashboard that it opens on this machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from invalidator.errors import BadInputError
from tests.web.services.world import QUEUE, World, make_world
from web.cli import app, local_dashboard

RUN = [sys.executable, "-c", "from web.cli import main; main()"]


@pytest.fixture
def world() -> Iterator[World]:
    made = make_world()
    yield made
    made.aws.close()


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRESHEDGE", "AWS", "PORT"))}
    return kept | more


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_without_a_command_it_shows_what_there_is() -> None:
    shown = CliRunner().invoke(app, [])
    assert "Keep CloudFront fresh" in shown.output
    assert "serve" in shown.output


def test_the_local_dashboard_is_of_whoever_sits_here(world: World) -> None:
    told = {
        "FRESHEDGE_TABLE": "freshedge",
        "FRESHEDGE_WORK_QUEUE_URL": world.settings.work_queue_url or "",
        "FRESHEDGE_TARGET_ARN": QUEUE,
        "FRESHEDGE_PUBLIC_URL": "https://edge.example.org",
    }
    world.bucket("docs")
    dashboard = local_dashboard(told, world.clients, "anna")
    here = TestClient(dashboard, "http://127.0.0.1:8000", client=("127.0.0.1", 5))
    assert here.get("/api/v1/me").json() == {"name": "anna", "role": "admin"}
    assert [one["name"] for one in here.get("/api/v1/buckets").json()["items"]] == ["docs"]
    elsewhere = TestClient(dashboard, "http://127.0.0.1:8000", client=("192.0.2.7", 5))
    assert elsewhere.get("/api/v1/me").status_code == 401


def test_settings_that_do_not_go_together_are_said(world: World) -> None:
    with pytest.raises(BadInputError, match="FRESHEDGE_WORK_QUEUE_URL"):
        local_dashboard({"FRESHEDGE_TABLE": "freshedge"}, world.clients, "anna")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"FRESHEDGE_SETTLE_SECONDS": "soon"}, "FRESHEDGE_SETTLE_SECONDS must be a number"),
        ({"FRESHEDGE_PUBLIC_URL": "https://x/y"}, "FRESHEDGE_PUBLIC_URL"),
        ({"FRESHEDGE_TARGET_ARN": "queue"}, "FRESHEDGE_TARGET_ARN is the ARN"),
    ],
)
def test_a_wrong_setting_ends_it_with_a_sentence(more: dict[str, str], says: str) -> None:
    ended = subprocess.run(
        [*RUN, "serve"], env=environment(**more), capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_serves_on_loopback_and_a_second_one_names_the_port() -> None:
    port = free_port()
    told = environment(AWS_REGION="us-east-1", AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x")
    command = [*RUN, "serve", "--port", str(port)]
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        try:
            assert _ready(f"http://127.0.0.1:{port}/healthz", running)
            second = subprocess.run(command, env=told, capture_output=True, text=True, timeout=60, check=False)
            assert second.returncode == 1
            assert f"Port {port}" in second.stderr
        finally:
            running.terminate()
        assert running.wait(10) in (0, -15)


def _ready(url: str, running: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + 30
    while time.monotonic() < end and running.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False
