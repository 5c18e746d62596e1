"""How often a part of a page asks again: every 2 s for 30 s, then every 5 s, later every 15 s.

The part carries its own address with a count of the polls so far (`poll`) and whether it was busy. When something
begins to move, the count starts again. A part whose state is final carries no address, and so the polling ends.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

QUICK = 15
"""Polls at 2 s: the first 30 s."""

STEADY = 15 + 24
"""Polls until 15 s: two minutes more at 5 s."""


@dataclass(frozen=True, slots=True)
class Poll:
    """Where and when a part asks again."""

    url: str
    seconds: int


def delay(polls: int) -> int:
    """Seconds to wait before the next poll, after so many."""
    if polls < QUICK:
        return 2
    return 5 if polls < STEADY else 15


def next_poll(path: str, params: dict[str, str], polls: int, *, busy: bool, was_busy: bool) -> Poll:
    """Return when to ask again. `polls` were made so far; `busy`: whether something moves now, and before."""
    count = 1 if busy and not was_busy else polls + 1
    query = urlencode({**{k: v for k, v in params.items() if v}, "poll": count, "busy": int(busy)})
    return Poll(f"{path}?{query}", delay(count))
