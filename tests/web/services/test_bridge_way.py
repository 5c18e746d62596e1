"""Links by EventBridge: beside somebody's notification that is in the way, with a rule that is ours alone."""

import json
from typing import Any

import pytest

from invalidator.errors import AccessDeniedError
from tests.web.services.world import ACCOUNT, ANNA, OURS, QUEUE, World
from web.services.errors import DestinationRefusedError, OverlapError

PATTERN = {
    "source": ["aws.s3"],
    "detail-type": ["Object Created", "Object Deleted"],
    "detail": {"bucket": {"name": ["docs"]}},
}
RULE = {
    "Name": "freshedge-docs",
    "EventPattern": PATTERN,
    "State": "ENABLED",
    "Targets": [{"Id": "freshedge", "Arn": QUEUE}],
}


@pytest.fixture
def site(world: World) -> str:
    """A distribution over `docs`, whose events somebody else already has."""
    one = world.distribution(world.bucket("docs", owner="web team"))
    world.notify("docs", theirs(world))
    return one


def theirs(world: World) -> dict[str, Any]:
    """Somebody's configuration that listens to what a link listens to."""
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:thumbs"
    if "thumbs" not in world.aws.regions["us-east-1"].queues:
        world.queue("thumbs")
    return {"QueueConfigurations": [{"Id": "thumbs", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}


def rules(world: World) -> dict[str, Any]:
    """The rules there are, by name, and what each sends where."""
    events = world.others.events_in("us-east-1")
    return {
        one["Name"]: {
            "Name": one["Name"],
            "EventPattern": json.loads(one["EventPattern"]),
            "State": one["State"],
            "Targets": events.list_targets_by_rule(Rule=one["Name"])["Targets"],
        }
        for one in events.list_rules()["Rules"]
    }


def their_rule(world: World, name: str = "theirs", **pattern: Any) -> None:
    """Somebody's rule on the default bus."""
    told = {"source": ["aws.s3"]} | pattern
    world.others.events_in("us-east-1").put_rule(Name=name, EventPattern=json.dumps(told), State="ENABLED")


def codes(world: World) -> list[str]:
    """What is found about the link, now."""
    return [item.code for item in world.services.linking.link("docs").health if item.code != "event_never_seen"]


def test_an_overlap_is_told_with_the_way_out_and_the_way_leads_to_a_link(world: World, site: str) -> None:
    linking = world.services.linking
    with pytest.raises(OverlapError, match="Link it by EventBridge"):
        linking.plan("docs", [site])
    plan = linking.plan("docs", [site], via="eventbridge")
    assert plan.notifications.after == theirs(world) | {"EventBridgeConfiguration": {}}
    assert plan.rule is not None
    assert (plan.rule.before, plan.rule.after) == (None, RULE)
    assert rules(world) == {}
    link = linking.apply("docs", [site], ANNA, via="eventbridge")
    assert (link.state, link.via) == ("linked", "eventbridge")
    assert rules(world) == {"freshedge-docs": RULE}
    assert world.notifications("docs") == plan.notifications.after


def test_an_event_of_the_bucket_reaches_our_queue_by_the_rule(world: World, site: str) -> None:
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    world.s3.put_object(Bucket="docs", Key="index.html", Body=b"x")
    (message,) = world.aws.queues.receive("freshedge-events", 1, 5)
    assert json.loads(message.body)["detail"]["object"]["key"] == "index.html"


def test_an_unlink_takes_back_the_rule_and_the_switch_that_were_ours(world: World, site: str) -> None:
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    plan = world.services.linking.unlink_plan("docs")
    assert plan.rule is not None
    assert (plan.rule.before, plan.rule.after, plan.notes) == (RULE, None, [])
    assert world.services.linking.unlink("docs", ANNA).state == "unlinked"
    assert (world.notifications("docs"), world.tags("docs"), rules(world)) == (
        theirs(world),
        {"owner": "web team"},
        {},
    )


def test_a_switch_that_was_on_before_us_stays(world: World, site: str) -> None:
    before = theirs(world) | {"EventBridgeConfiguration": {}}
    world.notify("docs", before)
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    assert "not switched on by us" in world.services.linking.unlink_plan("docs").notes[0]
    world.services.linking.unlink("docs", ANNA)
    assert (world.notifications("docs"), rules(world)) == (before, {})


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"detail": {"bucket": {"name": ["docs", "other"]}}},
        {"detail": {"bucket": {"name": [{"prefix": "do"}]}}},
        {"source": [{"anything-but": "aws.ec2"}]},
        {"detail-type": ["Object Tags Added"]},
    ],
)
def test_a_switch_that_somebody_may_rely_on_stays_and_the_rule_is_named(
    world: World, site: str, pattern: dict[str, Any]
) -> None:
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    their_rule(world, "archive", **pattern)
    assert "archive" in world.services.linking.unlink_plan("docs").notes[0]
    world.services.linking.unlink("docs", ANNA)
    assert "EventBridgeConfiguration" in world.notifications("docs")
    assert list(rules(world)) == ["archive"]


@pytest.mark.parametrize("pattern", [{"source": ["aws.ec2"]}, {"detail": {"bucket": {"name": ["other"]}}}])
def test_a_rule_that_can_have_none_of_the_buckets_events_keeps_nothing(
    world: World, site: str, pattern: dict[str, Any]
) -> None:
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    their_rule(world, **pattern)
    world.services.linking.unlink("docs", ANNA)
    assert world.notifications("docs") == theirs(world)


