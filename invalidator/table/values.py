"""Python values as DynamoDB's typed ones and back, and expressions written with names in them.

boto3's own serializer comes with all of boto3's resources, which cost more at a cold start than this page.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Item = dict[str, Any]
"""One item, in Python's values; `pk` and `sk` are its key."""


def dumped(value: object) -> dict[str, Any]:
    """Return a value as DynamoDB types it.

    >>> dumped({"a": [1, "x", None, True], "b": b"y"})["M"]["a"]
    {'L': [{'N': '1'}, {'S': 'x'}, {'NULL': True}, {'BOOL': True}]}

    Raises: TypeError, for what is no text, number, bytes, truth value, list or map.
    """
    for kinds, name, dump in _DUMPS:
        if isinstance(value, kinds):
            return {name: dump(value)}
    raise TypeError(f"The table can't hold {type(value).__name__}.")


def dumped_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item, or a map in one, as DynamoDB types it; what is None is left out."""
    return {name: dumped(value) for name, value in item.items() if value is not None}


# A truth value is an integer to Python, so it comes first.
_DUMPS: tuple[tuple[type | tuple[type, ...], str, Callable[[Any], Any]], ...] = (
    (type(None), "NULL", lambda _: True),
    (bool, "BOOL", bool),
    (str, "S", str),
    ((int, float), "N", repr),
    (bytes, "B", bytes),
    ((list, tuple), "L", lambda value: [dumped(one) for one in value]),
    (Mapping, "M", dumped_item),
)


def loaded(typed: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever was put there
    """Return what `dumped` was given; tuples come back as lists."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return int(value) if re.fullmatch(r"-?\d+", value) else float(value)
        case "L":
            return [loaded(one) for one in value]
        case "M":
            return loaded_item(value)
        case "NULL":
            return None
        case "B":
            return bytes(value)
    return value


def loaded_item(typed: Mapping[str, Any]) -> Item:
    """Return an item as Python's values."""
    return {name: loaded(value) for name, value in typed.items()}


def expression(values: Mapping[str, Any] | None = None, **texts: str | None) -> dict[str, Any]:
    """Return the arguments of boto3 for expressions in which attributes are written `#name` and values `:name`.

    Every attribute goes by a placeholder, so that none can be one of DynamoDB's 573 reserved words.

    >>> expression({"at": 5}, ConditionExpression="#until < :at")["ExpressionAttributeNames"]
    {'#until': 'until'}
    """
    told: dict[str, Any] = {name: text for name, text in texts.items() if text}
    names = {name for text in told.values() for name in re.findall(r"#(\w+)", text)}
    if names:
        told["ExpressionAttributeNames"] = {f"#{name}": name for name in sorted(names)}
    if values:
        told["ExpressionAttributeValues"] = {f":{name}": dumped(value) for name, value in values.items()}
    return told
