"""A request's parameters in boto3's shape, read from address, headers and XML body by the operation's shapes."""

from collections.abc import Mapping
from datetime import datetime
from xml.etree import ElementTree as ET

from botocore.model import ListShape, Shape, StructureShape

from sandbox.cloudfront.constraints import check
from sandbox.cloudfront.refusal import MalformedInputError, MalformedXMLError, MissingBodyError
from sandbox.cloudfront.routing import Call
from sandbox.cloudfront.shelf import Params

Value = str | int | float | bool | bytes | list["Value"] | dict[str, "Value"]


def read(call: Call, headers: Mapping[str, str], body: bytes) -> Params:
    """Return the parameters of a call, checked against the model.

    Args:
        call: operation, address and query.
        headers: the request's headers, names in lower case.
        body: the request's body.

    Raises:
        MissingBodyError: the operation needs a body.
        MalformedXMLError: the body is no XML, or does not have what the model requires.
        MalformedInputError: the body has elements or values that the model does not know.
    """
    shape = call.operation.input_shape
    if shape is None:
        return {}
    params = _outside(shape, call, headers)
    payload = shape.serialization.get("payload")
    if payload:
        params[payload] = _body(shape.members[payload], body)
    elif body.strip() or _must_be_said(shape):
        params |= _body(shape, body)
    check(shape, params)
    return params


def _must_be_said(shape: StructureShape) -> bool:
    """Tell whether a body without payload has required members; else a client with nothing to say sends none."""
    return any(_is_inside(shape.members[name]) for name in shape.required_members)


def _outside(shape: StructureShape, call: Call, headers: Mapping[str, str]) -> Params:
    """Return what the address, the query string and the headers say."""
    found = {}
    for name, member in shape.members.items():
        place, label = member.serialization.get("location"), member.serialization.get("name", name)
        sources: dict[str | None, Mapping[str, str]] = {"uri": call.uri, "querystring": call.query, "header": headers}
        source = sources.get(place, {})
        label = label.lower() if place == "header" else label
        if label in source:
            found[name] = _scalar(member, source[label])
    return found


def _body(shape: Shape, body: bytes) -> Params:
    if not body.strip():
        raise MissingBodyError
    if b"<!DOCTYPE" in body:  # no client of CloudFront sends one, and entities can be made to grow without end
        raise MalformedXMLError("The XML document has a document type, which is not allowed.")
    try:
        root = ET.fromstring(body)  # noqa: S314 - without a document type there are no entities to expand
    except ET.ParseError as e:
        raise MalformedXMLError(f"The XML document is malformed: {e}.") from None
    wanted = shape.serialization.get("name", shape.name)
    if _name(root) != wanted:
        raise MalformedXMLError(f"The XML document is a {_name(root)}; this operation takes a {wanted}.")
    value = _value(shape, root)
    return value if isinstance(value, dict) else {}


def _name(element: ET.Element) -> str:
    """Return an element's name without its namespace: older clients send that of their own API version."""
    return element.tag.rpartition("}")[2]


def _value(shape: Shape, element: ET.Element) -> Value:
    if isinstance(shape, StructureShape):
        return _structure(shape, element)
    if isinstance(shape, ListShape):
        label = shape.member.serialization.get("name", "member")
        if unknown := next((_name(child) for child in element if _name(child) != label), None):
            raise MalformedInputError(f"Unexpected element {unknown} in {_name(element)}, a list of {label}")
        return [_value(shape.member, child) for child in element]
    if len(element):
        raise MalformedInputError(f"Unexpected element {_name(element[0])} in {_name(element)}")
    return _scalar(shape, element.text or "")


def _structure(shape: StructureShape, element: ET.Element) -> Params:
    names = {m.serialization.get("name", name): name for name, m in shape.members.items() if _is_inside(m)}
    found: Params = {}
    for child in element:
        name = names.get(_name(child))
        if name is None:
            raise MalformedInputError(f"Unexpected element {_name(child)} in {_name(element)}")
        if name in found:
            raise MalformedInputError(f"Element {_name(child)} occurs twice in {_name(element)}")
        found[name] = _value(shape.members[name], child)
    return found


def _is_inside(member: Shape) -> bool:
    return "location" not in member.serialization


def _scalar(shape: Shape, text: str) -> Value:
    try:
        match shape.type_name:
            case "integer" | "long":
                return int(text)
            case "boolean":
                return {"true": True, "false": False}[text.strip().lower()]
            case "timestamp":
                return datetime.fromisoformat(text).timestamp()
            case "float" | "double":
                return float(text)
    except (ValueError, KeyError):
        raise MalformedInputError(f"{text[:100]!r} is no value of type {shape.type_name}") from None
    return text
