"""Manual requests: attempts that a person wrote down, and that wait for the invalidator."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

from invalidator.errors import BadInputError, ConditionFailedError, FreshedgeError, IdempotencyConflictError
from invalidator.table import attempts
from invalidator.table.attempts import Attempt, Attempts
from invalidator.table.bells import Bells
from invalidator.table.store import Action, Store
from invalidator.table.times import new_id, to_ms

# How long an `Idempotency-Key` is remembered.
REMEMBERED = timedelta(days=30)
_SORT = "request"


class Requests:
    """Takes manual requests."""

    def __init__(self, store: Store, bells: Bells, records: Attempts) -> None:
        self._store, self._bells, self._records = store, bells, records

    def submit(
        self,
        distribution_id: str,
        paths: Sequence[str],
        *,
        actor: str,
        reason: str | None = None,
        key: str | None = None,
    ) -> Attempt:
        """Write a request down, whole and durable; ring the doorbell afterwards (the rescue does, where nobody else).

        paths: as CloudFront takes them. key: the same key with the same paths returns the earlier request.

        Raises: IdempotencyConflictError, for a known key with other paths; BadInputError, for no paths.
        """
        if not paths:
            raise BadInputError("No path was given. Give at least one, such as /index.html or /*.")
        attempt = self._written(distribution_id, paths, actor, reason)
        actions = [*attempts.adding(self._store, attempt), self._bells.wanting(distribution_id)]
        if key is not None:
            earlier = self._earlier(distribution_id, paths, key)
            if earlier:
                return earlier
            actions.append(self._remembering(attempt, paths, key))
        self._store.put_many(attempts.children(attempt, paths))
        try:
            self._store.transact(actions)
        except ConditionFailedError:
            # Somebody with the same key was faster, or our own first try whose answer was lost.
            earlier = self._earlier(distribution_id, paths, key) if key is not None else self._records.get(attempt.id)
            if earlier is None:
                raise
            return earlier
        return attempt

    def _written(self, distribution_id: str, paths: Sequence[str], actor: str, reason: str | None) -> Attempt:
        now = self._store.clock.now()
        return Attempt(
            id=new_id(now),
            distribution_id=distribution_id,
            state="waiting",
            kind="person",
            actor=actor,
            reason=reason,
            paths=attempts.shown(paths),
            path_count=len(paths),
            reference=attempts.new_reference(),
            created_at=now,
        )

    def _earlier(self, distribution_id: str, paths: Sequence[str], key: str) -> Attempt | None:
        item = self._store.get(_partition(distribution_id, key), _SORT)
        if item is None:
            return None
        if item["paths"] != _digest(paths):
            raise IdempotencyConflictError(
                "This Idempotency-Key was used before for this distribution, with other paths. Use another key."
            )
        found = self._records.get(item["attempt_id"])
        if found is None:
            raise FreshedgeError("The request of this Idempotency-Key is no longer known. Use another key.")
        return found

    def _remembering(self, attempt: Attempt, paths: Sequence[str], key: str) -> Action:
        item = {
            "pk": _partition(attempt.distribution_id, key),
            "sk": _SORT,
            "attempt_id": attempt.id,
            "paths": _digest(paths),
            "expires_at": to_ms(attempt.created_at + REMEMBERED) // 1000,
        }
        return self._store.putting(item, "attribute_not_exists(#pk)")


def _partition(distribution_id: str, key: str) -> str:
    return f"request#{distribution_id}#{hashlib.sha256(key.encode()).hexdigest()}"


def _digest(paths: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(sorted(paths)).encode()).hexdigest()
