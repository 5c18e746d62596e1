"""Events as S3 sends them, told of as configured, late and often where faults say so, and never lost."""

import re
import threading
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.aws.world import ACCOUNT, EVENTS, EVENTS_ARN, FUNCTION_ARN, HOME, World, until_true

MB = 1024**2


def names(records: list[dict[str, Any]]) -> list[str]:
    return [one["eventName"] for one in records]


def test_the_record_of_an_upload_has_what_s3_writes(world: World) -> None:
    bucket = world.bucket(notified=True)
    answer = world.s3.put_object(Bucket=bucket, Key="a b+c/ü.html", Body=b"12345")
    (record,) = world.records(1)
    assert re.fullmatch(r"2\.\d+", record["eventVersion"])
    assert record["eventSource"] == "aws:s3"
    assert record["awsRegion"] == HOME
    assert abs(datetime.fromisoformat(record["eventTime"]) - datetime.now(UTC)).total_seconds() < 60
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["eventTime"])
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["userIdentity"]["principalId"]
    assert record["requestParameters"] == {"sourceIPAddress": "127.0.0.1"}
    assert record["responseElements"]["x-amz-request-id"] == answer["ResponseMetadata"]["RequestId"]
    s3 = record["s3"]
    (configured,) = world.s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
    assert (s3["s3SchemaVersion"], s3["configurationId"]) == ("1.0", configured["Id"])
    assert (s3["bucket"]["name"], s3["bucket"]["arn"]) == (bucket, f"arn:aws:s3:::{bucket}")
    assert s3["bucket"]["ownerIdentity"]["principalId"]
    thing = s3["object"]
    assert (thing["key"], thing["size"], thing["eTag"]) == ("a+b%2Bc/%C3%BC.html", 5, answer["ETag"].strip('"'))
    assert re.fullmatch(r"[0-9A-F]+", thing["sequencer"])
    assert "versionId" not in thing


def test_each_way_to_make_or_remove_an_object_has_its_event(world: World) -> None:
    s3, bucket = world.s3, world.bucket(notified=True)
    s3.put_object(Bucket=bucket, Key="put")
    s3.copy_object(Bucket=bucket, Key="copied", CopySource={"Bucket": bucket, "Key": "put"})
    upload = {"Bucket": bucket, "Key": "p", "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="p")["UploadId"]}
    etag = s3.upload_part(**upload, PartNumber=1, Body=b"x" * 10)["ETag"]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    s3.delete_object(Bucket=bucket, Key="put")
    s3.delete_object(Bucket=bucket, Key="was never there")
    records = world.records(4)
    assert names(records) == [
        "ObjectCreated:Put",
        "ObjectCreated:Copy",
        "ObjectCreated:CompleteMultipartUpload",
        "ObjectRemoved:Delete",
    ]
    assert records[2]["s3"]["object"]["size"] == 10
    assert records[2]["s3"]["object"]["eTag"].endswith("-1")
    assert {"eTag", "size"} & set(records[3]["s3"]["object"]) == set()


def test_versions_and_delete_markers_are_told(world: World) -> None:
    s3, bucket = world.s3, world.bucket(versioned=True, notified=True)
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="k")["VersionId"]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker)
    s3.delete_object(Bucket=bucket, Key="k", VersionId=version)
    records = world.records(4)
    assert [(one["eventName"], one["s3"]["object"]["versionId"]) for one in records] == [
        ("ObjectCreated:Put", version),
        ("ObjectRemoved:DeleteMarkerCreated", marker),
        ("ObjectRemoved:Delete", marker),
        ("ObjectRemoved:Delete", version),
    ]


def test_sequencers_grow_with_every_change_of_a_key(world: World) -> None:
    bucket = world.bucket(notified=True)
    for n in range(6):
        if n % 3 == 2:
            world.s3.delete_object(Bucket=bucket, Key="k")
        else:
            world.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    sequencers = [one["s3"]["object"]["sequencer"] for one in world.records(6)]
    width = max(map(len, sequencers))
    padded = [one.ljust(width, "0") for one in sequencers]  # as notification-content-structure says to compare them
    assert padded == sorted(set(padded))


