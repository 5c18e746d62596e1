"""Several tasks against an AWS that wants them later."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from invalidator.deadline import Deadline
from invalidator.errors import ThrottledError, TooManyInProgressError, TryLaterError
from invalidator.rounds import in_rounds


class HandClock:
    """A clock that only sleepers and tests move."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 25, 12, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


class Account:
    """Tasks that write down their turns, and fail as often as told."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.turns: list[str] = []
        self.done: list[str] = []
        self.slept_before: list[float] = []

    def task(self, name: str, *failures: Exception, seconds: float = 0) -> Callable[[], None]:
        left = list(failures)

        def run() -> None:
            self.turns.append(name)
            self.slept_before.append(sum(self.clock.slept))
            self.clock.time += timedelta(seconds=seconds)
            if left:
                raise left.pop(0)
            self.done.append(name)

        return run

    def run(self, seconds: float = 60, **tasks: Callable[[], None]) -> dict[str, Exception]:
        return in_rounds(tasks, Deadline(self.clock, seconds), lambda _low, high: high)


@pytest.fixture
def account() -> Account:
    return Account()


THROTTLED = ThrottledError("Rate exceeded", 2)
FULL = TooManyInProgressError("Too many", 5)


def test_every_task_is_done_once(account: Account) -> None:
    assert account.run(a=account.task("a"), b=account.task("b")) == {}
    assert account.turns == account.done == ["a", "b"]
    assert account.clock.slept == []


def test_nothing_to_do_takes_no_time(account: Account) -> None:
    assert account.run() == {}
    assert account.clock.slept == []


def test_a_task_that_fails_for_good_is_returned_and_the_others_go_on(account: Account) -> None:
    bug = ZeroDivisionError("a fault of ours")
    assert account.run(a=account.task("a", bug), b=account.task("b")) == {"a": bug}
    assert account.done == ["b"]
    assert account.turns.count("a") == 1


def test_one_that_is_wanted_later_holds_up_no_other(account: Account) -> None:
    assert account.run(a=account.task("a", FULL, FULL), b=account.task("b")) == {}
    assert account.turns == ["a", "b", "a", "a"]
    assert account.clock.slept == [5, 10]


def test_a_throttled_one_ends_the_round_and_those_without_a_turn_come_first(account: Account) -> None:
    tasks = {"a": account.task("a"), "b": account.task("b", THROTTLED), "c": account.task("c"), "d": account.task("d")}
    assert account.run(**tasks) == {}
    assert account.turns == ["a", "b", "c", "d", "b"]
    assert account.slept_before == [0, 0, 2, 2, 2]


def test_what_is_still_wanted_later_when_time_is_over_is_returned(account: Account) -> None:
    failed = account.run(13, a=account.task("a", *[FULL] * 99), b=account.task("b"))
    assert failed == {"a": FULL}
    assert sum(account.clock.slept) == pytest.approx(10)
    assert account.done == ["b"]


def test_tasks_that_had_no_turn_are_returned_as_to_be_tried_later(account: Account) -> None:
    failed = account.run(13, a=account.task("a", seconds=11), b=account.task("b"), c=account.task("c"))
    assert account.done == ["a"]
    assert set(failed) == {"b", "c"}
    assert isinstance(failed["b"], TryLaterError)
    assert "before its turn" in str(failed["b"])
