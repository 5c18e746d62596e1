"""Tools that people deploy with, unchanged: what they upload, overwrite and delete reaches visitors."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.run import Sandbox
from tests.e2e.world import Account, Site, settled

pytestmark = pytest.mark.e2e

FIRST = {"index.html": b"one", "a b/c+d.html": b"one", "old.html": b"one", "emoji \U0001f98a.html": b"one"}
SECOND = {"index.html": b"two!", "a b/c+d.html": b"two!", "emoji \U0001f98a.html": b"one", "new.html": b"two!"}


def write(folder: Path, files: dict[str, bytes]) -> None:
    for old in [path for path in folder.rglob("*") if path.is_file()]:
        old.unlink()
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def run(environment: dict[str, str], *command: str) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(command, env={"PATH": path} | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def deploys(site: Site, sandbox: Sandbox, folder: Path, sync: list[str], environment: dict[str, str]) -> None:
    """Deploy twice, and see that visitors get the second one, its deletions too."""
    write(folder, FIRST)
    run(environment, *sync)
    settled(sandbox, site)
    assert site.stale(dict(FIRST)) == []
    write(folder, SECOND)
    run(environment, *sync)
    site.becomes({**SECOND, "old.html": None})
    settled(sandbox, site)
    assert site.stale({**SECOND, "old.html": None}) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "site"
    made.mkdir()
    return made


def test_the_aws_cli_syncs(account: Account, sandbox: Sandbox, folder: Path, tmp_path: Path) -> None:
    environment = {
        "AWS_ENDPOINT_URL": sandbox.aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "HOME": str(tmp_path),
    }
    sync = ["aws", "s3", "sync", "--delete", "--size-only", str(folder), "s3://e2e-aws"]
    deploys(account.site("e2e-aws"), sandbox, folder, sync, environment)


@pytest.mark.tool("rclone")
def test_rclone_syncs(account: Account, sandbox: Sandbox, folder: Path, tmp_path: Path) -> None:
    environment = {
        "HOME": str(tmp_path),
        "RCLONE_CONFIG": str(tmp_path / "none"),
        "RCLONE_S3_PROVIDER": "Other",
        "RCLONE_S3_ENDPOINT": sandbox.aws_url,
        "RCLONE_S3_ACCESS_KEY_ID": "test",
        "RCLONE_S3_SECRET_ACCESS_KEY": "test",
        "RCLONE_S3_REGION": "us-east-1",
    }
    sync = ["rclone", "sync", "--size-only", str(folder), ":s3:e2e-rclone"]
    deploys(account.site("e2e-rclone"), sandbox, folder, sync, environment)


@pytest.mark.tool("s3cmd")
def test_s3cmd_syncs(account: Account, sandbox: Sandbox, folder: Path, tmp_path: Path) -> None:
    host = sandbox.aws_url.removeprefix("http://")
    (tmp_path / "s3cfg").write_text("[default]\n")
    sync = ["s3cmd", "-c", str(tmp_path / "s3cfg"), "--access_key=test", "--secret_key=test", f"--host={host}"]
    sync += [f"--host-bucket={host}", "--no-ssl", "--region=us-east-1", "sync", "--delete-removed"]
    deploys(
        account.site("e2e-s3cmd"), sandbox, folder, [*sync, f"{folder}/", "s3://e2e-s3cmd"], {"HOME": str(tmp_path)}
    )
