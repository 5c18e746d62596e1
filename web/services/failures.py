"""What could not be done, why, and what to do; from the table."""

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from invalidator.clock import Clock
from invalidator.errors import BadInputError, FreshedgeError, NotFoundError
from invalidator.log import log
from web.models import Failure, Invalidation, Page, Person
from web.services.names import shown

if TYPE_CHECKING:
    from invalidator.doorbell import Doorbell
    from invalidator.table.attempts import Attempt
    from invalidator.table.tables import Tables
    from web.services.history import TableHistory

PATIENCE = timedelta(minutes=5)
"""How long CloudFront may put an invalidation off before people are told; a missing permission is told at once."""

MOST_COUNTED = 100
"""Failures that the overview counts."""

_WAITING = "waiting-"


class TableFailures:
    """Failures as the table knows them; see `web.services.Failures`."""

    def __init__(self, tables: "Tables", doorbell: "Doorbell", history: "TableHistory", clock: Clock) -> None:
        self._tables, self._doorbell, self._history, self._clock = tables, doorbell, history, clock

    def page(self, *, q: str = "", cursor: str | None = None, limit: int = 50) -> Page[Failure]:
        """Return what could not be done: what still waits first, on the first page alone; then what failed."""
        ended = self._tables.attempts.page(state="failed", cursor=cursor, limit=limit)
        handled = self._tables.handled.among([one.id for one in ended.items])
        found = [] if cursor else self._under_way()
        found += [failed(one) for one in ended.items if one.id not in handled]
        fitting = [one for one in found if q.lower() in _text(one)]
        return Page(items=fitting, next_cursor=ended.next_cursor, as_of=self._clock.now())

    def count(self) -> int:
        """Return how many there are, of failed ones among the newest hundred."""
        return len(self.page(limit=MOST_COUNTED).items)

    def retry(self, failure_id: str, person: Person) -> Invalidation | None:
        """Ask again for what failed, or look at once at what waits."""
        if failure_id.startswith(_WAITING):
            self._ring(self._waiting(failure_id))
            return None
        attempt = self._attempt(failure_id)
        if not attempt.is_final:
            self._tables.attempts.hurry(attempt)
            self._ring(attempt.distribution_id)
            return self._history.get(attempt.id)
        paths = self._tables.attempts.all_paths(attempt)
        if not paths:
            raise BadInputError("Nothing of it can be sent again: it has no paths. Put its bucket's files there anew.")
        made = self._tables.requests.submit(
            attempt.distribution_id,
            paths,
            actor=person.name,
            reason=f"again, after {attempt.id} failed",
            key=f"again {attempt.id}",
        )
        self._tables.handled.note(attempt.id, "retried", person.name)
        self._ring(attempt.distribution_id)
        return self._history.get(made.id)

    def discard(self, failure_id: str, person: Person) -> None:
        """Tell nobody of a failed invalidation any more; it stays in the history."""
        if failure_id.startswith(_WAITING):
            self._waiting(failure_id)
            raise BadInputError("Changes that wait are not discarded here: they are what is stale. Unlink the bucket.")
        attempt = self._attempt(failure_id)
        if not attempt.is_final:
            raise BadInputError("It is not lost yet, and goes on being tried. Only what failed can be discarded.")
        self._tables.handled.note(attempt.id, "discarded", person.name)
        log(logging.INFO, "A failure was discarded.", attempt_id=attempt.id, actor=person.name)

    def _under_way(self) -> list[Failure]:
        """Return what waits for a person, or for CloudFront for too long."""
        now = self._clock.now()
        found: list[Failure] = []
        for distribution_id in self._tables.journal.busy():
            journal = self._tables.journal.waiting(distribution_id)
            if journal.changes and journal.error:
                found.append(waiting(distribution_id, journal.changes, journal.error, journal.oldest or now))
            for one in self._tables.attempts.open_of(distribution_id):
                _, statement = parted(one.error or "")
                late = now - (one.settled_at or one.created_at) >= PATIENCE
                if one.state == "queued" and one.error and (statement or late):
                    found.append(put_off(one))
        return found

    def _attempt(self, failure_id: str) -> "Attempt":
        found = self._tables.attempts.get(failure_id) if failure_id.isascii() and failure_id.isalnum() else None
        if found is None or found.state not in ("failed", "queued"):
            raise NotFoundError(f"There is no failure {shown(failure_id)}. It may have been dealt with.")
        return found

    def _waiting(self, failure_id: str) -> str:
        distribution_id = failure_id.removeprefix(_WAITING)
        if distribution_id not in self._tables.journal.busy():
            raise NotFoundError(f"There is no failure {shown(failure_id)}. It may have been dealt with.")
        return distribution_id

    def _ring(self, distribution_id: str) -> None:
        try:
            self._doorbell.ring(distribution_id, self._clock.now())
        except FreshedgeError as error:  # it is written, and the rescue finds it within a minute
            log(logging.WARNING, "A doorbell could not be rung.", distribution_id=distribution_id, reason=str(error))