def test_only_what_is_configured_is_told(world: World) -> None:
    bucket = world.bucket()
    rules = [{"Name": "prefix", "Value": "im ages/"}, {"Name": "Suffix", "Value": ".jpg"}]
    world.notify(bucket, "s3:ObjectCreated:Put", Filter={"Key": {"FilterRules": rules}})
    for key in ("im ages/a.jpg", "im ages/a.png", "a.jpg", "other/im ages/a.jpg"):
        world.s3.put_object(Bucket=bucket, Key=key)
        world.s3.delete_object(Bucket=bucket, Key=key)
    world.s3.put_object(Bucket=bucket, Key="x")
    world.s3.copy_object(Bucket=bucket, Key="im ages/b.jpg", CopySource={"Bucket": bucket, "Key": "x"})
    (record,) = world.records(1)
    assert unquote_plus(record["s3"]["object"]["key"]) == "im ages/a.jpg"


def test_tags_and_grants_are_told_where_configured(world: World) -> None:
    s3, bucket = world.s3, world.bucket()
    world.notify(bucket, "s3:ObjectTagging:*", "s3:ObjectAcl:Put")
    s3.put_object(Bucket=bucket, Key="k", Tagging="a=1")
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "2"}]})
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    s3.put_object_acl(Bucket=bucket, Key="k", ACL="public-read")
    records = world.records(3)
    assert names(records) == ["ObjectTagging:Put", "ObjectTagging:Delete", "ObjectAcl:Put"]
    assert all("sequencer" not in one["s3"]["object"] for one in records)


def test_a_bucket_tells_the_queue_of_its_own_region(world: World) -> None:
    from sandbox.aws.resources import read_resources

    only = read_resources().only("EventsQueue", "EventsDeadLetters", "EventsQueuePolicy")
    world.aws.deploy(only, region="eu-west-1")
    west, bucket = world.client("s3", "eu-west-1"), world.bucket("eu-west-1")
    one = {"QueueArn": EVENTS_ARN.replace(HOME, "eu-west-1"), "Events": ["s3:ObjectCreated:*"]}
    west.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [one]})
    west.put_object(Bucket=bucket, Key="k")
    test, told = world.messages(2, region="eu-west-1")
    assert (test["Event"], told["Records"][0]["awsRegion"]) == ("s3:TestEvent", "eu-west-1")


def test_the_test_event_is_what_s3_sends(world: World) -> None:
    bucket = world.bucket()
    one = {"QueueArn": EVENTS_ARN, "Events": ["s3:ObjectCreated:*"]}
    two = {"QueueArn": EVENTS_ARN, "Events": ["s3:ObjectRemoved:*"]}
    configuration = {"QueueConfigurations": [one, two]}
    world.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    (event,) = world.messages(1)
    assert (event["Service"], event["Event"], event["Bucket"]) == ("Amazon S3", "s3:TestEvent", bucket)
    assert "Records" not in event


def test_events_come_late_more_than_once_and_out_of_order_when_faults_say_so(world: World) -> None:
    bucket = world.bucket(notified=True)
    world.faults.set(repeat_events=2)
    world.s3.put_object(Bucket=bucket, Key="k")
    assert len({str(one) for one in world.records(3)}) == 1
    world.faults.set(repeat_events=0, delay_events_s=3600)
    world.s3.put_object(Bucket=bucket, Key="late")
    assert not world.aws.delivery.idle()
    world.faults.set(delay_events_s=0)
    world.s3.put_object(Bucket=bucket, Key="at once")
    until_true(lambda: world.aws.queues.depth(EVENTS).visible == 1)
    world.ahead_s = 3601
    try:
        world.s3.put_object(Bucket=bucket, Key="wakes the thread")
        keys = [one["s3"]["object"]["key"] for one in world.records(3)]
    finally:
        world.ahead_s = 0
    assert keys == ["at+once", "late", "wakes+the+thread"]
    world.faults.set(reorder_events=True)
    for n in range(12):
        world.s3.put_object(Bucket=bucket, Key=f"{n:02}")
    world.faults.set(reorder_events=False)
    world.ahead_s = 3610
    try:
        world.s3.put_object(Bucket=bucket, Key="wakes the thread again")
        keys = [one["s3"]["object"]["key"] for one in world.records(13)]
    finally:
        world.ahead_s = 0
    assert sorted(keys[:12]) == [f"{n:02}" for n in range(12)] != keys[:12]


def test_a_queue_that_takes_no_long_messages_loses_them(world: World) -> None:
    allow = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}}'
    arn = world.aws.queues.create("short", {"MaximumMessageSize": "1024", "Policy": allow})
    bucket = world.bucket()
    one = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    world.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [one]}
    )
    for key in ("long/" * 100, "short"):
        world.s3.put_object(Bucket=bucket, Key=key)
    _, told = world.messages(2, queue="short")
    assert told["Records"][0]["s3"]["object"]["key"] == "short"


