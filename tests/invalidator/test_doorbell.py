"""The same sentences about boto3's SQS (moto's) and the tests' own queue."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from invalidator.deadletters import DeadLetters, Letter
from invalidator.doorbell import Doorbell, Ring, ring_of
from invalidator.errors import FreshedgeError
from invalidator.table.tables import Tables
from tests.invalidator.hands import START, HandClock, make_table
from tests.invalidator.queues import HandQueues
from tests.invalidator.world import KEYS, WORK, World

D = "E1ABCDEFGHIJKL"


@pytest.fixture(params=["moto", "ours"])
def queue(request: pytest.FixtureRequest) -> Iterator[tuple[Any, str]]:
    with mock_aws():
        if request.param == "ours":
            yield HandQueues(HandClock()), "queue"
        else:
            sqs = boto3.client("sqs", **KEYS)
            yield sqs, sqs.create_queue(QueueName="queue")["QueueUrl"]


def received(queue: tuple[Any, str]) -> list[str]:
    sqs, url = queue
    return [
        message["Body"] for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    ]


def doorbell(queue: tuple[Any, str], clock: HandClock) -> Doorbell:
    make_table(boto3.client("dynamodb", **KEYS), "t")
    tables = Tables.of(boto3.client("dynamodb", **KEYS), "t", clock)
    return Doorbell(tables.bells, queue[0], queue[1], clock)


def test_hundreds_of_rings_are_one_message(queue: tuple[Any, str]) -> None:
    bell = doorbell(queue, HandClock())
    for n in range(50):
        bell.ring(D, START - timedelta(seconds=50) + timedelta(seconds=n))
    (body,) = received(queue)
    assert ring_of(json.loads(body)) == Ring(D, START - timedelta(seconds=50))


def test_an_earlier_ring_is_a_new_message(queue: tuple[Any, str]) -> None:
    bell = doorbell(queue, HandClock())
    bell.ring(D, START - timedelta(seconds=1))
    bell.ring(D, START - timedelta(seconds=2))
    assert len(received(queue)) == 2


def test_any_wait_is_sent_as_sqs_takes_it(queue: tuple[Any, str]) -> None:
    bell = doorbell(queue, HandClock())
    for seconds in (3600, 901, 899.2, 1):
        bell.ring(D, START + timedelta(seconds=seconds))
    assert received(queue) == []
    bell.ring(D, START + timedelta(seconds=0.999))  # who answers waits for less than a second
    assert len(received(queue)) == 1


@pytest.mark.parametrize("told", [{"DelaySeconds": 901}, {"DelaySeconds": 0.5}, {"MessageBody": ""}])
def test_our_own_queue_refuses_what_sqs_would(told: dict[str, Any]) -> None:
    """SQS API Reference, SendMessage. moto takes a delay of 901 s."""
    with pytest.raises(ClientError):
        HandQueues(HandClock()).send_message(**{"QueueUrl": "queue", "MessageBody": "x", **told})


def test_dead_letters_keep_body_and_reason_until_they_are_buried(queue: tuple[Any, str]) -> None:
    letters = DeadLetters(*queue)
    for n in range(12):
        letters.put(f"body {n}", "because\x00of ünïcode " + "x" * 9000)
    found = [letter for some in letters.read() for letter in some]
    assert sorted(letter.body for letter in found) == sorted(f"body {n}" for n in range(12))
    assert list(letters.read()) == []  # those that were looked at come back later
    for letter in found:
        letters.bury(letter)
    letters.bury(Letter("gone", found[0].receipt))


def test_a_queue_that_is_not_there_is_named() -> None:
    with mock_aws():
        sqs = boto3.client("sqs", **KEYS)
        missing = DeadLetters(sqs, "https://sqs.us-east-1.amazonaws.com/123456789012/none")
        with pytest.raises(FreshedgeError, match="123456789012/none"):
            missing.put("x", "y")


def test_a_wait_longer_than_sqs_can_delay_is_chained_and_ends_in_time(world: World) -> None:
    bucket, distribution_id = world.site()
    world.tables.journal.add({})
    world.tables.requests.submit(distribution_id, ["/a"], actor="eva")
    world.ring(distribution_id)
    world.queues.held[WORK].clear()
    bell = world.tables.bells.get(distribution_id)
    Doorbell(world.tables.bells, world.queues, WORK, world.clock).move(bell, START + timedelta(seconds=2000))
    world.run(1999, schedule=False)
    assert world.sent(distribution_id) == []
    assert len(world.queues.held[WORK]) == 1
    world.run(2, schedule=False)
    assert world.sent(distribution_id) == [("/a",)]
    assert bucket


def test_repeats_and_bells_that_were_set_anew_come_to_nothing(world: World) -> None:
    _, distribution_id = world.site()
    world.tables.requests.submit(distribution_id, ["/a"], actor="eva")
    world.ring(distribution_id)
    (held,) = world.queues.held[WORK].values()
    for _ in range(5):
        world.queues.send_message(QueueUrl=WORK, MessageBody=held.body)
    world.run(100)
    assert world.sent(distribution_id) == [("/a",)]
    assert not world.queues.held[WORK]
    assert world.tables.bells.get(distribution_id) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"doorbell": D}, Ring(D)),
        ({"doorbell": D, "at_ms": 0}, Ring(D, START.fromtimestamp(0, START.tzinfo))),
        ({"doorbell": ""}, None),
        ({"doorbell": 5}, None),
        ({"Records": []}, None),
    ],
)
def test_a_doorbell_is_told_from_other_messages(content: dict[str, Any], expected: Ring | None) -> None:
    assert ring_of(content) == expected
