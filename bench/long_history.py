"""A history of any length in memory, behind as much of DynamoDB as pages of history read: strict, quick to fill.

Filled by what says which lists an attempt is in (`invalidator.table.marks`), and read by boto3's calls; anything but
consistent reads of one partition, and of items by their keys, is refused: so no scan can hide here.
"""

import random
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from invalidator.table import marks
from invalidator.table.attempts import FINAL, Attempt, Kind, State, open_partition, partition, to_item
from invalidator.table.times import new_id
from invalidator.table.values import dumped_item

MOST_KEYS, MOST_BYTES = 100, 1_000_000
"""Of a BatchGetItem, and of a page of Query (API Reference)."""

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
_CONDITION = "#pk = :pk AND #sk BETWEEN :since AND :until"
_RECORD = "record"
Mark = tuple[str, tuple[tuple[str, str], ...]]


@dataclass
class LongTable:
    """The table, as boto3's client of DynamoDB.

    calls: by operation. read: items that queries looked at.
    """

    calls: Counter[str] = field(default_factory=Counter)
    read: int = 0
    _lists: dict[str, list[Mark]] = field(default_factory=dict)
    _attempts: dict[str, Attempt] = field(default_factory=dict)

    def add(self, attempt: Attempt) -> None:
        """Write an attempt with its marks; ids must come in their order."""
        self._attempts[partition(attempt.id)] = attempt
        together, before = marks.beginning(attempt)
        if not attempt.is_final:
            together.append({"pk": open_partition(attempt.distribution_id), "sk": attempt.id})
        shared: dict[tuple[tuple[str, str], ...], Mark] = {}
        for item in (*together, *before):
            told = tuple((name, text) for name, text in item.items() if name not in ("pk", "sk") and text is not None)
            self._lists.setdefault(item["pk"], []).append(shared.setdefault(told, (attempt.id, told)))

    def query(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's own
        """Answer as DynamoDB does."""
        self.calls["Query"] += 1
        assert asked["ConsistentRead"]
        assert asked["KeyConditionExpression"] == _CONDITION
        assert not {"FilterExpression", "IndexName"} & set(asked)
        told = {name: next(iter(value.values())) for name, value in asked["ExpressionAttributeValues"].items()}
        pk, listed = told[":pk"], self._lists.get(told[":pk"], [])
        begin = bisect_left(listed, told[":since"], key=lambda mark: mark[0])
        end = bisect_right(listed, told[":until"], key=lambda mark: mark[0])
        if "ExclusiveStartKey" in asked:
            assert not asked["ScanIndexForward"]
            end = bisect_left(listed, asked["ExclusiveStartKey"]["sk"]["S"], key=lambda mark: mark[0])
        found = listed[begin:end] if asked["ScanIndexForward"] else listed[begin:end][::-1]
        size = 120 + len(pk)
        page = found[: min(asked.get("Limit", len(found)), MOST_BYTES // size)]
        self.read += len(page)
        answer: dict[str, Any] = {
            "Items": [dumped_item({"pk": pk, "sk": sk, **dict(told)}) for sk, told in page],
            "ScannedCount": len(page),
        }
        if (page and len(page) < len(found)) or len(page) == asked.get("Limit"):
            answer["LastEvaluatedKey"] = dumped_item({"pk": pk, "sk": page[-1][0]})
        return answer

    def batch_get_item(self, RequestItems: Any) -> dict[str, Any]:  # noqa: ANN401, N803 - boto3's own
        """Answer as DynamoDB does."""
        self.calls["BatchGetItem"] += 1
        [(table, asked)] = RequestItems.items()
        keys = [(key["pk"]["S"], key["sk"]["S"]) for key in asked["Keys"]]
        assert asked["ConsistentRead"]
        assert 0 < len(keys) <= MOST_KEYS
        assert len(set(keys)) == len(keys)
        found = [self._attempts[pk] for pk, sk in keys if sk == _RECORD and pk in self._attempts]
        return {"Responses": {table: [dumped_item(to_item(one)) for one in found]}}

    def get_item(self, Key: Any, **asked: Any) -> dict[str, Any]:  # noqa: ANN401, N803 - boto3's own
        """Answer as DynamoDB does."""
        self.calls["GetItem"] += 1
        assert asked["ConsistentRead"]
        found = self._attempts.get(Key["pk"]["S"]) if Key["sk"]["S"] == _RECORD else None
        return {"Item": dumped_item(to_item(found))} if found else {}


def attempts(count: int, seed: int = 7) -> Iterator[Attempt]:
    """Yield a history as a busy account has it: 40 distributions, few failures, few persons, one rare of everything."""
    dice = random.Random(seed)
    known: str | None = None
    for n in range(count):
        at = BEGUN + timedelta(seconds=60 * n)
        known = new_id(at, after=known)
        kind: Kind = dice.choices(["s3", "person", "probe"], [90, 8, 2])[0]  # type: ignore[assignment]
        state: State = dice.choices(["completed", "unneeded", "failed"], [90, 9, 1])[0]  # type: ignore[assignment]
        site = dice.randrange(40)
        if n == count // 3:
            site, kind, state = 40, "person", "failed"
        yield Attempt(
            id=known,
            distribution_id=f"E{site:013}",
            state=state,
            kind=kind,
            actor=_actor(dice, site) if kind == "person" else None,
            buckets=() if kind == "person" else (f"bucket-{site}",),
            paths=("/index.html",),
            path_count=1,
            reference=f"freshedge-{n}",
            created_at=at,
            submitted_at=at if state in FINAL - {"unneeded"} else None,
            completed_at=at if state == "completed" else None,
        )


def _actor(dice: random.Random, site: int) -> str:
    return "rare person" if site == 40 else dice.choice(["anna", "ben", "continuous integration"])
