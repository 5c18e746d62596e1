import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from invalidator.rules.changes import Change
from invalidator.table.entries import entries_of, from_item, in_parts, to_item
from invalidator.table.tables import Tables
from invalidator.table.values import dumped_item, loaded_item
from tests.invalidator.hands import START, change

D = "E1ABCDEFGHIJKL"
keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
texts = st.none() | st.text("0123456789abcdefABCDEF-", min_size=1, max_size=40)
changes = st.builds(
    Change,
    bucket=st.sampled_from(["a", "b", "c"]),
    key=keys,
    kind=st.sampled_from(["created", "deleted"]),
    event=st.sampled_from(["ObjectCreated:Put", "LifecycleExpiration:Delete"]),
    time=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
    etag=texts,
    size=st.none() | st.integers(0, 2**48),
    version_id=texts,
    sequencer=texts,
    region=st.sampled_from([None, "us-east-1", "eu-west-1"]),
)


@given(st.lists(changes, max_size=30))
def test_every_change_comes_back_as_it_was(told: list[Change]) -> None:
    items = [dumped_item(to_item("journal#E1", entry)) for entry in entries_of(told, START)]
    back = [one for item in items for one in from_item(loaded_item(item)).changes]
    assert Counter(back) == Counter(told)


@given(st.lists(changes, min_size=1, max_size=30))
def test_an_entry_knows_when_it_began_and_from_when_on_it_is_quiet(told: list[Change]) -> None:
    for entry in entries_of(told, START):
        times = [one.time for one in entry.changes]
        assert entry.oldest == min(START, *times)
        assert START - timedelta(seconds=2) <= entry.quiet_since <= START
        assert entry.quiet_since >= min(START, max(times))
        assert entry.count == len(entry.changes)
        assert {one.bucket for one in entry.changes} == {entry.bucket}


def test_items_are_cut_by_bytes_far_below_the_limit_of_400_kb(tables: Tables) -> None:
    letters = [chr(0x4E00 + n) for n in range(2000)]  # hardly compressible, three bytes each
    told = [change("".join(random.Random(n).choices(letters, k=341))) for n in range(3000)]
    tables.journal.add({D: told})
    entries, more = tables.journal.read(D, 500, 10_000)
    assert not more
    assert len(entries) > 5
    assert [one for entry in entries for one in entry.changes] == told
    assert all(len(to_item("x", entry)["blob"]) < 350_000 for entry in entries)


def test_a_slice_is_the_longest_run_of_whole_entries_and_one_at_least(tables: Tables) -> None:
    for n in range(5):
        tables.journal.add({D: [change(f"{n}/{m}") for m in range(10)]})

    def read(entries: int, most: int) -> tuple[int, bool]:
        found, more = tables.journal.read(D, entries, most)
        return len(found), more

    assert read(9, 100) == (5, False)
    assert read(9, 49) == (4, True)
    assert read(9, 1) == (1, True)
    assert read(2, 100) == (2, True)


@given(st.lists(st.text(max_size=50), max_size=50), st.integers(1, 200))
def test_parts_together_are_the_whole(rows: list[str], most: int) -> None:
    parts = list(in_parts(rows, most))
    assert [row for part in parts for row in part] == rows
    assert all(parts)
