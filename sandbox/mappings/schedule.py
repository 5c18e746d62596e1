"""A schedule: sends a `Scheduled Event` again and again, as an EventBridge rule with `rate(1 minute)` does."""

import threading
from collections.abc import Callable
from typing import Any

from sandbox.mappings.events import scheduled_event


class Schedule:
    """Rings from `start` until `stop`.

    send: takes the event, as an asynchronous call of the function.
    clock: returns the time in unix seconds, which the event tells.
    every_s: seconds between two events; first_s: from the start to the first one.
    """

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        *,
        clock: Callable[[], float],
        account: str,
        region: str,
        every_s: float = 60.0,
        first_s: float = 2.0,
    ) -> None:
        self._send, self._clock = send, clock
        self._account, self._region = account, region
        self._every_s, self._first_s = every_s, first_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)

    def start(self) -> None:
        """Begin to ring."""
        self._thread.start()

    def stop(self) -> None:
        """Ring no more."""
        self._stopping.set()

    def join(self, within_s: float) -> None:
        """Wait for the thread's end."""
        if self._thread.ident is not None:
            self._thread.join(within_s)

    def ring(self) -> None:
        """Send one event now."""
        self._send(scheduled_event("freshedge-schedule", self._account, self._region, self._clock()))

    def _run(self) -> None:
        wait_s = self._first_s
        while not self._stopping.wait(wait_s):
            self.ring()
            wait_s = self._every_s
