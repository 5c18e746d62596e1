"""A twin of `invalidator.table.store.Store` in memory: the same verbs, conditions judged as DynamoDB judges them."""

import operator
import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from invalidator.clock import Clock
from invalidator.errors import ConditionFailedError, ThrottledError, UnavailableError
from invalidator.table.store import MOST_ACTIONS

Found = TypeVar("Found")
Item = dict[str, Any]
Point = Callable[[str], str | None]
"""Told of each call before and after it takes effect; may not return (the worker dies), or names a fault."""


class MemoryStore:
    """One table. point: what the scheduler has to say to each call."""

    def __init__(self, clock: Clock, point: Point) -> None:
        self.clock, self._point = clock, point
        self.items: dict[str, dict[str, Item]] = {}
        self._sorted: dict[str, list[str]] = {}
        self.writes = 0

    def get(self, pk: str, sk: str) -> Item | None:
        return self._read(f"get {pk}", lambda: _copy(self.items.get(pk, {}).get(sk)))

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        def read() -> list[Item]:
            found = [self.items.get(pk, {}).get(sk) for pk, sk in dict.fromkeys(keys)]
            return [dict(item) for item in found if item is not None]

        return self._read(f"get {len(keys)}", read) if keys else []

    def query(
        self,
        pk: str,
        *,
        since: str = " ",
        until: str = "~",
        newest_first: bool = False,
        limit: int | None = None,
        condition: str | None = None,
        values: Mapping[str, Any] | None = None,
        only: str | None = None,  # noqa: ARG002 - more is harmless
    ) -> Iterator[Item]:
        def read() -> list[Item]:
            names = self._sorted.get(pk, [])
            found = names[bisect_left(names, since) : bisect_right(names, until)]
            found = (found[::-1] if newest_first else found)[:limit]
            items = [dict(self.items[pk][name]) for name in found]
            return [item for item in items if condition is None or _holds(condition, item, values)]

        return iter(self._read(f"query {pk}", read))

    def put(self, item: Item, condition: str | None = None, values: Mapping[str, Any] | None = None) -> bool:
        return self._write(f"put {item['pk']}", lambda: self._do([self.putting(item, condition, values)]))

    def put_many(self, items: Sequence[Item]) -> None:
        """Each by itself: a worker may die in the middle."""
        for item in items:
            self._write(f"put {item['pk']}", lambda item=item: self._do([self.putting(item)]))

    def update(
        self, pk: str, sk: str, change: str, values: Mapping[str, Any], condition: str | None = None
    ) -> Item | None:
        done = self._write(f"update {pk}", lambda: self._do([self.updating(pk, sk, change, values, condition)]))
        return dict(self.items[pk][sk]) if done else None

    def delete(self, pk: str, sk: str, condition: str | None = None, values: Mapping[str, Any] | None = None) -> bool:
        return self._write(f"delete {pk}", lambda: self._do([("delete", (pk, sk), None, condition, values)]))

    def transact(self, actions: Sequence[Any]) -> None:
        assert 0 < len(actions) <= MOST_ACTIONS
        keys = [action[1] for action in actions]
        assert len(set(keys)) == len(keys), "DynamoDB refuses two actions on one item"
        failed: list[int] = []

        def do() -> bool:
            failed[:] = [at for at, (_, key, _, *asked) in enumerate(actions) if not self._would(key, *asked)]
            return not failed and self._do(actions)

        if not self._write("transact " + ", ".join(sorted({key[0] for key in keys})), do):
            raise ConditionFailedError(failed)

    def putting(self, item: Item, condition: str | None = None, values: Mapping[str, Any] | None = None) -> Any:
        return "put", (item["pk"], item["sk"]), _stored(item), condition, values

    def updating(self, pk: str, sk: str, change: str, values: Mapping[str, Any], condition: str | None = None) -> Any:
        return "update", (pk, sk), change, condition, values

    def deleting(self, pk: str, sk: str) -> Any:
        return "delete", (pk, sk), None, None, None

    def checking(self, pk: str, sk: str, condition: str, values: Mapping[str, Any]) -> Any:
        return "check", (pk, sk), None, condition, values

    def _read(self, label: str, read: Callable[[], Found]) -> Found:
        _fail(self._point(label), label)
        found = read()
        self._point(f"{label}, done")
        return found

    def _write(self, label: str, write: Callable[[], bool]) -> bool:
        _fail(self._point(label), label)
        done = write()
        self.writes += 1
        fault = self._point(f"{label}, done")
        if fault == "echo":  # the answer is lost, and botocore sends it once more
            done = write()
        _fail(None if fault == "echo" else fault, label)
        return done

    def _do(self, actions: Sequence[Any]) -> bool:
        if not all(self._would(key, *asked) for _, key, _, *asked in actions):
            return False
        for verb, (pk, sk), told, _, values in actions:
            if verb == "put":
                self._set(pk, sk, told)
            elif verb == "update":
                before = self.items.get(pk, {}).get(sk) or {"pk": pk, "sk": sk}
                self._set(pk, sk, _changed(before, told, values or {}))
            elif verb == "delete" and self.items.get(pk, {}).pop(sk, None) is not None:
                self._sorted[pk].remove(sk)
        return True

    def _would(self, key: tuple[str, str], condition: str | None, values: Mapping[str, Any] | None) -> bool:
        return condition is None or _holds(condition, self.items.get(key[0], {}).get(key[1], {}), values)

    def _set(self, pk: str, sk: str, item: Item) -> None:
        partition = self.items.setdefault(pk, {})
        if sk not in partition:
            insort(self._sorted.setdefault(pk, []), sk)
        partition[sk] = item


