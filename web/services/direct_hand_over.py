"""Hands requests over by invoking the Lambda, where there is no table; pauses and settings have no place there."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.errors import BadInputError, FreshedgeError, IdempotencyConflictError, NotFoundError, UnavailableError
from web.models import Distribution, DistributionSettings, InProgress, Invalidation, Person
from web.services.activity import counted
from web.services.direct_history import DirectHistory

_ERRORS: dict[str, type[FreshedgeError]] = {
    "BadInputError": BadInputError,
    "IdempotencyConflictError": IdempotencyConflictError,
    "NotFoundError": NotFoundError,
}
_LATER = {"ThrottledError", "TooManyInProgressError", "UnavailableError"}
NO_TABLE = "Without a table nothing can be held back or chosen: set FRESHEDGE_TABLE, and deploy the whole stack."


class DirectHandOver:
    """Invokes the invalidator, and waits for its answer. function_arn: None where it is not configured."""

    def __init__(self, clients: Clients, function_arn: str | None, history: DirectHistory) -> None:
        self._clients = clients
        self._function = function_arn
        self._history = history

    def submit(
        self, distribution_id: str, paths: Sequence[str], *, reason: str | None, person: Person, key: str | None
    ) -> Invalidation:
        """Have the Lambda create the invalidation now; the key becomes the caller reference."""
        asked: dict[str, object] = {"distribution_id": distribution_id, "paths": list(paths)}
        if key is not None:
            asked["caller_reference"] = reference_of(distribution_id, key)
        answer = self._invoke({"manual_request": asked})
        found = self._history.get(f"{distribution_id}-{answer['id']}")
        cause = found.cause.model_copy(update={"kind": "person", "actor": person.name, "reason": reason})
        return found.model_copy(update={"cause": cause})

    def pause(self, distribution_id: str | None, person: Person, *, paused: bool) -> None:
        """Refuse: nothing would hold."""
        del distribution_id, person, paused
        raise BadInputError(NO_TABLE)

    def all_paused(self) -> bool:
        """Nothing is."""
        return False

    def settings(self, distribution_id: str) -> DistributionSettings:
        """All is by default."""
        del distribution_id
        return DistributionSettings()

    def save(self, distribution_id: str, settings: DistributionSettings, person: Person) -> None:
        """Refuse: nobody would read it."""
        del distribution_id, settings, person
        raise BadInputError(NO_TABLE)

    def _invoke(self, payload: Mapping[str, object]) -> dict[str, Any]:
        if self._function is None:
            raise BadInputError("It is not configured who invalidates. Set FRESHEDGE_FUNCTION_ARN to the Lambda's ARN.")
        with explained("lambda:InvokeFunction", self._function):
            answer = self._clients.lambda_.invoke(FunctionName=self._function, Payload=json.dumps(payload).encode())
        said: dict[str, Any] = json.loads(answer["Payload"].read() or b"{}")
        if answer.get("FunctionError"):
            raise _error(said)
        return said


class DirectActivity:
    """What CloudFront works on; nothing waits, is paused or chosen."""

    def __init__(self, history: DirectHistory) -> None:
        self._history = history

    def added(self, distributions: Sequence[Distribution]) -> list[Distribution]:
        """Ask for a single one what is in progress; a whole list would take a call or more for each."""
        if len(distributions) != 1:
            return list(distributions)
        one = distributions[0]
        return [one.model_copy(update={"in_progress": self.in_progress(one.id)})]

    def in_progress(self, distribution_id: str) -> InProgress:
        """Count the paths of what is in progress."""
        return counted(self._history.in_progress(distribution_id))


def reference_of(distribution_id: str, key: str) -> str:
    """Return the caller reference of an `Idempotency-Key`; CloudFront itself then tells repeats."""
    digest = hashlib.sha256(json.dumps([distribution_id, key]).encode()).hexdigest()
    return f"freshedge-person-{digest[:40]}"


def _error(said: Mapping[str, Any]) -> FreshedgeError:
    """Return the error that the Lambda raised (python-exceptions.html: `errorType` is its class)."""
    kind, message = str(said.get("errorType", "")), str(said.get("errorMessage", ""))
    if kind in _LATER:
        return UnavailableError(message, 5.0)
    return _ERRORS.get(kind, FreshedgeError)(message or "The invalidator failed and did not say why; see its log.")
