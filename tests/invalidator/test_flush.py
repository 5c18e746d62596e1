import logging
from datetime import timedelta

import pytest

from invalidator.errors import ThrottledError
from invalidator.flush import summary
from invalidator.table.settings import Chosen
from tests.invalidator.hands import START, change
from tests.invalidator.world import WORK, World, dying


def test_a_deploy_becomes_one_invalidation_that_is_followed_to_its_end(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "index.html", "a b.html")
    world.run(2)
    assert world.sent(distribution_id) == []  # it settles
    world.upload(bucket, "app.js")
    world.run(60)
    assert world.sent(distribution_id) == [("/a%20b.html", "/a+b.html", "/app.js", "/index.html")]
    (record,) = world.history()
    assert record.state == "completed"
    assert (record.kind, record.buckets, record.changes, record.path_count) == ("s3", (bucket,), 3, 4)
    assert record.summary == "3 changes in 1 bucket: 4 paths, none of them with a wildcard."
    assert record.created_at == START
    assert (record.settled_at - START).total_seconds() == 7
    assert (record.submitted_at - START).total_seconds() == 7
    assert 25 <= (record.completed_at - record.submitted_at).total_seconds() <= 30
    assert world.tables.journal.busy() == []
    assert not any(world.queues.held.values())


def test_the_time_an_event_was_on_its_way_does_not_add_to_settle(world: World) -> None:
    bucket, _ = world.site()
    world.upload(bucket, "a.html")
    world.clock.sleep(1.5)  # the window of the events queue
    world.run(60)
    (record,) = world.history()
    assert record.settled_at == START + timedelta(seconds=5)


@pytest.mark.parametrize("fraction", [0.0, 0.001, 0.3, 0.999])
def test_a_change_waits_for_its_settle_time_and_not_for_whole_seconds(world: World, fraction: float) -> None:
    bucket, _ = world.site()
    world.upload(bucket, "a.html")
    world.clock.sleep(0.7)
    world.run(fraction)
    world.upload(bucket, "b.html")
    world.run(60)
    (record,) = world.history()
    settled = START + timedelta(seconds=5.7 + fraction)
    assert abs(record.submitted_at - settled) <= timedelta(milliseconds=2)


def test_a_call_with_little_time_takes_one_slice_all_the_same(world: World) -> None:
    bucket, distribution_id = world.site()
    world.call_seconds = 6
    world.upload(bucket, *[f"{n}.html" for n in range(30_000)], messages=20)
    world.run(60)
    assert world.stale(distribution_id, bucket) == []
    assert len(world.history()) == 2


def test_an_event_that_came_late_is_given_its_settle_time(world: World) -> None:
    bucket, _ = world.site()
    world.upload(bucket, "a.html")
    world.clock.sleep(100)
    world.run(60)
    (record,) = world.history()
    assert record.settled_at == START + timedelta(seconds=103)


def test_an_endless_deploy_is_taken_up_after_the_longest_wait(world: World) -> None:
    bucket, distribution_id = world.site()
    for n in range(70):
        world.upload(bucket, f"{n}.html")
        world.run(1)
    assert len(world.sent(distribution_id)) == 1
    assert 60 <= len(world.sent(distribution_id)[0]) <= 63
    world.run(60)
    assert world.stale(distribution_id, bucket) == []


def test_a_distribution_has_a_settle_time_of_its_own(world: World) -> None:
    bucket, distribution_id = world.site()
    world.tables.settings.save(distribution_id, Chosen(settle_seconds=0))
    world.upload(bucket, "a.html")
    world.run(0)
    assert world.sent(distribution_id) == [("/a.html",)]
    world.tables.settings.save(distribution_id, Chosen(settle_seconds=50))
    world.upload(bucket, "b.html")
    world.run(49)
    assert len(world.sent(distribution_id)) == 1
    world.run(2)
    assert len(world.sent(distribution_id)) == 2


