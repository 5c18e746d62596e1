"""An execution environment: one wiring of the handler and one thread, which takes one call at a time.

Lambda Developer Guide, `lambda-runtime-environment.html`: an environment is kept for later calls, and is thrown away
after a crash or a time-out.
"""

import json
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from sandbox.mappings.context import Context
from sandbox.mappings.life import Killed, Life

Handler = Callable[[dict[str, Any], Any], Any]
"""Lambda's handler: event and context in, something that JSON can hold out."""

Wire = Callable[[Life], Handler]
"""Makes a handler with everything that it needs, for an environment of that life."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended.

    value: what the handler returned, as JSON has it.
    error: Lambda's description of what went wrong (`errorType`, `errorMessage`, `stackTrace`), or None.
    """

    value: Any = None
    error: dict[str, Any] | None = None


class Environment:
    """Runs a handler on a thread of its own, from the first call until `end`."""

    def __init__(self, wire: Wire, name: str) -> None:
        self.life = Life()
        self._wire = wire
        self._inbox: SimpleQueue[tuple[dict[str, Any], Context, Future[Outcome]] | None] = SimpleQueue()
        # A daemon: a handler that hangs outside of AWS must not keep the whole sandbox from ending.
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def run(self, event: dict[str, Any], context: Context, timeout_s: float) -> Outcome:
        """Call the handler. After `timeout_s` the call is over, and the environment dead."""
        told: Future[Outcome] = Future()
        self._inbox.put((event, context, told))
        try:
            outcome = told.result(timeout_s)
        except TimeoutError:
            self.life.end()
            return Outcome(error=_timed_out(context.aws_request_id, timeout_s))
        if self.life.doomed:  # killed in the middle, or at the latest before it could answer
            self.life.end()
            return Outcome(error=_killed(context.aws_request_id))
        return outcome

    def end(self) -> None:
        """Die; a handler that is at work ends at its next call of AWS."""
        self.life.end()
        self._inbox.put(None)

    def join(self, within_s: float) -> bool:
        """Return whether the thread has ended, after waiting at most so long."""
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        handler: Handler | None = None
        while (task := self._inbox.get()) is not None:
            event, context, told = task
            try:
                handler = handler or self._wire(self.life)
                # Through JSON, both ways, as Lambda does: neither side may keep what the other one changes.
                answer = handler(json.loads(json.dumps(event)), context)
                told.set_result(Outcome(json.loads(json.dumps(answer))))
            except Killed:
                told.set_result(Outcome(error=_killed(context.aws_request_id)))
                return
            except BaseException as error:  # noqa: BLE001 - the rim: Lambda tells any error of a handler as JSON
                told.set_result(Outcome(error=described(error)))
            if self.life.over:
                return


def described(error: BaseException) -> dict[str, Any]:
    """Return an error as Lambda tells it (Lambda Developer Guide, `python-exceptions.html`)."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def _timed_out(request_id: str, timeout_s: float) -> dict[str, Any]:
    return {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after {timeout_s:.2f} seconds",
    }


def _killed(request_id: str) -> dict[str, Any]:
    return {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime exited with error: signal: killed",
    }
