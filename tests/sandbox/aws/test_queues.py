"""SQS by its clients and as the mappings read it: one queue, the same messages."""

import json
import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.aws.world import ACCOUNT, HOME, World


@pytest.fixture
def name(world: World) -> str:
    world.aws.queues.create("tested-dead", {})
    policy = {"deadLetterTargetArn": world.aws.queues.arn("tested-dead"), "maxReceiveCount": 2}
    world.aws.queues.create("tested", {"VisibilityTimeout": "0", "RedrivePolicy": json.dumps(policy)})
    for one in ("tested", "tested-dead"):
        world.aws.regions[HOME].queues[one].box.purge()
    return "tested"


def test_a_client_and_the_mappings_share_a_queue(world: World, name: str) -> None:
    sqs, url = world.client("sqs"), world.aws.queues.url(name)
    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == url
    body = json.dumps({"Records": ["ü"]})
    sent = sqs.send_message(
        QueueUrl=url, MessageBody=body, MessageAttributes={"a": {"DataType": "String", "StringValue": "v"}}
    )
    (message,) = world.aws.queues.receive(name, 10, 1)
    assert (message.id, message.body, message.receive_count) == (sent["MessageId"], body, 1)
    assert message.attributes["ApproximateReceiveCount"] == "1"
    assert abs(int(message.attributes["SentTimestamp"]) / 1000 - time.time()) < 60
    (again,) = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], AttributeNames=["All"])["Messages"]
    assert again["MessageAttributes"]["a"]["StringValue"] == "v"
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    world.aws.queues.send(name, "from inside")
    world.aws.queues.delete(name, message.receipt)
    (other,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert other["Body"] == "from inside"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=other["ReceiptHandle"])
    assert world.aws.queues.depth(name).visible == 0


def test_a_long_poll_ends_with_the_first_message(world: World, name: str) -> None:
    sqs, url = world.client("sqs"), world.aws.queues.url(name)
    threading.Timer(0.2, lambda: world.aws.queues.send(name, "at last")).start()
    begun = time.monotonic()
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    assert message["Body"] == "at last"
    assert time.monotonic() - begun < 5


def test_what_fails_too_often_is_found_among_the_dead(world: World, name: str) -> None:
    world.aws.queues.send(name, "poison")
    for _ in range(2):
        (message,) = world.aws.queues.receive(name, 10, 0)
        world.aws.queues.release(name, message.receipt)
    assert world.aws.queues.receive(name, 10, 0) == []
    assert [one.body for one in world.aws.queues.receive("tested-dead", 10, 0)] == ["poison"]


def test_delays_visibility_and_batches_by_clients(world: World, name: str) -> None:
    sqs, url = world.client("sqs"), world.aws.queues.url(name)
    entries = [{"Id": str(n), "MessageBody": f"m{n}"} for n in range(3)]
    assert len(sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]) == 3
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=900)
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (told["ApproximateNumberOfMessages"], told["ApproximateNumberOfMessagesDelayed"]) == ("3", "1")
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60)["Messages"]
    assert [one["Body"] for one in got] == ["m0", "m1", "m2"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"], VisibilityTimeout=0)
    assert [one.body for one in world.aws.queues.receive(name, 10, 0)] == ["m0"]
    handles = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(got)]
    assert len(sqs.delete_message_batch(QueueUrl=url, Entries=handles)["Successful"]) == 3
    assert world.aws.queues.depth(name).delayed == 1
    with pytest.raises(ClientError, match="DelaySeconds"):
        sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=901)
    with pytest.raises(ClientError, match="ReceiptHandleIsInvalid"):
        sqs.delete_message(QueueUrl=url, ReceiptHandle="nonsense")
    with pytest.raises(ClientError, match="NonExistentQueue"):
        sqs.send_message(QueueUrl=f"{world.url}/{ACCOUNT}/absent", MessageBody="x")


def test_a_queue_of_the_same_name_in_another_region_is_another(world: World, name: str) -> None:
    world.aws.queues.create(name, {}, region="eu-west-1")
    world.aws.queues.send(name, "west", region="eu-west-1")
    sqs = world.client("sqs", "eu-west-1")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    assert [one["Body"] for one in sqs.receive_message(QueueUrl=url)["Messages"]] == ["west"]
    assert world.aws.queues.receive(name, 10, 0) == []
    assert world.aws.queues.arn(name, "eu-west-1") == f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}"


def test_many_receive_at_once_and_each_message_reaches_one(world: World, name: str) -> None:
    world.aws.regions[HOME].set_queue_attributes(name, {"VisibilityTimeout": "600"})
    for n in range(300):
        world.aws.queues.send(name, str(n))
    got: list[str] = []

    def drain() -> None:
        while batch := world.aws.queues.receive(name, 10, 0):
            for message in batch:
                got.append(message.body)
                world.aws.queues.delete(name, message.receipt)

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(got, key=int) == [str(n) for n in range(300)]


def test_a_fifo_queue_is_moto_s_own_and_works(world: World) -> None:
    sqs: Any = world.client("sqs")
    made = sqs.create_queue(QueueName="f.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})
    sqs.send_message(QueueUrl=made["QueueUrl"], MessageBody="one", MessageGroupId="g")
    (message,) = sqs.receive_message(QueueUrl=made["QueueUrl"])["Messages"]
    sqs.delete_message(QueueUrl=made["QueueUrl"], ReceiptHandle=message["ReceiptHandle"])
    assert "Messages" not in sqs.receive_message(QueueUrl=made["QueueUrl"])
