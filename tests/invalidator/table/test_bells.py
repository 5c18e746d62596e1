from datetime import timedelta

from invalidator.table.tables import Tables
from tests.invalidator.hands import START, HandClock, change

D = "E1ABCDEFGHIJKL"
SOON, LATER = START + timedelta(seconds=5), START + timedelta(seconds=9)


def test_a_bell_is_armed_once_and_moved_only_forward(tables: Tables) -> None:
    bells = tables.bells
    assert bells.ring(D, LATER)
    assert not bells.ring(D, LATER)
    assert not bells.ring(D, LATER + timedelta(seconds=1))
    assert bells.ring(D, SOON)
    bell = bells.get(D)
    assert bell
    assert bell.next_ring_at == SOON


def test_a_bell_is_put_away_only_where_nobody_rang_since_it_was_taken_down(tables: Tables) -> None:
    bells = tables.bells
    bells.ring(D, SOON)
    token = bells.disarm(D, SOON)
    assert token
    assert bells.all() == [bells.get(D)]
    bells.ring(D, LATER)
    assert not bells.clear(D, token)
    second = bells.disarm(D, LATER)
    assert second
    assert not bells.clear(D, token)
    tables.requests.submit(D, ["/a"], actor="eva")
    assert not bells.clear(D, second)
    third = bells.disarm(D, None)
    assert third
    assert bells.clear(D, third)
    assert bells.all() == []


def test_a_bell_is_taken_down_only_by_the_message_it_is_armed_for(tables: Tables) -> None:
    bells = tables.bells
    assert bells.disarm(D, SOON) is None
    assert bells.get(D) is None
    bells.ring(D, SOON)
    assert bells.disarm(D, LATER) is None
    assert bells.disarm(D, SOON)
    assert bells.disarm(D, SOON) is None


def test_a_bell_is_moved_only_as_it_was_seen(tables: Tables, clock: HandClock) -> None:
    bells = tables.bells
    bells.ring(D, SOON, why="CloudFront is away")
    seen = bells.get(D)
    assert seen
    assert seen.why == "CloudFront is away"
    assert bells.move(D, seen, LATER)
    assert not bells.move(D, seen, SOON)
    moved = bells.get(D)
    assert moved
    assert moved.next_ring_at == LATER
    bells.disarm(D, None)
    assert not bells.move(D, moved, SOON)
    taken = bells.get(D)
    assert taken
    assert (taken.next_ring_at, taken.why, taken.disarmed_at) == (None, None, clock.now())


def test_busy_distributions_are_listed_from_the_bells(tables: Tables) -> None:
    for n in range(30):
        tables.bells.ring(f"E{n:02}", SOON)
    assert tables.journal.busy() == [f"E{n:02}" for n in range(30)]


def test_what_waits_is_counted_with_what_keeps_it(tables: Tables) -> None:
    tables.journal.add({D: [change("a", at=SOON - timedelta(seconds=60)), change("b")], "E2": [change("c")]})
    tables.bells.ring(D, LATER, why="CloudFront is away")
    waiting = tables.journal.waiting(D)
    assert (waiting.changes, waiting.oldest, waiting.error) == (2, SOON - timedelta(seconds=60), "CloudFront is away")
    assert tables.journal.waiting("E3").changes == 0
