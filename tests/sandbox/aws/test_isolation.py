"""Local AWSs of one process leave each other alone, and moto's own mocks too; a start is quick."""

import time

import boto3
from moto import mock_aws

from tests.sandbox.aws.world import EVENTS, HOME, World, running


def fill(world: World, text: str) -> None:
    world.s3.create_bucket(Bucket="same-name")
    world.s3.put_object(Bucket="same-name", Key="k", Body=text.encode())
    world.aws.queues.send(EVENTS, text)
    item = {"pk": {"S": "p"}, "sk": {"S": "s"}, "text": {"S": text}}
    world.client("dynamodb").put_item(TableName="freshedge", Item=item)


def held(world: World) -> list[str]:
    key = {"pk": {"S": "p"}, "sk": {"S": "s"}}
    return [
        world.s3.get_object(Bucket="same-name", Key="k")["Body"].read().decode(),
        world.aws.queues.receive(EVENTS, 1, 0)[0].body,
        world.client("dynamodb").get_item(TableName="freshedge", Key=key)["Item"]["text"]["S"],
        str([one["Name"] for one in world.s3.list_buckets()["Buckets"]]),
    ]


def test_two_local_aws_and_motos_mocks_have_nothing_in_common() -> None:
    with running() as one:
        fill(one, "one")
        one.s3.put_bucket_website(Bucket="same-name", WebsiteConfiguration={"IndexDocument": {"Suffix": "one.html"}})
        with running() as two:
            fill(two, "two")
            with mock_aws():
                s3 = boto3.client("s3", region_name=HOME)
                s3.create_bucket(Bucket="same-name")
                assert "Contents" not in s3.list_objects_v2(Bucket="same-name")
                sqs = boto3.client("sqs", region_name=HOME)
                assert "QueueUrls" not in sqs.list_queues()
                s3.close()
                sqs.close()
            assert held(two) == ["two", "two", "two", "['same-name']"]
        assert held(one) == ["one", "one", "one", "['same-name']"]
        website = one.s3.get_bucket_website(Bucket="same-name")
        assert website["IndexDocument"] == {"Suffix": "one.html"}


def test_a_local_aws_starts_in_a_moment() -> None:
    begun = time.monotonic()
    with running():
        pass
    assert time.monotonic() - begun < 2
