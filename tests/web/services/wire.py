"""boto3's real clients, whose requests end in the local AWS without a socket; others may act between two of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from invalidator.aws.clients import Clients, refuse_page
from sandbox.aws.account import LocalAws
from sandbox.aws.errors import AwsError, error_for
from sandbox.aws.messages import Request

ADDRESS = "http://127.0.0.1:4"
CUT_OFF = ("cut off", 0)
"""A refusal that is none: the connection breaks before there is an answer."""
SIGN_IN = ("sign-in page", 200)
"""No refusal either: what answers is the sign-in page of a network."""

Act = Callable[[], object]


class _Raw(BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.read()


@dataclass
class Wire:
    """What stands between the clients and the local AWS.

    calls: the operations that ours asked for, in order, such as `PutBucketTagging`. denied: operations that the role
    may not do. before, after: what somebody else does just before or after an operation, each once; at: before the
    n-th of our calls. failing: with which code and status the n-th of our calls is refused, and not carried out;
    refused: the same of all calls of an operation.
    """

    aws: LocalAws | None = None
    calls: list[str] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    before: dict[str, list[Act]] = field(default_factory=dict)
    after: dict[str, list[Act]] = field(default_factory=dict)
    at: dict[int, Act] = field(default_factory=dict)
    failing: dict[int, tuple[str, int]] = field(default_factory=dict)
    refused: dict[str, tuple[str, int]] = field(default_factory=dict)

    def reset(self, aws: LocalAws) -> None:
        self.aws = aws
        for one in (self.calls, self.denied, self.before, self.after, self.at, self.failing, self.refused):
            one.clear()

    def written(self) -> list[str]:
        """The operations that change something, the dashboard's own table left aside."""
        writing = ("Put", "Tag", "Untag", "Delete", "Create")
        return [name for name in self.calls if name.startswith(writing) and not name.endswith("Item")]

    def ours(self, request: AWSPreparedRequest, event_name: str = "", **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        for act in (*_due(self.before, operation), *filter(None, [self.at.pop(len(self.calls), None)])):
            act()
        refused = self.failing.pop(len(self.calls), None) or self.refused.get(operation)
        refused = ("AccessDenied", 403) if operation in self.denied else refused
        self.calls.append(operation)
        answer = self._refusal(request, *refused) if refused else self.theirs(request)
        for act in _due(self.after, operation):
            act()
        return answer

    def theirs(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """Carry out what somebody else asks for."""
        assert self.aws is not None
        answer = self.aws.handle(_request(request))
        if answer.drop:
            raise ConnectionClosedError(endpoint_url=request.url)
        # What the server in front does: the time of the answer, and of an answer to HEAD the headers alone.
        dated = [*answer.headers, ("date", formatdate(self.aws.clock(), usegmt=True))]
        body = b"" if request.method == "HEAD" else answer.body
        return AWSResponse(request.url, answer.status, _headers(dated), _Raw(body))

    def _refusal(self, request: AWSPreparedRequest, code: str, status: int) -> AWSResponse:
        if (code, status) == CUT_OFF:
            raise ConnectionClosedError(endpoint_url=request.url)
        if (code, status) == SIGN_IN:
            page = [("content-type", "text/html; charset=utf-8")]
            return AWSResponse(request.url, 200, _headers(page), _Raw(b"<!doctype html><title>Welcome</title>"))
        answer = error_for(_request(request), AwsError(code, f"{code}: refused by the test", status))
        return AWSResponse(request.url, answer.status, _headers(answer.headers), _Raw(answer.body))


def clients_of(handle: Callable[..., AWSResponse]) -> Clients:
    """Clients as ours are made, with an ending of their own; they try once, so that a refusal is seen."""

    def make(service: str, region: str | None) -> Any:
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, inject_host_prefix=False)
        client = boto3.client(
            service,
            region_name=region or "us-east-1",
            endpoint_url=ADDRESS,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )
        client.meta.events.register("before-parse", refuse_page)
        # Last: what clients themselves do before sending comes first.
        client.meta.events.register_last("before-send", handle)
        return client

    return Clients(make)


def _due(acts: dict[str, list[Act]], operation: str) -> list[Act]:
    """Take one act out: the next one waits for the next such operation."""
    waiting = acts.get(operation, [])
    return [waiting.pop(0)] if waiting else []


def _request(request: AWSPreparedRequest) -> Request:
    url = urlsplit(request.url)
    headers = {n.lower(): v.decode() if isinstance(v, bytes) else str(v) for n, v in request.headers.items()}
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    return Request(request.method, url.path, url.query, headers, body.encode() if isinstance(body, str) else body)


def _headers(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}
