"""How long a call may go on, and how it waits within that."""

from datetime import UTC, datetime, timedelta

import pytest

from invalidator.deadline import DEFAULT_SECONDS, LONGEST_WAIT_SECONDS, MARGIN_SECONDS, Deadline


class HandClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 25, 12, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 30_500


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def high(_low: float, high: float) -> float:
    return high


def test_a_lambda_call_has_the_time_that_its_context_says_less_a_margin(clock: HandClock) -> None:
    assert Deadline.of(Context(), clock).left() == pytest.approx(30.5 - MARGIN_SECONDS)


def test_a_call_without_context_has_a_minute(clock: HandClock) -> None:
    assert Deadline.of(None, clock).left() == pytest.approx(DEFAULT_SECONDS - MARGIN_SECONDS)


def test_time_that_passes_is_gone(clock: HandClock) -> None:
    deadline = Deadline(clock, 10)
    clock.sleep(4)
    assert deadline.left() == pytest.approx(6 - MARGIN_SECONDS)


def test_waits_double_up_to_a_longest_one(clock: HandClock) -> None:
    deadline = Deadline(clock, 1000)
    assert all(deadline.wait(attempt, 2, high) for attempt in range(1, 7))
    assert clock.slept == [2, 4, 8, 16, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS]


def test_the_thousandth_wait_is_like_any_other(clock: HandClock) -> None:
    assert Deadline(clock, 1000).wait(5000, 2, high)
    assert clock.slept == [LONGEST_WAIT_SECONDS]


def test_a_wait_ends_with_the_time_that_is_left_and_says_that_it_is_over(clock: HandClock) -> None:
    deadline = Deadline(clock, MARGIN_SECONDS + 3)
    assert deadline.wait(5, 2, high) is False
    assert clock.slept == [3]
    assert deadline.wait(1, 2, high) is False
    assert clock.slept == [3]


def test_a_part_of_the_time_leaves_the_rest(clock: HandClock) -> None:
    whole = Deadline(clock, MARGIN_SECONDS + 40)
    part = whole.part(0.25)
    assert part.left() == pytest.approx(10)
    clock.sleep(10)
    assert part.left() == pytest.approx(0)
    assert whole.left() == pytest.approx(30)
