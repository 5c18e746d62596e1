"""Lives of links: how much may be assumed of what a distribution's edge holds of a bucket. One item a pair.

Unproved: nothing may be dropped. Learning: fingerprints of this life count. Known: so does that a key has none. What is
written on the strength of a life checks in its transaction that number and word are still those.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from invalidator.errors import ConditionFailedError
from invalidator.table.store import Action, Store
from invalidator.table.times import from_ms, to_ms
from invalidator.table.values import Item

Word = Literal["unproved", "learning", "known"]
Step = Literal["waiting", "reading", "clearing", "declined"]
_ALL = "lives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How far the start of a life is.

    step: `waiting` for a proof that events come, `reading` the baseline, `clearing` the edge by `/*`, or `declined`:
    people are to be asked first, or said no. since: when this step began; moved_at: when anything was done for it last.
    read, total: objects of the baseline; total None where it is not known. cursor: the last key that was read.
    attempt_id: of the `/*`. error: what keeps it from going on. asked_by: who asked for it; None where nobody did.
    """

    step: Step
    since: datetime
    moved_at: datetime
    read: int = 0
    total: int | None = None
    cursor: str | None = None
    attempt_id: str | None = None
    error: str | None = None
    asked_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The present life of a distribution and a bucket.

    number: the epoch; 0 where the pair was never seen. since, why: when and for what it rose. routes: the digest of the
    routes that its fingerprints were made with; None where none was taken. start: None where none is under way.
    baseline: whether the baseline that was read in this life counts.
    """

    distribution_id: str
    bucket: str
    number: int = 0
    word: Word = "unproved"
    since: datetime | None = None
    why: str | None = None
    routes: str | None = None
    start: Start | None = None
    baseline: bool = False


class Epochs:
    """The lives of all pairs. Writing raises ConditionFailedError where a life is not what it was read as."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, distribution_id: str, bucket: str) -> Life:
        """Return the life of a pair; number 0 and unproved where it was never seen."""
        return self.of_buckets(distribution_id, [bucket])[bucket]

    def of_buckets(self, distribution_id: str, buckets: Collection[str]) -> dict[str, Life]:
        """Return the lives of a distribution with each of some buckets, a hundred a read."""
        items = self._store.get_many([(_partition(distribution_id), bucket) for bucket in buckets])
        found = {item["sk"]: _life(item) for item in items}
        return {one: found.get(one) or Life(distribution_id=distribution_id, bucket=one) for one in buckets}

    def of_distribution(self, distribution_id: str) -> dict[str, Life]:
        """Return the lives of a distribution, by bucket; one query."""
        return {item["sk"]: _life(item) for item in self._store.query(_partition(distribution_id))}

    def all(self) -> list[Life]:
        """Return the lives of all pairs: a query, and a read for each hundred."""
        pairs = [mark["sk"].split(" ") for mark in self._store.query(_ALL)]
        return [_life(item) for item in self._store.get_many([(_partition(one), bucket) for one, bucket in pairs])]

    def check(self, life: Life) -> Action:
        """Return the action that lets a transaction happen only while number and word are those of this life."""
        condition, told = _as_it_was(life)
        return self._store.checking(_partition(life.distribution_id), life.bucket, condition, told)

    def rise(self, life: Life, word: Word, why: str, *, routes: str | None = None) -> Life:
        """Begin the next life of a pair; no fingerprint of this one counts in it."""
        risen = Life(
            distribution_id=life.distribution_id,
            bucket=life.bucket,
            number=life.number + 1,
            word=word,
            since=self._store.clock.now(),
            why=why,
            routes=routes,
        )
        mark = {"pk": _ALL, "sk": f"{life.distribution_id} {life.bucket}"}
        self._store.transact([self._store.putting(_item(risen), *_as_it_was(life)), self._store.putting(mark)])
        return risen

    def change(self, life: Life, **changes: Any) -> Life:  # noqa: ANN401 - fields of Life
        """Write something else about a life, while nobody else did; its number stays.

        Only one writer at a time gets through: the step and the time of the start are looked at too.
        """
        after = replace(life, **changes)
        condition, told = _as_it_was(life)
        if life.start is None:
            condition += " AND attribute_not_exists(#moved_at)"
        else:
            condition, told = f"{condition} AND #moved_at = :moved_at", {**told, "moved_at": to_ms(life.start.moved_at)}
        if not self._store.put(_item(after), condition, told):
            raise ConditionFailedError([0])
        return after


def _as_it_was(life: Life) -> tuple[str, dict[str, Any]]:
    if life.number == 0:
        return "attribute_not_exists(#pk)", {}
    return "#number = :number AND #word = :word", {"number": life.number, "word": life.word}


def _partition(distribution_id: str) -> str:
    return f"life#{distribution_id}"


def _item(life: Life) -> Item:
    return {
        "pk": _partition(life.distribution_id),
        "sk": life.bucket,
        "number": life.number,
        "word": life.word,
        "since": to_ms(life.since) if life.since else None,
        "why": life.why,
        "routes": life.routes,
        "baseline": life.baseline or None,
        "start": _start_item(life.start) if life.start else None,
        "moved_at": to_ms(life.start.moved_at) if life.start else None,
    }


def _life(item: Item) -> Life:
    return Life(
        distribution_id=item["pk"].partition("#")[2],
        bucket=item["sk"],
        number=item["number"],
        word=item["word"],
        since=from_ms(item["since"]) if "since" in item else None,
        why=item.get("why"),
        routes=item.get("routes"),
        baseline=item.get("baseline", False),
        start=_start(item["start"]) if "start" in item else None,
    )


def _start_item(start: Start) -> Item:
    return asdict(start) | {"since": to_ms(start.since), "moved_at": to_ms(start.moved_at)}


def _start(item: Item) -> Start:
    told = {field.name: item[field.name] for field in fields(Start) if field.name in item}
    return Start(**told | {"since": from_ms(item["since"]), "moved_at": from_ms(item["moved_at"])})
