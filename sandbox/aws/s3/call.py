"""One call of S3, read and checked: whose bucket, which key, who asks."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote_plus

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Request, Response
from sandbox.aws.xml import Item, document

KEY_BYTES = 1024
"""Longest key in bytes of UTF-8 (User Guide, "Naming Amazon S3 objects")."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of S3.

    bucket, key: decoded; empty where the call names none.
    query: the query string's parameters, decoded.
    body: the request's body, without the framing of a streaming signature.
    headers: the request's, names in lower case; trailing ones included.
    signed: whether the caller signed it.
    region: the region that it was signed for, or the account's.
    """

    request: Request
    bucket: str
    key: str
    query: Mapping[str, str]
    body: bytes
    headers: Mapping[str, str]
    signed: bool
    region: str
    id: str = field(default_factory=lambda: secrets.token_hex(8).upper())

    def whole_number(self, name: str, default: int, most: int = 2**31 - 1) -> int:
        """Return a parameter that is a number from 0; raise `InvalidArgument`."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not text.isdecimal() or int(text) > most:
            words = f"Argument {name} must be an integer between 0 and {most}"
            raise AwsError("InvalidArgument", words, fields={"ArgumentName": name, "ArgumentValue": text})
        return int(text)


Handler = Callable[[Call], Response]
"""Carries one operation out."""


def address(request: Request) -> tuple[str, str]:
    """Return bucket and key of a request, path-style or virtual-hosted; raise `InvalidURI`, `KeyTooLongError`.

    A `+` in a path is a space to S3. Hosts like `bucket.s3.localhost` and `bucket.localhost` name the bucket, bare
    addresses and `localhost`, `s3.localhost` do not (User Guide, "Virtual hosting of buckets").
    """
    try:
        path = unquote_plus(request.path, errors="strict")
    except UnicodeDecodeError:
        raise AwsError("InvalidURI", "Couldn't parse the specified URI.", fields={"URI": request.path}) from None
    bucket = hosted_bucket(request.headers.get("host", ""))
    key = path[1:]
    if not bucket:
        bucket, _, key = key.partition("/")
    if (size := len(key.encode())) > KEY_BYTES:
        fields = {"Size": str(size), "MaxSizeAllowed": str(KEY_BYTES)}
        raise AwsError("KeyTooLongError", "Your key is too long", fields=fields)
    return bucket, key


def hosted_bucket(host: str) -> str:
    """Return the bucket that a Host header names, or the empty text.

    >>> hosted_bucket("my.site.s3.localhost:8001"), hosted_bucket("127.0.0.1:8001"), hosted_bucket("s3.localhost")
    ('my.site', '', '')
    >>> hosted_bucket("shop.s3.eu-west-1.amazonaws.com"), hosted_bucket("shop.localhost:8001")
    ('shop', 'shop')
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    for ending in (".localhost", ".amazonaws.com"):
        if not name.endswith(ending):
            continue
        labels = name.removesuffix(ending).split(".")
        at = next((n for n, label in enumerate(labels) if label == "s3" or label.startswith("s3-")), len(labels))
        if at < len(labels) or ending == ".localhost":
            return ".".join(labels[:at])
    return ""


def answer_xml(name: str, items: Sequence[Item], status: int = 200, headers: Headers = ()) -> Response:
    """Answer with an XML document of S3's."""
    return Response(status, (("Content-Type", "application/xml"), *headers), document(name, items))


def http_date(seconds: float) -> str:
    """Return a time as HTTP writes it; whole seconds, as S3's objects have."""
    return formatdate(int(seconds), usegmt=True)


def malformed(message: str = "") -> AwsError:
    """Return the refusal for a body that is not the XML that it should be."""
    words = "The XML you provided was not well-formed or did not validate against our published schema"
    return AwsError("MalformedXML", message or words)


def invalid(argument: str, value: Any, message: str) -> AwsError:  # noqa: ANN401 - whatever was given is shown
    """Return the refusal for an argument."""
    return AwsError("InvalidArgument", message, fields={"ArgumentName": argument, "ArgumentValue": str(value)})
