"""Calls of a function that are not from a queue: by API, and asynchronous ones with their retries.

Lambda Developer Guide, `invocation-async-error-handling.html`: two more tries, a minute and two minutes later, then
the on-failure destination.
"""

import heapq
import itertools
import json
import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.aws.messages import Response
from sandbox.mappings.events import failure_record
from sandbox.mappings.function import Function, told

_log = logging.getLogger(__name__)

RETRY_WAITS_S = (60.0, 120.0)
WORKERS = 4


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    """An event that waits for its next try, the earliest first."""

    at: float
    number: int
    event: dict[str, Any] = field(compare=False)
    request_id: str = field(compare=False)
    tries: int = field(compare=False, default=0)


class Invoker:
    """The queue that Lambda keeps for a function's asynchronous calls, from `start` until `stop`.

    clock: returns the time in unix seconds.
    on_failure: is given the record of an event that has failed for good; None drops it, with a line in the log.
    retry_waits_s: how long to wait before each further try.
    """

    def __init__(
        self,
        function: Function,
        *,
        clock: Callable[[], float],
        on_failure: Callable[[dict[str, Any]], None] | None = None,
        retry_waits_s: Sequence[float] = RETRY_WAITS_S,
    ) -> None:
        self._function, self._clock, self._on_failure = function, clock, on_failure
        self._waits = tuple(retry_waits_s)
        self._due: list[_Due] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._running = 0
        self._stopping = False
        self._workers = [threading.Thread(target=self._work, name="lambda-async", daemon=True) for _ in range(WORKERS)]

    @property
    def pending(self) -> int:
        """How many events wait or are being handled."""
        with self._changed:
            return len(self._due) + self._running

    def start(self) -> None:
        """Begin to call."""
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """Begin no more calls."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, within_s: float) -> None:
        """Wait for the calls that were begun."""
        for worker in self._workers:
            if worker.ident is not None:
                worker.join(within_s)

    def __call__(self, event: dict[str, Any], asynchronous: bool) -> Response:
        """Answer `lambda:Invoke` (Lambda API Reference, `Invoke`): at once with 202, or with what the call returned."""
        if asynchronous:
            self.send(event)
            return Response(202)
        outcome = self._function.call(event)
        headers = [("Content-Type", "application/json"), ("X-Amz-Executed-Version", "$LATEST")]
        if outcome.error:
            headers.append(("X-Amz-Function-Error", "Unhandled"))
        return Response(200, tuple(headers), json.dumps(outcome.error or outcome.value).encode())

    def send(self, event: dict[str, Any]) -> None:
        """Take an event to be handled soon."""
        self._push(_Due(self._clock(), next(self._numbers), event, str(uuid.uuid4())))

    def _push(self, due: _Due) -> None:
        with self._changed:
            heapq.heappush(self._due, due)
            self._changed.notify()

    def _work(self) -> None:
        while due := self._next():
            try:
                self._try(due)
            except Exception:  # noqa: BLE001 - the rim of a thread, which has others to call
                _log.exception("An asynchronous call was lost")
            finally:
                with self._changed:
                    self._running -= 1

    def _next(self) -> _Due | None:
        with self._changed:
            while not self._stopping:
                left = self._due[0].at - self._clock() if self._due else None
                if left is not None and left <= 0:
                    self._running += 1
                    return heapq.heappop(self._due)
                self._changed.wait(left)
            return None

    def _try(self, due: _Due) -> None:
        outcome = self._function.call(due.event)
        if outcome.error is None:
            return
        tries, now = due.tries + 1, self._clock()
        if tries <= len(self._waits):
            _log.warning("An asynchronous call failed and is tried again: %s", told(outcome.error))
            self._push(_Due(now + self._waits[tries - 1], due.number, due.event, due.request_id, tries))
            return
        arn = self._function.arn
        record = failure_record(arn, due.event, outcome.error, request_id=due.request_id, tries=tries, now=now)
        if self._on_failure is None:
            _log.error("An event was given up after %d tries: %s", tries, told(outcome.error))
        else:
            self._on_failure(record)
