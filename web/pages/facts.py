"""Names and values, for definition lists."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value. `mono`: the value is an id or an ARN, set in monospace and offered for copying."""

    name: str
    value: str
    mono: bool = False
