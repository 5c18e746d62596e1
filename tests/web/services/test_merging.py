"""However two lists lie beside each other and are cut into pages, together they are one list, each thing once."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from invalidator.table.history import cursor_after, last_seen
from invalidator.table.times import new_id, time_of
from web.models import Cause, Invalidation, Page
from web.services import elsewhere
from web.services.joined import JoinedHistory
from web.services.outside import Listed, invalidation_of

BEGUN = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SITES = ("E1", "E2")


class Table:
    """Our history, newest first; a page may stop early, as where a rare filter is looked for."""

    def __init__(self, ids: Sequence[str], stops: Sequence[int]) -> None:
        self.ids, self.stops = sorted(ids, reverse=True), list(stops)

    def page(self, *, cursor: str | None, limit: int, **_: object) -> Page[Invalidation]:
        left = [one for one in self.ids if cursor is None or one < last_seen(cursor)]
        most = min(limit, self.stops.pop(0)) if self.stops else limit
        items = [made(one) for one in left[:most]]
        more = len(left) > len(items)
        return Page(items=items, next_cursor=cursor_after(left[most - 1]) if more else None)


class Lists:
    """CloudFront's lists, ours among them, so many a page."""

    def __init__(self, listed: Iterable[Listed], ours: Iterable[str], page: int) -> None:
        self.listed_ = sorted(listed, key=lambda one: one.order, reverse=True)
        self.ours_, self.page = set(ours), page

    def listed(self, distribution_id: str, marker: str | None, _age: timedelta) -> tuple[list[Listed], bool]:
        mine = [one for one in self.listed_ if one.distribution_id == distribution_id]
        names = [one.id for one in mine]
        left = mine[names.index(marker) + 1 :] if marker else mine
        return left[: self.page], len(left) > self.page

    def newest(self, ids: Sequence[str], age: timedelta) -> dict[str, Any]:
        return {one: self.listed(one, None, age) for one in ids}

    def others(self, listed: Iterable[Listed]) -> list[Listed]:
        return [one for one in listed if one.id not in self.ours_]

    def told(self, listed: Sequence[Listed], _most: int) -> dict[Listed, Invalidation]:
        return {one: invalidation_of(one, None) for one in listed}


class Clock:
    def now(self) -> datetime:
        return BEGUN

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


def made(name: str) -> Invalidation:
    return Invalidation(id=name, distribution_id="E1", state="completed", cause=Cause(kind="s3"), created_at=BEGUN)


# What there is: ours in our table alone, ours that CloudFront lists too (a while later), or others'.
kinds = st.sampled_from(["table", "both", "other E1", "other E2"])


@given(
    st.lists(st.tuples(st.integers(0, 30), kinds), max_size=40),
    st.integers(1, 6),
    st.integers(1, 8),
    st.integers(1, 3),
    st.lists(st.integers(1, 6), max_size=8),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_pages_of_two_lists_are_one_list(
    told: list[tuple[int, str]], limit: int, page: int, pages: int, stops: list[int], one_site: bool
) -> None:
    ids: list[str] = []
    listed: list[Listed] = []
    ours: set[str] = set()
    for n, (second, kind) in enumerate(told):
        at = BEGUN + timedelta(seconds=second)
        if kind in ("table", "both"):
            ids.append(new_id(at))
        if kind == "both":
            ours.add(f"I{n:03}")
            listed.append(Listed("E1", f"I{n:03}", at + timedelta(seconds=3), running=False))
        elif kind.startswith("other"):
            listed.append(Listed(kind[-2:], f"I{n:03}", at, running=False))
    wanted = [one for one in listed if one.id not in ours and (not one_site or one.distribution_id == "E1")]
    lists: Any = Lists(listed, ours, page if one_site else 100)
    table: Any = Table(ids, stops)
    history = JoinedHistory(table, lists, lambda: (SITES, SITES), lambda _site, _time: None, Clock())
    found: list[Invalidation] = []
    cursor = None
    with mock.patch.object(elsewhere, "MOST_PAGES", pages):
        for _ in range(500):
            answer = history.page(distribution="E1" if one_site else None, cursor=cursor, limit=limit)
            assert len(answer.items) <= limit
            assert answer.notes == []
            found += answer.items
            cursor = answer.next_cursor
            if cursor is None:
                break
    assert cursor is None, "the pages did not end"
    names = [*ids, *(f"outside:{one.distribution_id}:{one.id}" for one in wanted)]
    assert sorted(one.id for one in found) == sorted(names), "each once"
    order = [one.created_at if one.cause.kind == "outside" else time_of(one.id) for one in found]
    assert order == sorted(order, reverse=True), "newest first"
