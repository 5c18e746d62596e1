import json
from datetime import timedelta

import pytest

from tests.invalidator.hands import START
from tests.invalidator.queues import refusal
from tests.invalidator.world import DEAD, WORK, World


def test_a_bell_that_was_lost_is_rung_again(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.run(1)
    world.queues.held[WORK].clear()
    world.run(200)
    assert world.stale(distribution_id, bucket) == []
    assert world.history()[0].state == "completed"
    assert world.tables.journal.busy() == []


def test_a_request_that_nobody_rang_for_is_found(world: World) -> None:
    _, distribution_id = world.site()
    world.tables.requests.submit(distribution_id, ["/a"], actor="eva")
    world.run(59)
    assert world.sent(distribution_id) == []
    world.run(70)
    assert world.sent(distribution_id) == [("/a",)]


def test_a_request_is_found_even_where_the_bell_is_set_for_much_later(world: World) -> None:
    _, distribution_id = world.site()
    world.tables.bells.ring(distribution_id, START + timedelta(hours=1))
    world.tables.requests.submit(distribution_id, ["/a"], actor="eva")
    world.run(130)
    assert world.sent(distribution_id) == [("/a",)]


def test_what_is_in_time_is_left_alone(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.run(1)
    assert world.tick() == {"bells": 0, "owned": 0, "dropped": 0, "letters": 0}
    world.run(60)
    assert len(world.sent(distribution_id)) == 1


def test_parsable_letters_among_the_dead_are_recorded_and_others_stay(world: World) -> None:
    bucket, distribution_id = world.site()
    good = json.dumps({"Records": [world.record(bucket, "a.html")]})
    mixed = json.dumps({"Records": [world.record(bucket, "b.html"), {"eventSource": "aws:unknown"}]})
    for body in ["bad", mixed, *[good] * 25]:
        world.queues.send_message(QueueUrl=DEAD, MessageBody=body)
    assert world.tick()["letters"] == 25
    assert [letter.body for letter in world.queues.held[DEAD].values()] == ["bad", mixed]
    assert [letter.body for letter in world.queues.visible(DEAD)] == ["bad", mixed], "people must see them at once"
    received = [letter.received for letter in world.queues.held[DEAD].values()]
    assert received == [1, 1], "a letter that stays is read once a minute"
    world.run(30)
    assert world.sent(distribution_id) == [("/a.html",)]


def test_a_letter_that_could_not_be_recorded_is_not_buried(world: World) -> None:
    bucket, distribution_id = world.site()
    world.queues.send_message(QueueUrl=DEAD, MessageBody=json.dumps({"Records": [world.record(bucket, "a.html")]}))

    def broken(**_: object) -> None:
        raise refusal("AccessDeniedException", "no")

    world.dynamodb.meta.events.register("before-call.dynamodb.BatchWriteItem", broken)
    assert world.tick()["letters"] == 0
    assert len(world.queues.held[DEAD]) == 1
    world.dynamodb.meta.events.unregister("before-call.dynamodb.BatchWriteItem", broken)
    world.run(700)
    assert world.sent(distribution_id) == [("/a.html",)]
    assert not world.queues.held[DEAD]


@pytest.mark.parametrize("queue_is_down", [True, False])
def test_one_thing_that_fails_does_not_keep_the_rescue_from_the_others(world: World, queue_is_down: bool) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.run(1)
    world.queues.held[WORK].clear()
    world.clock.sleep(100)

    def broken(name: str) -> None:
        if queue_is_down and name == "ReceiveMessage" and world.working:
            raise refusal("AccessDenied", "no", 403)

    world.queues.before = broken
    assert world.tick()["bells"] == 1
    world.queues.before = lambda _: None
    world.run(60)
    assert world.stale(distribution_id, bucket) == []
