"""Doorbells while another worker has the lease: whatever is written at that moment, somebody looks again soon."""

from datetime import timedelta
from typing import Any

from tests.invalidator.hands import START
from tests.invalidator.world import World


def test_a_bell_that_finds_the_lease_taken_is_heard_later_also_when_work_is_written_at_that_moment(
    world: World,
) -> None:
    """The rescue doesn't run here: nothing may depend on it."""
    bucket, distribution_id = world.site()
    lease = world.tables.leases.take(distribution_id, 30)
    assert lease
    world.upload(bucket, "a.html")
    world.run(1, schedule=False)
    (bell,) = world.tables.bells.all()
    assert bell.next_ring_at
    begun: list[str] = []

    def beside(params: dict[str, Any], **_: Any) -> None:
        """Another message is recorded just before the bell is set anew; its own doorbell comes right after that."""
        if "next_ring_at" in str(params) and not begun:
            begun.append(distribution_id)
            world.tables.requests.submit(distribution_id, ["/by/hand"], actor="eva")

    events = world.dynamodb.meta.events
    events.register("before-parameter-build.dynamodb.UpdateItem", beside)
    world.run((bell.next_ring_at - world.clock.now()).total_seconds() + 0.5, schedule=False)
    events.unregister("before-parameter-build.dynamodb.UpdateItem", beside)
    assert begun, "the moment came"
    world.ring(distribution_id)
    lease.release()
    world.run(10, schedule=False)
    assert {path for paths in world.sent(distribution_id) for path in paths} == {"/a.html", "/by/hand"}
    assert world.clock.now() < START + timedelta(seconds=60)


def test_work_that_can_never_be_written_down_says_so_on_what_waits(world: World) -> None:
    """Whoever would write into the record's place: it must not go round for good with nobody seeing it."""
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.run(1)

    def taken(params: dict[str, Any], **_: Any) -> None:
        for action in params.get("TransactItems", []):
            if action.get("Put", {}).get("Item", {}).get("sk", {}).get("S") == "record":
                action["Put"]["ConditionExpression"] = "attribute_exists(pk)"
                action["Put"].pop("ExpressionAttributeNames", None)
                action["Put"].pop("ExpressionAttributeValues", None)

    events = world.dynamodb.meta.events
    events.register("provide-client-params.dynamodb.TransactWriteItems", taken)
    world.run(20)
    waiting = world.tables.journal.waiting(distribution_id)
    assert waiting.changes == 1
    assert waiting.error
    assert "changed in between" in waiting.error
    events.unregister("provide-client-params.dynamodb.TransactWriteItems", taken)
    world.run(20)
    assert world.stale(distribution_id, bucket) == []
