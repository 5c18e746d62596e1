from datetime import timedelta

import pytest

from invalidator.table.links import SeenLink
from invalidator.table.locks import LockedError
from invalidator.table.settings import Chosen
from invalidator.table.tables import Tables
from tests.invalidator.hands import START, HandClock

MINUTE = timedelta(minutes=1)


def test_an_id_that_goes_is_remembered_with_the_time_it_was_seen_gone(tables: Tables) -> None:
    links = tables.links
    assert links.seen("site") is None
    assert links.note("site", ["E1", "E2"], START) == links.seen("site")
    after = links.note("site", ["E2"], START + MINUTE)
    assert after == links.seen("site") == SeenLink("site", ("E2",), {"E1": START + MINUTE}, START + MINUTE)
    back = links.note("site", ["E2", "E1"], START + 2 * MINUTE)
    assert (set(back.ids), back.gone) == ({"E1", "E2"}, {})


@pytest.mark.parametrize(
    ("minutes", "ids"), [(-1000, ("E2", "E1")), (0, ("E2", "E1")), (14.9, ("E2", "E1")), (15, ("E2",)), (99, ("E2",))]
)
def test_a_change_still_goes_to_an_id_gone_less_than_a_quarter_of_an_hour(minutes: float, ids: tuple[str, ...]) -> None:
    link = SeenLink("site", ("E2",), {"E1": START}, START)
    assert link.ids_for(START + minutes * MINUTE) == ids


def test_an_older_reading_changes_nothing(tables: Tables) -> None:
    tables.links.note("site", ["E1"], START)
    tables.links.note("site", ["E2"], START - MINUTE)
    tables.links.note("site", [], START)
    seen = tables.links.seen("site")
    assert seen
    assert (seen.ids, seen.gone) == (("E1",), {})


def test_the_time_of_the_last_event_is_kept_without_a_write_for_each(tables: Tables) -> None:
    tables.links.note("site", ["E1"], START, START)
    tables.links.note("site", ["E1"], START + MINUTE, START + timedelta(seconds=3))
    seen = tables.links.seen("site")
    assert seen
    assert seen.last_event_at == START
    tables.links.note("site", ["E1"], START + MINUTE, START + timedelta(seconds=30))
    seen = tables.links.seen("site")
    assert seen
    assert seen.last_event_at == START + timedelta(seconds=30)


def test_ids_are_forgotten_when_no_queue_can_hold_an_event_of_theirs(tables: Tables) -> None:
    tables.links.note("site", ["E1"], START)
    tables.links.note("site", ["E2"], START + MINUTE)
    late = START + timedelta(days=16)
    assert tables.links.note("site", ["E3"], late).gone == {"E2": late}


def test_settings_are_saved_cleared_and_paused_apart(tables: Tables) -> None:
    settings = tables.settings
    assert settings.of("E1") == Chosen()
    settings.pause("E1", paused=True)
    settings.save("E1", Chosen(settle_seconds=2.5, strategy="frugal", evictions_per_path=7, dropping=False))
    assert settings.of("E1") == Chosen(
        settle_seconds=2.5, strategy="frugal", evictions_per_path=7, dropping=False, paused=True
    )
    settings.save("E1", Chosen(monthly_budget_usd=10))
    settings.pause("E1", paused=False)
    assert settings.of("E1") == Chosen(monthly_budget_usd=10)
    settings.save("E1", Chosen())
    assert settings.of("E1") == Chosen()
    settings.pause(None, paused=True)
    assert settings.all_paused()
    assert settings.of("E1").paused
    assert settings.of("E2").paused
    settings.pause(None, paused=False)
    assert not settings.all_paused()
    assert settings.of("E2") == Chosen()


def test_a_lock_is_held_by_one_and_runs_out(tables: Tables, clock: HandClock) -> None:
    locks = tables.locks
    with locks.hold("site", 20):
        clock.sleep(5)
        with pytest.raises(LockedError) as refused, locks.hold("site", 20):
            pass
        assert refused.value.retry_after == 15
        with locks.hold("docs", 20):
            pass
        clock.sleep(16)
        with locks.hold("site", 20):
            pass
    with locks.hold("site", 20):
        pass


def test_the_text_before_our_last_write_is_kept(tables: Tables) -> None:
    assert tables.locks.kept_text("site") is None
    tables.locks.keep_text("site", "{}")
    tables.locks.keep_text("site", '{"a": 1}')
    assert tables.locks.kept_text("site") == '{"a": 1}'
    assert tables.locks.kept_at("site") == START
