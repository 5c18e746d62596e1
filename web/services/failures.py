"""What could not be done, why, and what to do; from the table and the queues of dead letters."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from invalidator.clock import Clock
from invalidator.errors import BadInputError, FreshedgeError, NotFoundError
from invalidator.log import log
from web.models import Failure, Invalidation, Page, Person
from web.services.errors import StepFailedError
from web.services.failure_words import WAITING, failed, hidden, parted, put_off, unread, waiting
from web.services.letter_words import failure_of, sent_again
from web.services.names import shown

if TYPE_CHECKING:
    from invalidator.doorbell import Doorbell
    from invalidator.table.attempts import Attempt
    from invalidator.table.tables import Tables
    from web.services.history import TableHistory
    from web.services.letters import Letters
    from web.services.work import Work

PATIENCE = timedelta(minutes=5)
"""How long AWS may put something off before people are told; a missing permission is told at once."""

MOST_COUNTED = 100
"""Failures that the overview counts."""

_MESSAGE = "message."


class TableFailures:
    """Failures as the table and the queues of dead letters know them; see `web.services.Failures`."""

    def __init__(
        self, tables: "Tables", doorbell: "Doorbell", history: "TableHistory", letters: "Letters", clock: Clock
    ) -> None:
        self._tables, self._doorbell, self._history = tables, doorbell, history
        self._letters, self._clock = letters, clock

    def page(self, *, q: str = "", cursor: str | None = None, limit: int = 50) -> Page[Failure]:
        """Return what could not be done: what waits and dead letters on the first page alone; then what failed."""
        return self._page(self._history.at_work.read, q, cursor, limit)

    def count(self) -> int:
        """Return how many there are, of failed ones among the newest hundred; what waits is a moment old at most."""
        return len(self._page(self._history.at_work.recent, "", None, MOST_COUNTED).items)

    def _page(self, at_work: Callable[[], "list[Work]"], q: str, cursor: str | None, limit: int) -> Page[Failure]:
        ended = self._tables.attempts.page(state="failed", cursor=cursor, limit=limit)
        handled = self._tables.handled.among([one.id for one in ended.items])
        found = [] if cursor else [*self._under_way(at_work()), *self._dead()]
        found += [failed(one) for one in ended.items if one.id not in handled]
        fitting = [one for one in found if q.lower() in _text(one)]
        return Page(items=fitting, next_cursor=ended.next_cursor, as_of=self._clock.now())

    def retry(self, failure_id: str, person: Person) -> Invalidation | None:
        """Ask again for what failed, look at once at what waits, or send a dead letter to its queue again."""
        if failure_id.startswith(_MESSAGE):
            self._send_again(failure_id, person)
            return None
        if failure_id.startswith(WAITING):
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
        """Tell nobody of a failed invalidation any more; it stays in the history. A dead letter is gone for good."""
        if failure_id.startswith(_MESSAGE):
            with self._letters.taken(failure_id) as letter:
                self._letters.delete(letter)
            log(logging.INFO, "A dead letter was discarded.", failure_id=failure_id, actor=person.name)
            return
        if failure_id.startswith(WAITING):
            self._waiting(failure_id)
            raise BadInputError("Changes that wait are not discarded here: they are what is stale. Unlink the bucket.")
        attempt = self._attempt(failure_id)
        if not attempt.is_final:
            raise BadInputError("It is not lost yet, and goes on being tried. Only what failed can be discarded.")
        self._tables.handled.note(attempt.id, "discarded", person.name)
        log(logging.INFO, "A failure was discarded.", attempt_id=attempt.id, actor=person.name)

    def _under_way(self, at_work: "Iterable[Work]") -> list[Failure]:
        """Return what waits for a person, or for CloudFront for too long."""
        now = self._clock.now()
        found: list[Failure] = []
        for work in at_work:
            if work.changes and work.why and _is_late(work.why, work.oldest or now, now):
                found.append(waiting(work.distribution_id, work.changes, work.why, work.oldest or now))
            found += [
                put_off(one)
                for one in work.attempts
                if one.state == "queued" and one.error and _is_late(one.error, one.settled_at or one.created_at, now)
            ]
        return found

    def _dead(self) -> list[Failure]:
        """Return the dead letters, and what keeps any from being shown."""
        now = self._clock.now()
        try:
            looked = self._letters.all()
        except FreshedgeError as error:  # in which regions there are buckets could not be read
            return [unread("all regions", error, now)]
        found = [failure_of(one) for one in looked.letters]
        found += [unread(place, error, now) for place, error in (looked.refused or {}).items()]
        found += [hidden(place, count, now) for place, count in (looked.hidden or {}).items()]
        return found + [hidden(place, None, now) for place in looked.more]

    def _send_again(self, failure_id: str, person: Person) -> None:
        with self._letters.taken(failure_id) as letter:
            self._letters.send_again(letter, sent_again(letter))
            log(logging.INFO, "A dead letter was sent again.", failure_id=failure_id, actor=person.name)
            try:
                self._letters.delete(letter)
            except FreshedgeError as error:
                then = "It may come once more, which does no harm. Discard it here."
                raise StepFailedError(error, ["it was sent again"], "deleting the dead letter", then) from error

    def _attempt(self, failure_id: str) -> "Attempt":
        found = self._tables.attempts.get(failure_id) if failure_id.isascii() and failure_id.isalnum() else None
        if found is None or found.state not in ("failed", "queued"):
            raise NotFoundError(f"There is no failure {shown(failure_id)}. It may have been dealt with.")
        return found

    def _waiting(self, failure_id: str) -> str:
        distribution_id = failure_id.removeprefix(WAITING)
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


def _is_late(error: str, since: datetime, now: datetime) -> bool:
    """Whether people are to be told of what waits: at once where a permission is missing, else after a while."""
    return parted(error)[1] is not None or now - since >= PATIENCE


def _text(failure: Failure) -> str:
    told = (failure.id, failure.distribution_id, failure.bucket, failure.message)
    return " ".join(one for one in told if one).lower()
