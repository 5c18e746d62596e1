from datetime import timedelta
from itertools import pairwise

import pytest

from invalidator.errors import BadInputError, ConditionFailedError, IdempotencyConflictError, LeaseLostError
from invalidator.table.attempts import Attempt, new_reference
from invalidator.table.tables import Tables
from invalidator.table.times import new_id
from tests.invalidator.hands import START, HandClock, change

D = "E1ABCDEFGHIJKL"


def test_a_request_is_written_whole_and_found_by_the_bells(tables: Tables) -> None:
    made = tables.requests.submit(D, ["/a", "/b*"], actor="eva", reason="typo")
    assert tables.attempts.get(made.id) == made
    assert tables.attempts.open_of(D) == [made]
    assert (made.state, made.kind, made.actor, made.reason, made.path_count) == ("waiting", "person", "eva", "typo", 2)
    assert made.created_at == START
    assert tables.journal.busy() == [D]
    assert tables.attempts.page().items == [made]


def test_many_long_paths_come_back_whole(tables: Tables) -> None:
    paths = [f"/{n:04}/{'é' * 900}" for n in range(3000)]
    made = tables.requests.submit(D, paths, actor="eva")
    found = tables.attempts.get(made.id)
    assert found
    assert found.path_count == 3000
    assert 0 < len(found.paths) <= 100
    assert tables.attempts.all_paths(found) == tuple(paths)


def test_the_same_key_returns_the_earlier_request(tables: Tables) -> None:
    made = tables.requests.submit(D, ["/a", "/b"], actor="eva", key="k")
    assert tables.requests.submit(D, ["/b", "/a"], actor="eva", key="k") == made
    assert tables.requests.submit("E2", ["/b", "/a"], actor="eva", key="k") != made
    with pytest.raises(IdempotencyConflictError):
        tables.requests.submit(D, ["/c"], actor="eva", key="k")
    assert len(tables.attempts.open_of(D)) == 1


def attempt(clock: HandClock, **told: object) -> Attempt:
    told = {"state": "waiting", "kind": "s3", "created_at": clock.now(), "reference": new_reference(), **told}
    return Attempt(id=new_id(clock.now()), distribution_id=D, **told)  # type: ignore[arg-type]


def test_accepting_counts_the_paths_and_lets_the_journal_go_once(tables: Tables, clock: HandClock) -> None:
    lease = tables.leases.take(D, 30)
    assert lease
    fenced = tables.fenced(lease)
    for n in range(205):
        tables.journal.add({D: [change(f"{n}.html")]})
    entries, more = tables.journal.read(D, 500, 20_000)
    assert not more
    begun = fenced.begin(attempt(clock, journal=tuple(e.id for e in entries), changes=205), ["/a", "/b"])
    assert tables.journal.waiting(D).changes == 0  # the attempt holds them; they are still there
    assert len(tables.journal.read(D, 500, 20_000)[0]) == 205
    accepted = fenced.accept(begun, "I1", clock.now())
    assert tables.journal.read(D, 500, 20_000) == ([], False)
    assert tables.attempts.get(begun.id) == accepted
    with pytest.raises(ConditionFailedError):
        fenced.accept(begun, "I1", clock.now())
    assert tables.attempts.usage("2026-11").by_day == {"2026-11-24": 2}
    ended = fenced.end(accepted, "completed", at=clock.now())
    assert tables.attempts.open_of(D) == []
    assert tables.attempts.page(state="completed").items == [ended]


def test_a_worker_without_the_lease_writes_nothing(tables: Tables, clock: HandClock) -> None:
    lost = tables.leases.take(D, 30)
    assert lost
    begun = tables.fenced(lost).begin(attempt(clock), ["/a"])
    assert tables.leases.take(D, 30) is None
    clock.sleep(31)
    mine = tables.leases.take(D, 30)
    assert mine
    fenced = tables.fenced(lost)
    for write in (
        lambda: fenced.begin(attempt(clock), ["/b"]),
        lambda: fenced.accept(begun, "I1", clock.now()),
        lambda: fenced.put_off(begun, "throttled", clock.now()),
        lambda: fenced.rewrite(begun, [["/a"]], error="x", replaced=1),
        lambda: fenced.end(begun, "failed", error="x"),
        lost.keep,
    ):
        with pytest.raises(LeaseLostError):
            write()
    lost.release()
    assert tables.leases.take(D, 30) is None
    assert tables.attempts.open_of(D) == [begun]


def test_history_is_paged_newest_first_by_every_filter(tables: Tables, clock: HandClock) -> None:
    made = []
    for n in range(25):
        clock.sleep(1)
        made.append(tables.requests.submit("E1" if n % 2 else "E2", ["/a"], actor="eva" if n % 5 else "max"))
    pages, cursor = [], None
    while True:
        page = tables.attempts.page(limit=10, cursor=cursor)
        pages.append(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [len(items) for items in pages] == [10, 10, 5]
    assert [one for items in pages for one in items] == made[::-1]
    of_e1 = tables.attempts.page(distribution_id="E1", limit=50)
    assert of_e1.items == [one for one in made[::-1] if one.distribution_id == "E1"]
    by_max = tables.attempts.page(actor="max", limit=2)
    assert by_max.items == [one for one in made[::-1] if one.actor == "max"][:2]
    assert by_max.next_cursor
    rest = tables.attempts.page(actor="max", limit=2, cursor=by_max.next_cursor)
    assert rest.items == [one for one in made[::-1] if one.actor == "max"][2:4]
    since, until = made[5].created_at, made[9].created_at
    assert tables.attempts.page(since=since, until=until).items == made[5:10][::-1]
    assert tables.attempts.page(state="completed").items == []
    assert tables.attempts.page(kind="person", state="waiting", limit=3).items == made[:-4:-1]


def test_what_is_open_is_paged_without_reading_the_whole_history(tables: Tables, clock: HandClock) -> None:
    made = []
    for n in range(7):
        clock.sleep(1)
        made.append(tables.requests.submit(f"E{n % 3}", ["/a"], actor="eva" if n % 2 else "max"))
    newest_first = made[::-1]
    first = tables.attempts.page(state="waiting", limit=4)
    assert first.items == newest_first[:4]
    second = tables.attempts.page(state="waiting", limit=4, cursor=first.next_cursor)
    assert (second.items, second.next_cursor) == (newest_first[4:], None)
    assert tables.attempts.page(state="waiting", distribution_id="E1").items == [made[4], made[1]]
    assert tables.attempts.page(state="waiting", actor="eva", since=made[2].created_at).items == [made[5], made[3]]
    assert tables.attempts.page(state="waiting", bucket="site").items == []
    assert tables.attempts.page(state="in_progress").items == []


@pytest.mark.parametrize("cursor", ["x", "é", "aGVsbG8", "", "!!!!"])
def test_a_cursor_that_is_none_is_refused(tables: Tables, cursor: str) -> None:
    with pytest.raises(BadInputError, match="cursor"):
        tables.attempts.page(cursor=cursor)


def test_ids_sort_by_time_and_after_each_other() -> None:
    ids = [new_id(START + timedelta(milliseconds=n)) for n in range(50)]
    assert ids == sorted(ids)
    chain = [new_id(START)]
    for _ in range(100):
        chain.append(new_id(START, after=chain[-1]))
    assert all(a < b for a, b in pairwise(chain))
