"""Dead letters are shown without being lost, sent again to the queue they died in, and deleted by those who may."""

import json
from typing import Any

import pytest

from invalidator.errors import AccessDeniedError, NotFoundError
from tests.web.services.test_history import site  # noqa: F401 - a fixture
from tests.web.services.world import ANNA, World
from web.models import Failure
from web.services.errors import BusyError, StepFailedError

EVENTS_DEAD, WORK_DEAD, EVENTS, WORK = (
    "freshedge-events-dead",
    "freshedge-work-dead",
    "freshedge-events",
    "freshedge-work",
)
PUT = {
    "eventVersion": "2.4",
    "eventSource": "aws:s3",
    "awsRegion": "us-east-1",
    "eventTime": "2026-11-25T12:00:00.000Z",
    "eventName": "ObjectCreated:Put",
    "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": "docs"}, "object": {"key": "a+b.html", "sequencer": "0A"}},
}


def dead(world: World, queue: str, body: str, region: str = "us-east-1", reason: str | None = None) -> None:
    """Let a message lie where dead ones do."""
    sqs = world.others.sqs_in(region)
    told: dict[str, Any] = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"], MessageBody=body, MessageAttributes=told)


def bodies(world: World, queue: str, region: str | None = None) -> list[str]:
    """What somebody else can read of a queue now."""
    found = world.aws.queues.receive(queue, 10, 0, region)
    for one in found:
        world.aws.queues.release(queue, one.receipt, 0, region)
    return sorted(one.body for one in found)


def shown(world: World, **asked: str) -> list[Failure]:
    world.clock.sleep(11)
    return [one for one in world.services.failures.page(**asked).items if one.kind == "message"]  # type: ignore[arg-type]


def test_what_was_not_understood_is_told_with_the_reason_and_stays_where_it_is(world: World) -> None:
    dead(world, EVENTS_DEAD, "<b>rubbish", reason="A message is not JSON.")
    for _ in range(3):
        [found] = shown(world)
        assert "begins with '<b>rubbish'. A message is not JSON. It lies in freshedge-events-dead in us-east-1." in (
            found.message
        )
        assert bodies(world, EVENTS_DEAD) == ["<b>rubbish"]
    assert (found.retryable, found.discardable) == (True, True)
    assert world.services.overview.summary().failures == 1
    assert [one.id for one in shown(world, q="RUBBISH")] == [found.id]
    assert shown(world, q="other") == []


def test_letters_of_all_regions_and_queues_are_told(world: World, site: str) -> None:  # noqa: F811
    world.bucket("far", "eu-west-1")
    world.services.inventory.refresh()
    dead(world, EVENTS_DEAD, json.dumps({"Records": [PUT, PUT]}), "eu-west-1")
    dead(world, WORK_DEAD, json.dumps({"doorbell": site, "at_ms": 5}))
    far, bell = sorted(shown(world), key=lambda one: one.bucket is None)
    assert (far.bucket, bell.distribution_id) == ("docs", site)
    assert "It tells of 2 changes, the first of 'a b.html' in docs. It lies in freshedge-events-dead in eu-west-1." in (
        far.message
    )
    assert bell.message == f"It is a doorbell for {site}. It lies in freshedge-work-dead in us-east-1."


def test_a_letter_sent_again_goes_to_the_queue_it_died_in(world: World) -> None:
    world.bucket("far", "eu-west-1")
    world.services.inventory.refresh()
    body = json.dumps({"Records": [PUT]})
    dead(world, EVENTS_DEAD, body, "eu-west-1", reason="x")
    [found] = shown(world)
    assert world.services.failures.retry(found.id, ANNA) is None
    assert bodies(world, EVENTS, "eu-west-1") == [body]
    assert bodies(world, EVENTS_DEAD, "eu-west-1") == []
    assert bodies(world, EVENTS) == []
    assert [one for one in world.services.failures.page().items if one.kind == "message"] == []


def test_a_doorbell_sent_again_is_for_now(world: World) -> None:
    dead(world, WORK_DEAD, json.dumps({"doorbell": "E1", "at_ms": 5}))
    [found] = shown(world)
    world.services.failures.retry(found.id, ANNA)
    assert [json.loads(one) for one in bodies(world, WORK)] == [{"doorbell": "E1"}]


