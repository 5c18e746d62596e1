"""How a figure is printed: what, how much, and against which yardstick."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    what: a few words; value: in `unit`; yardstick: the same of something known, measured in the same run.
    goal: what we want to reach, in words, or nothing.
    """

    what: str
    value: float
    unit: str
    yardstick: tuple[str, float] | None = None
    goal: str = ""


def line(row: Row) -> str:
    """One line of text.

    >>> line(Row("hits", 4000, "a second", ("bare server", 8000), "2,000"))[30:]
    '                4,000 a second    0.50 x bare server (8,000)              goal: 2,000'
    """
    against = ""
    if row.yardstick:
        name, value = row.yardstick
        against = f"{row.value / value:.2f} x {name} ({number(value)})"
    goal = f"goal: {row.goal}" if row.goal else ""
    return f"{row.what:<42}{number(row.value):>9} {row.unit:<12}{against:<40}{goal}".rstrip()


def number(value: float) -> str:
    """A figure with three digits that mean something.

    >>> [number(v) for v in (0.1234, 12.34, 1234.5)]
    ['0.123', '12.3', '1,234']
    """
    return f"{value:,.3f}" if value < 1 else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def show(rows: list[Row]) -> None:
    """Print the rows at once, so that a long run is seen to go on."""
    for row in rows:
        print(line(row), flush=True)
