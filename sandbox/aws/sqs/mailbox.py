"""The messages of one standard queue: what is visible, in flight, delayed; receipts, redrive, retention.

SQS Developer Guide: "visibility timeout", "delay queues", "dead-letter queues". moto's queue walks all its messages for
every call and is not safe across threads; here every call costs the logarithm of their number.
"""

import heapq
import itertools
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

MOST_RECEIPTS = 200_000
"""Receipts remembered, those of deleted messages included; beyond, the old ones are no longer known."""


@dataclass(slots=True, kw_only=True)
class Letter:
    """One message.

    sent_at, first_received_at: unix seconds.
    visible_at: when it may be received next, unix seconds.
    attributes: its message attributes, in the shape in which moto keeps them.
    receipts: every receipt handed out for it; any of them deletes it.
    """

    id: str
    body: str
    sent_at: float
    visible_at: float
    attributes: dict[str, Any] = field(default_factory=dict)
    receive_count: int = 0
    first_received_at: float | None = None
    receipts: list[str] = field(default_factory=list)
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages a queue holds: receivable, received and not deleted, not yet receivable for the first time."""

    visible: int
    in_flight: int
    delayed: int


class Mailbox:
    """The messages of one queue; every call is whole, whatever other threads do.

    clock: unix seconds.
    changes: grows with every change.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._letters: dict[str, Letter] = {}
        self._by_receipt: dict[str, str] = {}
        self._soonest: list[tuple[float, int, str]] = []
        self._turns = itertools.count(1)
        self._changed = threading.Condition()
        self._wakes = 0
        self._closed = False
        self.changes = 0

    def send(self, letter: Letter) -> None:
        """Take a message in."""
        with self._changed:
            self._letters[letter.id] = letter
            self._by_receipt.update((receipt, letter.id) for receipt in letter.receipts)
            self._schedule(letter, letter.visible_at)

    def receive(
        self,
        most: int,
        wait_s: float,
        visibility_s: float,
        *,
        retention_s: float = float("inf"),
        redrive: tuple[int, "Mailbox"] | None = None,
    ) -> list[Letter]:
        """Return up to `most` messages, waiting until there is one, the time is over, or `wake` is called.

        redrive: how often a message may be received, and where it goes when it would be received once more.
        """
        until = self._clock() + wait_s
        with self._changed:
            wakes = self._wakes
            while not (got := self._take(most, visibility_s, retention_s, redrive)):
                now = self._clock()
                if now >= until or self._wakes != wakes or self._closed:
                    return []
                due = self._soonest[0][0] if self._soonest else until
                self._changed.wait(max(min(until, due) - now, 0.001))
            return got

    def delete(self, receipt: str) -> bool:
        """Forget the message of a receipt; whether the receipt ever was one of this queue's."""
        with self._changed:
            if receipt not in self._by_receipt:
                return False
            self.changes += 1
            self._letters.pop(self._by_receipt[receipt], None)
            if len(self._by_receipt) > MOST_RECEIPTS:
                self._by_receipt = {one: id_ for one, id_ in self._by_receipt.items() if id_ in self._letters}
            return True

    def change_visibility(self, receipt: str, after_s: float) -> bool:
        """Have the message of a receipt be receivable again after a while; whether it is still there."""
        with self._changed:
            letter = self._letters.get(self._by_receipt.get(receipt, ""))
            if letter is None:
                return False
            self._schedule(letter, self._clock() + after_s)
            return True

    def knows(self, receipt: str) -> bool:
        """Whether a receipt ever was one of this queue's."""
        with self._changed:
            return receipt in self._by_receipt

    def depth(self) -> Depth:
        """Count the messages."""
        with self._changed:
            now = self._clock()
            hidden = [one for one in self._letters.values() if one.visible_at > now]
            delayed = sum(one.receive_count == 0 for one in hidden)
            return Depth(len(self._letters) - len(hidden), len(hidden) - delayed, delayed)

    def purge(self) -> None:
        """Forget all messages."""
        with self._changed:
            self.changes += 1
            self._letters.clear()
            self._soonest.clear()

    def wake(self) -> None:
        """Have every waiting `receive` return, empty."""
        with self._changed:
            self._wakes += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Have every waiting `receive` return, and none wait from now on."""
        self._closed = True
        self.wake()

    def __iter__(self) -> Iterator[Letter]:
        """The messages, in the order in which they came."""
        with self._changed:
            return iter(list(self._letters.values()))

    def _schedule(self, letter: Letter, at: float) -> None:
        self.changes += 1
        letter.visible_at, letter.turn = at, next(self._turns)
        heapq.heappush(self._soonest, (at, letter.turn, letter.id))
        self._changed.notify()

    def _take(
        self, most: int, visibility_s: float, retention_s: float, redrive: tuple[int, "Mailbox"] | None
    ) -> list[Letter]:
        chosen: list[Letter] = []
        now = self._clock()
        while len(chosen) < most and self._soonest and self._soonest[0][0] <= now:
            _, turn, letter_id = heapq.heappop(self._soonest)
            letter = self._letters.get(letter_id)
            if letter is None or letter.turn != turn:
                continue  # deleted, or due at another time by now
            if letter.sent_at + retention_s <= now:
                del self._letters[letter_id]
                self.changes += 1
            elif redrive and letter.receive_count >= redrive[0]:
                del self._letters[letter_id]
                self.changes += 1
                redrive[1].send(letter)
            else:
                chosen.append(letter)
        return [self._hand_out(letter, now, visibility_s) for letter in chosen]

    def _hand_out(self, letter: Letter, now: float, visibility_s: float) -> Letter:
        letter.receive_count += 1
        letter.first_received_at = letter.first_received_at or now
        receipt = secrets.token_urlsafe(48)
        letter.receipts.append(receipt)
        self._by_receipt[receipt] = letter.id
        self._schedule(letter, now + visibility_s)
        return replace(letter, receipts=[receipt])
