"""The state is kept over a restart, whole; a full disk or a crash leaves what was kept before."""

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.aws import saving
from sandbox.aws.saving import SavingError
from tests.sandbox.aws.world import EVENTS, EVENTS_ARN, FUNCTION_ARN, World, running, until_true

ROOT = Path(__file__).parents[3]


def without_answer(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_everything_of_s3_is_kept(tmp_path: Path) -> None:
    with running(tmp_path) as world:
        s3, bucket = world.s3, world.bucket(versioned=True, notified=True)
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "distributionId", "Value": "E1"}]})
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "i.html"}})
        policy = {
            "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
            ]
        }
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        told = {
            "CacheControl": "max-age=1",
            "Metadata": {"a": "ü".encode().hex()},
            "Tagging": "t=1",
            "ACL": "public-read",
        }
        s3.put_object(Bucket=bucket, Key="ü +/k", Body=b"one", **told)
        s3.put_object(Bucket=bucket, Key="ü +/k", Body=b"two", WebsiteRedirectLocation="/x")
        s3.put_object(Bucket=bucket, Key="gone", Body=b"one")
        s3.delete_object(Bucket=bucket, Key="gone")
        upload = {"Bucket": bucket, "Key": "p"}
        upload["UploadId"] = s3.create_multipart_upload(**upload, ContentType="x/y")["UploadId"]
        etag = s3.upload_part(**upload, PartNumber=1, Body=b"part")["ETag"]
        west = world.bucket("eu-west-1")
        before = {
            "versions": without_answer(s3.list_object_versions(Bucket=bucket)),
            "notification": without_answer(s3.get_bucket_notification_configuration(Bucket=bucket)),
            "buckets": s3.list_buckets(MaxBuckets=10)["Buckets"],
            "head": without_answer(s3.head_object(Bucket=bucket, Key="ü +/k")),
        }
        old = next(v["VersionId"] for v in before["versions"]["Versions"] if v["Key"] == "ü +/k" and not v["IsLatest"])
        last = world.records(4)[-1]["s3"]["object"]["sequencer"]
        world.aws.save(tmp_path)
    with running(tmp_path) as world:
        s3 = world.s3
        after = {
            "versions": without_answer(s3.list_object_versions(Bucket=bucket)),
            "notification": without_answer(s3.get_bucket_notification_configuration(Bucket=bucket)),
            "buckets": s3.list_buckets(MaxBuckets=10)["Buckets"],
            "head": without_answer(s3.head_object(Bucket=bucket, Key="ü +/k")),
        }
        assert after == before
        assert s3.get_bucket_website(Bucket=bucket)["IndexDocument"] == {"Suffix": "i.html"}
        assert world.aws.objects.policy(bucket) == policy
        assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "distributionId", "Value": "E1"}]
        assert s3.get_bucket_location(Bucket=west)["LocationConstraint"] == "eu-west-1"
        got = s3.get_object(Bucket=bucket, Key="ü +/k", VersionId=old)
        assert (got["Body"].read(), got["CacheControl"], got["TagCount"]) == (b"one", "max-age=1", 1)
        assert len(s3.get_object_acl(Bucket=bucket, Key="ü +/k", VersionId=old)["Grants"]) == 2
        assert s3.put_object(Bucket=bucket, Key="ü +/k")["VersionId"] != "null"
        assert world.records(1)[0]["s3"]["object"]["sequencer"] > last
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
        assert s3.get_object(Bucket=bucket, Key="p")["Body"].read() == b"part"


def test_queues_and_tables_are_kept(tmp_path: Path) -> None:
    with running(tmp_path) as world:
        world.aws.queues.create("mine", {"VisibilityTimeout": "7"})
        world.aws.queues.create("west", {}, region="eu-west-1")
        world.aws.queues.send("mine", "waits")
        world.aws.queues.send("mine", "later", 3600)
        attributes = {"b": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
        url = world.aws.queues.url("west")
        west = world.client("sqs", "eu-west-1")
        west.send_message(QueueUrl=url, MessageBody="west", MessageAttributes=attributes)
        world.aws.queues.send(EVENTS, "in flight")
        (held,) = world.aws.queues.receive(EVENTS, 10, 0)
        item = {
            "pk": {"S": "a"},
            "sk": {"S": "b"},
            "raw": {"B": b"\x00\xff"},
            "n": {"N": "1.5"},
            "l": {"L": [{"NULL": True}]},
        }
        db = world.client("dynamodb")
        db.put_item(TableName="freshedge", Item=item)
        throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
        hashed = [{"AttributeName": "a", "KeyType": "HASH"}]
        index = {"IndexName": "by-b", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}]}
        db.create_table(
            TableName="mine",
            KeySchema=hashed,
            AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in "ab"],
            GlobalSecondaryIndexes=[
                {**index, "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": throughput}
            ],
            ProvisionedThroughput=throughput,
        )
        db.put_item(TableName="mine", Item={"a": {"S": "1"}, "b": {"S": "2"}})
        world.aws.save(tmp_path)
    with running(tmp_path) as world:
        assert [one.body for one in world.aws.queues.receive("mine", 10, 0)] == ["waits"]
        assert world.aws.queues.depth("mine").delayed == 1
        west = world.client("sqs", "eu-west-1")
        (message,) = west.receive_message(QueueUrl=world.aws.queues.url("west"), MessageAttributeNames=["All"])[
            "Messages"
        ]
        assert message["MessageAttributes"]["b"]["BinaryValue"] == b"\x00\xff"
        assert world.aws.queues.depth(EVENTS).in_flight == 1
        world.aws.queues.delete(EVENTS, held.receipt)  # a receipt from before the restart
        assert world.aws.queues.depth(EVENTS).in_flight == 0
        key = {"pk": {"S": "a"}, "sk": {"S": "b"}}
        assert world.client("dynamodb").get_item(TableName="freshedge", Key=key)["Item"] == item
        by_b = {"KeyConditionExpression": "b = :b", "ExpressionAttributeValues": {":b": {"S": "2"}}}
        (found,) = world.client("dynamodb").query(TableName="mine", IndexName="by-b", **by_b)["Items"]
        assert found["a"] == {"S": "1"}
        told = world.client("dynamodb").describe_time_to_live(TableName="freshedge")["TimeToLiveDescription"]
        assert told["AttributeName"] == "expires_at"


