"""Ids that sort by time, and never meet."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from invalidator.table.times import first_id, from_ms, new_id, time_of, to_ms

TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


@given(at=TIMES, apart=st.integers(-5000, 5000))
def test_an_id_follows_time_and_the_id_it_is_to_follow(at: datetime, apart: int) -> None:
    made = new_id(at)
    assert first_id(at) <= made < first_id(at + timedelta(milliseconds=2))
    assert to_ms(time_of(made)) == to_ms(at)
    later = new_id(at + timedelta(milliseconds=apart), after=made)
    assert later > made
    assert time_of(later) >= time_of(made)


def test_many_that_follow_one_differ() -> None:
    """A batch that is parted twice makes two ids after the same one; with equal ones nothing could be written."""
    for _ in range(200):
        first = new_id(from_ms(1_000))
        assert len({new_id(from_ms(1_000), after=first) for _ in range(20)}) == 20


def test_an_id_at_the_end_of_its_millisecond_is_followed_in_the_next() -> None:
    last = first_id(from_ms(2))[:-16] + "0" * 16
    end = f"{first_id(from_ms(1))[:-16]}{'Z' * 16}"
    assert end < last
    assert new_id(from_ms(1), after=end) >= last
