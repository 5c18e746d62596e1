"""Health: each fault that a link can have is found, told, and mended where it can be."""

import json
import re
from pathlib import Path

import pytest

from invalidator.errors import TryLaterError
from tests.web.services.world import ACCOUNT, ANNA, FUNCTION, OURS, QUEUE, World
from web.models import HealthItem
from web.services.errors import OverlapError
from web.services.health_codes import CODES, SEVERITIES

DOCS = Path(__file__).parents[3] / "docs" / "health.md"
STRAIGHT = {"Id": "by-hand", "LambdaFunctionArn": FUNCTION, "Events": OURS["Events"]}
NEEDED = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]


def entry(**changes: object) -> dict[str, object]:
    return OURS | changes


def filtered(prefix: str = "", suffix: str = "") -> dict[str, object]:
    rules = [{"Name": n, "Value": v} for n, v in (("prefix", prefix), ("suffix", suffix)) if v]
    return entry(Filter={"Key": {"FilterRules": rules}})


@pytest.fixture
def site(world: World) -> str:
    """A distribution that reads the bucket `docs`, which is linked to it and has sent an event."""
    made = world.distribution(world.bucket("docs", owner="web team"))
    world.services.linking.apply("docs", [made], ANNA)
    world.tables.links.note("docs", [made], world.clock.now(), event_at=world.clock.now())
    return made


def found(world: World, bucket: str = "docs") -> dict[str, HealthItem]:
    return {item.code: item for item in world.services.linking.link(bucket).health}


def mended(world: World) -> bool:
    """Repair, and tell whether nothing is left to say, and the repair did what its plan said."""
    plan = world.services.linking.repair_plan("docs")
    link = world.services.linking.repair("docs", ANNA)
    assert world.tags("docs") == plan.tags.after
    assert world.notifications("docs") == plan.notifications.after
    return link.state == "linked" and not link.health


@pytest.mark.usefixtures("site")
def test_a_whole_link_has_nothing_to_say(world: World) -> None:
    link = world.services.linking.link("docs")
    assert (link.state, link.health) == ("linked", [])
    assert link.last_event_at is not None


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        ({}, "notification_missing"),
        ({"EventBridgeConfiguration": {}}, "notification_missing"),
        ({"QueueConfigurations": [entry(Events=["s3:ObjectCreated:*"])]}, "events_incomplete"),
        ({"QueueConfigurations": [entry(Events=["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"])]}, "events_incomplete"),
        ({"QueueConfigurations": [filtered("img/")]}, "filter_narrows"),
        ({"QueueConfigurations": [filtered(suffix=".html")]}, "filter_narrows"),
        ({"QueueConfigurations": [entry(QueueArn=QUEUE.replace("us-east-1", "us-west-2"))]}, "target_other_region"),
    ],
)
def test_a_faulty_notification_is_found_and_mended(
    world: World, site: str, configuration: dict[str, object], code: str
) -> None:
    world.notify("docs", configuration)
    link = world.services.linking.link("docs")
    assert link.state == "faulty"
    assert [(item.code, item.severity, item.repairable) for item in link.health] == [(code, "fault", True)]
    assert mended(world)
    assert world.tags("docs") == {"owner": "web team", "distributionId": site}


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        ({"QueueConfigurations": [entry(Events=NEEDED)]}, "lifecycle_untold"),
        ({"LambdaFunctionConfigurations": [STRAIGHT]}, "lambda_straight"),
        ({"LambdaFunctionConfigurations": [STRAIGHT | {"LambdaFunctionArn": f"{FUNCTION}:live"}]}, "lambda_straight"),
    ],
)
@pytest.mark.usefixtures("site")
def test_what_could_be_better_is_a_note_and_the_link_is_linked(
    world: World, configuration: dict[str, object], code: str
) -> None:
    world.notify("docs", configuration)
    link = world.services.linking.link("docs")
    assert link.state == "linked"
    assert [(item.code, item.severity, item.repairable) for item in link.health] == [(code, "note", True)]
    assert mended(world)


@pytest.mark.usefixtures("site")
def test_all_event_types_one_by_one_are_as_good_as_their_family(world: World) -> None:
    created = ["Put", "Post", "Copy", "CompleteMultipartUpload"]
    events = [f"s3:ObjectCreated:{name}" for name in created] + ["s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"]
    world.notify("docs", {"QueueConfigurations": [entry(Events=events)]})
    assert world.services.linking.link("docs").health == []


@pytest.mark.usefixtures("site")
def test_two_configurations_of_ours_count_together(world: World) -> None:
    parts = [entry(Id=f"part-{n}", Events=[event]) for n, event in enumerate(OURS["Events"])]
    world.notify("docs", {"QueueConfigurations": parts})
    assert world.services.linking.link("docs").health == []


