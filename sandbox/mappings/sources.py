"""All event sources of the function together: queues, schedule and asynchronous calls."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.aws.queues import Queues
from sandbox.mappings.function import Function
from sandbox.mappings.invoking import Invoker
from sandbox.mappings.queue_mapping import QueueMapping
from sandbox.mappings.schedule import Schedule

POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """A queue of dead letters, by its name and region."""

    name: str
    region: str


class DeadLettersError(AssertionError):
    """Messages have ended in a dead-letter queue; the text has them."""


class NotQuietError(TimeoutError):
    """There was still work when the time was over; the text tells which."""


class Sources:
    """Feeds one function, from `start` until `stop`.

    dead: where messages end that the function could not handle.
    idle: whether nothing is on its way to the queues from elsewhere.
    """

    def __init__(
        self,
        function: Function,
        *,
        queues: Queues,
        mappings: Sequence[QueueMapping],
        invoker: Invoker,
        schedule: Schedule,
        dead: Sequence[DeadLetters] = (),
        idle: Callable[[], bool] = lambda: True,
    ) -> None:
        self.function, self.mappings, self.invoker, self.schedule = function, tuple(mappings), invoker, schedule
        self._queues, self._dead, self._idle = queues, tuple(dead), idle

    def start(self) -> None:
        """Begin to feed the function."""
        self.invoker.start()
        for mapping in self.mappings:
            mapping.start()
        self.schedule.start()

    def stop(self, grace_s: float = 2.0) -> None:
        """Take no more, let running calls end for so long, then kill them; all threads are over afterwards."""
        parts: list[Schedule | QueueMapping | Invoker] = [self.schedule, *self.mappings, self.invoker]
        for part in parts:
            part.stop()
        end = time.monotonic() + 1
        while any(mapping.polling for mapping in self.mappings) and time.monotonic() < end:
            self._queues.wake()  # again and again: a poller may have been on its way into a receive
            time.sleep(0.01)
        self.function.stop(grace_s)
        for part in parts:
            part.join(1.0)

    def pending(self) -> list[str]:
        """Return what is not done yet, in words; nothing when all is quiet."""
        found = [] if self._idle() else ["events on their way"]
        found += [text for mapping in self.mappings if (text := self._left_in(mapping))]
        if waiting := self.invoker.pending:
            found.append(f"{waiting} asynchronous calls")
        if running := self.function.running:
            found.append(f"{running} calls of the function")
        return found

    def drain(self, within_s: float) -> None:
        """Wait until all is quiet, delayed messages and retries included.

        Raises: NotQuietError when it is not in time; DeadLettersError for messages that died, now or before.
        """
        end = time.monotonic() + within_s
        quiet = 0
        while quiet < 2:  # noqa: PLR2004 - between a receive and its call, one look may see neither
            left = self.pending()
            quiet = 0 if left else quiet + 1
            if time.monotonic() > end:
                raise NotQuietError(f"After {within_s:g} s there are still {', '.join(left)}.")
            time.sleep(POLL_S)
        if dead := self.dead_letters():
            raise DeadLettersError(f"{len(dead)} messages died: {json.dumps(dead[:3])[:2000]}")

    def dead_letters(self) -> list[dict[str, Any]]:
        """Return the bodies of all dead letters, with the name of their queue; they stay where they are."""
        found = []
        for dead in self._dead:
            messages = []
            while batch := self._queues.receive(dead.name, 10, 0, dead.region):
                messages += batch
            for message in messages:
                found.append({"queue": dead.name, "body": message.body})
                self._queues.release(dead.name, message.receipt, 0, dead.region)
        return found

    def _left_in(self, mapping: QueueMapping) -> str:
        settings = mapping.settings
        depth = self._queues.depth(settings.queue, settings.region)
        count = depth.visible + depth.in_flight + depth.delayed
        return f"{count} messages in {settings.queue} ({settings.region})" if count else ""
