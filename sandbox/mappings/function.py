"""A Lambda function on this machine: environments that are kept, a time-out, and errors as Lambda tells them."""

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from sandbox.faults import FaultSwitch
from sandbox.mappings.context import Context
from sandbox.mappings.environment import Environment, Outcome, Wire

CONCURRENCY = 10
"""Calls at once, of all sources together; more only wait for each other on one machine."""

STEPS = (1, 3, 6, 2, 9, 4, 14, 5)
"""After how many steps a killed call dies: each kill another number, so that all the places have their turn."""


class Function:
    """One function, called by whoever has an event for it.

    wire: makes a handler; each environment has its own.
    arn: the function's ARN. timeout_s: how long a call may take.
    clock: returns the time in unix seconds.
    faults: tells when a worker is to be killed.
    """

    def __init__(
        self, wire: Wire, *, arn: str, timeout_s: float, clock: Callable[[], float], faults: FaultSwitch
    ) -> None:
        self.arn = arn
        self.timeout_s = timeout_s
        self._wire, self._clock, self._faults = wire, clock, faults
        self._slots = threading.Semaphore(CONCURRENCY)
        self._lock = threading.Lock()
        self._idle: list[Environment] = []
        self._busy: set[Environment] = set()
        self._ended: list[Environment] = []
        self._kills = 0
        self._open = True

    @property
    def running(self) -> int:
        """How many calls are going on."""
        return len(self._busy)

    def call(self, event: dict[str, Any]) -> Outcome:
        """Call the handler with an event and return how that ended; it never raises what the handler raises."""
        with self._slots:
            environment = self._take()
            if environment is None:
                return Outcome(error={"errorType": "ServiceException", "errorMessage": "The sandbox is ending."})
            try:
                outcome = self._run(environment, event)
            finally:
                self._give_back(environment)
        return outcome

    def stop(self, grace_s: float) -> None:
        """Let running calls end for so long, then kill them; what is not handled by then was never acknowledged."""
        end = time.monotonic() + grace_s
        with self._lock:
            self._open = False
        while self.running and time.monotonic() < end:
            time.sleep(0.02)
        with self._lock:
            environments = [*self._idle, *self._busy, *self._ended]
        for environment in environments:
            environment.end()
        end = time.monotonic() + 1
        for environment in environments:
            environment.join(max(0.0, end - time.monotonic()))

    def _run(self, environment: Environment, event: dict[str, Any]) -> Outcome:
        if self._faults.take_kill():
            environment.life.end_after(STEPS[self._kills % len(STEPS)])
            self._kills += 1
        context = Context(
            clock=self._clock,
            ends_at=self._clock() + self.timeout_s,
            aws_request_id=str(uuid.uuid4()),
            invoked_function_arn=self.arn,
        )
        return environment.run(event, context, self.timeout_s)

    def _take(self) -> Environment | None:
        with self._lock:
            if not self._open:
                return None
            environment = self._idle.pop() if self._idle else Environment(self._wire, "lambda")
            self._busy.add(environment)
            return environment

    def _give_back(self, environment: Environment) -> None:
        with self._lock:
            self._busy.discard(environment)
            if environment.life.over:
                environment.end()
                self._ended = [one for one in self._ended if not one.join(0)] + [environment]
            else:
                self._idle.append(environment)


def told(error: dict[str, Any]) -> str:
    """Return an error of a call in one line."""
    where = error.get("stackTrace") or [""]
    place = " ".join(where[-1].split())
    return f"{error['errorType']}: {error['errorMessage']}" + (f" ({place})" if place else "")
