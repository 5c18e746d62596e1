"""Values of any shape of botocore's model, for tests that want all of it and not what somebody thought of."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.model import ListShape, Shape, StringShape, StructureShape
from hypothesis import strategies as st

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))
"""What XML can carry as it is; a client sends nothing else."""

TIMES = st.integers(0, 4_000_000_000_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))


def values(shape: Shape) -> st.SearchStrategy[Any]:
    """Input in boto3's shape that the model allows, with quantities that agree."""
    return _values(shape).map(_with_quantities)


def inputs(shape: Shape | None, likely: dict[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    """A whole input, with what stands in address and headers; `likely` are values that may lead somewhere."""
    if shape is None:
        return st.just({})
    inside = {name: values(member) for name, member in shape.members.items() if _in_body(member)}
    outside = {
        name: st.sampled_from([likely[name], "E0NOSUCH"]) if name in likely else _address(member)
        for name, member in shape.members.items()
        if not _in_body(member)
    }
    members = inside | outside
    must = {name: members.pop(name) for name in shape.required_members}
    return st.fixed_dictionaries(must, optional=members)


def _address(shape: Shape) -> st.SearchStrategy[Any]:
    if isinstance(shape, StringShape) and not shape.enum:
        return st.text("abc/ %?#é", min_size=max(1, shape.metadata.get("min", 0)), max_size=8)
    return _values(shape)


@cache
def _values(shape: Shape) -> st.SearchStrategy[Any]:
    if isinstance(shape, StructureShape):
        members = {name: _values(member) for name, member in shape.members.items() if _in_body(member)}
        if shape.is_tagged_union:
            return st.one_of(*(st.fixed_dictionaries({name: one}) for name, one in members.items()))
        must = {name: members.pop(name) for name in shape.required_members if name in members}
        return st.fixed_dictionaries(must, optional=members)
    if isinstance(shape, ListShape):
        least = shape.metadata.get("min", 0)
        most = min(least + 2, shape.metadata.get("max", least + 2))
        return st.lists(_values(shape.member), min_size=least, max_size=most)
    if isinstance(shape, StringShape) and shape.enum:
        return st.sampled_from(shape.enum)
    if isinstance(shape, StringShape):
        least = shape.metadata.get("min", 0)
        return TEXT.map(lambda text: text[:20].ljust(least, "x"))
    return {
        "boolean": st.booleans(),
        "integer": st.integers(-(2**31), 2**31 - 1),
        "long": st.integers(-(2**63), 2**63 - 1),
        "float": st.floats(-1e6, 1e6, width=32),
        "double": st.floats(shape.metadata.get("min", -1e6), shape.metadata.get("max", 1e6)),
        "timestamp": TIMES,
        "blob": st.binary(max_size=20),
    }[shape.type_name]


def _in_body(member: Shape) -> bool:
    return "location" not in member.serialization


def _with_quantities(value: Any) -> Any:
    if isinstance(value, dict):
        made = {name: _with_quantities(inner) for name, inner in value.items()}
        return made | {"Quantity": len(made.get("Items", []))} if "Quantity" in made else made
    return [_with_quantities(inner) for inner in value] if isinstance(value, list) else value
