"""An answer's XML and headers, written from boto3's shape by the operation's shapes; and error documents."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from botocore.model import ListShape, OperationModel, Shape, StructureShape

from sandbox.cloudfront.refusal import Refusal
from sandbox.cloudfront.shelf import Params

NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
_DECLARATION = b'<?xml version="1.0"?>\n'


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer.

    drop: the request was carried out, and the caller shall never hear of it: the server closes the connection
        instead of answering.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    drop: bool = False


def write(operation: OperationModel, output: Params, request_id: str) -> Response:
    """Return the answer of an operation; `output` is in boto3's shape, times in unix seconds."""
    shape = operation.output_shape
    headers = [("x-amzn-RequestId", request_id)]
    body = b""
    if shape is not None:
        headers += _headers(shape, output)
        payload = shape.serialization.get("payload")
        inside = {n: v for n, v in output.items() if "location" not in shape.members[n].serialization}
        if payload:
            body = _document(shape.members[payload], payload, output[payload])
        elif inside:
            body = _document(shape, f"{operation.name}Result", inside)
    if body:
        headers.append(("Content-Type", "text/xml"))
    return Response(operation.http.get("responseCode", 200), tuple(headers), body)


def write_refusal(refusal: Refusal, request_id: str) -> Response:
    """Return the error document of a refusal."""
    root = ET.Element("ErrorResponse", xmlns=NAMESPACE)
    error = ET.SubElement(root, "Error")
    for name, text in (("Type", refusal.fault), ("Code", refusal.code), ("Message", str(refusal))):
        ET.SubElement(error, name).text = _clean(text)
    ET.SubElement(root, "RequestId").text = request_id
    headers = (("x-amzn-RequestId", request_id), ("Content-Type", "text/xml"))
    return Response(refusal.status, headers, _DECLARATION + ET.tostring(root))


def timestamp(seconds: float) -> str:
    """Return a time as CloudFront writes it.

    >>> timestamp(1575570291.4074)
    '2019-12-05T18:24:51.407Z'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _headers(shape: StructureShape, output: Params) -> list[tuple[str, str]]:
    members = ((name, member.serialization) for name, member in shape.members.items())
    return [
        (how.get("name", name), str(output[name]))
        for name, how in members
        if how.get("location") == "header" and name in output
    ]


def _document(shape: Shape, name: str, value: Any) -> bytes:  # noqa: ANN401 - whatever the shape says
    root = ET.Element(shape.serialization.get("name", name), xmlns=NAMESPACE)
    _fill(root, shape, value)
    return _DECLARATION + ET.tostring(root)


def _fill(element: ET.Element, shape: Shape, value: Any) -> None:  # noqa: ANN401 - whatever the shape says
    if isinstance(shape, StructureShape):
        if unknown := value.keys() - shape.members.keys():
            raise ValueError(f"{shape.name} has no members {sorted(unknown)}")
        for name, member in shape.members.items():
            if name in value:
                _fill(ET.SubElement(element, member.serialization.get("name", name)), member, value[name])
    elif isinstance(shape, ListShape):
        label = shape.member.serialization.get("name", "member")
        for one in value:
            _fill(ET.SubElement(element, label), shape.member, one)
    elif shape.type_name == "boolean":
        element.text = "true" if value else "false"
    elif shape.type_name == "timestamp":
        element.text = timestamp(value)
    else:
        element.text = str(value)


def _clean(text: str) -> str:
    """Return a message without the control characters that XML cannot hold."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