def test_a_manual_request_is_sent_at_once_while_the_journal_settles(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.run(1)
    world.tables.requests.submit(distribution_id, ["/by/hand"], actor="eva")
    world.ring(distribution_id)
    world.run(1)
    assert world.sent(distribution_id) == [("/by/hand",)]
    world.run(60)
    assert world.sent(distribution_id) == [("/by/hand",), ("/a.html",)]
    assert {(record.kind, record.state) for record in world.history()} == {("person", "completed"), ("s3", "completed")}


def test_a_manual_request_goes_before_queued_work_of_the_journal(world: World) -> None:
    bucket, distribution_id = world.site()
    world.faults.set(throttle=True)
    world.upload(bucket, "a.html")
    world.run(10)
    world.tables.requests.submit(distribution_id, ["/by/hand"], actor="eva")
    world.faults.set(throttle=False)
    world.run(60)
    assert world.sent(distribution_id)[0] == ("/by/hand",)
    assert world.stale(distribution_id, bucket) == []


def test_keys_that_viewers_cannot_reach_are_recorded_as_unneeded(world: World) -> None:
    origin = {
        "Id": "site",
        "DomainName": "site.s3.us-east-1.amazonaws.com",
        "OriginPath": "/public",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    distribution_id = world.distribution("site", Origins={"Quantity": 1, "Items": [origin]})
    world.bucket("site", distribution_id)
    world.upload("site", "private/a.html", "public/b.html")
    world.run(60)
    world.upload("site", "private/a.html")
    world.run(60)
    assert world.sent(distribution_id) == [("/b.html",)]
    unneeded, sent = world.history()
    assert (unneeded.state, unneeded.changes, unneeded.path_count) == ("unneeded", 1, 0)
    assert (sent.state, sent.changes, sent.path_count) == ("completed", 2, 1)
    assert world.tables.journal.busy() == []
    assert world.tables.journal.read(distribution_id, 9, 9) == ([], False)


@pytest.mark.parametrize("all_of_them", [True, False])
def test_a_pause_holds_invalidations_back_while_recording_goes_on(world: World, all_of_them: bool) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "before.html")
    world.run(6)
    which = None if all_of_them else distribution_id
    world.tables.settings.pause(which, paused=True)
    world.upload(bucket, "a.html")
    made = world.tables.requests.submit(distribution_id, ["/by/hand"], actor="eva")
    world.ring(distribution_id)
    world.run(600)
    assert world.sent(distribution_id) == [("/before.html",)]
    assert world.history(state="completed")  # what was sent before is followed all the same
    assert world.tables.attempts.get(made.id).state == "waiting"
    assert world.tables.journal.waiting(distribution_id).changes == 1
    assert world.tables.journal.busy() == [distribution_id]
    assert len(world.queues.held[WORK]) == 1
    world.tables.settings.pause(which, paused=False)
    world.ring(distribution_id)
    world.run(1)
    assert world.sent(distribution_id)[1:] == [("/by/hand",), ("/a.html",)]


def test_a_long_journal_is_taken_up_in_slices_with_the_time_that_is_left(world: World) -> None:
    bucket, distribution_id = world.site()
    for part in range(3):
        world.upload(bucket, *[f"{part}/{n}.html" for n in range(9000)], messages=10)
        world.run(0.1)
    world.run(60)
    assert world.stale(distribution_id, bucket) == []
    assert [record.changes for record in world.history()] == [9000, 18_000]
    assert world.tables.journal.busy() == []


@pytest.mark.parametrize("nth", [1, 2])
def test_a_worker_that_dies_while_a_long_journal_goes_sends_nothing_twice(world: World, nth: int) -> None:
    bucket, distribution_id = world.site()
    for n in range(120):
        world.tables.journal.add({distribution_id: [change(f"{n}.html", bucket)]})
    world.clock.sleep(10)
    world.ring(distribution_id)
    told = {"sent": False, "commits": 0}

    def while_it_goes(name: str, has_happened: bool) -> bool:
        told["sent"] |= name == "CreateInvalidation"
        told["commits"] += told["sent"] and has_happened and name == "TransactWriteItems"
        return told["commits"] == nth and has_happened and name == "TransactWriteItems"

    with dying(world, while_it_goes):
        world.run(0)
    assert told["commits"] == nth
    world.run(600)
    assert [len(paths) for paths in world.sent(distribution_id)] == [120]
    assert world.tables.journal.read(distribution_id, 500, 500) == ([], False)
    assert [(record.state, record.changes) for record in world.history()] == [("completed", 120)]
    assert world.tables.attempts.usage("2026-11").paths == 120


def test_log_and_history_say_the_same_sentence(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "freshedge")
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.run(60)
    (record,) = world.history()
    (told,) = [line for line in caplog.records if line.message == record.summary]
    assert told.fields["distribution_id"] == distribution_id
    assert told.fields["invalidation_id"] == record.cloudfront_id


def test_two_workers_at_once_make_one_invalidation(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.run(1)
    world.clock.sleep(10)
    doorbell = {
        "Records": [{"eventSource": "aws:sqs", "messageId": "m", "body": f'{{"doorbell": "{distribution_id}"}}'}]
    }
    nested: list[bool] = []

    def second_worker(name: str, has_happened: bool) -> bool:
        if has_happened and not nested and name == "CreateInvalidation":
            nested.append(True)
            assert world.invoke(doorbell) == {"batchItemFailures": []}
        return False

    with dying(world, second_worker):
        world.invoke(doorbell)
    assert nested
    world.run(60)
    assert world.sent(distribution_id) == [("/a.html",)]
    assert [record.state for record in world.history()] == ["completed"]


def test_a_worker_that_lost_its_lease_writes_nothing_and_the_other_goes_on(world: World) -> None:
    """The first worker hangs in CreateInvalidation for longer than its lease; a second one comes meanwhile."""
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html", "b.html")
    world.run(1)
    world.clock.sleep(10)
    doorbell = {
        "Records": [{"eventSource": "aws:sqs", "messageId": "m", "body": f'{{"doorbell": "{distribution_id}"}}'}]
    }
    nested: list[bool] = []

    def hang(name: str, has_happened: bool) -> bool:
        if has_happened and not nested and name == "CreateInvalidation":
            nested.append(True)
            world.clock.sleep(31)
            world.invoke(doorbell)
            world.working = True
        return False

    with dying(world, hang):
        world.invoke(doorbell)
    assert nested
    assert world.sent(distribution_id) == [("/a.html", "/b.html")]  # finished under its own reference, not twice
    world.run(100)
    assert [record.state for record in world.history()] == ["completed"]
    assert world.tables.attempts.usage("2026-11").paths == 2
    assert world.tables.journal.busy() == []


def test_a_table_that_is_throttled_for_a_while_costs_time_only(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.run(1)

    def throttled(**_: object) -> None:
        raise ThrottledError("the table is busy", 1)

    world.dynamodb.meta.events.register("before-call.dynamodb.TransactWriteItems", throttled)
    world.run(60)
    assert "busy" in (world.tables.bells.get(distribution_id).why or "")
    world.dynamodb.meta.events.unregister("before-call.dynamodb.TransactWriteItems", throttled)
    world.run(60)
    assert world.stale(distribution_id, bucket) == []
    assert len(world.sent(distribution_id)) == 1


@pytest.mark.parametrize(
    ("changes", "buckets", "paths", "said"),
    [
        (1, ["a"], ["/x"], "1 change in 1 bucket: 1 path, none of them with a wildcard."),
        (4120, ["a", "b"], ["/x", "/y/*"], "4,120 changes in 2 buckets: 2 paths, 1 of them with a wildcard."),
        (2, ["a"], [], "2 changes in 1 bucket: no path, since viewers can't reach the keys through this distribution."),
    ],
)
def test_the_summary_is_one_sentence_of_numbers(changes: int, buckets: list[str], paths: list[str], said: str) -> None:
    assert summary(changes, buckets, paths) == said


def test_probes_are_told_from_the_changes_of_people(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "docs/freshedge-probe-1.txt")
    world.run(60)
    world.upload(bucket, "docs/freshedge-probe-2.txt")
    world.upload(bucket, "freshedge-probe-3/a.txt")
    world.run(60)
    assert [record.kind for record in world.history()] == ["s3", "probe"]
    assert world.stale(distribution_id, bucket) == []
