"""Pages of history, newest first, and what of a month CloudFront was asked.

The narrowest list that a question names is read (`marks.py`). What else was asked for is filtered from it, by the marks
where they know it, else by the records.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from invalidator.errors import BadInputError
from invalidator.table.marks import narrowest
from invalidator.table.store import Action, Store
from invalidator.table.times import first_id, to_ms
from invalidator.table.values import Item

if TYPE_CHECKING:
    from invalidator.table.attempts import Attempt

Record = TypeVar("Record")
# Marks read for one page at most, so that a rare filter over a long history answers in time; the cursor goes on.
MOST_READ = 5000
# Each look through marks is so many times as long as the one before.
GROWTH = 4
_ID_LENGTH = 26


@dataclass(frozen=True, slots=True)
class AttemptPage(Generic[Record]):
    """A page. `next_cursor` is None on the last one; a page before it may hold fewer than asked for, even none."""

    items: list[Record]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Paths that CloudFront accepted in a month. by_day: such as `{"2026-11-24": 12}`."""

    paths: int = 0
    by_day: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a page is asked for; None is everything.

    since, until: when it came to us, which is what ids sort by.
    """

    distribution_id: str | None = None
    bucket: str | None = None
    actor: str | None = None
    state: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def list_name(self) -> str:
        """Return the partition to read; those of states are of final ones."""
        return narrowest(self._named())

    def takes_mark(self, mark: Item) -> bool:
        """Whether a mark may be of what is asked for; what it does not know is left to the record."""
        return all(mark.get(name, value) == value for name, value in self._named().items()) and (
            self.actor is None or "actor" in mark
        )

    def _named(self) -> dict[str, str]:
        told = {
            "of": self.distribution_id,
            "bucket": self.bucket,
            "actor": self.actor,
            "state": self.state,
            "kind": self.kind,
        }
        return {name: value for name, value in told.items() if value is not None}

    def takes(self, attempt: "Attempt") -> bool:
        """Whether an attempt is what is asked for."""
        return (
            self.state in (None, attempt.state)
            and self.actor in (None, attempt.actor)
            and self.kind in (None, attempt.kind)
            and (self.bucket is None or self.bucket in attempt.buckets)
            and self.distribution_id in (None, attempt.distribution_id)
            and (self.since is None or attempt.id >= first_id(self.since))
            and attempt.id <= _bound(self.until)
        )


def page(
    store: Store,
    wanted: Filter,
    records: Callable[[Sequence[str]], list["Attempt"]],
    cursor: str | None,
    limit: int,
) -> AttemptPage["Attempt"]:
    """Return a page of what is wanted: one query and one batch of records, where a list is of just that.

    Where none is, marks are looked through in ever larger steps, up to `MOST_READ`; then the cursor goes on.

    records: returns the attempts of ids. cursor: of the page before.

    Raises: BadInputError, for a cursor that is none of ours.
    """
    before = _bound(wanted.until) if cursor is None else last_seen(cursor)
    found: list[Attempt] = []
    read, step = 0, limit + 1
    while read < MOST_READ:
        marks = list(_marks_before(store, wanted, before, step))
        read += len(marks)
        fitting = [mark["sk"] for mark in marks if wanted.takes_mark(mark)]
        while fitting and len(found) < limit:
            room = limit - len(found)
            now, fitting = fitting[:room], fitting[room:]
            found += (attempt for attempt in records(now) if wanted.takes(attempt))
            before = now[-1]
        ended = len(marks) < step
        if len(found) == limit:
            return AttemptPage(found, cursor_after(before) if fitting or not ended else None)
        if ended:
            return AttemptPage(found)
        before = marks[-1]["sk"]
        step = min(step * GROWTH, MOST_READ - read)
    return AttemptPage(found, cursor_after(before))


def page_of(attempts: Iterable["Attempt"], wanted: Filter, cursor: str | None, limit: int) -> AttemptPage["Attempt"]:
    """Return a page of what is wanted among attempts that are few: those that are not final."""
    before = "~" if cursor is None else last_seen(cursor)
    fitting = sorted((one for one in attempts if wanted.takes(one) and one.id < before), key=lambda one: one.id)[::-1]
    more = len(fitting) > limit
    return AttemptPage(fitting[:limit], cursor_after(fitting[limit - 1].id) if more else None)


def usage(store: Store, month: str) -> Usage:
    """Return what CloudFront accepted in a month such as `2026-11`."""
    days = {item["sk"]: item["paths"] for item in store.query(f"usage#{month}")}
    return Usage(sum(days.values()), days)


def _marks_before(store: Store, wanted: Filter, before: str, limit: int) -> list[Item]:
    """Return the next marks of the list, newest first, without the one at the bound itself."""
    since = first_id(wanted.since) if wanted.since else " "
    if since > before:
        return []
    marks = store.query(wanted.list_name(), since=since, until=before, newest_first=True, limit=limit + 1)
    return [mark for mark in marks if mark["sk"] != before][:limit]


def _bound(until: datetime | None) -> str:
    """Return what sorts behind every id that may be wanted, and is none."""
    return "~" if until is None else first_id(until)[:-16] + "~"


def cursor_after(last_id: str) -> str:
    """Return the cursor of a page that ended with this id."""
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def last_seen(cursor: str) -> str:
    """Return the id that the page of a cursor ended with.

    Raises: BadInputError, for a cursor that is none of ours.
    """
    try:
        last = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        last = ""
    if len(last) != _ID_LENGTH or not last.isalnum():
        raise BadInputError("The cursor is none that this list gave out. Begin again without one.")
    return last


def day_of(time: datetime) -> tuple[str, str]:
    """Return the month and the day that an invalidation of this time counts for, in UTC: `2026-11`, `2026-11-24`."""
    text = time.isoformat()
    return text[:7], text[:10]


def counting(store: Store, time: datetime, paths: int) -> Action:
    """Return the action that counts paths that CloudFront accepted."""
    month, day = day_of(time)
    return store.updating(f"usage#{month}", day, "ADD #paths :paths SET #at = :at", {"paths": paths, "at": to_ms(time)})
