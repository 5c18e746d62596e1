"""Functions that exist on this machine: S3 and clients invoke them, with Lambda's retries for asynchronous calls.

Lambda Developer Guide, "Invoking a function asynchronously" and "error handling": two more tries, after one minute and
after two; here after a second and two, so that a person can watch.
"""

import json
import logging
import threading
import uuid
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import unquote

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Request, Response

RETRIES_S = (1.0, 2.0)
"""How long Lambda waits before each further try of an asynchronous call."""

Invoke = Callable[[dict[str, Any], bool], Any]
"""Runs a function on an event; the truth tells whether nobody waits for its answer. Returns what the function returns,
or an answer of its own (`status`, `headers`, `body`); raises what the function raises."""

_log = logging.getLogger(__name__)


class _Answer(Protocol):
    status: int
    body: bytes


class Lambdas:
    """The functions by ARN."""

    def __init__(self, account: str, region: str) -> None:
        self._account, self._region = account, region
        self._functions: dict[str, Invoke] = {}
        self._early: list[tuple[str, dict[str, Any]]] = []
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._calls: dict[threading.Thread, tuple[str, dict[str, Any]]] = {}
        self.changes = 0

    def add(self, arn: str, invoke: Invoke) -> None:
        """Make a function known."""
        self._functions[arn] = invoke
        with self._lock:
            mine = [event for name, event in self._early if name == arn]
            self._early = [call for call in self._early if call[0] != arn]
        for event in mine:
            self.later(arn, event)

    def known(self, arn: str) -> bool:
        """Whether there is such a function."""
        return arn in self._functions

    def later(self, arn: str, event: dict[str, Any]) -> None:
        """Invoke a function asynchronously, with two more tries should it raise; then the event is lost, and logged.

        The event waits for a function that is not known yet: after a restart it may be made known later.
        """
        if arn not in self._functions:
            with self._lock:
                self._early.append((arn, event))
            return
        thread = threading.Thread(target=self._try, args=(self._functions[arn], arn, event), daemon=True, name="lambda")
        with self._lock:
            self._calls[thread] = (arn, event)
            self.changes += 1
        thread.start()

    def dump(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the asynchronous calls that are not through: function and event."""
        with self._lock:
            return [*self._calls.values(), *self._early]

    def load(self, calls: list[tuple[str, dict[str, Any]]]) -> None:
        """Begin the calls again that `dump` returned, as soon as their functions are known."""
        for arn, event in calls:
            self.later(arn, event)

    def close(self) -> None:
        """End the waiting between tries, and wait for the calls under way."""
        self._closed.set()
        for thread in list(self._calls):
            thread.join(5)

    def handle(self, request: Request) -> Response:
        """Lambda's Invoke."""
        rest = unquote(request.path).removeprefix("/2015-03-31/functions/")
        name, _, verb = rest.rpartition("/") if rest.endswith("/invocations") else (rest, "", "")
        if request.method != "POST" or verb != "invocations":
            raise AwsError("NotImplemented", "The local Lambda has one operation: Invoke.", 501)
        arn = name if name.startswith("arn:") else f"arn:aws:lambda:{self._region}:{self._account}:function:{name}"
        if arn not in self._functions:
            raise AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404)
        event = _event(request.body)
        kind = request.headers.get("x-amz-invocation-type", "RequestResponse")
        if kind == "DryRun":
            return Response(204)
        if kind == "Event":
            self.later(arn, event)
            return Response(202)
        return self._now(self._functions[arn], event)

    def _now(self, invoke: Invoke, event: dict[str, Any]) -> Response:
        headers = (("Content-Type", "application/json"), ("X-Amz-Executed-Version", "$LATEST"))
        try:
            answer = invoke(event, False)
        except Exception as error:  # noqa: BLE001 - whatever a function raises is told in the payload
            failed = {"errorMessage": str(error), "errorType": type(error).__name__, "requestId": str(uuid.uuid4())}
            return Response(200, (*headers, ("X-Amz-Function-Error", "Unhandled")), json.dumps(failed).encode())
        if hasattr(answer, "status") and hasattr(answer, "body"):
            told: _Answer = answer
            return Response(told.status, headers, told.body)
        return Response(200, headers, json.dumps(answer).encode())

    def _try(self, invoke: Invoke, arn: str, event: dict[str, Any]) -> None:
        try:
            for wait_s in (*RETRIES_S, None):
                try:
                    invoke(event, True)
                except Exception:  # noqa: BLE001 - a function may raise anything
                    _log.exception("%s failed", arn)
                else:
                    return
                if wait_s is None or self._closed.wait(wait_s):
                    _log.error("%s gave up on an event: %s", arn, json.dumps(event)[:500])
                    return
        finally:
            if not self._closed.is_set():
                with self._lock:
                    del self._calls[threading.current_thread()]
                    self.changes += 1


def _event(body: bytes) -> dict[str, Any]:
    try:
        event: dict[str, Any] = json.loads(body or b"{}")
    except ValueError:
        raise AwsError("InvalidRequestContentException", "Could not parse request body into json.") from None
    return event
