"""Linking: what AWS shows before and after, in which order, and what is refused."""

from datetime import timedelta

import pytest

from invalidator.errors import AccessDeniedError, BadInputError, NotFoundError
from tests.web.services.world import ACCOUNT, ANNA, FUNCTION, OURS, QUEUE, World
from web.models import Link
from web.services.errors import BusyError, DestinationRefusedError, OverlapError, StepFailedError

STRAIGHT = {
    "Id": "by-hand",
    "LambdaFunctionArn": FUNCTION,
    "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
}


def codes(link: Link, severity: str = "fault") -> list[str]:
    return [item.code for item in link.health if item.severity == severity]


def test_a_link_is_a_tag_and_a_notification(world: World) -> None:
    site = world.distribution(world.bucket("docs", owner="web team"))
    link = world.services.linking.apply("docs", [site], ANNA)
    assert world.tags("docs") == {"owner": "web team", "distributionId": site}
    assert world.notifications("docs") == {"QueueConfigurations": [OURS]}
    assert (link.state, link.distribution_ids) == ("linked", [site])
    assert [item.code for item in link.health] == ["event_never_seen"]


def test_a_plan_tells_exactly_what_changes_and_writes_nothing(world: World) -> None:
    site = world.distribution(world.bucket("docs", owner="web team"))
    world.notify("docs", {"EventBridgeConfiguration": {}})
    plan = world.services.linking.plan("docs", [site])
    assert plan.tags.before == {"owner": "web team"}
    assert plan.tags.after == {"owner": "web team", "distributionId": site}
    assert plan.notifications.before == {"EventBridgeConfiguration": {}}
    assert plan.notifications.after == {"EventBridgeConfiguration": {}, "QueueConfigurations": [OURS]}
    assert plan.baseline is None
    assert world.wire.written() == []


def test_what_a_plan_says_is_what_is_there_afterwards(world: World) -> None:
    site = world.distribution(world.bucket("docs", owner="web team"))
    plan = world.services.linking.plan("docs", [site])
    world.services.linking.apply("docs", [site], ANNA)
    assert (world.tags("docs"), world.notifications("docs")) == (plan.tags.after, plan.notifications.after)


