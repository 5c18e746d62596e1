"""What the local AWS refuses, and how each of AWS's protocols writes a refusal."""

import json
import uuid
from collections.abc import Mapping

from sandbox.aws.messages import Request, Response
from sandbox.aws.xml import Item, document


class AwsError(Exception):
    """A request that AWS answers with an error.

    code: AWS's code, like `NoSuchBucket`.
    status: the HTTP status.
    fields: what the error document holds besides, like `BucketName`.
    headers: headers of the answer besides.
    """

    def __init__(self, code: str, message: str, status: int = 400, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code, self.status, self.fields = code, status, dict(fields or {})
        self.headers: tuple[tuple[str, str], ...] = ()


def xml_error(error: AwsError, request_id: str) -> Response:
    """Write an error as S3 does (API Reference, "Error responses")."""
    fields: list[Item] = [("Code", error.code), ("Message", str(error)), *error.fields.items()]
    body = document("Error", [*fields, ("RequestId", request_id), ("HostId", host_id(request_id))], namespace="")
    return Response(error.status, (("Content-Type", "application/xml"), *error.headers), body)


def json_error(error: AwsError, request_id: str) -> Response:
    """Write an error as the JSON services do."""
    body = json.dumps({"__type": error.code, "message": str(error), "Message": str(error)}).encode()
    headers = (
        ("Content-Type", "application/x-amz-json-1.0"),
        ("x-amzn-ErrorType", error.code),
        ("x-amzn-RequestId", request_id),
    )
    return Response(error.status, headers, body)


def query_error(error: AwsError, request_id: str) -> Response:
    """Write an error as the query services do (STS, SNS)."""
    whose = "Sender" if error.status < 500 else "Receiver"  # noqa: PLR2004 - HTTP's own boundary
    inner: list[Item] = [("Type", whose), ("Code", error.code), ("Message", str(error))]
    body = document("ErrorResponse", [("Error", inner), ("RequestId", request_id)], namespace="")
    return Response(error.status, (("Content-Type", "text/xml"), ("x-amzn-RequestId", request_id)), body)


def error_for(request: Request, error: AwsError) -> Response:
    """Write an error in the protocol that a request spoke."""
    request_id = str(uuid.uuid4())
    kind = request.headers.get("content-type", "")
    if "x-amz-target" in request.headers or "json" in kind or request.path.startswith("/2015-03-31/"):  # Lambda
        return json_error(error, request_id)
    if kind.startswith("application/x-www-form-urlencoded") and request.path == "/":
        return query_error(error, request_id)
    return xml_error(error, request_id)


def host_id(request_id: str) -> str:
    """Return S3's second request id, made from the first."""
    return f"local/{request_id}"
