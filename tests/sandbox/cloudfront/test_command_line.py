"""The ordinary AWS CLI against it, over a socket."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.aws.messages import Request
from sandbox.aws.wire import HttpServer, listen
from sandbox.cloudfront.api import CloudFrontApi
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.store import CloudFront
from sandbox.faults import FaultSwitch
from tests.sandbox.cloudfront.world import make_world

Aws = Callable[..., Any]


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """`aws cloudfront …` as a person would type it; returns what it prints, read as JSON."""
    settings = CloudFrontSettings(effect_seconds=0, completion_seconds=0.2, deploy_seconds=0.2)
    api = CloudFrontApi(CloudFront(time.time, settings, FaultSwitch(), "123456789012", random.Random(1)))

    def handle(request: Request) -> Any:
        return api.handle(request.method, request.path, request.query, request.headers, request.body)

    server = HttpServer(listen(0, "a test", "nothing"), handle)
    server.start()
    environment = os.environ | {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",  # version 1 of the CLI knows no AWS_REGION
        "AWS_PAGER": "",
    }

    def call(*words: str) -> Any:
        command = [str(Path(sys.executable).parent / "aws"), "cloudfront", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    yield call
    server.stop()


def test_a_distribution_is_made_waited_for_invalidated_and_listed(aws: Aws) -> None:
    config = make_world().config("by hand", DefaultRootObject="index.html")
    made = aws("create-distribution", "--distribution-config", json.dumps(config))["Distribution"]
    aws("wait", "distribution-deployed", "--id", made["Id"])
    batch = aws("create-invalidation", "--distribution-id", made["Id"], "--paths", "/index.html", "/docs/*")
    aws("wait", "invalidation-completed", "--distribution-id", made["Id"], "--id", batch["Invalidation"]["Id"])
    listed = aws("list-invalidations", "--distribution-id", made["Id"])["InvalidationList"]
    assert [item["Status"] for item in listed["Items"]] == ["Completed"]
    got = aws("get-distribution-config", "--id", made["Id"])
    assert got["DistributionConfig"]["DefaultRootObject"] == "index.html"


def test_the_short_form_makes_a_distribution_for_a_bucket(aws: Aws) -> None:
    made = aws(
        "create-distribution",
        "--origin-domain-name",
        "short.s3.amazonaws.com",
        "--default-root-object",
        "index.html",
    )["Distribution"]
    assert made["DistributionConfig"]["Origins"]["Items"][0]["DomainName"] == "short.s3.amazonaws.com"
    aws("update-distribution", "--id", made["Id"], "--default-root-object", "home.html")
    assert aws("get-distribution", "--id", made["Id"])["Distribution"]["DistributionConfig"]["DefaultRootObject"] == (
        "home.html"
    )