def test_a_filter_that_hides_nothing_of_the_site_is_a_note(world: World) -> None:
    site = world.distribution(world.bucket("docs"), path="/site")
    world.services.linking.apply("docs", [site], ANNA)
    world.notify("docs", {"QueueConfigurations": [filtered("site/")]})
    assert found(world)["filter_aside"].severity == "note"
    for narrow in (filtered("site/a"), filtered("site/", ".html"), filtered(suffix=".html")):
        world.notify("docs", {"QueueConfigurations": [narrow]})
        assert found(world)["filter_narrows"].severity == "fault"


@pytest.mark.usefixtures("site")
def test_somebody_elses_configuration_in_the_way_is_told(world: World) -> None:
    theirs = {"Id": "thumbs", "QueueArn": world.queue("thumbs"), "Events": ["s3:ObjectCreated:Put"]}
    world.notify("docs", {"QueueConfigurations": [theirs]})
    health = found(world)
    assert not health["notification_missing"].repairable
    assert "thumbs" in health["notification_overlapped"].message
    told = health["notification_overlapped"]
    assert told.evidence == {"configuration": theirs, "shared": ["s3:ObjectCreated:Put"]}
    assert "by EventBridge" in told.message


def test_what_only_has_our_name_and_goes_elsewhere_is_told_and_stays(world: World, site: str) -> None:
    elsewhere = {"QueueConfigurations": [entry(QueueArn=QUEUE.replace("freshedge-events", "old"))]}
    world.notify("docs", elsewhere)
    told = found(world)
    assert (told["target_wrong"].severity, told["target_wrong"].repairable) == ("fault", False)
    with pytest.raises(OverlapError):
        world.services.linking.repair("docs", ANNA)
    assert (world.notifications("docs"), world.tags("docs")["distributionId"]) == (elsewhere, site)


def test_a_missing_tag_is_mended_with_the_distribution_that_reads_the_bucket(world: World, site: str) -> None:
    world.tag("docs", owner="web team", DistributionId=site)
    item = found(world)["tag_missing"]
    assert (item.severity, item.repairable, item.evidence["alike"]) == ("fault", True, ["DistributionId"])
    assert "capitals count" in item.message
    assert mended(world)
    assert world.tags("docs") == {"owner": "web team", "DistributionId": site, "distributionId": site}


@pytest.mark.parametrize(
    "value",
    [
        "arn:aws:cloudfront::123456789012:distribution/{}",
        "{} docs.example.org",
        "{}+{}",
        "",
        "   ",
        "{}/",
    ],
)
def test_a_bad_tag_is_told_and_mended(world: World, site: str, value: str) -> None:
    world.tag("docs", distributionId=value.format(site, site))
    item = found(world)["tag_bad"]
    assert (item.severity, item.repairable) == ("fault", True)
    assert mended(world)
    assert world.tags("docs") == {"distributionId": site}


def test_a_distribution_that_is_gone_is_told_and_taken_out_by_the_repair(world: World, site: str) -> None:
    world.tag("docs", distributionId=f"E0GONE00000000 {site}")
    item = found(world)["distribution_unknown"]
    assert (item.severity, item.evidence) == ("fault", {"distribution_id": "E0GONE00000000"})
    assert mended(world)
    assert world.tags("docs") == {"distributionId": site}


def test_without_any_distribution_left_there_is_nothing_to_mend_it_with(world: World) -> None:
    world.bucket("lonely", distributionId="E0GONE00000000")
    world.notify("lonely", {"QueueConfigurations": [OURS]})
    assert not found(world, "lonely")["distribution_unknown"].repairable


def test_a_disabled_distribution_is_a_warning(world: World, site: str) -> None:
    shown = world.cloudfront.get_distribution_config(Id=site)
    config = shown["DistributionConfig"] | {"Enabled": False}
    world.cloudfront.update_distribution(Id=site, IfMatch=shown["ETag"], DistributionConfig=config)
    link = world.services.linking.link("docs")
    assert [(item.code, item.severity) for item in link.health] == [("distribution_disabled", "warning")]
    assert link.state == "linked"


def test_a_distribution_that_reads_another_bucket_is_a_warning(world: World) -> None:
    site = world.distribution(world.bucket("other"))
    world.bucket("docs")
    world.services.linking.apply("docs", [site], ANNA)
    assert found(world)["distribution_reads_another"].severity == "warning"


@pytest.mark.usefixtures("site")
def test_a_queue_that_is_gone_is_a_fault(world: World) -> None:
    world.others.sqs.delete_queue(QueueUrl=world.aws.queues.url("freshedge-events"))
    item = found(world)["queue_missing"]
    assert (item.severity, item.repairable) == ("fault", False)


@pytest.mark.usefixtures("site")
def test_a_queue_that_refuses_s3_is_a_fault_with_the_statement_to_add(world: World) -> None:
    url = world.aws.queues.url("freshedge-events")
    world.others.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    item = found(world)["queue_refuses"]
    assert (item.severity, item.repairable) == ("fault", False)
    assert item.statement is not None
    policy = json.dumps({"Version": "2012-10-17", "Statement": [item.statement]})
    world.others.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    assert found(world) == {}


