"""Calls that no queue makes: by API, by S3, by a schedule."""

import json
import time
from collections.abc import Callable
from typing import Any

from tests.sandbox.mappings.world import ARN, World, until

Start = Callable[..., World]


def test_a_synchronous_call_is_answered_with_what_the_handler_returns(start: Start) -> None:
    world = start(lambda event, context, _: {"got": event, "by": context.function_name})
    answer = world.invoker({"a": 1}, False)
    assert answer.status == 200
    assert json.loads(answer.body) == {"got": {"a": 1}, "by": "f"}
    assert "X-Amz-Function-Error" not in dict(answer.headers)


def test_an_error_is_told_as_lambda_tells_it(start: Start) -> None:
    def handle(*_: object) -> None:
        raise KeyError("missing")

    answer = start(handle).invoker({}, False)
    body = json.loads(answer.body)
    assert (answer.status, dict(answer.headers)["X-Amz-Function-Error"]) == (200, "Unhandled")
    assert (body["errorType"], body["errorMessage"]) == ("KeyError", "'missing'")
    assert any("handle" in line for line in body["stackTrace"])


def test_an_answer_that_json_cannot_hold_is_an_error(start: Start) -> None:
    answer = start(lambda *_: {1, 2}).invoker({}, False)
    assert dict(answer.headers)["X-Amz-Function-Error"] == "Unhandled"


def test_handlers_do_not_share_the_event_with_the_caller(start: Start) -> None:
    event = {"list": [1]}
    start(lambda event, *_: event["list"].append(2)).invoker(event, False)
    assert event == {"list": [1]}


def test_an_asynchronous_call_is_tried_three_times_and_then_told_to_its_destination(start: Start) -> None:
    tries: list[float] = []

    def handle(*_: object) -> None:
        tries.append(time.time())
        raise RuntimeError("no use")

    world = start(handle, retry_waits_s=(0.1, 0.2))
    assert world.invoker({"a": 1}, True).status == 202
    world.drain()
    assert len(tries) == 3
    assert tries[1] - tries[0] >= 0.1
    assert tries[2] - tries[1] >= 0.2
    (record,) = world.given_up
    assert record["requestPayload"] == {"a": 1}
    assert record["requestContext"]["functionArn"] == f"{ARN}:$LATEST"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responsePayload"]["errorType"] == "RuntimeError"


def test_an_asynchronous_call_that_works_the_second_time_is_done(start: Start) -> None:
    calls: list[object] = []

    def handle(*_: object) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError

    world = start(handle)
    world.invoker({}, True)
    world.drain()
    assert (len(calls), world.given_up) == (2, [])


def test_the_schedule_rings_as_eventbridge_does(start: Start) -> None:
    seen: list[dict[str, Any]] = []
    world = start(lambda event, *_: seen.append(event))
    world.schedule.ring()
    world.drain()
    (event,) = seen
    assert (event["detail-type"], event["source"], event["detail"]) == ("Scheduled Event", "aws.events", {})
    assert event["time"].endswith("Z")


def test_the_schedule_rings_soon_after_the_start_and_then_again() -> None:
    from sandbox.mappings.schedule import Schedule

    rung: list[dict[str, Any]] = []
    schedule = Schedule(rung.append, clock=time.time, account="1", region="r", every_s=0.05, first_s=0.01)
    schedule.start()
    until(lambda: len(rung) >= 3)
    schedule.stop()
    schedule.join(2)
