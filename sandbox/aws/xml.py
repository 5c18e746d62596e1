"""XML as AWS's REST services write and read it: small, exact, without schemas."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"

Value = str | int | bool | None | Sequence["Item"]
"""Text, a number, a truth, nothing (the element is left out), or elements."""
Item = tuple[str, Value]
"""An element: its name and what is in it."""

_SPECIAL = re.compile(r"[&<>\"\x00-\x1f\x7f\ufffe\uffff]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


class MalformedError(ValueError):
    """A body that is no XML, or not the XML that was expected."""


def document(name: str, items: Sequence[Item], namespace: str = S3_NAMESPACE) -> bytes:
    r"""Return a document of one root element.

    >>> document("R", [("Key", "a&b"), ("Size", 1), ("Last", True), ("None", None)], namespace="")
    b'<?xml version="1.0" encoding="UTF-8"?>\n<R><Key>a&amp;b</Key><Size>1</Size><Last>true</Last></R>'
    """
    opening = f'<{name} xmlns="{namespace}">' if namespace else f"<{name}>"
    inner = "".join(_element(item) for item in items)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{opening}{inner}</{name}>'.encode()


def escape(text: str) -> str:
    r"""Return text for use inside an element; control characters become references, as S3 writes them.

    >>> escape("a<b\r")
    'a&lt;b&#13;'
    """
    return _SPECIAL.sub(lambda found: _NAMED.get(found[0], f"&#{ord(found[0])};"), text)


def parse(body: bytes) -> ET.Element:
    """Return the root of a document with every namespace taken off; raise `MalformedError`."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - from the person's own clients, on loopback
    except ET.ParseError as error:
        raise MalformedError(str(error)) from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def text(parent: ET.Element, name: str) -> str | None:
    """Return the text of a child, empty where it has none, or None where there is no such child."""
    found = parent.find(name)
    return None if found is None else found.text or ""


def _element(item: Item) -> str:
    name, value = item
    if value is None:
        return ""
    if isinstance(value, bool):
        return f"<{name}>{'true' if value else 'false'}</{name}>"
    if isinstance(value, str):
        return f"<{name}>{escape(value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    return f"<{name}>{''.join(_element(one) for one in value)}</{name}>"
