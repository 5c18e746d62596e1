"""What there is to choose for a link, and many links at once, as AWS has them."""

from typing import Any

import pytest

from invalidator.errors import AccessDeniedError, NotFoundError
from tests.web.services.world import ACCOUNT, ANNA, FUNCTION, OURS, World
from web.services.errors import OverlapError, StepFailedError
from web.services.link_many import link_many, plan_many


def thumbnails(world: World, **more: Any) -> dict[str, Any]:
    """Somebody's configuration that listens to new objects."""
    if "thumbs" not in world.aws.regions["us-east-1"].queues:
        world.queue("thumbs")
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:thumbs"
    return {"Id": "thumbs", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"], **more}


def test_a_free_bucket_can_be_linked_either_way(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    choices = world.services.linking.choices("docs")
    assert choices.bucket.suggested_distribution_ids == [site]
    assert (choices.via, choices.ways, choices.overlaps) == (None, ["queue", "eventbridge"], [])


def test_who_is_in_the_way_is_told_in_awss_own_shape_before_any_plan(world: World) -> None:
    world.distribution(world.bucket("docs"))
    theirs = thumbnails(world, Filter={"Key": {"FilterRules": [{"Name": "Prefix", "Value": "img/"}]}})
    aside = thumbnails(world, Id="aside", Events=["s3:ObjectTagging:*"])
    world.notify("docs", {"QueueConfigurations": [theirs, aside]})
    assert world.services.linking.choices("docs").overlaps == [theirs]


def test_the_way_that_a_link_has_is_told(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    linking = world.services.linking
    linking.apply("docs", [site], ANNA)
    assert linking.choices("docs").via == "queue"
    linking.apply("docs", [site], ANNA, via="eventbridge")
    assert linking.choices("docs").via == "eventbridge"


def test_where_buckets_notify_the_lambda_there_is_no_way_by_event_bridge(world: World) -> None:
    world.distribution(world.bucket("docs"))
    assert world.remade(table=None, target_arn=FUNCTION).linking.choices("docs").ways == ["queue"]
    assert world.remade(table=None, target_arn=None, function_arn=None).linking.choices("docs").ways == ["queue"]


def test_there_is_nothing_to_choose_for_a_bucket_that_there_is_not(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.services.linking.choices("nope")


def test_many_are_planned_and_linked_each_for_itself(world: World) -> None:
    names = [world.bucket(f"site-{n}") for n in range(6)]
    wanted = {name: [world.distribution(name)] for name in names} | {"nope": ["E1ABCDEFGHIJKL"]}
    world.notify("site-1", {"QueueConfigurations": [thumbnails(world)]})
    linking = world.services.linking
    planned = {one.bucket: one for one in plan_many(linking, wanted, {})}
    assert list(planned) == list(wanted), "in the order that was asked for"
    assert isinstance(planned["site-1"].error, OverlapError)
    assert isinstance(planned["nope"].error, NotFoundError)
    assert world.tags("site-0") == {}, "a plan writes nothing"

    done = {one.bucket: one for one in link_many(linking, wanted, {"site-1": "eventbridge"}, ANNA)}
    assert {name for name, one in done.items() if one.error is None} == set(names)
    assert {name: world.tags(name) for name in names} == {name: {"distributionId": wanted[name][0]} for name in names}
    assert world.notifications("site-0") == {"QueueConfigurations": [OURS]}
    assert done["site-1"].result
    assert done["site-1"].result.via == "eventbridge"


def test_one_of_many_that_stops_half_way_says_what_was_written(world: World) -> None:
    wanted = {name: [world.distribution(world.bucket(name))] for name in ("one", "two")}
    world.wire.denied |= {"TagResource", "PutBucketTagging"}
    failed = [one.error for one in link_many(world.services.linking, wanted, {}, ANNA)]
    for error in failed:
        assert isinstance(error, StepFailedError)
        assert isinstance(error.cause, AccessDeniedError)
        assert (error.done, error.failed, error.back) == (["the notification"], "the tag", "unlink")
