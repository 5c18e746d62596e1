import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from moto import mock_aws

from invalidator.attempt import parts_of
from invalidator.errors import InvalidPathError, TooManyInProgressError
from sandbox.cloudfront.errors import BatchTooLargeError, NoSuchInvalidationError
from sandbox.cloudfront.refusal import InvalidArgumentError, Refusal, ServiceUnavailableError
from sandbox.cloudfront.settings import CloudFrontSettings
from tests.invalidator.hands import START
from tests.invalidator.world import World, make_world


class AccessDeniedError(Refusal):
    status = 403
    words = "User is not authorized to perform this."


def paths_of(params: dict[str, Any]) -> list[str]:
    return params["InvalidationBatch"]["Paths"]["Items"]


@pytest.mark.parametrize("fault", ["throttle", "too_many", "unavailable", "time_out"])
def test_a_refusal_for_now_is_shown_and_tried_again_until_it_is_over(world: World, fault: str) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.run(4)
    if fault != "unavailable":
        world.faults.set(**{fault: True})
        world.run(60)
    else:
        world.upload(bucket, "b.html")  # the plan is made, then CloudFront goes away
        world.refuse(
            "CreateInvalidation", lambda _: ServiceUnavailableError() if world.faults.now.unavailable else None
        )
        world.faults.set(throttle=True)
        world.run(20)
        world.faults.set(throttle=False, unavailable=True)
        world.run(40)
    (record,) = world.history()
    assert record.state == "queued"
    assert record.error
    assert record.tries > 1
    assert record.next_try_at > world.clock.now()
    assert world.tables.journal.read(distribution_id, 9, 9)[0]  # kept until accepted
    world.faults.set(**{fault: False})
    world.run(100)
    (record,) = world.history()
    assert (record.state, record.error) == ("completed", None)
    assert len(world.sent(distribution_id)) == 1  # a time-out that was carried out makes no second invalidation
    assert world.stale(distribution_id, bucket) == []
    assert world.tables.journal.busy() == []


def test_an_outage_before_the_plan_is_shown_on_what_waits(world: World) -> None:
    bucket, distribution_id = world.site()
    world.upload(bucket, "a.html")
    world.faults.set(unavailable=True)
    world.run(30)
    waiting = world.tables.journal.waiting(distribution_id)
    assert waiting.changes == 1
    assert waiting.oldest == START
    assert "ServiceUnavailable" in (waiting.error or "")
    world.faults.set(unavailable=False)
    world.run(60)
    assert world.stale(distribution_id, bucket) == []
    assert world.tables.journal.busy() == []


def test_denied_is_kept_and_tried_ever_more_slowly_with_the_statement_to_add(world: World) -> None:
    bucket, distribution_id = world.site()
    denied: list[Any] = []

    def deny(_: Any) -> Refusal | None:
        denied.append(world.clock.now())
        return AccessDeniedError()

    operate = world.store.operate
    world.refuse("CreateInvalidation", deny)
    world.upload(bucket, "a.html")
    world.run(5 * 3600)
    (record,) = world.history()
    assert record.state == "queued"
    assert json.loads(record.error[record.error.index("{") :])["Action"] == "cloudfront:CreateInvalidation"
    waits = [b - a for a, b in pairwise(denied)]
    assert waits == sorted(waits)
    assert len(denied) < 15
    assert waits[-1] <= timedelta(seconds=3605)
    world.store.operate = operate  # type: ignore[method-assign]
    world.run(3700)
    assert world.stale(distribution_id, bucket) == []
    assert world.history()[0].state == "completed"


def test_a_distribution_that_is_gone_fails_visibly_and_its_journal_goes(world: World) -> None:
    world.bucket("site", "EGONE00000000")
    world.upload("site", "a.html", "b.html")
    made = world.tables.requests.submit("EGONE00000000", ["/x"], actor="eva")
    world.run(120)
    records = world.history()
    assert {record.state for record in records} == {"failed"}
    assert all("does not exist" in record.error for record in records)
    assert {record.kind for record in records} == {"s3", "person"}
    assert world.tables.attempts.get(made.id).is_final
    assert [r.changes for r in world.history(state="failed", kind="s3")] == [2]
    assert world.tables.journal.busy() == []
    assert world.tables.journal.read("EGONE00000000", 9, 9) == ([], False)


