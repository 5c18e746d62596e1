import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from invalidator.errors import UnavailableError
from invalidator.table.journal import Waiting
from tests.invalidator.hands import START
from tests.invalidator.queues import refusal
from tests.invalidator.world import DEAD, EVENTS, WORK, World, dying


def test_each_distribution_of_the_tag_gets_the_change_and_bad_words_are_named(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = world.distribution("site"), world.distribution("site")
    world.bucket("site", f"{one} E-bad {two}")
    world.upload("site", "a.html")
    world.run(10)
    assert world.sent(one) == world.sent(two) == [("/a.html",)]
    assert any("'E-bad' in the tag distributionId is not a distribution id" in line for line in caplog.messages)


def test_many_buckets_in_one_event_are_recorded_together(world: World) -> None:
    sites = [world.site(f"site-{n}") for n in range(3)]
    records = [world.record(bucket, "a b.html") for bucket, _ in sites]
    world.queues.send_message(QueueUrl=EVENTS, MessageBody=json.dumps({"Records": records}))
    world.run(10)
    assert [world.sent(distribution_id) for _, distribution_id in sites] == [[("/a%20b.html", "/a+b.html")]] * 3


def test_an_id_that_went_a_short_while_ago_still_gets_the_change(world: World) -> None:
    bucket, old = world.site()
    new = world.distribution(bucket)
    world.upload(bucket, "a.html")
    world.run(60)
    world.tag(bucket, new)
    world.upload(bucket, "b.html")  # sees the old id gone
    world.run(60)
    world.clock.sleep(13 * 60)
    world.upload(bucket, "c.html")
    world.run(60)
    world.upload(bucket, "d.html")
    world.clock.sleep(60)
    world.run(60)
    assert [path for paths in world.sent(old) for path in paths] == ["/a.html", "/b.html", "/c.html"]
    assert [path for paths in world.sent(new) for path in paths] == ["/b.html", "/c.html", "/d.html"]


def test_a_late_event_of_before_goes_to_the_id_that_was_linked_then(world: World) -> None:
    bucket, old = world.site()
    world.upload(bucket, "a.html")
    world.run(60)
    world.s3.delete_bucket_tagging(Bucket=bucket)
    world.upload(bucket, "b.html")
    world.run(3600)
    body = {"Records": [world.record(bucket, "late.html", at=START + timedelta(seconds=30))]}
    world.queues.send_message(QueueUrl=EVENTS, MessageBody=json.dumps(body))
    world.upload(bucket, "c.html")
    world.run(60)
    assert [path for paths in world.sent(old) for path in paths] == ["/a.html", "/b.html", "/late.html"]


def test_a_bucket_that_is_gone_has_its_last_changes_told_where_they_went_before(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.run(60)
    world.s3.delete_bucket(Bucket=bucket)
    world.upload(bucket, "a.html")
    world.run(60)
    assert len(world.sent(distribution_id)) == 2


def test_untagged_buckets_are_dropped_and_counted_after_a_minute(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "freshedge")
    world.bucket("plain")
    world.upload("plain", "a.html", "b.html")
    world.run(30)
    assert [entry.count for entry in world.tables.unowned.read("plain", 9)] == [2]
    world.run(200)
    assert world.tables.unowned.read("plain", 9) == []
    assert world.tables.unowned.marks() == []
    dropped = [record.fields for record in caplog.records if "were dropped" in record.message]
    assert [(fields["bucket"], fields["changes"]) for fields in dropped] == [("plain", 2)]


def test_a_tag_that_comes_late_still_gets_the_changes(world: World) -> None:
    distribution_id = world.distribution("late")
    world.bucket("late")
    world.upload("late", "a.html")
    world.run(20)
    world.tag("late", distribution_id)
    world.run(100)
    assert world.stale(distribution_id, "late") == []


@pytest.mark.parametrize("code", ["AccessDenied", "SlowDown", "InternalError"])
def test_a_tag_that_cannot_be_read_keeps_the_changes_until_it_can(world: World, code: str) -> None:
    bucket, distribution_id = world.site()

    def deny(**_: Any) -> None:
        raise refusal(code, "no", 403)

    world.s3.meta.events.register("before-call.s3.GetBucketTagging", deny)
    world.upload(bucket, "a.html")
    world.run(1200)
    assert not world.queues.held[EVENTS]  # acknowledged, since it is durable
    assert [entry.count for entry in world.tables.unowned.read(bucket, 9)] == [1]
    world.s3.meta.events.unregister("before-call.s3.GetBucketTagging", deny)
    world.run(120)
    assert world.stale(distribution_id, bucket) == []
    assert world.tables.unowned.read(bucket, 9) == []


def test_what_cannot_be_understood_lies_among_the_dead_with_its_reason_and_others_go_on(world: World) -> None:
    bucket, distribution_id = world.site()
    future = {**world.record(bucket, "x.html"), "eventVersion": "3.0"}
    mixed = json.dumps({"Records": [future, world.record(bucket, "good.html")]})
    for body in ("not json", '{"hello": 1}', mixed):
        world.queues.send_message(QueueUrl=EVENTS, MessageBody=body)
    world.upload(bucket, "a.html")
    world.run(30)
    letters = list(world.queues.held[DEAD].values())
    assert [letter.body for letter in letters] == ["not json", '{"hello": 1}', mixed]
    reasons = [letter.attributes["reason"]["StringValue"] for letter in letters]
    assert "is not JSON" in reasons[0]
    assert "'hello'" in reasons[1]
    assert "3.0" in reasons[2]
    assert not world.queues.held[EVENTS]
    assert world.sent(distribution_id) == [("/a.html", "/good.html")]


def test_a_message_that_cannot_even_be_put_aside_comes_again(world: World) -> None:
    def no_letters(name: str) -> None:
        if name == "SendMessage" and world.working:
            raise refusal("ServiceUnavailable", "no", 503)

    world.queues.send_message(QueueUrl=EVENTS, MessageBody="not json")
    world.queues.before = no_letters
    world.run(1)
    assert len(world.queues.held[EVENTS]) == 1
    world.queues.before = lambda _: None
    world.run(400)
    assert not world.queues.held[EVENTS]
    assert [letter.body for letter in world.queues.held[DEAD].values()] == ["not json"]


def test_the_test_event_of_s3_is_taken_quietly(world: World) -> None:
    body = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "site"}
    world.queues.send_message(QueueUrl=EVENTS, MessageBody=json.dumps(body))
    world.run(5)
    assert not world.queues.held[EVENTS]
    assert DEAD not in world.queues.held


def test_a_message_is_acknowledged_only_after_it_is_durable(world: World) -> None:
    bucket, distribution_id = world.site()

    def no_table(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "BatchWriteItem")

    world.dynamodb.meta.events.register("before-call.dynamodb.BatchWriteItem", no_table)
    world.upload(bucket, "a.html")
    world.run(30)
    assert len(world.queues.held[EVENTS]) == 1
    world.dynamodb.meta.events.unregister("before-call.dynamodb.BatchWriteItem", no_table)
    world.run(400)
    assert world.stale(distribution_id, bucket) == []


def test_an_event_straight_from_s3_is_recorded_or_raised(world: World) -> None:
    bucket, distribution_id = world.site()
    event = {"Records": [world.record(bucket, "a.html")]}

    def broken(_: str) -> None:
        raise refusal("ServiceUnavailable", "no", 503)

    world.queues.before = broken
    with pytest.raises(UnavailableError):  # the bell could not be sent, so Lambda tries again
        world.invoke(event)
    world.queues.before = lambda _: None
    answer = world.invoke(event)
    assert (answer["changes"], answer["distributions"]) == (1, (distribution_id,))
    assert world.tables.journal.waiting(distribution_id) == Waiting(2, START)
    world.run(130)
    assert world.sent(distribution_id) == [("/a.html",)]


def test_ten_thousand_uploads_are_few_writes_and_one_invalidation(world: World) -> None:
    bucket, distribution_id = world.site()
    keys = [f"assets/{n:05}.js" for n in range(10_000)]
    world.upload(bucket, *keys)
    with dying(world, lambda _name, _after: False):
        world.deliver()
    writes = [name for name in world.calls if name.startswith(("Put", "Update", "BatchWrite", "Transact"))]
    assert len(writes) <= 250
    assert world.calls.count("SendMessage") == 1
    assert world.calls.count("GetBucketTagging") == 100
    assert world.tables.journal.waiting(distribution_id).changes == 10_000
    world.run(60)
    assert world.sent(distribution_id) == [("/assets/*",)]
    assert world.stale(distribution_id, bucket) == []
    (record,) = world.history()
    assert (record.changes, record.state) == (10_000, "completed")
    assert record.summary == "10,000 changes in 1 bucket: 1 path, 1 of them with a wildcard."
    assert not world.queues.held[WORK]