def _copy(item: Item | None) -> Item | None:
    return None if item is None else dict(item)


def _fail(fault: str | None, label: str) -> None:
    if fault == "throttled":
        raise ThrottledError(f"{label}: the table is throttled.", 1.0)
    if fault == "lost":
        raise UnavailableError(f"{label}: no answer came.", 1.0)


def _stored(value: Any) -> Any:
    """Return a value as it comes back from the table: tuples are lists, and what is None is left out of maps."""
    if isinstance(value, Mapping):
        return {name: _stored(one) for name, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_stored(one) for one in value]
    return value


def _changed(before: Item, change: str, values: Mapping[str, Any]) -> Item:
    after = dict(before)
    for verb, told in re.findall(r"(SET|REMOVE|ADD) (.*?)(?= SET | REMOVE | ADD |$)", change):
        for part in told.split(", "):
            if verb == "REMOVE":
                after.pop(part.strip("# "), None)
                continue
            name, value = re.fullmatch(r"#(\w+) =? ?:(\w+)", part.strip()).groups()  # type: ignore[union-attr]
            told_value = _stored(values[value])
            after[name] = after.get(name, 0) + told_value if verb == "ADD" else told_value
    return after


def _holds(condition: str, item: Item, values: Mapping[str, Any] | None) -> bool:
    return bool(_compiled(condition)(item, values or {}))


@cache
def _compiled(condition: str) -> Callable[[Item, Mapping[str, Any]], bool]:
    """Return a condition as a function; an attribute that is not there makes a comparison false."""
    text = re.sub(r"attribute_not_exists\(#(\w+)\)", r"('\1' not in item)", condition)
    text = re.sub(r"attribute_exists\(#(\w+)\)", r"('\1' in item)", text)
    text = re.sub(
        r"#(\w+) (=|<=|>=|<>|<|>) :(\w+)",
        lambda found: f"compared(item, '{found[1]}', '{found[2]}', values['{found[3]}'])",
        text,
    )
    text = re.sub(r"\bAND\b", "and", re.sub(r"\bOR\b", "or", text))
    assert "#" not in text, condition
    return eval(f"lambda item, values: {text}", {"compared": _compared})  # type: ignore[no-any-return]


def _compared(item: Item, name: str, how: str, value: Any) -> bool:
    return name in item and bool(_HOW[how](item[name], value))


_HOW = {"=": operator.eq, "<>": operator.ne, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
