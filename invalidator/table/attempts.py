"""Attempts: one request to CloudFront each, written down before it is sent. The record of an attempt is the history.

A record has its own partition, with the paths beyond the first ones in child items beside it. Written together with it
are its marks: in the open attempts of its distribution, until it is final, and in the lists of the history
(`marks.py`).
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from invalidator.table import marks
from invalidator.table.bells import Bells
from invalidator.table.entries import in_parts, packed, unpacked
from invalidator.table.history import AttemptPage, Filter, Usage, page, page_of, usage
from invalidator.table.marks import list_name
from invalidator.table.store import Action, Store
from invalidator.table.times import first_id, from_ms, to_ms
from invalidator.table.values import Item

State = Literal["waiting", "queued", "in_progress", "completed", "failed", "unneeded"]
Kind = Literal["s3", "person", "start", "sweep", "probe", "outside"]
FINAL = frozenset({"completed", "failed", "unneeded"})

# What a record shows; all others are in child items.
SHOWN_PATHS = 100
_SHOWN_BYTES = 48_000
_RECORD = "record"
# Of these at least one was taken by CloudFront, unless hardly anything was.
_NEAR = 20
# CloudFront's clock and ours may differ by less than this.
_CLOCKS = timedelta(minutes=1)
_TIMES = ("created_at", "settled_at", "submitted_at", "completed_at", "next_try_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request to CloudFront, as far as it has come. Times are aware, in UTC.

    id: a ULID of `created_at`, so that ids sort by it.
    state: `waiting` to be sent first, `queued` since CloudFront wants it later, `in_progress` since it was accepted.
    kind, actor, reason, buckets: what caused it, who and why (persons), and whose changes it covers.
    summary: one sentence of numbers, the same as in the log.
    paths: the first hundred of `path_count`. changes: how many it covers; dropped: how many not, by verdict.
    reference: the caller reference. cloudfront_id: CloudFront's id of it, once accepted.
    created_at: of its first change, or when a person asked; settled_at: when its changes were taken up;
    submitted_at: when CloudFront accepted it; completed_at: when CloudFront was seen to be done.
    error: why it is queued or failed, or what about it was not as it should be.
    next_try_at: before then it is not sent again.
    tries: how often it was sent in vain. replaced: how many bad paths gave way to wildcards.
    family: the attempt that it was part of, before CloudFront refused that. journal: the journal's entries that go when
    it is accepted; it is sent when nothing else of its family is to be sent.
    lives: by bucket, the life that its keys were judged in (number, word, digest of the routes); while it has any, the
    fingerprints of its keys are to be written (`prints`), and only then do the journal's entries go.
    """

    id: str
    distribution_id: str
    state: State
    kind: Kind
    actor: str | None = None
    reason: str | None = None
    summary: str | None = None
    buckets: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    path_count: int = 0
    changes: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    needless_evictions: int = 0
    reference: str = ""
    cloudfront_id: str | None = None
    created_at: datetime
    settled_at: datetime | None = None
    submitted_at: datetime | None = None
    completed_at: datetime | None = None
    error: str | None = None
    next_try_at: datetime | None = None
    tries: int = 0
    replaced: int = 0
    family: str | None = None
    journal: tuple[str, ...] = ()
    lives: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Whether nothing about it will change."""
        return self.state in FINAL

    @property
    def is_unsent(self) -> bool:
        """Whether CloudFront has yet to accept it."""
        return self.state in ("waiting", "queued")


_NAMES = tuple(one.name for one in fields(Attempt))


class Attempts:
    """What was and will be asked of CloudFront; reading. Writing is for the holder of the lease: `fenced.py`."""

    def __init__(self, store: Store, bells: Bells) -> None:
        self._store, self._bells = store, bells

    def get(self, attempt_id: str) -> Attempt | None:
        """Return an attempt; None where there is none of this id."""
        item = self._store.get(partition(attempt_id), _RECORD)
        return from_item(item) if item else None

    def many(self, attempt_ids: Sequence[str]) -> list[Attempt]:
        """Return those that there are of these ids, in their order."""
        return self._records(attempt_ids)

    def all_paths(self, attempt: Attempt) -> tuple[str, ...]:
        """Return every path of an attempt."""
        if len(attempt.paths) == attempt.path_count:
            return attempt.paths
        first = f"{attempt.reference}#"
        found = self._store.query(partition(attempt.id), since=first, until=f"{first}~")
        return tuple(path for child in found for path in unpacked(child["blob"]))

    def prints(self, attempt: Attempt) -> dict[str, dict[str, list[Any]]]:
        """Return what is to be written of an attempt's keys once it is accepted: rows of fingerprints, by bucket."""
        found: dict[str, dict[str, list[Any]]] = {}
        for child in self._store.query(_print_partition(attempt), since="print#", until="print#~"):
            for bucket, key, *row in unpacked(child["blob"]):
                found.setdefault(bucket, {})[key] = row
        return found

    def open_of(self, distribution_id: str) -> list[Attempt]:
        """Return what is not final of a distribution, oldest first."""
        ids = [item["sk"] for item in self._store.query(f"open#{distribution_id}")]
        return self._records(ids)

    def hurry(self, attempt: Attempt) -> bool:
        """Have an attempt that was put off tried at the next look; False where it is no longer put off."""
        now = to_ms(self._store.clock.now())
        told = {"now": now, "queued": "queued"}
        change = "SET #next_try_at = :now"
        return self._store.update(partition(attempt.id), _RECORD, change, told, "#state = :queued") is not None

    def page(
        self,
        *,
        distribution_id: str | None = None,
        bucket: str | None = None,
        actor: str | None = None,
        state: State | None = None,
        kind: Kind | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> "AttemptPage[Attempt]":
        """Return a page of the history, newest first, of what fits all that is given.

        since, until: of `created_at`. cursor: `next_cursor` of the page before.

        Raises: BadInputError, for a cursor that is none.
        """
        wanted = Filter(distribution_id, bucket, actor, state, kind, since, until)
        if state is None or state in FINAL:
            return page(self._store, wanted, self._records, cursor, limit)
        return page_of(self._all_open(distribution_id), wanted, cursor, limit)

    def ours(self, distribution_id: str, cloudfront_ids: Sequence[str]) -> dict[str, str]:
        """Return the attempts that CloudFront's ids of a distribution's invalidations are of; others are left out.

        Raises: ThrottledError, UnavailableError, AccessDeniedError.
        """
        found = self._store.get_many([(f"accepted#{distribution_id}", one) for one in cloudfront_ids])
        return {item["sk"]: item["id"] for item in found}

    def sent_after(self, distribution_id: str, time: datetime) -> str | None:
        """Return CloudFront's id of one that it took after a time, but not long after; None where there is none.

        Raises: ThrottledError, UnavailableError, AccessDeniedError.
        """
        marks = self._store.query(list_name({"of": distribution_id}), since=first_id(time + _CLOCKS), limit=_NEAR)
        names = (one.cloudfront_id for one in self._records([mark["sk"] for mark in marks]))
        return next((name for name in names if name is not None), None)

    def _all_open(self, distribution_id: str | None) -> list[Attempt]:
        """Return what is not final, in any order; only busy distributions have such."""
        if distribution_id is not None:
            return self.open_of(distribution_id)
        return [one for bell in self._bells.all() for one in self.open_of(bell.distribution_id)]

    def usage(self, month: str) -> Usage:
        """Return the paths that CloudFront accepted in a month such as `2026-11`, of all distributions."""
        return usage(self._store, month)

    def _records(self, ids: Sequence[str]) -> list[Attempt]:
        return [from_item(item) for item in self._store.get_many([(partition(one), _RECORD) for one in ids])]


def partition(attempt_id: str) -> str:
    """Return the partition of an attempt's record."""
    return f"attempt#{attempt_id}"


def open_partition(distribution_id: str) -> str:
    """Return the partition of a distribution's open attempts."""
    return f"open#{distribution_id}"


def shown(paths: Sequence[str]) -> tuple[str, ...]:
    """Return the paths that a record holds itself: the first hundred, fewer where they are long."""
    return tuple(next(in_parts(paths[:SHOWN_PATHS], _SHOWN_BYTES), []))


def children(attempt: Attempt, paths: Sequence[str]) -> list[Item]:
    """Return what is to be written before an attempt: paths that its record, and marks that its transaction can't hold.

    Paths go by the caller reference: those that took another reference have children of their own.
    """
    parts = in_parts(paths) if len(attempt.paths) != len(paths) else ()
    held = [
        {"pk": partition(attempt.id), "sk": f"{attempt.reference}#{number:04}", "blob": packed(part)}
        for number, part in enumerate(parts)
    ]
    return held + marks.beginning(attempt)[1]


def print_children(attempt: Attempt, rows: Iterable[list[Any]]) -> list[Item]:
    """Return what is to be written before an attempt: rows of bucket, key and fingerprint, for `prints`."""
    return [
        {"pk": _print_partition(attempt), "sk": f"print#{number:04}", "blob": packed(part)}
        for number, part in enumerate(in_parts(rows))
    ]


def _print_partition(attempt: Attempt) -> str:
    """Return where the fingerprints are: with the first of a family, though the last of it has the journal."""
    return partition(attempt.family or attempt.id)


def new_reference() -> str:
    """Return a caller reference that nobody used before."""
    return f"freshedge-{uuid.uuid4().hex}"


def adding(store: Store, attempt: Attempt) -> list[Action]:
    """Return the actions that write a new attempt and its marks; its `children` are to be written before."""
    together = marks.beginning(attempt)[0]
    if not attempt.is_final:
        together.append({"pk": open_partition(attempt.distribution_id), "sk": attempt.id})
    record = store.putting(to_item(attempt), "attribute_not_exists(#pk)")
    return [record, *(store.putting(mark) for mark in together)]


def accepting(store: Store, distribution_id: str, cloudfront_id: str, attempt_id: str) -> Action:
    """Return the action that notes whose an invalidation in CloudFront's list is."""
    return store.putting({"pk": f"accepted#{distribution_id}", "sk": cloudfront_id, "id": attempt_id})


def ending(store: Store, attempt: Attempt) -> list[Action]:
    """Return the actions that move the marks of an attempt that has become final.

    Those of many buckets are written first, here and now: there is no room for them in one transaction.
    """
    together, before = marks.ending(attempt)
    store.put_many(before)
    return [
        store.deleting(open_partition(attempt.distribution_id), attempt.id),
        *(store.putting(mark) for mark in together),
    ]


def to_item(attempt: Attempt) -> Item:
    """Return the item of an attempt's record."""
    item: Item = {"pk": partition(attempt.id), "sk": _RECORD}
    for name in _NAMES:
        value = getattr(attempt, name)
        if name in _TIMES and value is not None:
            value = to_ms(value)
        if value or name in ("changes", "path_count"):
            item[name] = value
    if attempt.paths:
        item["paths"] = packed(attempt.paths)
    return item


def from_item(item: Item) -> Attempt:
    """Return the attempt of a record's item."""
    told: dict[str, Any] = {name: item[name] for name in _NAMES if name in item}
    told |= {name: from_ms(item[name]) for name in _TIMES if name in item}
    told |= {name: tuple(told[name]) for name in ("buckets", "journal") if name in told}
    told["paths"] = tuple(unpacked(item["paths"])) if "paths" in item else ()
    return Attempt(**told)
