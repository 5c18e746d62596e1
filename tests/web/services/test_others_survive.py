"""What is not ours survives every link, change, repair and unlink, also where somebody writes in between."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.services.world import ACCOUNT, ANNA, FUNCTION, OURS, World, make_world
from web.services.errors import StepFailedError

# Families of events that a link does not listen to, so that S3 lets both stand beside each other.
ASIDE = ["s3:ObjectTagging:*", "s3:ObjectAcl:Put", "s3:ObjectRestore:*", "s3:Replication:*", "s3:LifecycleTransition"]
TAG_TEXT = st.text("abcXYZ019 _.:/=+-@éß", max_size=12)
TAGS = st.dictionaries(
    st.one_of(st.sampled_from(["DistributionId", "distributionid", "distributionId2"]), TAG_TEXT.filter(bool)).filter(
        lambda key: key != "distributionId" and not key.startswith("aws:")
    ),
    TAG_TEXT,
    max_size=10,
)
FILTERS = st.one_of(
    st.none(),
    st.builds(
        lambda prefix, suffix: {"Key": {"FilterRules": [*prefix, *suffix]}},
        st.lists(st.builds(lambda v: {"Name": "prefix", "Value": v}, st.text("ab/ é", max_size=4)), max_size=1),
        st.lists(st.builds(lambda v: {"Name": "suffix", "Value": v}, st.text("ab.", max_size=4)), max_size=1),
    ),
)


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    """Somebody's notification configuration: up to four destinations of three kinds, and EventBridge or not."""
    lists = [
        ("QueueConfigurations", "QueueArn", f"arn:aws:sqs:us-east-1:{ACCOUNT}:theirs"),
        ("TopicConfigurations", "TopicArn", f"arn:aws:sns:us-east-1:{ACCOUNT}:theirs"),
        ("LambdaFunctionConfigurations", "LambdaFunctionArn", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:theirs"),
    ]
    found: dict[str, Any] = {}
    for n, event in enumerate(draw(st.lists(st.sampled_from(ASIDE), max_size=4, unique=True))):
        kind, member, arn = draw(st.sampled_from(lists))
        entry: dict[str, Any] = {"Id": draw(st.sampled_from(["", "a b", "é", "x"])) + str(n), member: arn}
        entry["Events"] = [event]
        if chosen := draw(FILTERS):
            entry["Filter"] = chosen
        found.setdefault(kind, []).append(entry)
    if draw(st.booleans()):
        found["EventBridgeConfiguration"] = {}
    return found


def without_ours(configuration: dict[str, Any]) -> dict[str, Any]:
    """What somebody else sees of it as theirs."""
    kept: dict[str, Any] = {}
    for kind, value in configuration.items():
        left = [entry for entry in value if entry.get("Id") != "freshedge"] if isinstance(value, list) else value
        if left or kind == "EventBridgeConfiguration":
            kept[kind] = left
    return kept


@pytest.fixture(scope="module")
def shared() -> World:
    """One account for all examples, with a bucket `docs` that each brings to what it begins with."""
    world = make_world()
    world.queue("theirs")
    world.bucket("docs")
    world.others._client("sns").create_topic(Name="theirs")
    world.aws.on_lambda(FUNCTION.replace("freshedge-invalidator", "theirs"), lambda *_: None)  # type: ignore[arg-type]
    return world


@pytest.fixture(scope="module")
def sites(shared: World) -> tuple[str, str]:
    """Two distributions that read the bucket."""
    return shared.distribution("docs"), shared.distribution("docs")


@settings(
    max_examples=max(25, settings.default.max_examples // 40),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tags=TAGS, configuration=configurations(), whole_set=st.booleans())
def test_tags_and_notifications_of_others_survive_everything(
    shared: World, sites: tuple[str, str], tags: dict[str, str], configuration: dict[str, Any], whole_set: bool
) -> None:
    world, name = shared, "docs"
    one, two = sites
    world.s3.delete_bucket_tagging(Bucket=name)
    if tags:
        world.tag(name, **tags)
    world.notify(name, configuration)
    before = world.notifications(name)
    world.wire.denied.clear()
    if whole_set:
        world.wire.denied.update({"TagResource", "UntagResource"})
    linking = world.services.linking
    for step in (
        lambda: linking.apply(name, [one], ANNA),
        lambda: linking.apply(name, [two, one], ANNA),
        lambda: world.notify(name, without_ours(world.notifications(name))),
        lambda: linking.repair(name, ANNA),
        lambda: linking.restore(name, ANNA),
        lambda: linking.repair(name, ANNA),
    ):
        step()
        assert {k: v for k, v in world.tags(name).items() if k != "distributionId"} == tags
        assert without_ours(world.notifications(name)) == before
    assert world.tags(name)["distributionId"] == f"{two} {one}"
    linking.apply(name, [two, one], ANNA, via="eventbridge")
    assert world.notifications(name) == before | {"EventBridgeConfiguration": {}}, "nothing but the switch"
    linking.apply(name, [two, one], ANNA, via="queue")
    assert without_ours(world.notifications(name)) == before
    linking.unlink(name, ANNA)
    assert world.tags(name) == tags
    assert world.notifications(name) == before


THEIRS = {"Id": "theirs", "QueueArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:theirs", "Events": ["s3:ObjectTagging:*"]}


@pytest.fixture
def linkable(world: World) -> tuple[World, str]:
    """A bucket `docs`, the id of a distribution that reads it, and a queue that somebody may use."""
    world.queue("theirs")
    return world, world.distribution(world.bucket("docs", owner="web team"))


def test_what_somebody_writes_between_our_plan_and_our_writing_is_kept(linkable: tuple[World, str]) -> None:
    world, site = linkable
    # Our second reading is the one immediately before the writing.
    write = lambda: world.notify("docs", {"QueueConfigurations": [THEIRS], "EventBridgeConfiguration": {}})  # noqa: E731
    world.wire.before["GetBucketNotificationConfiguration"] = [lambda: None, write]
    world.services.linking.apply("docs", [site], ANNA)
    assert world.notifications("docs") == {
        "QueueConfigurations": [THEIRS, OURS],
        "EventBridgeConfiguration": {},
    }


def test_somebody_who_replaces_everything_right_after_us_is_kept_beside_us(linkable: tuple[World, str]) -> None:
    world, site = linkable
    world.wire.after["PutBucketNotificationConfiguration"] = [
        lambda: world.notify("docs", {"QueueConfigurations": [THEIRS]})
    ]
    link = world.services.linking.apply("docs", [site], ANNA)
    assert link.state == "linked"
    assert world.notifications("docs")["QueueConfigurations"] == [THEIRS, OURS]


def test_somebody_who_puts_back_what_was_there_is_noticed_too(linkable: tuple[World, str]) -> None:
    world, site = linkable
    world.wire.after["PutBucketNotificationConfiguration"] = [lambda: world.notify("docs", {})]
    assert world.services.linking.apply("docs", [site], ANNA).state == "linked"
    assert world.notifications("docs") == {"QueueConfigurations": [OURS]}


def test_somebody_who_adds_to_ours_right_after_us_is_left_alone(linkable: tuple[World, str]) -> None:
    world, site = linkable
    both = {"QueueConfigurations": [OURS, THEIRS]}
    world.wire.after["PutBucketNotificationConfiguration"] = [lambda: world.notify("docs", both)]
    world.services.linking.apply("docs", [site], ANNA)
    assert world.notifications("docs") == both
    assert world.wire.written().count("PutBucketNotificationConfiguration") == 1


def test_a_tag_that_somebody_sets_just_before_ours_is_kept(linkable: tuple[World, str]) -> None:
    world, site = linkable
    world.wire.before["TagResource"] = [lambda: world.tag("docs", owner="new team", cost="42")]
    world.services.linking.apply("docs", [site], ANNA)
    assert world.tags("docs") == {"owner": "new team", "cost": "42", "distributionId": site}


def test_somebody_who_replaces_all_tags_right_after_us_is_kept_beside_us(linkable: tuple[World, str]) -> None:
    world, site = linkable
    world.wire.after["TagResource"] = [lambda: world.tag("docs", owner="new team")]
    world.services.linking.apply("docs", [site], ANNA)
    assert world.tags("docs") == {"owner": "new team", "distributionId": site}


def test_with_the_whole_set_too_what_was_set_before_our_last_reading_is_kept(linkable: tuple[World, str]) -> None:
    world, site = linkable
    world.wire.denied.add("TagResource")
    world.wire.after["TagResource"] = [lambda: world.tag("docs", owner="new team")]
    world.services.linking.apply("docs", [site], ANNA)
    assert world.tags("docs") == {"owner": "new team", "distributionId": site}


def test_somebody_who_never_gives_up_is_told_of_and_nothing_is_claimed(linkable: tuple[World, str]) -> None:
    world, site = linkable
    world.wire.after["TagResource"] = [lambda: world.tag("docs", owner="mine alone")] * 9
    with pytest.raises(StepFailedError, match="somebody else goes on writing") as caught:
        world.services.linking.apply("docs", [site], ANNA)
    assert (caught.value.done, caught.value.failed) == (["the notification", "the tag"], "the tag")
    assert world.tags("docs") == {"owner": "mine alone"}


def test_aws_that_shows_late_is_waited_for(linkable: tuple[World, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Bucket configuration is eventually consistent: for a while the old one is read."""
    world, site = linkable
    linking = world.services.linking
    writer = linking._writer
    late = {"left": 3}
    read = writer._config.notifications

    def stale(bucket: str, region: str | None) -> dict[str, Any]:
        now = read(bucket, region)
        if now and late["left"]:
            late["left"] -= 1
            return {}
        return now

    monkeypatch.setattr(writer._config, "notifications", stale)
    assert linking.apply("docs", [site], ANNA).state == "linked"
    assert world.wire.written().count("PutBucketNotificationConfiguration") == 1
