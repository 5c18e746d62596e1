"""How long a Lambda call may go on, and how it waits within that."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from invalidator.clock import Clock

# For the last log lines and the answer.
MARGIN_SECONDS = 3.0
# Waits grow no longer than this; an invalidation in progress is over in about 25 s (announcement of 2026-04-29).
LONGEST_WAIT_SECONDS = 20.0
_MOST_DOUBLINGS = 10  # more are beyond any wait, and at last beyond a float
# Where there is no Lambda: as long as the function's `timeout` in serverless.yml.
DEFAULT_SECONDS = 60.0

Jitter = Callable[[float, float], float]
"""Draws a number between two: `random.uniform`, or in tests one that is known."""


class LambdaContext(Protocol):
    """What of Lambda's context object is needed (Lambda Developer Guide, python-context.html)."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long until Lambda ends this call."""


class Deadline:
    """When a call must be over.

    clock: tells and passes the time. seconds: from now until Lambda ends the call.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self.at: datetime = clock.now() + timedelta(seconds=seconds)

    @classmethod
    def of(cls, context: LambdaContext | None, clock: Clock) -> "Deadline":
        """Return the deadline of a Lambda call; of a call without context, a minute from now."""
        seconds = context.get_remaining_time_in_millis() / 1000 if context else DEFAULT_SECONDS
        return cls(clock, seconds)

    def left(self) -> float:
        """Return the seconds left to work in, the margin already taken off."""
        return (self.at - self._clock.now()).total_seconds() - MARGIN_SECONDS

    def part(self, share: float) -> "Deadline":
        """Return an earlier deadline, after a share of the time that is left, for a step that others come after."""
        return Deadline(self._clock, self.left() * share + MARGIN_SECONDS)

    def wait(self, attempt: int, base: float, jitter: Jitter) -> bool:
        """Wait before the next try, or return False at once where no time is left for one.

        Full jitter: anything up to base, 2 base, 4 base … ("Exponential Backoff And Jitter", AWS Architecture Blog).

        attempt: how many tries there were, from 1. base: seconds, as the refusal hints.
        """
        left = self.left()
        if left <= 0:
            return False
        ceiling = min(LONGEST_WAIT_SECONDS, base * 2.0 ** min(attempt - 1, _MOST_DOUBLINGS), left)
        self._clock.sleep(jitter(0.0, ceiling))
        return self.left() > 0