def test_a_discarded_letter_is_gone_and_others_stay(world: World) -> None:
    for n in range(13):
        dead(world, EVENTS_DEAD, f"rubbish {n}")
    many = shown(world)
    assert len(many) == 13
    gone = next(one for one in many if "'rubbish 7'" in one.message)
    world.services.failures.discard(gone.id, ANNA)
    assert {one.id for one in shown(world)} == {one.id for one in many} - {gone.id}
    assert len(bodies(world, EVENTS_DEAD)) == 10, "the most that one receive returns; all are visible"
    with pytest.raises((NotFoundError, BusyError)):
        world.services.failures.discard(gone.id, ANNA)


def test_a_letter_that_somebody_holds_is_counted_and_not_called_dealt_with(world: World) -> None:
    dead(world, EVENTS_DEAD, "rubbish")
    [found] = shown(world)
    url = world.others.sqs.get_queue_url(QueueName=EVENTS_DEAD)["QueueUrl"]
    [held] = world.others.sqs.receive_message(QueueUrl=url, VisibilityTimeout=600)["Messages"]
    assert [one.id for one in shown(world)] == [found.id], "others read them too, for a moment"
    world.clock.sleep(60)
    [instead] = shown(world)
    assert (instead.retryable, instead.discardable) == (False, False)
    assert instead.title == "1 dead letter is being read in freshedge-events-dead in us-east-1."
    with pytest.raises(BusyError):
        world.services.failures.retry(found.id, ANNA)
    world.others.sqs.delete_message(QueueUrl=url, ReceiptHandle=held["ReceiptHandle"])
    with pytest.raises(NotFoundError):
        world.services.failures.retry(found.id, ANNA)


@pytest.mark.parametrize("denied", ["SendMessage", "ReceiveMessage", "GetQueueAttributes"])
def test_a_refusal_loses_no_letter(world: World, denied: str) -> None:
    dead(world, EVENTS_DEAD, "rubbish")
    [found] = shown(world)
    world.wire.denied.add(denied)
    with pytest.raises(AccessDeniedError):
        world.services.failures.retry(found.id, ANNA)
    assert bodies(world, EVENTS_DEAD) == ["rubbish"]
    assert bodies(world, EVENTS) == []


def test_a_letter_that_was_sent_and_can_not_be_deleted_says_so(world: World) -> None:
    dead(world, EVENTS_DEAD, "rubbish")
    [found] = shown(world)
    world.wire.denied.add("DeleteMessage")
    with pytest.raises(StepFailedError, match="Done: it was sent again") as told:
        world.services.failures.retry(found.id, ANNA)
    assert told.value.done == ["it was sent again"]
    assert bodies(world, EVENTS) == ["rubbish"]
    assert bodies(world, EVENTS_DEAD) == ["rubbish"]


def test_queues_that_may_not_be_read_are_a_failure_that_tells_the_statement(world: World) -> None:
    dead(world, EVENTS_DEAD, "rubbish")
    world.wire.denied.add("ReceiveMessage")
    [found] = shown(world)
    assert found.title == "The dead letters of freshedge-events in us-east-1 can't be read."
    assert found.statement
    assert found.statement["Action"] == "sqs:ReceiveMessage"
    assert (found.retryable, found.discardable) == (False, False)
    with pytest.raises(NotFoundError):
        world.services.failures.retry(found.id, ANNA)


def test_failures_are_told_also_while_the_account_can_not_be_read(world: World) -> None:
    world.wire.denied.add("ListDistributions")
    [found] = [one for one in world.remade().failures.page().items if one.kind == "message"]
    assert found.title == "The dead letters of all regions can't be read."


def test_looking_again_and_again_asks_the_queues_once(world: World) -> None:
    dead(world, EVENTS_DEAD, "rubbish")
    shown(world)
    world.wire.calls.clear()
    for _ in range(5):
        world.services.failures.count()
    assert not [one for one in world.wire.calls if "Message" in one or "Queue" in one]


@pytest.mark.parametrize("name", ["message.", "message.00000000.x", "message.a.b.c", "message.é.x"])
def test_nobody_knows_other_letters(world: World, name: str) -> None:
    for call in (world.services.failures.retry, world.services.failures.discard):
        with pytest.raises(NotFoundError):
            call(name, ANNA)
