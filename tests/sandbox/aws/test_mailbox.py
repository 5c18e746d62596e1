"""A queue's messages by a clock that the test sets: visibility, delays, redrive, retention, waiting."""

import threading
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sandbox.aws.sqs.mailbox import Depth, Letter, Mailbox


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(clock: Clock) -> Mailbox:
    return Mailbox(clock)


def send(box: Mailbox, body: str, at: float = 1000.0, delay_s: float = 0) -> None:
    box.send(Letter(id=body, body=body, sent_at=at, visible_at=at + delay_s))


def take(box: Mailbox, most: int = 10, wait_s: float = 0, visibility_s: float = 30, **more: Any) -> list[str]:
    return [letter.body for letter in box.receive(most, wait_s, visibility_s, **more)]


def test_a_message_in_flight_is_hidden_until_its_time_is_over(box: Mailbox, clock: Clock) -> None:
    send(box, "a")
    assert take(box) == ["a"]
    assert take(box) == []
    assert box.depth() == Depth(visible=0, in_flight=1, delayed=0)
    clock.now += 30
    (again,) = box.receive(10, 0, 30)
    assert (again.body, again.receive_count, again.first_received_at) == ("a", 2, 1000.0)


def test_any_receipt_of_a_message_deletes_it_and_does_so_again(box: Mailbox, clock: Clock) -> None:
    send(box, "a")
    first = box.receive(1, 0, 30)[0].receipts[-1]
    clock.now += 30
    box.receive(1, 0, 30)
    assert box.delete(first)
    assert box.delete(first)
    assert not box.delete("never one of this queue's")
    clock.now += 100
    assert take(box) == []


def test_a_delayed_message_comes_when_it_is_due(box: Mailbox, clock: Clock) -> None:
    send(box, "late", delay_s=5)
    send(box, "now")
    assert box.depth() == Depth(visible=1, in_flight=0, delayed=1)
    assert take(box) == ["now"]
    clock.now += 5
    assert take(box) == ["late"]


def test_visibility_can_be_changed_while_in_flight(box: Mailbox, clock: Clock) -> None:
    send(box, "a")
    receipt = box.receive(1, 0, 30)[0].receipts[-1]
    assert box.change_visibility(receipt, 0)
    (again,) = box.receive(1, 0, 30)
    assert box.change_visibility(again.receipts[-1], 100)
    clock.now += 99
    assert take(box) == []
    clock.now += 1
    assert take(box) == ["a"]
    box.delete(receipt)
    assert not box.change_visibility(receipt, 0)
    assert box.knows(receipt)


def test_a_message_received_too_often_goes_to_the_dead_letters(box: Mailbox, clock: Clock) -> None:
    dead = Mailbox(clock)
    send(box, "poison")
    send(box, "fine")
    for _ in range(3):
        taken = box.receive(10, 0, 30, redrive=(3, dead))
        assert "poison" in [one.body for one in taken]
        for one in taken:
            if one.body == "fine":
                box.delete(one.receipts[-1])
        clock.now += 30
    assert take(box, redrive=(3, dead)) == []
    (letter,) = dead
    assert (letter.body, letter.sent_at) == ("poison", 1000.0)
    assert take(dead) == ["poison"]


def test_old_messages_are_gone_after_their_retention(box: Mailbox, clock: Clock) -> None:
    send(box, "old")
    clock.now += 60
    send(box, "young", clock.now)
    assert take(box, retention_s=60) == ["young"]


def test_no_more_than_asked_for_is_received(box: Mailbox) -> None:
    for n in range(5):
        send(box, str(n))
    assert take(box, most=2) == ["0", "1"]
    assert take(box, most=2) == ["2", "3"]
    assert take(box, most=2) == ["4"]


def test_who_waits_is_woken_by_a_message_by_wake_and_by_close() -> None:
    import time

    box = Mailbox(time.time)
    got: list[list[str]] = []

    def wait() -> threading.Thread:
        thread = threading.Thread(target=lambda: got.append(take(box, wait_s=20)))
        thread.start()
        return thread

    waiting = wait()
    box.send(Letter(id="a", body="a", sent_at=0, visible_at=0))
    waiting.join(5)
    for end in (box.wake, box.close):
        waiting = wait()
        for _ in range(500):
            end()
            waiting.join(0.01)
            if not waiting.is_alive():
                break
        assert not waiting.is_alive()
    assert got == [["a"], [], []]
    assert take(box, wait_s=20) == []  # closed: nobody waits any more


def test_a_delayed_message_ends_a_wait_in_time() -> None:
    import time

    box, begun = Mailbox(time.time), time.time()
    box.send(Letter(id="a", body="a", sent_at=begun, visible_at=begun + 0.05))
    assert take(box, wait_s=20) == ["a"]
    assert time.time() - begun < 5


class Model(RuleBasedStateMachine):
    """Whatever is done: a message is received only when visible, never lost, never after its deletion."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.box = Mailbox(self.clock)
        self.visible_at: dict[str, float] = {}
        self.receipts: list[tuple[str, str]] = []
        self.count = 0

    @rule(delay_s=st.sampled_from([0, 1, 5]))
    def send(self, delay_s: float) -> None:
        self.count += 1
        send(self.box, str(self.count), self.clock.now, delay_s)
        self.visible_at[str(self.count)] = self.clock.now + delay_s

    @rule(most=st.integers(1, 3), visibility_s=st.sampled_from([0, 1, 10]))
    def receive(self, most: int, visibility_s: float) -> None:
        due = [name for name, at in self.visible_at.items() if at <= self.clock.now]
        got = self.box.receive(most, 0, visibility_s)
        assert len({letter.id for letter in got}) == len(got) == min(most, len(due))
        for letter in got:
            assert letter.id in due
            self.visible_at[letter.id] = self.clock.now + visibility_s
            self.receipts.append((letter.receipts[-1], letter.id))

    @rule(seconds=st.sampled_from([1, 4, 20]))
    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule(data=st.data(), after_s=st.sampled_from([None, 0, 3]))
    def delete_or_release(self, data: st.DataObject, after_s: float | None) -> None:
        if not self.receipts:
            return
        receipt, name = data.draw(st.sampled_from(self.receipts))
        if after_s is None:
            assert self.box.delete(receipt)
            self.visible_at.pop(name, None)
        elif self.box.change_visibility(receipt, after_s):
            self.visible_at[name] = self.clock.now + after_s

    @invariant()
    def counts_agree(self) -> None:
        depth = self.box.depth()
        assert depth.visible == sum(at <= self.clock.now for at in self.visible_at.values())
        assert depth.in_flight + depth.delayed == sum(at > self.clock.now for at in self.visible_at.values())


TestModel = Model.TestCase