@pytest.mark.parametrize(
    ("operation", "code", "action"),
    [
        ("GetBucketTagging", "tag_unreadable", "s3:GetBucketTagging"),
        ("GetBucketNotificationConfiguration", "notification_unreadable", "s3:GetBucketNotification"),
        ("GetQueueUrl", "queue_unreadable", "sqs:GetQueueAttributes"),
        ("GetQueueAttributes", "queue_unreadable", "sqs:GetQueueAttributes"),
    ],
)
@pytest.mark.usefixtures("site")
def test_what_may_not_be_read_names_the_statement_to_add(world: World, operation: str, code: str, action: str) -> None:
    world.wire.denied.add(operation)
    item = found(world)[code]
    assert item.statement is not None
    assert item.statement["Action"] == action
    assert action in item.message
    assert item.severity != "fault"


@pytest.mark.usefixtures("site")
def test_distributions_that_may_only_be_listed_are_known_all_the_same(world: World) -> None:
    world.services.inventory.refresh()
    world.wire.denied.add("GetDistribution")
    assert world.services.linking.link("docs").health == []


@pytest.mark.usefixtures("site")
def test_without_a_target_that_is_said(world: World) -> None:
    link = world.remade(target_arn=None, function_arn=None).linking.link("docs")
    assert [item.code for item in link.health if item.severity == "warning"] == ["target_unset"]


def test_a_paused_link_says_so_and_a_faulty_one_stays_faulty(world: World, site: str) -> None:
    world.services.invalidating.pause(site, ANNA)
    assert world.services.linking.link("docs").state == "paused"
    world.notify("docs", {})
    assert world.services.linking.link("docs").state == "faulty"
    world.services.linking.repair("docs", ANNA)
    world.services.invalidating.resume(site, ANNA)
    world.services.invalidating.pause(None, ANNA)
    assert world.services.linking.link("docs").state == "paused"


def test_a_notification_of_a_queue_in_another_account_is_none_of_ours(world: World) -> None:
    world.bucket("docs")
    foreign = QUEUE.replace(ACCOUNT, "210987654321")
    world.notify("docs", {"QueueConfigurations": [entry(Id="theirs", QueueArn=foreign)]})
    assert world.services.linking.link("docs").state == "unlinked"


def test_every_code_is_told_about_in_the_documentation_with_its_severity() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", DOCS.read_text("utf8"), re.MULTILINE))
    assert told == SEVERITIES
    assert set(told) == CODES


@pytest.mark.usefixtures("site")
def test_every_message_is_of_whole_sentences(world: World) -> None:
    world.notify("docs", {})
    world.tag("docs", distributionId="E0GONE00000000 docs.example.org")
    for item in world.services.linking.link("docs").health:
        assert re.fullmatch(r"[A-Z'].*[.]", item.message), item.message


@pytest.mark.parametrize(
    ("events", "told"),
    [(["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], True), (["s3:ObjectCreated:*"], False)],
)
def test_a_link_by_hand_with_another_lambda_is_recognised_and_its_taking_over_told(
    world: World, site: str, events: list[str], told: bool
) -> None:
    other = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:somebodys-invalidator"
    by_hand = {"Id": "0a1b2c", "LambdaFunctionArn": other, "Events": events}
    world.tag("docs", distributionId=site)
    world.notify("docs", {"LambdaFunctionConfigurations": [by_hand]})
    found = {item.code: item for item in world.services.linking.link("docs").health}
    message = found["notification_overlapped"].message
    assert ("It is like a link made by hand with another Lambda" in message) == told
    world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    assert world.notifications("docs")["LambdaFunctionConfigurations"] == [by_hand], "never broken"


def test_while_cloudfront_is_away_a_link_is_shown_and_ended_all_the_same(world: World, site: str) -> None:
    world.services.linking.apply("docs", [site], ANNA)
    world.services.inventory.refresh()
    world.wire.refused["GetDistribution"] = ("ServiceUnavailable", 503)
    link = world.services.linking.link("docs")
    (unread,) = [item for item in link.health if item.severity != "note"]
    assert (link.state, unread.code, unread.severity) == ("linked", "distribution_unread", "warning")
    assert "as a list showed it before" in unread.message
    assert world.services.linking.unlink("docs", ANNA).state == "unlinked"
    assert "distributionId" not in world.tags("docs")


def test_a_distribution_that_no_list_showed_is_not_called_gone_while_cloudfront_is_away(
    world: World, site: str
) -> None:
    world.services.inventory.refresh()
    new = world.distribution("docs")
    world.tag("docs", distributionId=f"{site} {new}")
    world.wire.refused["GetDistribution"] = ("ServiceUnavailable", 503)
    with pytest.raises(TryLaterError):
        world.services.linking.link("docs")