def test_where_rules_may_not_be_listed_the_switch_stays_and_that_is_said(world: World, site: str) -> None:
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    world.wire.denied.add("ListRules")
    assert "events:ListRules" in world.services.linking.unlink_plan("docs").notes[0]
    world.services.linking.unlink("docs", ANNA)
    assert "EventBridgeConfiguration" in world.notifications("docs")
    assert rules(world) == {}


def test_a_target_that_somebody_put_on_our_rule_stays_with_the_rule(world: World, site: str) -> None:
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    theirs_too = {"Id": "copy", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:thumbs"}
    world.others.events_in("us-east-1").put_targets(Rule="freshedge-docs", Targets=[theirs_too])
    world.services.linking.unlink("docs", ANNA)
    assert rules(world)["freshedge-docs"]["Targets"] == [theirs_too]
    assert "EventBridgeConfiguration" in world.notifications("docs")


def test_other_ids_keep_the_way_and_the_queue_takes_over_when_asked(world: World, site: str) -> None:
    linking, other = world.services.linking, world.distribution("docs")
    linking.apply("docs", [site], ANNA, via="eventbridge")
    link = linking.apply("docs", [site, other], ANNA)
    assert (link.via, link.distribution_ids) == ("eventbridge", [site, other])
    world.notify("docs", {"EventBridgeConfiguration": {}})
    link = linking.apply("docs", [site], ANNA, via="queue")
    assert (link.via, link.state) == ("queue", "linked")
    assert (world.notifications("docs"), rules(world)) == ({"QueueConfigurations": [OURS]}, {})


def test_a_link_moves_to_eventbridge_when_asked(world: World, site: str) -> None:
    world.notify("docs", {})
    world.services.linking.apply("docs", [site], ANNA)
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    assert world.notifications("docs") == {"EventBridgeConfiguration": {}}
    assert rules(world) == {"freshedge-docs": RULE}


def test_a_rule_made_by_hand_is_recognised_and_left_as_it_is(world: World, site: str) -> None:
    world.tag("docs", distributionId=site)
    world.notify("docs", {"EventBridgeConfiguration": {}})
    events = world.others.events_in("us-east-1")
    events.put_rule(Name="by-hand", EventPattern=json.dumps(PATTERN), State="ENABLED")
    events.put_targets(Rule="by-hand", Targets=[{"Id": "1", "Arn": QUEUE}])
    before = rules(world)
    link = world.services.linking.link("docs")
    assert (link.state, link.via, codes(world)) == ("linked", "eventbridge", [])
    world.services.linking.repair("docs", ANNA)
    assert rules(world) == before
    assert world.services.linking.unlink("docs", ANNA).state == "unlinked"
    assert rules(world) == before


def spoil_switch(world: World) -> None:
    world.notify("docs", theirs(world))


def spoil_state(world: World) -> None:
    world.others.events_in("us-east-1").disable_rule(Name="freshedge-docs")


def spoil_pattern(world: World) -> None:
    narrower = PATTERN | {"detail": {"bucket": {"name": ["docs"]}, "object": {"key": [{"prefix": "img/"}]}}}
    world.others.events_in("us-east-1").put_rule(Name="freshedge-docs", EventPattern=json.dumps(narrower))


def spoil_target(world: World) -> None:
    target = {"Id": "freshedge", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:thumbs"}
    world.others.events_in("us-east-1").put_targets(Rule="freshedge-docs", Targets=[target])


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (spoil_switch, "bridge_off"),
        (spoil_state, "rule_disabled"),
        (spoil_pattern, "rule_incomplete"),
        (spoil_target, "rule_target_wrong"),
    ],
)
def test_what_breaks_on_the_way_is_found_and_mended(world: World, site: str, spoil: Any, code: str) -> None:
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    spoil(world)
    link = world.services.linking.link("docs")
    assert link.state == "faulty"
    assert [(item.code, item.repairable) for item in link.health if item.severity == "fault"] == [(code, True)]
    assert world.services.linking.repair("docs", ANNA).state == "linked"
    assert codes(world) == []
    assert rules(world) == {"freshedge-docs": RULE}


def test_where_rules_may_not_be_read_it_is_unknown_and_the_statement_is_there(world: World, site: str) -> None:
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    world.wire.denied.add("ListRules")
    link = world.services.linking.link("docs")
    (found,) = [item for item in link.health if item.code == "rule_unreadable"]
    assert (found.severity, found.statement) == (
        "warning",
        {"Effect": "Allow", "Action": "events:ListRules", "Resource": "*"},
    )
    assert link.state == "linked"


def test_a_queue_that_rules_may_not_send_to_is_refused_before_anything_is_written(world: World, site: str) -> None:
    url = world.others.sqs.get_queue_url(QueueName="freshedge-events")["QueueUrl"]
    only_s3 = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:*", "Resource": QUEUE}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [only_s3]})
    world.others.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    with pytest.raises(DestinationRefusedError) as caught:
        world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    assert caught.value.statement is not None
    assert caught.value.statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert (rules(world), world.notifications("docs")) == ({}, theirs(world))


def test_a_rule_that_may_not_be_made_is_said_with_the_statement(world: World, site: str) -> None:
    world.wire.denied.add("PutRule")
    with pytest.raises(AccessDeniedError) as caught:
        world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    assert caught.value.statement["Resource"] == f"arn:aws:events:us-east-1:{ACCOUNT}:rule/freshedge-docs"
    assert (world.notifications("docs"), world.tags("docs")) == (theirs(world), {"owner": "web team"})
