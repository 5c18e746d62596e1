"""Real clients, unchanged: the AWS command line, rclone and s3cmd, with keys of every kind that they can name."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sandbox.aws.world import World

NAMES = (
    "index.html",
    "a b.txt",
    "a+b.txt",
    "100%.txt",
    "a%20b.txt",
    "c#d.txt",
    "what?.txt",
    "star*.txt",
    "til~de.txt",
    "quo'te\"s.txt",
    "back\\slash.txt",
    "dir/sub dir/ünï.txt",
    "emoji 🎉.txt",
    "brackets[1]{2}.txt",
    "semi;colon,comma=equals&amp.txt",
    "…dots..txt",
    "$dollar@at:colon!.txt",
)
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PAGER": "",
    "LC_ALL": "C.UTF-8",
}


def run(*command: str | Path, **environment: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    environment = {**kept, "PATH": path, **SETTINGS, **environment}
    done = subprocess.run(
        [str(one) for one in command], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a file under every name, each holding its own name.

    Written a while ago: the command line uploads again what is younger than the whole second that S3 shows.
    """
    before = time.time() - 60
    for name in NAMES:
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
        os.utime(path, (before, before))
    return tmp_path / "site"


def stored(world: World, bucket: str) -> dict[str, str]:
    return {key: v[-1].body.decode() for key, v in world.aws.store.bucket(bucket).objects.items() if not v[-1].marker}


def test_the_command_line_syncs_a_folder_changes_it_and_deletes(world: World, site: Path) -> None:
    bucket = world.bucket(notified=True)
    aws = ("aws", "--endpoint-url", world.url, "s3")
    run(*aws, "sync", site, f"s3://{bucket}")
    assert stored(world, bucket) == {name: name for name in NAMES}
    world.records(len(NAMES))
    (site / "a+b.txt").write_text("changed and longer")
    (site / "a b.txt").unlink()
    out = run(*aws, "sync", "--delete", site, f"s3://{bucket}")
    assert sorted(line.split(":")[0] for line in out.replace("\r", "\n").splitlines() if f"s3://{bucket}" in line)
    assert {(r["eventName"], r["s3"]["object"]["key"]) for r in world.records(2)} == {
        ("ObjectCreated:Put", "a%2Bb.txt"),
        ("ObjectRemoved:Delete", "a+b.txt"),
    }
    run(*aws, "mv", f"s3://{bucket}/100%.txt", f"s3://{bucket}/moved/100%.txt")
    assert {r["eventName"] for r in world.records(2)} == {"ObjectCreated:Copy", "ObjectRemoved:Delete"}
    run(*aws, "rm", "--recursive", f"s3://{bucket}")
    assert stored(world, bucket) == {}
    world.records(len(NAMES) - 1)


def test_the_command_line_brings_back_what_it_uploaded(world: World, site: Path, tmp_path: Path) -> None:
    bucket = world.bucket()
    aws = ("aws", "--endpoint-url", world.url, "s3")
    run(*aws, "cp", "--recursive", site, f"s3://{bucket}/there", "--cache-control", "max-age=60")
    run(*aws, "cp", "--recursive", f"s3://{bucket}/there", tmp_path / "back")
    back = {str(p.relative_to(tmp_path / "back")): p.read_text() for p in (tmp_path / "back").rglob("*") if p.is_file()}
    assert back == {name: name for name in NAMES}


@pytest.mark.tool("rclone")
def test_rclone_syncs_a_folder_and_finds_it_the_same(world: World, site: Path, tmp_path: Path) -> None:
    bucket = world.bucket()
    remote = f":s3,provider=Other,endpoint='{world.url}',access_key_id=test,secret_access_key=test:{bucket}"
    nowhere = tmp_path / "rclone.conf"
    nowhere.touch()
    rclone = ("rclone", "--config", nowhere)
    run(*rclone, "sync", site, remote)
    assert stored(world, bucket) == {name: name for name in NAMES}
    run(*rclone, "check", site, remote)
    (site / "a b.txt").unlink()
    (site / "index.html").write_text("other, and longer")
    run(*rclone, "sync", site, remote)
    assert stored(world, bucket)["index.html"] == "other, and longer"
    assert "a b.txt" not in stored(world, bucket)
    run(*rclone, "sync", remote, tmp_path / "back")
    run(*rclone, "check", remote, tmp_path / "back")


@pytest.mark.tool("s3cmd")
def test_s3cmd_puts_syncs_lists_and_deletes(world: World, site: Path, tmp_path: Path) -> None:
    bucket = world.bucket()
    address = world.url.removeprefix("http://")
    config = tmp_path / "s3cfg"
    config.write_text("[default]\naccess_key = test\nsecret_key = test\n")
    s3cmd = ("s3cmd", "-c", config, "--host", address, "--host-bucket", address, "--no-ssl")
    run(*s3cmd, "sync", f"{site}/", f"s3://{bucket}/")
    assert stored(world, bucket) == {name: name for name in NAMES}
    assert "emoji 🎉.txt" in run(*s3cmd, "ls", "--recursive", f"s3://{bucket}")
    run(*s3cmd, "get", f"s3://{bucket}/a+b.txt", tmp_path / "got")
    assert (tmp_path / "got").read_text() == "a+b.txt"
    run(*s3cmd, "--signature-v2", "put", site / "index.html", f"s3://{bucket}/v2 +.html")
    assert stored(world, bucket)["v2 +.html"] == "index.html"
    run(*s3cmd, "del", "--recursive", "--force", f"s3://{bucket}")
    assert stored(world, bucket) == {}
