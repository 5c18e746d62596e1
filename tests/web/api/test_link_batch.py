"""`POST /links/batch`: each row for itself, with the answer that the call for it alone would have given."""

from typing import Any

from tests.web.api.conftest import Api
from tests.web.services.world import OURS, World


def two(world: World) -> list[dict[str, Any]]:
    """Two buckets and what reads each."""
    return [
        {"bucket": name, "distribution_ids": [world.distribution(world.bucket(name))]} for name in ("docs", "media")
    ]


def test_each_is_linked_and_told_in_the_order_that_was_asked_for(api: Api, world: World) -> None:
    rows = two(world)
    results = api.call("POST", "/links/batch", {"links": rows[::-1]}, 207)["results"]
    assert [(one["bucket"], one["status"], one["link"]["state"]) for one in results] == [
        ("media", 200, "linked"),
        ("docs", 200, "linked"),
    ]
    assert all(one["plan"] is None and one["problem"] is None for one in results)
    assert world.notifications("docs") == {"QueueConfigurations": [OURS]}
    assert world.tags("media") == {"distributionId": rows[1]["distribution_ids"][0]}


def test_a_dry_run_plans_each_and_writes_nothing(api: Api, world: World) -> None:
    results = api.call("POST", "/links/batch?dry_run=true", {"links": two(world)}, 207)["results"]
    assert [one["plan"]["notifications"]["after"] for one in results] == [{"QueueConfigurations": [OURS]}] * 2
    assert world.wire.written() == []


def test_one_that_fails_keeps_none_of_the_others_from_it(api: Api, world: World) -> None:
    rows = [*two(world), {"bucket": "nope"}]
    rows[2]["distribution_ids"], rows[1]["distribution_ids"] = rows[1]["distribution_ids"], ["E0ANOTHERS0000"]
    results = api.call("POST", "/links/batch", {"links": rows}, 207)["results"]
    assert [one["status"] for one in results] == [200, 404, 404]
    assert "E0ANOTHERS0000" in results[1]["problem"]["detail"]
    assert "nope" in results[2]["problem"]["detail"]


def test_one_in_the_way_of_others_goes_by_event_bridge_when_asked(api: Api, world: World) -> None:
    (docs, _) = two(world)
    arn = world.queue("thumbs")
    world.notify("docs", {"QueueConfigurations": [{"Id": "t", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]})
    (refused,) = api.call("POST", "/links/batch", {"links": [docs]}, 207)["results"]
    assert refused["status"] == 409
    assert refused["problem"]["overlaps"][0]["Id"] == "t"
    (linked,) = api.call("POST", "/links/batch", {"links": [docs | {"via": "eventbridge"}]}, 207)["results"]
    assert linked["link"]["via"] == "eventbridge"


def test_one_that_stops_half_way_says_what_was_done_and_how_to_go_back(api: Api, world: World) -> None:
    world.wire.denied |= {"TagResource", "PutBucketTagging"}
    for one in api.call("POST", "/links/batch", {"links": two(world)}, 207)["results"]:
        assert (one["status"], one["problem"]["done"], one["problem"]["failed"], one["problem"]["back"]) == (
            403,
            ["the notification"],
            "the tag",
            "unlink",
        )


def test_what_is_no_batch_is_refused_whole(api: Api, world: World) -> None:
    row = two(world)[0]
    api.call("POST", "/links/batch", {"links": []}, 422)
    api.call("POST", "/links/batch", {"links": [row] * 21}, 422)
    api.call("POST", "/links/batch", {"links": [{"bucket": "docs", "distribution_ids": []}]}, 422)
    assert "named twice" in api.call("POST", "/links/batch", {"links": [row, row]}, 422)["detail"]
    assert world.wire.written() == []
