"""How many paths were used this month."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from invalidator.table.attempts import Attempts


@dataclass(frozen=True, slots=True)
class Month:
    """Paths that CloudFront accepted in a month, all and by day (`2026-11-24`). known: False where nobody counts."""

    paths: int = 0
    by_day: dict[str, int] = field(default_factory=dict)
    known: bool = True


class Usage(Protocol):
    """Counts paths."""

    def month(self, now: datetime) -> Month:
        """Return what was used in the month of this time."""


class TableUsage:
    """Paths that the invalidator wrote down as accepted."""

    def __init__(self, attempts: "Attempts") -> None:
        self._attempts = attempts

    def month(self, now: datetime) -> Month:
        """Return what was used in the month of this time."""
        used = self._attempts.usage(f"{now:%Y-%m}")
        return Month(used.paths, dict(used.by_day))


class NoUsage:
    """Nobody counts in direct mode: CloudFront tells paths only one invalidation at a time."""

    def month(self, now: datetime) -> Month:
        """Return that it is unknown."""
        del now
        return Month(known=False)
