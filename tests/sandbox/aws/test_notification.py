"""Notification configurations: kept whole, and refused as AWS refuses them."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.aws.world import ACCOUNT, EVENTS_ARN, FUNCTION_ARN, HOME, World

OTHER_ARN = f"arn:aws:sqs:{HOME}:{ACCOUNT}:other"
LOOSE = {"Effect": "Allow", "Principal": "*", "Action": "SQS:*", "Resource": "*"}


@pytest.fixture
def bucket(world: World) -> str:
    world.aws.on_lambda(FUNCTION_ARN, lambda *_: None)
    world.aws.queues.create("other", {"Policy": json.dumps({"Statement": [LOOSE]})})
    return world.bucket()


def put(world: World, bucket: str, **configuration: Any) -> None:
    world.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)


def got(world: World, bucket: str) -> dict[str, Any]:
    told = world.s3.get_bucket_notification_configuration(Bucket=bucket)
    return {name: value for name, value in told.items() if name != "ResponseMetadata"}


def queue(*events: str, arn: str = EVENTS_ARN, **more: Any) -> dict[str, Any]:
    return {"QueueArn": arn, "Events": list(events) or ["s3:ObjectCreated:*"], **more}


def affixes(prefix: str = "", suffix: str = "") -> dict[str, Any]:
    rules = [{"Name": "prefix", "Value": prefix}, {"Name": "suffix", "Value": suffix}]
    return {"Key": {"FilterRules": [rule for rule in rules if rule["Value"]]}}


def refused(world: World, bucket: str, **configuration: Any) -> str:
    before = got(world, bucket)
    with pytest.raises(ClientError) as refusal:
        put(world, bucket, **configuration)
    assert refusal.value.response["Error"]["Code"] == "InvalidArgument"
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert got(world, bucket) == before
    return str(refusal.value.response["Error"]["Message"])


def test_a_configuration_of_every_kind_comes_back_whole(world: World, bucket: str) -> None:
    sns = world.client("sns")
    topic = sns.create_topic(Name="told")["TopicArn"]
    allow = json.dumps({"Statement": [{**LOOSE, "Action": "sns:Publish"}]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=allow)
    given = {
        "QueueConfigurations": [
            queue("s3:ObjectCreated:Put", "s3:ObjectCreated:Copy", Id="mine", Filter=affixes("a<b>/", ".x y")),
            queue("s3:ObjectRemoved:*", arn=OTHER_ARN, Id="other"),
        ],
        "TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectTagging:*"], "Id": "topic"}],
        "LambdaFunctionConfigurations": [
            {"LambdaFunctionArn": FUNCTION_ARN, "Events": ["s3:ObjectRestore:*"], "Id": "function"}
        ],
        "EventBridgeConfiguration": {},
    }
    put(world, bucket, **given)
    given["QueueConfigurations"][0]["Filter"]["Key"]["FilterRules"] = [
        {"Name": "Prefix", "Value": "a<b>/"},
        {"Name": "Suffix", "Value": ".x y"},
    ]
    assert got(world, bucket) == given
    put(world, bucket, **got(world, bucket))
    assert got(world, bucket) == given
    put(world, bucket)
    assert got(world, bucket) == {}


def test_ids_are_made_where_they_are_missing(world: World, bucket: str) -> None:
    put(world, bucket, QueueConfigurations=[queue(), queue("s3:ObjectRemoved:*")])
    ids = [one["Id"] for one in got(world, bucket)["QueueConfigurations"]]
    assert len(set(ids)) == 2
    assert all(ids)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (queue(), queue(arn=OTHER_ARN)),
        (queue("s3:ObjectCreated:*"), queue("s3:ObjectCreated:Put", arn=OTHER_ARN)),
        (queue("s3:ObjectRemoved:*", "s3:ObjectCreated:Copy"), queue("s3:ObjectCreated:*", arn=OTHER_ARN)),
        (queue(Filter=affixes("images/")), queue(Filter=affixes("images/jpg/"))),
        (queue(Filter=affixes(suffix="jpg")), queue(Filter=affixes(suffix="pg"))),
        (queue(Filter=affixes("images/")), queue(Filter=affixes(suffix=".jpg"))),
        (queue(Filter=affixes("images/")), queue()),
    ],
)
def test_overlapping_configurations_are_refused_whatever_they_notify(
    world: World, bucket: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    message = refused(world, bucket, QueueConfigurations=[one, other])
    filtered = "Filter" in one or "Filter" in other
    assert message == (
        "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
        "overlapping for the same event type."
        if filtered
        else "Configurations overlap. Configurations on the same bucket cannot share a common event type."
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (queue("s3:ObjectCreated:*"), queue("s3:ObjectRemoved:*")),
        (queue("s3:ObjectCreated:Put"), queue("s3:ObjectCreated:Copy")),
        (queue(Filter=affixes("images/")), queue(Filter=affixes("logs/"))),
        (queue(Filter=affixes("images/", ".jpg")), queue(Filter=affixes("images/", ".png"))),
    ],
)
def test_configurations_side_by_side_are_taken(
    world: World, bucket: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    put(world, bucket, QueueConfigurations=[one, other])
    assert len(got(world, bucket)["QueueConfigurations"]) == 2


def test_another_kind_of_destination_overlaps_too(world: World, bucket: str) -> None:
    function = {"LambdaFunctionArn": FUNCTION_ARN, "Events": ["s3:ObjectCreated:Put"]}
    message = refused(world, bucket, QueueConfigurations=[queue()], LambdaFunctionConfigurations=[function])
    assert message.startswith("Configurations overlap.")


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:sqs:{HOME}:{ACCOUNT}:absent",
        f"arn:aws:sqs:{HOME}:999999999999:freshedge-events",
        f"arn:aws:sqs:{HOME}:{ACCOUNT}:no-policy",
        f"arn:aws:sqs:{HOME}:{ACCOUNT}:other-bucket",
        f"arn:aws:sqs:{HOME}:{ACCOUNT}:denied",
    ],
)
def test_queues_that_s3_may_not_send_to_are_refused(world: World, bucket: str, arn: str) -> None:
    world.aws.queues.create("no-policy", {})
    source = {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::another-bucket"}}
    statement = {**LOOSE, "Principal": {"Service": "s3.amazonaws.com"}, "Condition": source}
    world.aws.queues.create("other-bucket", {"Policy": json.dumps({"Statement": statement})})
    denied = {"Statement": [LOOSE, {**LOOSE, "Effect": "Deny"}]}
    world.aws.queues.create("denied", {"Policy": json.dumps(denied)})
    message = refused(world, bucket, QueueConfigurations=[queue(arn=arn), queue("s3:ObjectRemoved:*")])
    assert message == "Unable to validate the following destination configurations"


def test_destinations_of_the_wrong_kind_are_refused(world: World, bucket: str) -> None:
    world.client("sqs").create_queue(QueueName="x.fifo", Attributes={"FifoQueue": "true"})
    fifo = refused(world, bucket, QueueConfigurations=[queue(arn=f"arn:aws:sqs:{HOME}:{ACCOUNT}:x.fifo")])
    assert "FIFO" in fifo
    world.aws.queues.create("far", {"Policy": json.dumps({"Statement": [LOOSE]})}, region="eu-west-1")
    far = refused(world, bucket, QueueConfigurations=[queue(arn=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:far")])
    assert far == "The notification destination service region is not valid for the bucket location constraint"
    assert "ARN" in refused(world, bucket, QueueConfigurations=[queue(arn="freshedge-events")])
    absent = {"LambdaFunctionArn": f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:absent", "Events": ["s3:ObjectCreated:*"]}
    message = refused(world, bucket, LambdaFunctionConfigurations=[absent])
    assert message == "Unable to validate the following destination configurations"


def test_destinations_are_not_looked_at_when_the_caller_says_so(world: World, bucket: str) -> None:
    dead = queue(arn=f"arn:aws:sqs:{HOME}:{ACCOUNT}:absent")
    world.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [dead]}, SkipDestinationValidation=True
    )
    world.s3.put_object(Bucket=bucket, Key="k")
    assert got(world, bucket)["QueueConfigurations"][0]["QueueArn"].endswith(":absent")
    refused(world, bucket, QueueConfigurations=[dead, queue("s3:ObjectRemoved:*")])


def test_unknown_events_and_too_many_configurations_are_refused(world: World, bucket: str) -> None:
    for event in ("s3:ObjectCreated:Upload", "s3:Everything:*", "ObjectCreated:Put"):
        message = refused(world, bucket, QueueConfigurations=[queue(event)])
        assert message == "The event is not supported for notifications"
    many = [queue(Filter=affixes(f"{n:03}/")) for n in range(101)]
    assert "too many" in refused(world, bucket, QueueConfigurations=many)
    put(world, bucket, QueueConfigurations=many[:100])
    twice = [queue(Id="x"), queue("s3:ObjectRemoved:*", Id="x")]
    assert "unique" in refused(world, bucket, QueueConfigurations=twice)
    rule = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "a"}, {"Name": "Prefix", "Value": "b"}]}}
    assert "more than one" in refused(world, bucket, QueueConfigurations=[queue(Filter=rule)])
    other = {"Key": {"FilterRules": [{"Name": "infix", "Value": "a"}]}}
    assert "prefix or suffix" in refused(world, bucket, QueueConfigurations=[queue(Filter=other)])