def test_the_notification_is_written_before_the_tag(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.services.linking.apply("docs", [site], ANNA)
    assert world.wire.written() == ["PutBucketNotificationConfiguration", "TagResource"]


def test_linking_again_writes_nothing(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.services.linking.apply("docs", [site], ANNA)
    world.wire.calls.clear()
    assert world.services.linking.apply("docs", [site], ANNA).state == "linked"
    assert world.wire.written() == []


def test_ids_are_written_in_their_order_and_once(world: World) -> None:
    world.bucket("docs")
    one, two = world.distribution("docs"), world.distribution("docs")
    world.services.linking.apply("docs", [two, one, two], ANNA)
    assert world.tags("docs") == {"distributionId": f"{two} {one}"}


def test_where_the_one_tag_call_is_denied_the_whole_set_is_written_with_everything_in_it(world: World) -> None:
    site = world.distribution(world.bucket("docs", owner="web team", DistributionId="E0"))
    world.aws.store.buckets["docs"].tags["aws:cloudformation:stack-name"] = "web"
    world.wire.denied.update({"TagResource", "UntagResource"})
    world.services.linking.apply("docs", [site], ANNA)
    others = {"owner": "web team", "DistributionId": "E0", "aws:cloudformation:stack-name": "web"}
    assert world.tags("docs") == others | {"distributionId": site}
    world.services.linking.unlink("docs", ANNA)
    assert world.tags("docs") == others


def test_the_last_tag_of_a_set_goes_with_the_set(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.wire.denied.update({"TagResource", "UntagResource"})
    world.services.linking.apply("docs", [site], ANNA)
    world.services.linking.unlink("docs", ANNA)
    assert world.tags("docs") == {}


def test_where_no_tag_may_be_written_the_narrower_permission_is_named_and_the_step_too(world: World) -> None:
    site = world.distribution(world.bucket("docs", owner="web team"))
    world.wire.denied.update({"TagResource", "PutBucketTagging"})
    with pytest.raises(StepFailedError) as caught:
        world.services.linking.apply("docs", [site], ANNA)
    assert isinstance(caught.value.cause, AccessDeniedError)
    assert caught.value.cause.statement["Action"] == "s3:TagResource"
    assert (caught.value.done, caught.value.failed) == (["the notification"], "the tag")
    assert codes(world.services.linking.link("docs")) == ["tag_missing"]
    world.wire.denied.clear()
    assert world.services.linking.repair("docs", ANNA).state == "linked"


def test_where_the_notification_may_not_be_written_nothing_is(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.wire.denied.add("PutBucketNotificationConfiguration")
    with pytest.raises(AccessDeniedError, match="s3:PutBucketNotification"):
        world.services.linking.apply("docs", [site], ANNA)
    assert (world.tags("docs"), world.notifications("docs")) == ({}, {})


def test_the_target_is_in_the_region_of_the_bucket(world: World) -> None:
    site = world.distribution(world.bucket("docs", "eu-west-1"))
    assert world.services.linking.apply("docs", [site], ANNA).state == "linked"
    (ours,) = world.notifications("docs")["QueueConfigurations"]
    assert ours["QueueArn"] == QUEUE.replace("us-east-1", "eu-west-1")


def test_a_region_without_a_queue_is_refused_before_anything_is_written(world: World) -> None:
    site = world.distribution(world.bucket("docs", "ap-southeast-2"))
    for refused in (
        lambda: world.services.linking.plan("docs", [site]),
        lambda: world.services.linking.apply("docs", [site], ANNA),
    ):
        with pytest.raises(DestinationRefusedError, match="no queue freshedge-events in ap-southeast-2"):
            refused()
    assert (world.tags("docs"), world.notifications("docs")) == ({}, {})


def test_a_queue_that_refuses_s3_is_told_with_the_statement_to_add(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    url = world.aws.queues.url("freshedge-events")
    world.others.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    with pytest.raises(DestinationRefusedError, match="policy") as caught:
        world.services.linking.apply("docs", [site], ANNA)
    assert caught.value.statement is not None
    assert world.notifications("docs") == {}


def test_where_the_queue_may_not_be_looked_at_s3_itself_tells(world: World) -> None:
    site = world.distribution(world.bucket("docs", "ap-southeast-2"))
    world.wire.denied.add("GetQueueUrl")
    with pytest.raises(DestinationRefusedError, match="S3 can't reach"):
        world.services.linking.apply("docs", [site], ANNA)
    assert (world.tags("docs"), world.notifications("docs")) == ({}, {})


def test_unlinking_takes_ours_away_and_nothing_else(world: World) -> None:
    site = world.distribution(world.bucket("docs", owner="web team"))
    theirs = {"Id": "theirs", "QueueArn": world.queue("theirs"), "Events": ["s3:ObjectTagging:*"]}
    world.notify("docs", {"QueueConfigurations": [theirs], "EventBridgeConfiguration": {}})
    world.services.linking.apply("docs", [site], ANNA)
    plan = world.services.linking.unlink_plan("docs")
    link = world.services.linking.unlink("docs", ANNA)
    assert link.state == "unlinked"
    assert world.tags("docs") == {"owner": "web team"} == plan.tags.after
    left = {"QueueConfigurations": [theirs], "EventBridgeConfiguration": {}}
    assert world.notifications("docs") == left == plan.notifications.after


def test_unlinking_notes_the_ids_as_gone_after_the_notification_and_before_the_tag(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.services.linking.apply("docs", [site], ANNA)
    seen: list[tuple[dict, bool]] = []

    def look() -> None:
        known = world.tables.links.seen("docs")
        assert known is not None
        seen.append((world.notifications("docs"), site in known.gone))

    world.wire.before["UntagResource"] = [look]
    world.services.linking.unlink("docs", ANNA)
    assert seen == [({}, True)]


def test_changes_still_reach_an_id_that_was_taken_out_a_moment_ago(world: World) -> None:
    world.bucket("docs")
    one, two = world.distribution("docs"), world.distribution("docs")
    world.services.linking.apply("docs", [one, two], ANNA)
    world.services.linking.apply("docs", [two], ANNA)
    known = world.tables.links.seen("docs")
    assert known is not None
    assert set(known.ids_for(world.clock.now())) == {one, two}
    assert known.ids_for(world.clock.now() + timedelta(minutes=20)) == (two,)
    assert world.tags("docs") == {"distributionId": two}


def test_unlinking_what_is_not_linked_changes_nothing(world: World) -> None:
    world.bucket("docs", owner="web team")
    assert world.services.linking.unlink("docs", ANNA).state == "unlinked"
    assert world.wire.written() == []


def test_a_dead_queue_of_somebody_else_keeps_nobody_from_linking_and_unlinking(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    theirs = {"Id": "theirs", "QueueArn": world.queue("theirs"), "Events": ["s3:ObjectTagging:*"]}
    world.notify("docs", {"QueueConfigurations": [theirs]})
    url = world.others.sqs.get_queue_url(QueueName="theirs")["QueueUrl"]
    world.others.sqs.delete_queue(QueueUrl=url)
    assert world.services.linking.apply("docs", [site], ANNA).state == "linked"
    assert world.notifications("docs")["QueueConfigurations"] == [theirs, OURS]
    world.services.linking.unlink("docs", ANNA)
    assert world.notifications("docs") == {"QueueConfigurations": [theirs]}


def test_a_link_by_hand_is_a_link_with_notes_and_no_fault(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.notify("docs", {"LambdaFunctionConfigurations": [STRAIGHT]})
    world.tag("docs", distributionId=site)
    link = world.services.linking.link("docs")
    assert link.state == "linked"
    assert {item.severity for item in link.health} == {"note"}
    assert codes(link, "note") == ["lambda_straight", "lifecycle_untold", "event_never_seen"]


def test_a_link_by_hand_is_left_as_it_is_when_its_distributions_change(world: World) -> None:
    world.bucket("docs")
    one, two = world.distribution("docs"), world.distribution("docs")
    world.notify("docs", {"LambdaFunctionConfigurations": [STRAIGHT]})
    world.tag("docs", distributionId=f" {one} ")
    assert world.services.linking.plan("docs", [one]).tags.after == {"distributionId": f" {one} "}
    world.services.linking.apply("docs", [one, two], ANNA)
    assert world.notifications("docs") == {"LambdaFunctionConfigurations": [STRAIGHT]}
    assert world.tags("docs") == {"distributionId": f"{one} {two}"}


def test_a_repair_moves_a_link_by_hand_to_the_queue(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.notify("docs", {"LambdaFunctionConfigurations": [STRAIGHT]})
    world.tag("docs", distributionId=site)
    plan = world.services.linking.repair_plan("docs")
    world.services.linking.repair("docs", ANNA)
    assert world.notifications("docs") == {"QueueConfigurations": [OURS]} == plan.notifications.after


def test_a_link_by_hand_can_be_ended(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.notify("docs", {"LambdaFunctionConfigurations": [STRAIGHT]})
    world.tag("docs", distributionId=site)
    assert world.services.linking.unlink("docs", ANNA).state == "unlinked"
    assert (world.tags("docs"), world.notifications("docs")) == ({}, {})


def test_somebody_elses_configuration_in_the_way_is_told_with_its_events_and_filter(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    rules = [{"Name": "prefix", "Value": "img/"}, {"Name": "suffix", "Value": ".jpg"}]
    theirs = {
        "Id": "thumbs",
        "QueueArn": world.queue("thumbs"),
        "Events": ["s3:ObjectCreated:Put"],
        "Filter": {"Key": {"FilterRules": rules}},
    }
    world.notify("docs", {"QueueConfigurations": [theirs]})
    for refused in (
        lambda: world.services.linking.plan("docs", [site]),
        lambda: world.services.linking.apply("docs", [site], ANNA),
    ):
        with pytest.raises(OverlapError, match=r"thumbs.*ObjectCreated:Put.*'img/'.*'\.jpg'.*EventBridge") as caught:
            refused()
        assert [other["Id"] for other in caught.value.others] == ["thumbs"]
    assert world.tags("docs") == {}


@pytest.mark.parametrize(
    ("ids", "error", "says"),
    [
        (["E0UNKNOWN00000"], NotFoundError, "no distribution E0UNKNOWN00000"),
        ([], BadInputError, "No distribution"),
        (["  "], BadInputError, "No distribution"),
        (["E1,E2"], BadInputError, "letters and digits"),
        (["https://docs.example.org"], BadInputError, "URL"),
        (["arn:aws:cloudfront::1:distribution/E1ABC"], BadInputError, "write E1ABC"),
        (["é"], BadInputError, "letters and digits"),
        ([f"E{n:013}" for n in range(20)], BadInputError, "256 characters"),
    ],
)
def test_ids_that_are_none_are_refused_and_nothing_is_written(
    world: World, ids: list[str], error: type[Exception], says: str
) -> None:
    world.bucket("docs")
    for refused in (
        lambda: world.services.linking.plan("docs", ids),
        lambda: world.services.linking.apply("docs", ids, ANNA),
    ):
        with pytest.raises(error, match=says):
            refused()
    assert world.wire.written() == []


@pytest.mark.parametrize("name", ["nobodys-bucket", "../x", "a b", "é" * 50, "x" * 300, "", "a\x00b", "\udc80abc"])
def test_a_bucket_that_is_not_there_is_said_so(world: World, name: str) -> None:
    site = world.distribution(world.bucket("docs"))
    linking = world.services.linking
    for asked in (
        lambda: linking.link(name),
        lambda: linking.plan(name, [site]),
        lambda: linking.apply(name, [site], ANNA),
        lambda: linking.unlink(name, ANNA),
        lambda: linking.repair_plan(name),
        lambda: world.services.inventory.bucket(name),
    ):
        with pytest.raises(NotFoundError, match="There is no bucket"):
            asked()


def test_a_bucket_with_fifty_tags_has_no_room(world: World) -> None:
    site = world.distribution(world.bucket("docs", **{f"k{n}": "v" for n in range(50)}))
    with pytest.raises(BadInputError, match="50 tags"):
        world.services.linking.apply("docs", [site], ANNA)
    assert world.notifications("docs") == {}


def test_two_of_us_do_not_write_the_same_bucket_at_once(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    other = world.remade()

    def meanwhile() -> None:
        with pytest.raises(BusyError, match="Somebody else"):
            other.linking.apply("docs", [site], ANNA)

    world.wire.before["PutBucketNotificationConfiguration"] = [meanwhile]
    assert world.services.linking.apply("docs", [site], ANNA).state == "linked"
    assert other.linking.unlink("docs", ANNA).state == "unlinked"


def test_the_configuration_before_is_kept(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.notify("docs", {"EventBridgeConfiguration": {}})
    world.services.linking.apply("docs", [site], ANNA)
    assert world.tables.locks.kept_text("docs") == '{"EventBridgeConfiguration": {}}'


def test_without_a_target_nothing_can_be_linked(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    without = world.remade(target_arn=None, function_arn=None)
    with pytest.raises(BadInputError, match="FRESHEDGE_TARGET_ARN"):
        without.linking.plan("docs", [site])


def test_in_direct_mode_the_bucket_notifies_the_lambda(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    direct = world.remade(table=None, target_arn=None)
    link = direct.linking.apply("docs", [site], ANNA)
    assert (link.state, link.health) == ("linked", [])
    (ours,) = world.notifications("docs")["LambdaFunctionConfigurations"]
    assert ours == {"Id": "freshedge", "LambdaFunctionArn": FUNCTION, "Events": OURS["Events"]}
    assert direct.linking.unlink("docs", ANNA).state == "unlinked"


def test_a_link_that_there_is_not_is_not_mended(world: World) -> None:
    world.bucket("docs")
    with pytest.raises(BadInputError, match="no link to mend"):
        world.services.linking.repair_plan("docs")


def test_a_queue_of_the_same_name_in_another_account_is_somebody_elses(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    foreign = QUEUE.replace(ACCOUNT, "210987654321")
    entry = {"Id": "theirs", "QueueArn": foreign, "Events": ["s3:ObjectTagging:*"]}
    world.notify("docs", {"QueueConfigurations": [entry]})
    assert world.services.linking.plan("docs", [site]).notifications.after == {"QueueConfigurations": [entry, OURS]}
