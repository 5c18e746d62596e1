"""What the service model demands of a request: required members, known words, lengths, and quantities that agree.

The messages are CloudFront's own ("1 validation error detected: Value null at 'distributionConfig.enabled' …").
"""

from typing import Any

from botocore.model import ListShape, Shape, StringShape, StructureShape

from sandbox.cloudfront.refusal import InconsistentQuantitiesError, MalformedXMLError

Value = Any


def check(shape: Shape, params: dict[str, Any]) -> None:
    """Raise `MalformedXML` for what breaks the model, then `InconsistentQuantities` for wrong quantities."""
    _check(shape, params, "")
    _check_quantities(params)


def _refuse(value: object, at: str, constraint: str) -> MalformedXMLError:
    shown = "null" if value is None else f"'{str(value)[:100]}'"
    return MalformedXMLError(
        f"1 validation error detected: Value {shown} at '{at}' failed to satisfy constraint: Member must {constraint}"
    )


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def _check(shape: Shape, value: Value, at: str) -> None:
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if name not in value:
                raise _refuse(None, f"{at}.{_camel(name)}".lstrip("."), "not be null")
        for name, inner in value.items():
            _check(shape.members[name], inner, f"{at}.{_camel(name)}".lstrip("."))
    elif isinstance(shape, ListShape):
        _check_length(shape, value, at)
        for n, inner in enumerate(value, 1):
            _check(shape.member, inner, f"{at}.{n}.member")
    elif isinstance(shape, StringShape):
        if shape.enum and value not in shape.enum:
            raise _refuse(value, at, f"satisfy enum value set: [{', '.join(shape.enum)}]")
        _check_length(shape, value, at)
    elif isinstance(value, int | float):
        _check_range(shape, value, at)


def _check_range(shape: Shape, value: float, at: str) -> None:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        raise _refuse(value, at, f"have value greater than or equal to {least}")
    if most is not None and value > most:
        raise _refuse(value, at, f"have value less than or equal to {most}")


def _check_length(shape: Shape, value: Value, at: str) -> None:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
    if len(value) < least:
        raise _refuse(value, at, f"have length greater than or equal to {least}")
    if most is not None and len(value) > most:
        raise _refuse(value, at, f"have length less than or equal to {most}")


def _check_quantities(value: Value) -> None:
    """Every structure with `Quantity` holds that many `Items` (API Reference, `InconsistentQuantities`)."""
    if isinstance(value, dict):
        if "Quantity" in value and value["Quantity"] != len(value.get("Items", [])):
            raise InconsistentQuantitiesError
        for inner in value.values():
            _check_quantities(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_quantities(inner)
