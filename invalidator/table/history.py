"""Pages of history, newest first, and what of a month CloudFront was asked.

The narrowest list that a question names is read: of a bucket, of a distribution, of a final state, of all. What else
was asked for is filtered from it, by the marks where they know it, else by the records.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from invalidator.errors import BadInputError
from invalidator.table.store import Action, Store
from invalidator.table.times import first_id, to_ms
from invalidator.table.values import Item

if TYPE_CHECKING:
    from invalidator.table.attempts import Attempt

Record = TypeVar("Record")
# Marks read for one page at most, so that a rare filter over a long history answers in time; the cursor goes on.
MOST_READ = 2000
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
        if self.bucket is not None:
            return f"history#bucket#{self.bucket}"
        if self.distribution_id is not None:
            return f"history#of#{self.distribution_id}"
        if self.state is not None:
            return f"history#state#{self.state}"
        return "history"

    def takes_mark(self, mark: Item) -> bool:
        """Whether a mark may be of what is asked for."""
        return self.actor in (None, mark.get("actor")) and self.kind in (None, mark["kind"])

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
    """Return a page of what is wanted.

    records: returns the attempts of ids. cursor: of the page before.

    Raises: BadInputError, for a cursor that is none of ours.
    """
    before = _bound(wanted.until) if cursor is None else _last_seen(cursor)
    found: list[Attempt] = []
    for read in range(0, MOST_READ, limit):
        marks = list(_marks_before(store, wanted, before, limit))
        attempts = records([mark["sk"] for mark in marks if wanted.takes_mark(mark)])
        found += (attempt for attempt in attempts if wanted.takes(attempt))
        if len(found) > limit:
            return AttemptPage(found[:limit], _cursor(found[limit - 1].id))
        if len(marks) < limit:
            return AttemptPage(found)
        before = marks[-1]["sk"]
        if read + limit >= MOST_READ:
            break
    return AttemptPage(found, _cursor(before))


def page_of(attempts: Iterable["Attempt"], wanted: Filter, cursor: str | None, limit: int) -> AttemptPage["Attempt"]:
    """Return a page of what is wanted among attempts that are few: those that are not final."""
    before = "~" if cursor is None else _last_seen(cursor)
    fitting = sorted((one for one in attempts if wanted.takes(one) and one.id < before), key=lambda one: one.id)[::-1]
    more = len(fitting) > limit
    return AttemptPage(fitting[:limit], _cursor(fitting[limit - 1].id) if more else None)


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


def _cursor(last_id: str) -> str:
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def _last_seen(cursor: str) -> str:
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
