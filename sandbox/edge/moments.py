"""When something began, in an order that holds even where the clock stands still."""

from itertools import count
from typing import NamedTuple


class Moment(NamedTuple):
    """A time and a turn; of two at the same time the one with the lower turn was first.

    at: unix seconds.
    turn: counted by whoever hands moments out.
    """

    at: float
    turn: int


class Moments:
    """Hands out moments; each later than all before it at the same time."""

    def __init__(self) -> None:
        self._turns = count()

    def at(self, now: float) -> Moment:
        """Return a moment at a time, unix seconds."""
        return Moment(now, next(self._turns))