def test_events_on_their_way_arrive_after_the_restart(tmp_path: Path) -> None:
    with running(tmp_path) as world:
        bucket = world.bucket(notified=True)
        world.faults.set(delay_events_s=0.3)
        world.s3.put_object(Bucket=bucket, Key="on its way")
        world.aws.close()
        world.aws.save(tmp_path)
    with running(tmp_path) as world:
        assert [one["s3"]["object"]["key"] for one in world.records(1)] == ["on+its+way"]


def test_a_function_s_event_waits_until_the_function_is_there(tmp_path: Path) -> None:
    with running(tmp_path) as world:
        world.aws.on_lambda(FUNCTION_ARN, lambda *_: None)
        bucket = world.bucket()
        one = {"LambdaFunctionArn": FUNCTION_ARN, "Events": ["s3:ObjectCreated:*"]}
        configuration = {"LambdaFunctionConfigurations": [one]}
        world.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
        world.faults.set(delay_events_s=0.1)
        world.s3.put_object(Bucket=bucket, Key="k")
        world.aws.close()
        world.aws.save(tmp_path)
    got: list[dict[str, Any]] = []
    with running(tmp_path) as world:
        until_true(world.aws.delivery.idle)
        world.aws.on_lambda(FUNCTION_ARN, lambda event, _: got.append(event))
        until_true(lambda: len(got) == 1)
    assert got[0]["Records"][0]["s3"]["object"]["key"] == "k"


def test_nothing_is_written_where_nothing_changed(tmp_path: Path) -> None:
    with running(tmp_path) as world:
        bucket = world.bucket()
        world.s3.put_object(Bucket=bucket, Key="k", Body=b"1")
        world.aws.save(tmp_path)
        before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
        world.s3.get_object(Bucket=bucket, Key="k")["Body"].read()
        world.aws.save(tmp_path)
        assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
        world.s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": []})
        world.aws.save(tmp_path)
        assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} != before


def test_bytes_of_no_use_are_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "WASTE_BYTES", 1000)
    with running(tmp_path) as world:
        bucket = world.bucket()
        world.s3.put_object(Bucket=bucket, Key="stays", Body=b"stays")
        for n in range(20):
            world.s3.put_object(Bucket=bucket, Key="changes", Body=str(n).encode() * 400)
            world.aws.save(tmp_path)
        held = sum(path.stat().st_size for path in tmp_path.glob("objects-*"))
        assert held < 4000
        assert len(list(tmp_path.glob("objects-*"))) == 1
    with running(tmp_path) as world:
        assert world.s3.get_object(Bucket=bucket, Key="stays")["Body"].read() == b"stays"
        assert world.s3.get_object(Bucket=bucket, Key="changes")["Body"].read() == b"19" * 400


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("step", ["fsync", "replace", "write"])
def test_a_full_disk_is_told_and_leaves_the_old_state_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with running(tmp_path) as world:
        bucket = world.bucket()
        world.s3.put_object(Bucket=bucket, Key="k", Body=b"old")
        world.aws.save(tmp_path)
        world.s3.put_object(Bucket=bucket, Key="k", Body=b"new")
        with monkeypatch.context() as broken:
            if step == "fsync":
                broken.setattr(os, "fsync", full)
            elif step == "replace":
                broken.setattr(Path, "replace", full)
            else:
                broken.setattr(saving, "write_whole", full)
            with pytest.raises(SavingError, match="is full") as told:
                world.aws.save(tmp_path)
        assert str(tmp_path) in str(told.value)
        assert not list(tmp_path.glob("*.new"))
        with started_beside(tmp_path) as other:
            assert other == b"old"
        world.aws.save(tmp_path)
        with started_beside(tmp_path) as other:
            assert other == b"new"


@contextmanager
def started_beside(folder: Path) -> Iterator[bytes]:
    """What the folder keeps of the one object, read without a second local AWS."""
    found = saving.Keeper(folder).load()
    assert found is not None
    state, read = found
    yield read(state["buckets"][0]["objects"][0]["body"])


