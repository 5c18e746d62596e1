"""`freshedge demo`: it starts, says where, refuses taken ports, keeps its data, and ends whenever it is told to."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.process import Demo
from tests.e2e.world import Visitor, until

pytestmark = pytest.mark.e2e


def visit(demo: Demo, distribution_id: str, uri: str) -> tuple[int, bytes]:
    visitor = Visitor(demo.edge_host, distribution_id)
    try:
        return visitor.get(uri)
    finally:
        visitor.close()


def sites(demo: Demo) -> dict[str, str]:
    """The ids of the sample sites' distributions, by their aliases."""
    items = demo.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    return {item["Aliases"]["Items"][0]: item["Id"] for item in items}


def test_the_three_lines_of_the_terminal_work_and_the_upload_reaches_visitors(tmp_path: Path) -> None:
    with Demo(tmp_path / "log") as demo:
        said = demo.said()
        for name, port in demo.ports.items():
            assert f":{port}" in said, f"{name} is not told"
        lines = [line for line in said.splitlines() if line.startswith(("export AWS", "echo", "aws "))]
        assert len(lines) == 3
        assert f"AWS_ENDPOINT_URL={demo.aws_url}" in shlex.split(lines[0])
        blog = sites(demo)["blog.example.org"]
        assert visit(demo, blog, "/")[0] == 200
        shell = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
        run = subprocess.run(["sh", "-ec", "\n".join(lines)], env=shell, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        assert blog in run.stdout
        until(lambda: b"Hello again" in visit(demo, blog, "/")[1], "the edge serves what was uploaded")
        assert "Traceback" not in demo.said()


def test_a_second_demo_on_taken_ports_says_which_and_harms_nobody(tmp_path: Path) -> None:
    with Demo(tmp_path / "first") as demo:
        for name, port in demo.ports.items():
            others = {"PORT": "0", "AWS_PORT": "0", "EDGE_PORT": "0"} | {name: port}
            second = Demo(tmp_path / name, ports=others)
            second.begin()
            assert second.process.wait(20) == 1
            (sentence,) = second.said().splitlines()
            assert port in sentence
            assert re.search(rf"\b{name}\b", sentence)
        assert demo.ready()
        assert demo.end() < 5
        assert demo.left() == []
        assert demo.process.returncode == 0


@pytest.mark.parametrize(
    ("number", "after_s"), [(signal.SIGTERM, 0.5), (signal.SIGINT, 1.0)], ids=["SIGTERM", "Ctrl-C"]
)
def test_it_ends_within_seconds_when_it_is_told_twice_in_the_middle_of_starting(
    tmp_path: Path, number: int, after_s: float
) -> None:
    demo = Demo(tmp_path / "log")
    demo.begin()
    time.sleep(after_s)  # on purpose: wherever it is by then
    begun = time.monotonic()
    demo.process.send_signal(number)
    time.sleep(0.05)
    if demo.process.poll() is None:
        demo.process.send_signal(number)
    assert demo.ended(begun) < 5
    assert demo.left() == []
    assert "Traceback" not in demo.said()


def test_data_is_kept_over_a_restart_and_over_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    arguments = ("--data", str(folder))
    with Demo(tmp_path / "first", *arguments) as demo:
        s3 = demo.client("s3")
        s3.create_bucket(Bucket="my-own", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_object(Bucket="blog-site", Key="kept.html", Body=b"kept", Metadata={"by": "me"})
        known = sites(demo)
        assert demo.end() < 5
        assert demo.process.returncode == 0, demo.said()
    with Demo(tmp_path / "second", *arguments) as again:
        other = Demo(tmp_path / "other", *arguments)
        other.begin()
        assert other.process.wait(20) == 1
        assert "Another demo" in other.said()
        until(lambda: b"/kept.html" in history(again), "what was not done yet is done after the restart")
        again.client("s3").put_object(Bucket="docs-site", Key="the-last-before-the-kill", Body=b"")
        saved = folder / "aws" / "aws.json"
        until(lambda: b"the-last-before-the-kill" in saved.read_bytes(), "it is saved by and by")
        again.end(signal.SIGKILL)
    with Demo(tmp_path / "third", *arguments) as last:
        s3 = last.client("s3")
        found = s3.get_object(Bucket="blog-site", Key="kept.html")
        assert (found["Body"].read(), found["Metadata"]) == (b"kept", {"by": "me"})
        assert s3.get_bucket_location(Bucket="my-own")["LocationConstraint"] == "eu-west-1"
        assert sites(last) == known, "the sites were made twice"
        assert b"/kept.html" in history(last), "the history is gone"
        blog = known["blog.example.org"]
        assert visit(last, blog, "/kept.html") == (200, b"kept")


def history(demo: Demo) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.ports['PORT']}/api/v1/invalidations") as answer:
        return bytes(answer.read())


def test_a_folder_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "below"
    demo = Demo(tmp_path / "log", "--data", str(folder))
    demo.begin()
    assert demo.process.wait(20) == 1
    assert str(folder) in demo.said()
    assert "Traceback" not in demo.said()
