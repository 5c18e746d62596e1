"""What is easily forgotten: requests between two looks at the clock, slices that end at once, events of long ago."""

import json
import random
from datetime import timedelta
from typing import Any

from moto import mock_aws

from invalidator.rules.changes import Change
from tests.invalidator.test_attempt import AccessDeniedError
from tests.invalidator.test_crashes import DEEP, QUICK, SAMPLED, SEED, Death
from tests.invalidator.world import EVENTS, World, dying, make_world


def test_a_denied_request_is_tried_again_also_when_it_came_due_between_two_looks_at_the_clock(world: World) -> None:
    distribution_id = world.distribution("site")
    world.bucket("site", distribution_id)
    operate = world.store.operate
    world.refuse("CreateInvalidation", lambda _: AccessDeniedError())
    world.tables.requests.submit(distribution_id, ["/by/hand"], actor="eva")
    world.ring(distribution_id)
    world.run(1)
    (put_off,) = world.history()
    world.run((put_off.next_try_at - world.clock.now()).total_seconds() - 0.010, schedule=False)

    def slow(params: dict[str, Any], **_: Any) -> None:
        if "journal#" in str(params):
            world.clock.sleep(0.020)

    events = world.dynamodb.meta.events
    events.register("before-parameter-build.dynamodb.Query", slow)
    world.ring(distribution_id)
    world.deliver()
    events.unregister("before-parameter-build.dynamodb.Query", slow)
    world.store.operate = operate
    world.run(24 * 3600)
    assert world.sent(distribution_id) == [("/by/hand",)]


def _unreachable(world: World) -> str:
    """Changes that no viewer can see, in more entries of the journal than one transaction takes."""
    origin = {
        "Id": "site",
        "DomainName": "site.s3.us-east-1.amazonaws.com",
        "OriginPath": "/public",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    distribution_id = world.distribution("site", Origins={"Quantity": 1, "Items": [origin]})
    world.bucket("site", distribution_id)
    for n in range(120):
        change = Change("site", f"private/{n}", "created", "ObjectCreated:Put", world.clock.now())
        world.tables.journal.add({distribution_id: [change]})
    world.ring(distribution_id)
    return distribution_id


def test_a_slice_that_needs_no_path_is_counted_whole_wherever_the_worker_dies() -> None:
    with mock_aws():
        world = make_world(cloudfront=QUICK)
        with dying(world, lambda _name, _after: False):
            _unreachable(world)
            world.run(300)
        deaths = [Death(n, after) for n in range(1, len(world.calls) + 1) for after in (False, True)]
        for death in deaths if DEEP else random.Random(SEED).sample(deaths, SAMPLED):
            world = make_world(cloudfront=QUICK, after=world)
            with dying(world, death):
                distribution_id = _unreachable(world)
                world.run(300)
            assert [(one.state, one.changes) for one in world.history()] == [("unneeded", 120)], death
            assert world.tables.journal.read(distribution_id, 9, 9) == ([], False)
            assert world.tables.journal.busy() == []


def test_an_event_of_long_ago_makes_a_record_of_now(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "new.html")
    world.run(30)
    record = world.record(bucket, "old.html", at=world.clock.now() - timedelta(days=40))
    world.queues.send_message(QueueUrl=EVENTS, MessageBody=json.dumps({"Records": [record]}))
    world.run(30)
    newest, before = world.history()
    assert (newest.paths, before.paths) == (("/old.html",), ("/new.html",))
    assert world.tables.attempts.page(since=before.created_at).items == [newest, before]
    assert world.sent(distribution_id) == [("/new.html",), ("/old.html",)]
