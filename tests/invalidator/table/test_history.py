"""Every filter of the history: what it finds, and how little of the table it reads for that."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.history import FILTERS
from bench.long_history import BEGUN, LongTable, attempts
from invalidator.table import history
from invalidator.table.attempts import FINAL, Attempt, children
from invalidator.table.marks import LISTS, TOGETHER
from invalidator.table.tables import Tables
from invalidator.table.times import new_id
from tests.invalidator.hands import HandClock, change
from tests.invalidator.table.test_attempts import D, attempt

Asked = dict[str, Any]


class Long:
    """A history of so many records, and the answers that it should give."""

    def __init__(self, made: list[Attempt]) -> None:
        self.made, self.table = made, LongTable()
        for one in made:
            self.table.add(one)
        client: Any = self.table
        self.attempts = Tables.of(client, "freshedge", HandClock()).attempts

    def fitting(self, asked: Asked) -> list[Attempt]:
        wanted = history.Filter(**asked)
        return [one for one in self.made[::-1] if wanted.takes(one)]

    def walk(self, asked: Asked, limit: int) -> Iterator[list[Attempt]]:
        cursor = None
        for _ in range(10_000):
            page = self.attempts.page(**asked, cursor=cursor, limit=limit)
            yield page.items
            cursor = page.next_cursor
            if cursor is None:
                return
        raise AssertionError("the pages did not end")

    def reads(self, asked: Asked, cursor: str | None = None) -> int:
        self.table.calls.clear()
        self.attempts.page(**asked, cursor=cursor, limit=50)
        return sum(self.table.calls.values())


@pytest.fixture(scope="module")
def long() -> Long:
    return Long(list(attempts(5000)))


@pytest.fixture(scope="module")
def short() -> Long:
    return Long(list(attempts(100)))


@pytest.mark.parametrize("name", FILTERS)
def test_a_page_takes_one_query_and_one_batch_however_long_the_history_is(name: str, short: Long, long: Long) -> None:
    asked = dict(FILTERS[name])
    assert short.reads(asked) <= 2
    assert long.reads(asked) <= 2
    assert long.table.read < 5000
    first = long.attempts.page(**asked, limit=50)
    assert first.items == long.fitting(asked)[:50]
    if first.next_cursor:
        assert long.reads(asked, first.next_cursor) <= 2


@pytest.mark.parametrize("name", FILTERS)
def test_its_pages_hold_everything_that_fits_once(name: str, long: Long) -> None:
    asked = dict(FILTERS[name])
    pages = list(long.walk(asked, 50))
    assert [one for page in pages for one in page] == long.fitting(asked)
    assert all(len(page) == 50 for page in pages[:-1])


def test_a_page_reads_no_more_marks_than_it_shows_and_one(long: Long) -> None:
    for asked in FILTERS.values():
        long.table.read = 0
        long.attempts.page(**asked, limit=50)
        assert long.table.read <= 52


def test_filters_together_that_have_no_list_are_looked_for_in_few_growing_steps(long: Long) -> None:
    asked = {"bucket": "bucket-3", "distribution_id": f"E{3:013}", "actor": "nobody"}
    assert long.attempts.page(**asked, limit=50).items == []
    rare = {"state": "completed", "since": BEGUN, "kind": "person", "actor": "rare person"}
    assert long.reads(rare) <= 2
    odd: Asked = {"distribution_id": f"E{40:013}", "bucket": "bucket-3"}
    assert long.reads(odd) <= 5


def test_what_is_looked_through_for_one_page_has_an_end_and_the_cursor_goes_on(
    monkeypatch: pytest.MonkeyPatch, long: Long
) -> None:
    monkeypatch.setattr(history, "MOST_READ", 60)
    asked = {"bucket": "bucket-3", "distribution_id": f"E{40:013}"}
    pages = list(long.walk(asked, 10))
    assert len(pages) > 1
    assert not any(pages)
    rare = {"kind": "s3", "actor": "rare person"}
    assert [one for page in long.walk(rare, 10) for one in page] == []


BUCKETS = ["a", "b", "c", "d", "e"]
made_up = st.lists(
    st.tuples(
        st.sampled_from(["E1", "E2"]),
        st.sampled_from(["waiting", "completed", "failed", "unneeded"]),
        st.sampled_from(["s3", "person", "probe"]),
        st.sampled_from([None, "anna", "#state#failed", "a" * 3000]),
        st.sets(st.sampled_from(BUCKETS), max_size=5),
    ),
    max_size=40,
)
choices = st.fixed_dictionaries(
    {},
    optional={
        "distribution_id": st.sampled_from(["E1", "E2", "E3"]),
        "state": st.sampled_from(["completed", "failed", "unneeded"]),
        "kind": st.sampled_from(["s3", "person", "probe"]),
        "actor": st.sampled_from(["anna", "#state#failed", "a" * 3000, "nobody"]),
        "bucket": st.sampled_from(BUCKETS),
        "since": st.integers(0, 40).map(lambda n: BEGUN + timedelta(seconds=n)),
        "until": st.integers(0, 40).map(lambda n: BEGUN + timedelta(seconds=n)),
    },
)


@given(made_up, choices, st.integers(1, 7))
@settings(max_examples=150, deadline=None)
def test_any_filters_together_find_what_fits_and_nothing_else(told: list[Any], asked: Asked, limit: int) -> None:
    made: list[Attempt] = []
    for n, (site, state, kind, actor, buckets) in enumerate(told):
        at = BEGUN + timedelta(seconds=n)
        made.append(
            Attempt(
                id=new_id(at, after=made[-1].id if made else None),
                distribution_id=site,
                state=state,
                kind=kind,
                actor=actor,
                buckets=tuple(sorted(buckets)),
                created_at=at,
            )
        )
    world = Long(made)
    assert [one for page in world.walk(asked, limit) for one in page] == world.fitting(asked)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_an_attempt_of_very_many_buckets_is_in_the_history_of_each(
    tables: Tables, clock: HandClock, state: Any
) -> None:
    buckets = tuple(f"bucket-{n:03}" for n in range(60))
    lease = tables.leases.take(D, 30)
    assert lease
    fenced = tables.fenced(lease)
    begun = fenced.begin(attempt(clock, buckets=buckets, journal=tuple(f"{n}" for n in range(90))), ["/a"])
    for bucket in (buckets[0], buckets[TOGETHER], buckets[-1]):
        assert [one.id for one in tables.attempts.page(bucket=bucket).items] == [begun.id]
        assert tables.attempts.page(bucket=bucket, state=state).items == []
    ended = fenced.end(begun, state)
    for bucket in (buckets[0], buckets[TOGETHER], buckets[-1]):
        assert tables.attempts.page(bucket=bucket, state=state, kind="s3").items == [ended]


@pytest.mark.parametrize("state", ["unneeded", "failed"])
def test_what_is_final_at_once_is_in_every_list_with_its_journal_gone(
    tables: Tables, clock: HandClock, state: Any
) -> None:
    lease = tables.leases.take(D, 30)
    assert lease
    for n in range(45):
        tables.journal.add({D: [change(f"{n}.html")]})
    entries = tuple(one.id for one in tables.journal.read(D, 500, 20_000)[0])
    buckets = tuple(f"bucket-{n:03}" for n in range(40))
    made = tables.fenced(lease).begin(attempt(clock, state=state, buckets=buckets, actor="anna", journal=entries), ())
    told = {"bucket": buckets[-1], "kind": "s3", "actor": "anna", "state": state, "of": D}
    names = {"of": "distribution_id"}
    for members in LISTS:
        asked = {names.get(one, one): told[one] for one in members}
        assert tables.attempts.page(**asked).items == [made], members  # type: ignore[arg-type]
    assert tables.journal.read(D, 500, 20_000) == ([], False)


def test_a_mark_whose_attempt_came_to_nothing_is_passed_over(tables: Tables, clock: HandClock) -> None:
    lost = attempt(clock, buckets=("a", "b", "c", "d", "e"))
    kept = tables.requests.submit(D, ["/a"], actor="eva")
    clock.sleep(1)
    later = attempt(clock, buckets=("e",))
    lease = tables.leases.take(D, 30)
    assert lease
    begun = tables.fenced(lease).begin(later, ["/a"])
    tables.store.put_many(children(lost, ["/a"]))
    assert [one.id for one in tables.attempts.page(bucket="e").items] == [begun.id]
    assert tables.attempts.page(bucket="d").items == []
    assert [one.id for one in tables.attempts.page().items] == [begun.id, kept.id]


def test_cloudfronts_ids_of_ours_are_known_once_it_accepted(tables: Tables, clock: HandClock) -> None:
    lease = tables.leases.take(D, 30)
    assert lease
    begun = tables.fenced(lease).begin(attempt(clock), ["/a"])
    assert tables.attempts.ours(D, ["I1", "I2"]) == {}
    tables.fenced(lease).accept(begun, "I1", clock.now())
    assert tables.attempts.ours(D, ["I1", "I2"]) == {"I1": begun.id}
    assert tables.attempts.ours("E2", ["I1"]) == {}
