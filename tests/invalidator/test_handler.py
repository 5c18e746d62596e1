import json
import subprocess
import sys
from typing import Any

import pytest
from moto import mock_aws

from invalidator.errors import BadInputError, IdempotencyConflictError, UnknownEventError
from invalidator.handler import make_handler
from invalidator.settings import Settings
from tests.invalidator.hands import HandClock
from tests.invalidator.world import DEAD, World, make_world

D = "E1ABCDEFGHIJKL"


def sqs(*bodies: str) -> dict[str, Any]:
    records = [{"eventSource": "aws:sqs", "messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]
    return {"Records": records}


def test_a_doorbell_without_a_time_means_now(world: World) -> None:
    _, distribution_id = world.site()
    world.tables.requests.submit(distribution_id, ["/a"], actor="eva")
    assert world.invoke(sqs(f'{{"doorbell": "{distribution_id}"}}')) == {"batchItemFailures": []}
    assert world.sent(distribution_id) == [("/a",)]


def test_doorbells_and_events_may_come_in_one_batch(world: World) -> None:
    bucket, distribution_id = world.site()
    event = json.dumps({"Records": [world.record(bucket, "a.html")]})
    answer = world.invoke(sqs(f'{{"doorbell": "{distribution_id}"}}', event, '{"doorbell": 1}'))
    assert answer == {"batchItemFailures": []}
    world.run(60)
    assert world.sent(distribution_id) == [("/a.html",)]


def test_a_doorbell_that_cannot_be_answered_fails_alone(world: World) -> None:
    _, distribution_id = world.site()
    world.tables.requests.submit(distribution_id, ["/a"], actor="eva")

    def broken(params: dict[str, Any], **_: Any) -> None:
        if b"EBROKEN" in params["body"]:
            raise OSError("the network is gone")

    world.dynamodb.meta.events.register("before-call.dynamodb", broken)
    answer = world.invoke(sqs('{"doorbell": "EBROKEN"}', f'{{"doorbell": "{distribution_id}"}}'))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert world.sent(distribution_id) == [("/a",)]


def test_a_manual_request_by_invocation_is_written_down_and_sent(world: World) -> None:
    _, distribution_id = world.site()
    asked = {"distribution_id": distribution_id, "paths": ["/a", "/b"], "caller_reference": "once"}
    first = world.invoke({"manual_request": asked})
    assert world.invoke({"manual_request": asked})["id"] == first["id"]
    with pytest.raises(IdempotencyConflictError):
        world.invoke({"manual_request": {**asked, "paths": ["/c"]}})
    with pytest.raises(BadInputError):
        world.invoke({"manual_request": {**asked, "paths": ["no-slash"]}})
    world.run(5)
    assert world.sent(distribution_id) == [("/a", "/b")]


@pytest.mark.parametrize("event", [{}, {"hello": 1}, {"Records": "x"}])
def test_what_is_none_of_the_shapes_is_refused_clearly(world: World, event: dict[str, Any]) -> None:
    with pytest.raises(UnknownEventError, match="Expected"):
        world.invoke(event)


def test_records_of_other_services_are_put_aside_with_the_reason(world: World) -> None:
    world.invoke({"Records": [{"eventSource": "aws:kinesis"}]})
    (letter,) = world.queues.held[DEAD].values()
    assert "aws:kinesis" in letter.attributes["reason"]["StringValue"]


def test_without_a_table_the_direct_mode_answers() -> None:
    with mock_aws():
        world = make_world()
        bucket, distribution_id = world.site()
        handler = make_handler(Settings(), world.clients, world.clock)
        answer = handler({"Records": [world.record(bucket, "a.html")]}, None)
        assert answer
        assert world.sent(distribution_id) == [("/a.html",)]
        assert handler({"detail-type": "Scheduled Event"}, None) is None
        asked = {"distribution_id": distribution_id, "paths": ["/x"], "caller_reference": "r"}
        assert handler({"manual_request": asked}, None)
        assert world.sent(distribution_id) == [("/a.html",), ("/x",)]


def test_a_table_without_a_work_queue_is_refused() -> None:
    with mock_aws():
        clients = make_world().clients
        with pytest.raises(BadInputError, match="FRESHEDGE_WORK_QUEUE_URL"):
            make_handler(Settings(table="t"), clients, HandClock())


def test_importing_the_handler_does_not_import_boto3() -> None:
    """A cold start pays for boto3 once, at the first call, and not for its resources at all."""
    code = "import sys, invalidator.handler; print([m for m in ('boto3', 'boto3.resources') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"