def test_a_function_is_told_and_tried_twice_more_when_it_raises(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.aws.lambdas.RETRIES_S", (0.01, 0.01))
    calls: list[tuple[dict[str, Any], bool]] = []
    done = threading.Event()

    def invoke(event: dict[str, Any], asynchronous: bool) -> None:
        calls.append((event, asynchronous))
        if len(calls) < 3:
            raise RuntimeError("not yet")
        done.set()

    world.aws.on_lambda(FUNCTION_ARN, invoke)
    bucket = world.bucket()
    one = {"LambdaFunctionArn": FUNCTION_ARN, "Events": ["s3:ObjectCreated:*"]}
    configuration = {"LambdaFunctionConfigurations": [one]}
    world.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    world.s3.put_object(Bucket=bucket, Key="k")
    assert done.wait(5)
    assert len(calls) == 3
    assert all(asynchronous for _, asynchronous in calls)
    assert len({event["Records"][0]["s3"]["object"]["sequencer"] for event, _ in calls}) == 1
    until_true(lambda: world.aws.lambdas.dump() == [])


def test_a_function_is_invoked_by_clients(world: World) -> None:
    def invoke(event: dict[str, Any], asynchronous: bool) -> dict[str, Any]:
        if event.get("fail"):
            raise ValueError("told to")
        return {"got": event, "asynchronous": asynchronous}

    world.aws.on_lambda(FUNCTION_ARN, invoke)
    client = world.client("lambda")
    answer = client.invoke(FunctionName="invalidator", Payload=b'{"x": 1}')
    assert answer["Payload"].read() == b'{"got": {"x": 1}, "asynchronous": false}'
    failed = client.invoke(FunctionName=FUNCTION_ARN, Payload=b'{"fail": true}')
    assert (failed["FunctionError"], b"told to" in failed["Payload"].read()) == ("Unhandled", True)
    later = client.invoke(FunctionName="invalidator", InvocationType="Event", Payload=b"{}")
    assert (later["StatusCode"], later["Payload"].read()) == (202, b"")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="absent")


def test_a_topic_passes_events_on(world: World) -> None:
    sns, bucket = world.client("sns"), world.bucket()
    topic = sns.create_topic(Name="changes")["TopicArn"]
    allow = '{"Statement": {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sns:Publish"}}'
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=allow)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=EVENTS_ARN)
    one = {"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}
    configuration = {"TopicConfigurations": [one]}
    world.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    world.s3.put_object(Bucket=bucket, Key="k")
    with pytest.raises(ClientError, match="events of S3"):
        sns.publish(TopicArn=topic, Message="by hand")
    test, told = world.messages(2)
    assert "s3:TestEvent" in test["Message"]
    assert (told["Type"], told["TopicArn"]) == ("Notification", topic)
    assert '"ObjectCreated:Put"' in told["Message"]


def test_eventbridge_hands_events_to_a_queue(world: World) -> None:
    events, bucket = world.client("events"), world.bucket(versioned=True)
    events.put_rule(
        Name="s3", EventPattern='{"source": ["aws.s3"], "detail": {"bucket": {"name": ["' + bucket + '"]}}}'
    )
    events.put_targets(Rule="s3", Targets=[{"Id": "1", "Arn": EVENTS_ARN}])
    with pytest.raises(ClientError, match="events of S3"):
        events.put_events(Entries=[{"Source": "me", "DetailType": "d", "Detail": "{}"}])
    configuration: dict[str, Any] = {"EventBridgeConfiguration": {}}
    world.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    world.s3.put_object(Bucket=bucket, Key="a b+c", Body=b"12345")
    world.s3.delete_object(Bucket=bucket, Key="a b+c")
    made, gone = world.messages(2)
    assert (made["source"], made["detail-type"], made["account"]) == ("aws.s3", "Object Created", ACCOUNT)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["time"])
    assert made["resources"] == [f"arn:aws:s3:::{bucket}"]
    thing = made["detail"]["object"]
    assert (thing["key"], thing["size"], "version-id" in thing, "sequencer" in thing) == ("a b+c", 5, True, True)
    assert made["detail"]["reason"] == "PutObject"
    assert (gone["detail-type"], gone["detail"]["deletion-type"]) == ("Object Deleted", "Delete Marker Created")
    events.remove_targets(Rule="s3", Ids=["1"])