class NoFailures:
    """Without a table nobody keeps what failed: the Lambda's own log and dead letters do."""

    def page(self, *, q: str = "", cursor: str | None = None, limit: int = 50) -> Page[Failure]:  # noqa: ARG002 - of the protocol
        """There is nothing to show."""
        return Page(items=[])

    def count(self) -> int:
        """Nobody counts."""
        return 0

    def retry(self, failure_id: str, person: Person) -> Invalidation | None:  # noqa: ARG002 - of the protocol
        """Refuse: it is not known."""
        raise NotFoundError(f"There is no failure {shown(failure_id)}: without a table none is kept.")

    def discard(self, failure_id: str, person: Person) -> None:
        """Refuse: it is not known."""
        self.retry(failure_id, person)


def failed(attempt: "Attempt") -> Failure:
    """Return a failed attempt as people see it."""
    sendable = attempt.path_count > 0
    todo = "Mend the cause, then try again." if sendable else "Mend the cause; put its files there again."
    return _of(attempt, "An invalidation failed.", todo, retryable=sendable, discardable=True)


def put_off(attempt: "Attempt") -> Failure:
    """Return an attempt that waits, as people see it."""
    todo = "It goes on being tried. Mend the cause, then try at once."
    return _of(attempt, "An invalidation waits.", todo, retryable=True, discardable=False)


def waiting(distribution_id: str, changes: int, error: str, since: Any) -> Failure:  # noqa: ANN401 - a time
    """Return a journal that can't be taken up, as people see it."""
    message, statement = parted(error)
    return Failure(
        id=f"{_WAITING}{distribution_id}",
        kind="waiting",
        distribution_id=distribution_id,
        title=f"{changes:,} changes can't be taken up.",
        message=message,
        what_to_do="They are kept, and looked at again and again. Mend the cause, then try at once.",
        statement=statement,
        at=since,
        retryable=True,
        discardable=False,
    )


def parted(error: str) -> tuple[str, dict[str, object] | None]:
    """Return the words of an error, and the IAM statement that follows them where a permission is missing."""
    words, brace, rest = error.partition(" {")
    if not brace:
        return error, None
    try:
        statement = json.loads(f"{{{rest}")
    except ValueError:
        return error, None
    return (words, statement) if "Effect" in statement else (error, None)


def _of(attempt: "Attempt", title: str, todo: str, *, retryable: bool, discardable: bool) -> Failure:
    message, statement = parted(attempt.error or "Nothing more is known.")
    return Failure(
        id=attempt.id,
        kind="invalidation",
        distribution_id=attempt.distribution_id,
        bucket=attempt.buckets[0] if len(attempt.buckets) == 1 else None,
        title=title,
        message=message,
        what_to_do=todo,
        statement=statement,
        at=attempt.settled_at or attempt.created_at,
        retryable=retryable,
        discardable=discardable,
    )


def _text(failure: Failure) -> str:
    told = (failure.id, failure.distribution_id, failure.bucket, failure.message)
    return " ".join(one for one in told if one).lower()
