"""serverless.yml makes the table and the queues; what it says elsewhere wrongly is told clearly."""

import json
from pathlib import Path

import pytest

from sandbox.aws.resources import ResourcesError, read_resources
from sandbox.mappings.declared import declared_mappings, failures_go_to, resource_of
from tests.sandbox.aws.world import ACCOUNT, HOME, World


def test_the_declared_queues_are_there_as_declared(world: World) -> None:
    resources = read_resources()
    sqs = world.client("sqs")
    invalidator = resources.functions["invalidator"]
    read = declared_mappings(invalidator, resources.queue_name, lambda _: [HOME])
    for name in ("EventsQueue", "WorkQueue"):
        url = sqs.get_queue_url(QueueName=resources.queue_name(name))["QueueUrl"]
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        redrive = json.loads(told["RedrivePolicy"])
        assert redrive["deadLetterTargetArn"] == f"{told['QueueArn']}-dead"
        assert redrive["maxReceiveCount"] == 20
        assert told["MessageRetentionPeriod"] == str(14 * 86400)
        (window,) = [one.window_s for one in read if one.queue == resources.queue_name(name)]
        # Lambda's own rule: six times the function's time-out, plus the window.
        assert int(told["VisibilityTimeout"]) >= 6 * invalidator["timeout"] + window


def test_the_declared_table_is_there_as_declared(world: World) -> None:
    db = world.client("dynamodb")
    told = db.describe_table(TableName="freshedge")["Table"]
    assert [(one["AttributeName"], one["KeyType"]) for one in told["KeySchema"]] == [("pk", "HASH"), ("sk", "RANGE")]
    assert told["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    ttl = db.describe_time_to_live(TableName="freshedge")["TimeToLiveDescription"]
    assert (ttl["AttributeName"], ttl["TimeToLiveStatus"]) == ("expires_at", "ENABLED")


def test_deploying_again_keeps_what_is_there(world: World) -> None:
    world.aws.queues.send("freshedge-work", "kept")
    world.aws.deploy(read_resources())
    (message,) = world.aws.queues.receive("freshedge-work", 10, 0)
    assert message.body == "kept"
    world.aws.queues.delete("freshedge-work", message.receipt)


def test_intrinsics_are_resolved_for_the_region() -> None:
    resources = read_resources()
    ((name, attributes), *_) = [one for one in resources.queues(ACCOUNT, "eu-west-1") if "Policy" in one[1]]
    buckets, rules = json.loads(attributes["Policy"])["Statement"]
    assert buckets["Resource"] == rules["Resource"] == f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}"
    assert buckets["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    assert rules["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/freshedge-*"}}
    names = [queue for queue, _ in resources.only("EventsQueue", "EventsDeadLetters").queues(ACCOUNT, HOME)]
    assert names == ["freshedge-events-dead", "freshedge-events"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read"),
        ("resources: [", "does not declare"),
        ("service: x", "does not declare"),
        ("resources:\n  Resources:\n    Q: !Join [',', [a]]\n", "!Join"),
    ],
)
def test_a_file_that_is_no_use_is_told_clearly(tmp_path: Path, text: str | None, says: str) -> None:
    path = tmp_path / "serverless.yml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ResourcesError, match=says):
        read_resources(path)


def test_a_reference_to_nothing_is_told_clearly(tmp_path: Path) -> None:
    path = tmp_path / "serverless.yml"
    path.write_text(
        "resources:\n  Resources:\n    Q:\n      Type: AWS::SQS::Queue\n"
        "      Properties:\n        QueueName: q\n        KmsMasterKeyId: !GetAtt Key.Arn\n"
    )
    with pytest.raises(ResourcesError, match=r"Key\.Arn"):
        read_resources(path).queues(ACCOUNT, HOME)


def test_what_calls_the_invalidator_is_read_from_its_events() -> None:
    resources = read_resources()
    regions = {"EventsQueue": (HOME, "eu-west-1"), "WorkQueue": (HOME,)}
    read = declared_mappings(resources.functions["invalidator"], resources.queue_name, regions.__getitem__)
    told = [(one.queue, one.region, one.batch_size, one.window_s, one.partial, one.concurrency) for one in read]
    assert told == [
        ("freshedge-events", HOME, 100, 1, True, 10),
        ("freshedge-events", "eu-west-1", 100, 1, True, 10),
        ("freshedge-work", HOME, 1, 0, True, 10),
    ]
    assert failures_go_to(resources.functions["invalidator"]) == "EventsQueue"


def test_a_queue_that_is_not_of_the_file_is_told_clearly() -> None:
    with pytest.raises(ResourcesError, match="GetAtt"):
        resource_of("arn:aws:sqs:us-east-1:123456789012:others")
    with pytest.raises(ResourcesError, match="on-failure"):
        failures_go_to({"events": []})