def test_a_bad_path_is_found_and_the_wildcard_before_it_goes_in_its_place(world: World) -> None:
    bucket, distribution_id = world.site()
    bad = "/d/k07.html"
    world.refuse("CreateInvalidation", lambda params: InvalidArgumentError() if bad in paths_of(params) else None)
    keys = [f"d/k{n:02}.html" for n in range(20)]
    world.upload(bucket, *keys, messages=1)
    world.run(120)
    sent = [path for paths in world.sent(distribution_id) for path in paths]
    assert bad not in sent
    assert "/d/*" in sent
    assert world.stale(distribution_id, bucket) == []
    records = world.history()
    assert {record.state for record in records} == {"completed"}
    (told,) = [record for record in records if record.error]
    assert bad in told.error
    assert "/d/*" in told.error
    assert sum(record.changes for record in records) == 20
    assert world.tables.journal.busy() == []
    assert len({record.reference for record in records}) == len(records)


def test_where_everything_is_refused_all_is_folded_and_nothing_is_lost(world: World) -> None:
    bucket, distribution_id = world.site()
    world.refuse("CreateInvalidation", lambda params: InvalidArgumentError() if paths_of(params) != ["/*"] else None)
    world.upload(bucket, *[f"{n % 5}/{n}.html" for n in range(50)], messages=1)
    world.run(600)
    assert set(world.sent(distribution_id)) == {("/*",)}
    assert world.stale(distribution_id, bucket) == []
    assert world.tables.journal.busy() == []


def test_a_batch_that_is_too_large_goes_in_halves(world: World) -> None:
    bucket, distribution_id = world.site()
    world.refuse("CreateInvalidation", lambda params: BatchTooLargeError() if len(paths_of(params)) > 8 else None)
    world.upload(bucket, *[f"{n:02}.html" for n in range(30)], messages=3)
    world.run(120)
    assert sorted(map(len, world.sent(distribution_id))) == [7, 7, 8, 8]
    assert world.stale(distribution_id, bucket) == []
    assert [record.error for record in world.history()] == [None] * 4
    assert world.tables.journal.busy() == []


def test_a_request_that_could_never_be_in_progress_at_once_goes_in_parts(world: World) -> None:
    _, distribution_id = world.site()
    wild = [f"/{n:02}/*" for n in range(40)]
    world.tables.requests.submit(distribution_id, wild, actor="eva")
    world.run(400)
    assert sorted(path for paths in world.sent(distribution_id) for path in paths) == wild
    assert {record.state for record in world.history()} == {"completed"}


def test_a_hopeless_request_fails_and_does_not_hold_the_journal_up(world: World) -> None:
    bucket, distribution_id = world.site()
    world.refuse("CreateInvalidation", lambda params: InvalidArgumentError() if "/*" in paths_of(params) else None)
    made = world.tables.requests.submit(distribution_id, ["/*"], actor="eva")
    world.upload(bucket, "a.html")
    world.run(60)
    assert world.tables.attempts.get(made.id).state == "failed"
    assert world.stale(distribution_id, bucket) == []


def test_a_status_that_cannot_be_read_ends_all_the_same(world: World) -> None:
    bucket, distribution_id = world.site()
    world.refuse("GetInvalidation", lambda _: AccessDeniedError())
    world.upload(bucket, "a.html")
    world.run(600)
    assert world.history()[0].state == "in_progress"
    world.run(900)
    (record,) = world.history()
    assert record.state == "completed"
    assert "cloudfront:GetInvalidation" in record.error
    assert world.tables.journal.busy() == []
    assert world.sent(distribution_id) == [("/a.html",)]


def test_an_invalidation_that_cloudfront_forgot_ends_as_failed(world: World) -> None:
    bucket, _ = world.site()
    world.refuse("GetInvalidation", lambda _: NoSuchInvalidationError())
    world.upload(bucket, "a.html")
    world.run(60)
    assert world.history()[0].state == "failed"
    assert world.tables.journal.busy() == []


def test_the_account_is_not_asked_more_often_than_it_bears() -> None:
    with mock_aws():
        world = make_world(cloudfront=CloudFrontSettings())
        sites = [world.site(f"site-{n}") for n in range(12)]
        for bucket, _ in sites:
            world.upload(bucket, "a.html")
        world.run(180)
        assert all(world.sent(distribution_id) == [("/a.html",)] for _, distribution_id in sites)
        assert {record.state for record in world.history()} == {"completed"}


def test_a_quota_that_others_use_lets_smaller_batches_through() -> None:
    paths = tuple(f"/{n}" for n in range(100))
    busy = TooManyInProgressError("busy", 5)
    assert parts_of(paths, busy, 0, 0) == ()
    assert [len(part) for part in parts_of(paths, busy, 5, 0)] == [50, 50]
    assert parts_of(("/a",), busy, 50, 0) == ()
    assert parts_of(("/*",), InvalidPathError("no"), 0, 0) == ()
