"""Queues feed a function as Lambda's event source mappings do."""

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.mappings.queue_mapping import MappingSettings
from sandbox.mappings.sources import DeadLettersError, NotQuietError
from tests.sandbox.mappings.world import REGION, Client, World, bodies, until

Start = Callable[..., World]


def settings(**options: Any) -> MappingSettings:
    return MappingSettings("events", "q", REGION, **({"partial": True} | options))


def test_messages_reach_the_handler_and_are_deleted(start: Start) -> None:
    seen: list[str] = []
    world = start(lambda event, *_: seen.extend(bodies(event)))
    world.send("a", "b", "c")
    world.drain()
    assert sorted(seen) == ["a", "b", "c"]
    assert world.queues.depth("q").visible == 0


def test_an_event_has_the_shape_of_lambdas(start: Start) -> None:
    seen: list[dict[str, Any]] = []
    world = start(lambda event, *_: seen.append(event))
    world.send("é")
    world.drain()
    (record,) = seen[0]["Records"]
    assert set(record) == {
        "messageId",
        "receiptHandle",
        "body",
        "attributes",
        "messageAttributes",
        "md5OfBody",
        "eventSource",
        "eventSourceARN",
        "awsRegion",
    }
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:123456789012:q"
    assert record["awsRegion"] == "us-east-1"
    assert record["md5OfBody"] == hashlib.md5("é".encode()).hexdigest()
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert abs(int(record["attributes"]["SentTimestamp"]) / 1000 - time.time()) < 10


def test_a_window_gathers_more_than_one_receive_gives(start: Start) -> None:
    sizes: list[int] = []
    world = start(
        lambda event, *_: sizes.append(len(event["Records"])),
        visibility_s=5,
        settings=settings(batch_size=100, window_s=1.0),
    )
    world.send(*(str(n) for n in range(35)))
    world.drain()
    assert sizes == [35]


def test_a_full_batch_does_not_wait_for_its_window(start: Start) -> None:
    sizes: list[int] = []
    world = start(
        lambda event, *_: sizes.append(len(event["Records"])), settings=settings(batch_size=20, window_s=60.0)
    )
    world.send(*(str(n) for n in range(20)))
    until(lambda: sizes)
    assert sizes == [20]


def test_without_a_window_a_batch_has_ten_at_most(start: Start) -> None:
    sizes: list[int] = []
    world = start(lambda event, *_: sizes.append(len(event["Records"])))
    world.send(*(str(n) for n in range(25)))
    world.drain()
    assert sum(sizes) == 25
    assert max(sizes) <= 10


def test_batches_run_at_once_up_to_the_concurrency(start: Start) -> None:
    barrier = threading.Barrier(2, timeout=5)
    world = start(lambda *_: barrier.wait() and None, settings=settings(batch_size=1, concurrency=2))
    world.send("a", "b")
    world.drain()


def test_only_named_messages_come_back(start: Start) -> None:
    seen: list[str] = []

    def handle(event: dict[str, Any], *_: object) -> dict[str, Any]:
        seen.extend(bodies(event))
        again = [r for r in event["Records"] if r["body"] == "bad" and seen.count("bad") == 1]
        return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in again]}

    world = start(handle)
    world.send("good", "bad")
    world.drain()
    assert sorted(seen) == ["bad", "bad", "good"]


def test_a_handler_that_raises_gets_the_whole_batch_back_after_its_visibility(start: Start) -> None:
    calls: list[tuple[float, list[str], str]] = []

    def handle(event: dict[str, Any], *_: object) -> None:
        count = event["Records"][0]["attributes"]["ApproximateReceiveCount"]
        calls.append((time.time(), sorted(bodies(event)), count))
        if len(calls) == 1:
            raise ZeroDivisionError

    world = start(handle, settings=settings(batch_size=10, window_s=0.3))
    world.send("a", "b")
    world.drain()
    (first, batch, count), (second, again, count_again) = calls
    assert batch == again == ["a", "b"]
    assert (count, count_again) == ("1", "2")
    assert second - first >= 0.6, "the batch came back before its visibility time-out"


def test_what_fails_again_and_again_is_a_dead_letter_and_drain_says_so(start: Start) -> None:
    def handle(*_: object) -> None:
        raise RuntimeError("no use")

    world = start(handle, max_receives=2)
    world.send("poison")
    with pytest.raises(DeadLettersError, match="poison"):
        world.drain()
    assert world.sources.dead_letters() == [{"queue": "dead", "body": "poison"}], "looking at them leaves them there"


def test_drain_names_what_is_still_waiting(start: Start) -> None:
    world = start(lambda *_: None)
    world.queues.send("q", "later", delay_s=600)
    with pytest.raises(NotQuietError, match="1 messages in q"):
        world.drain(0.3)


def test_a_call_that_overstays_its_time_is_a_time_out_and_its_messages_come_back(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    def handle(event: dict[str, Any], context: Any, client: Client) -> None:
        seen.extend(bodies(event))
        if len(seen) == 1:
            until(lambda: context.get_remaining_time_in_millis() == 0)
            until(lambda: client.write("after its time"))

    world = start(handle, timeout_s=0.5)
    world.send("a")
    world.drain()
    assert seen == ["a", "a"]
    assert "Task timed out after 0.50 seconds" in caplog.text
    assert world.client.calls == [], "a dead process wrote to AWS"


def test_a_killed_worker_has_done_half_and_acknowledged_nothing(start: Start) -> None:
    def handle(_: object, __: object, client: Client) -> None:
        for n in range(20):
            client.write(f"step {n}")

    world = start(handle)
    world.faults.set(kill_worker=True)
    world.send("a")
    world.drain()
    done = world.client.calls
    assert done.count("step 19") == 1, "the second call went through"
    assert 0 <= len(done) - 20 < 20, "the first call was broken off"
    assert world.wirings == 2, "a killed environment was used again"
    assert not world.faults.now.kill_worker, "it happens once"


def test_a_worker_that_catches_everything_is_dead_all_the_same(start: Start) -> None:
    def handle(_: object, __: object, client: Client) -> None:
        for n in range(20):
            try:
                client.write(str(n))
            except BaseException:  # noqa: BLE001 - what this test is about
                continue

    world = start(handle)
    world.faults.set(kill_worker=True)
    world.send("a")
    world.drain()
    assert world.client.calls.count("19") == 1


def test_stopping_kills_a_handler_that_goes_on_and_on(start: Start) -> None:
    begun = threading.Event()

    def handle(_: object, __: object, client: Client) -> None:
        while True:
            client.write("on and on")
            begun.set()
            time.sleep(0.01)

    world = start(handle, visibility_s=600)
    world.send("a")
    assert begun.wait(5)
    before = time.monotonic()
    world.sources.stop(grace_s=0.2)
    assert time.monotonic() - before < 3
    assert world.queues.depth("q").visible == 1, "what was not handled is there for whoever is started next"


def test_what_was_received_and_not_handed_over_is_visible_at_once_after_a_stop(start: Start) -> None:
    world = start(lambda *_: None, visibility_s=600, settings=settings(batch_size=100, window_s=60.0))
    world.send("a")
    until(lambda: world.queues.depth("q").in_flight)
    world.sources.stop()
    assert world.queues.depth("q").visible == 1


@pytest.mark.parametrize(
    "options", [{"batch_size": 11, "window_s": 0.5}, {"concurrency": 1}], ids=["no window", "concurrency of one"]
)
def test_what_lambda_refuses_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="events"):
        settings(**options)
