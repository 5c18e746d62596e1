"""Failures in words: what could not be done, why, and what to do about it. Pure."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from invalidator.errors import AccessDeniedError, FreshedgeError
from web.models import Failure

if TYPE_CHECKING:
    from invalidator.table.attempts import Attempt

WAITING = "waiting-"
"""What the ids of changes that wait begin with; then comes their distribution's."""


def failed(attempt: "Attempt") -> Failure:
    """Return a failed attempt as people see it."""
    sendable = attempt.path_count > 0
    todo = "Mend the cause, then try again." if sendable else "Mend the cause; put its files there again."
    return _of(attempt, "An invalidation failed.", todo, retryable=sendable, discardable=True)


def put_off(attempt: "Attempt") -> Failure:
    """Return an attempt that waits, as people see it."""
    todo = "It goes on being tried. Mend the cause, then try at once."
    return _of(attempt, "An invalidation waits.", todo, retryable=True, discardable=False)


def waiting(distribution_id: str, changes: int, error: str, since: datetime) -> Failure:
    """Return a journal that can't be taken up, as people see it."""
    message, statement = parted(error)
    return Failure(
        id=f"{WAITING}{distribution_id}",
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


def unread(place: str, error: FreshedgeError, now: datetime) -> Failure:
    """Return that dead letters can't be read, as people see it."""
    message, statement = parted(str(error))
    if isinstance(error, AccessDeniedError):
        statement = error.statement
    todo = "Mend the cause: until then nobody sees here what the invalidator could not read."
    return _of_queue(f"unread.{place}", f"The dead letters of {place} can't be read.", message, todo, now, statement)


def hidden(place: str, count: int | None, now: datetime) -> Failure:
    """Return that some dead letters can't be shown just now. count: None where there are more than are looked at."""
    if count is None:
        title, why = f"There are more dead letters in {place}.", "Only a hundred are looked at."
        return _of_queue(f"more.{place}", title, why, "Deal with some of those shown; others follow.", now)
    title = f"{count:,} dead {'letter is' if count == 1 else 'letters are'} being read in {place}."
    why = "Somebody else looks at them just now, perhaps the invalidator itself."
    return _of_queue(f"hidden.{place}", title, why, "They show here as soon as they are given back.", now)


def _of_queue(
    name: str, title: str, message: str, todo: str, now: datetime, statement: dict[str, object] | None = None
) -> Failure:
    return Failure(
        id=name.replace(" in ", ".").replace(" ", "."),
        kind="message",
        title=title,
        message=message,
        what_to_do=todo,
        statement=statement,
        at=now,
        retryable=False,
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