def test_what_a_crash_left_behind_is_no_harm(tmp_path: Path) -> None:
    with running(tmp_path) as world:
        bucket = world.bucket()
        world.s3.put_object(Bucket=bucket, Key="k", Body=b"whole")
        world.aws.save(tmp_path)
    with (tmp_path / "objects-0").open("ab") as file:
        file.write(b"half of something")
    (tmp_path / "aws.json.new").write_text('{"half":')
    with running(tmp_path) as world:
        assert world.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"whole"
        world.s3.put_object(Bucket=bucket, Key="k2", Body=b"more")
        world.aws.save(tmp_path)
    with running(tmp_path) as world:
        assert world.s3.get_object(Bucket=bucket, Key="k2")["Body"].read() == b"more"


@pytest.mark.parametrize("damage", ["index", "format", "objects"])
def test_a_damaged_folder_is_told_clearly(tmp_path: Path, damage: str) -> None:
    with running(tmp_path) as world:
        world.s3.put_object(Bucket=world.bucket(), Key="k", Body=b"whole")
        world.aws.save(tmp_path)
    if damage == "index":
        (tmp_path / "aws.json").write_text('{"half":')
    elif damage == "format":
        (tmp_path / "aws.json").write_text('{"format": 99}')
    else:
        (tmp_path / "objects-0").write_bytes(b"other")
    world = World()
    with pytest.raises(SavingError, match=r"Move .* away"):
        world.aws.load(tmp_path)
    world.aws.close()
    world.server.start()
    world.server.stop()


def test_an_unusable_folder_is_told_clearly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with running(tmp_path / "new") as world:
        world.s3.create_bucket(Bucket="some-bucket")
        with pytest.raises(SavingError, match="--data"):
            world.aws.save(tmp_path / "file" / "folder")
        world.aws.save(tmp_path / "new")
        assert (tmp_path / "new" / "aws.json").exists()


def test_a_state_saved_while_uploads_go_on_is_whole(tmp_path: Path) -> None:
    import threading

    with running(tmp_path) as world:
        bucket = world.bucket(notified=True)
        over = threading.Event()

        def upload() -> None:
            for n in range(200):
                world.s3.put_object(Bucket=bucket, Key=f"{n:03}", Body=str(n).encode())
            over.set()

        thread = threading.Thread(target=upload)
        thread.start()
        while not over.is_set():
            world.aws.save(tmp_path)
            found = saving.Keeper(tmp_path).load()
            assert found is not None
            state, read = found
            objects = state["buckets"][0]["objects"]
            assert all(read(one["body"]) == str(int(one["key"])).encode() for one in objects)
            # Every object that is kept has its event kept too: on its way, or in the queue.
            letters = [one["body"] for queue in state["queues"] for one in queue["letters"]]
            told = json.dumps([state["events"], letters])
            assert all(f'"key": "{one["key"]}"' in told or f'\\"key\\":\\"{one["key"]}\\"' in told for one in objects)
        thread.join()
        world.records(200)


def test_sequencers_go_on_growing_though_the_clock_was_set_back(tmp_path: Path) -> None:
    with running(tmp_path) as world:
        bucket = world.bucket(notified=True)
        world.s3.put_object(Bucket=bucket, Key="k")
        (before,) = world.records(1)
        world.aws.save(tmp_path)
    with running(tmp_path) as world:
        world.ahead_s = -7200
        world.s3.put_object(Bucket=bucket, Key="k")
        world.ahead_s = 0
        (after,) = world.records(1)
    assert after["s3"]["object"]["sequencer"] > before["s3"]["object"]["sequencer"]


VICTIM = """
import sys, time
from pathlib import Path
from tests.sandbox.aws.world import World
world = World(Path(sys.argv[1]))
world.server.start()
bucket = world.bucket()
print("ready", flush=True)
n = 0
while True:
    world.s3.put_object(Bucket=bucket, Key=str(n), Body=str(n).encode() * 100)
    world.aws.save(Path(sys.argv[1]))
    n += 1
"""


def test_a_process_that_is_killed_leaves_a_whole_state(tmp_path: Path) -> None:
    for moment_s in (0.05, 0.13, 0.21):
        folder = tmp_path / str(moment_s)
        with subprocess.Popen(
            [sys.executable, "-c", VICTIM, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == "ready\n"
            until_true((folder / "aws.json").exists)
            time.sleep(moment_s)
            victim.kill()
        with running(folder) as world:
            objects = world.aws.store.bucket("bucket-1").objects
            assert objects
            assert all(one[-1].body == key.encode() * 100 for key, one in objects.items())


def test_the_configuration_of_events_goes_on_working(tmp_path: Path) -> None:
    with running(tmp_path) as world:
        bucket = world.bucket(notified=True)
        world.aws.save(tmp_path)
    with running(tmp_path) as world:
        (one,) = world.s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
        assert one["QueueArn"] == EVENTS_ARN
        world.s3.put_object(Bucket=bucket, Key="k")
        assert world.records(1)[0]["eventName"] == "ObjectCreated:Put"
