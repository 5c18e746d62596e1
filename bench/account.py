"""A local AWS account in this process, without sockets: clients whose requests are answered where they are made."""

import time
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from invalidator.aws.clients import Clients
from sandbox.aws.account import LocalAws
from sandbox.aws.messages import Request
from sandbox.aws.resources import read_resources
from sandbox.cloudfront.api import CloudFrontApi
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.store import CloudFront
from sandbox.faults import FaultSwitch

ACCOUNT, REGION = "123456789012", "us-east-1"
AT_ONCE = CloudFrontSettings(effect_seconds=0, completion_seconds=0, deploy_seconds=0, requests_per_second=float("inf"))
"""A CloudFront that is no bottleneck; it refuses what it always refuses."""


class _Raw(BytesIO):
    """What botocore reads an answer's body from."""

    def stream(self, **_: Any) -> Any:  # noqa: ANN401 - botocore passes what urllib3 takes
        yield self.read()


@dataclass
class Account:
    """The account, clients of it, and how often the table was written to.

    calls: of DynamoDB, by operation. writes: items that they wrote, transactions' checks among them.
    spent: processor seconds of the account itself, which on AWS are not the caller's.
    """

    calls: Counter[str] = field(default_factory=Counter)
    writes: int = 0
    spent: float = 0.0

    def __post_init__(self) -> None:
        """Make the table and the queues that serverless.yml declares."""
        self.cloudfront = CloudFront(time.time, AT_ONCE, FaultSwitch(), ACCOUNT)
        api = CloudFrontApi(self.cloudfront)
        self.aws = LocalAws(clock=time.time, cloudfront=api, faults=FaultSwitch(), account=ACCOUNT, region=REGION)
        self.aws.deploy(read_resources())
        self.clients = Clients(self.client)

    def close(self) -> None:
        """End the account's threads."""
        self.aws.close()

    def client(self, service: str, region: str | None) -> Any:  # noqa: ANN401 - a client of any service
        """Return a new client of a service, in a region or the default one."""
        client = boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url="http://aws.localhost",
            region_name=region or REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(inject_host_prefix=False, s3={"addressing_style": "path"}),
        )
        client.meta.events.register("before-send", self._answer)
        client.meta.events.register("provide-client-params.dynamodb.*", self._count)
        return client

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:  # noqa: ANN401 - botocore's own
        url = urlsplit(request.url)
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        body = request.body or b""
        assert isinstance(body, str | bytes)  # nothing here uploads files
        asked = Request(request.method, url.path, url.query, headers, body.encode() if isinstance(body, str) else body)
        begun = time.thread_time()
        answer = self.aws.handle(asked)
        self.spent += time.thread_time() - begun
        told = HTTPHeaders.from_pairs(answer.headers)
        return AWSResponse(request.url, answer.status, told, _Raw(answer.body))

    def _count(self, params: dict[str, Any], model: Any, **_: Any) -> None:  # noqa: ANN401 - botocore's own
        self.calls[model.name] += 1
        if model.name in ("PutItem", "UpdateItem", "DeleteItem"):
            self.writes += 1
        elif model.name == "BatchWriteItem":
            self.writes += sum(len(items) for items in params["RequestItems"].values())
        elif model.name == "TransactWriteItems":
            self.writes += len(params["TransactItems"])


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
