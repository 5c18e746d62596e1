"""Keys of every kind that S3 allows go in and come out the same, in every call that names a key."""

import http.client
from urllib.parse import quote, unquote_plus

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.aws.messages import Request
from sandbox.aws.s3.call import address
from tests.sandbox.aws.world import World

KEYS = [
    "plain.html",
    "a b",
    "a+b",
    "a%20b",
    "100%",
    "c#d",
    "what?x=1&y=2",
    "star*",
    "til~de",
    "quo'te\"s",
    "back\\slash",
    "double//slash",
    "trailing/",
    "up/../and/./down",
    "../above",
    "/leading",
    "//two",
    "tab\tnew\nline\rreturn",
    "bell\x07\x01\x1f\x7f",
    "emoji 🎉 and ünï",
    "<tag>&amp;",
    "a/" * 511 + "zz",
    "é" * 512,
]


@pytest.mark.parametrize("key", KEYS, ids=[f"{n}" for n in range(len(KEYS))])
def test_a_strange_key_is_the_same_in_every_call(world: World, key: str) -> None:
    s3, bucket = world.s3, world.bucket(notified=True)
    s3.put_object(Bucket=bucket, Key=key, Body=b"body")
    assert list(world.aws.store.bucket(bucket).objects) == [key]
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"body"
    assert s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == 4
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    assert [one["Key"] for one in s3.list_objects(Bucket=bucket)["Contents"]] == [key]
    assert [one["Key"] for one in s3.list_object_versions(Bucket=bucket)["Versions"]] == [key]
    s3.copy_object(Bucket=bucket, Key=key[:500] + "2", CopySource={"Bucket": bucket, "Key": key})
    s3.delete_object(Bucket=bucket, Key=key)
    records = world.records(3)
    assert [unquote_plus(one["s3"]["object"]["key"]) for one in records] == [key, key[:500] + "2", key]
    assert list(world.aws.store.bucket(bucket).objects) == [key[:500] + "2"]


def test_many_keys_are_deleted_at_once_each_with_an_event(world: World) -> None:
    bucket = world.bucket(notified=True)
    names = [key for key in KEYS if "\x07" not in key]  # XML 1.0 has no way to say it; AWS refuses it too
    for key in names:
        world.s3.put_object(Bucket=bucket, Key=key)
    world.records(len(names))
    answer = world.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in [*names, "absent"]]})
    assert sorted(one["Key"] for one in answer["Deleted"]) == sorted([*names, "absent"])
    records = world.records(len(names))
    assert sorted(unquote_plus(one["s3"]["object"]["key"]) for one in records) == sorted(names)
    assert {one["eventName"] for one in records} == {"ObjectRemoved:Delete"}
    assert "Contents" not in world.s3.list_objects_v2(Bucket=bucket)


def test_keys_over_1024_bytes_are_refused(world: World) -> None:
    bucket = world.bucket()
    for key in ("x" * 1025, "é" * 513):
        with pytest.raises(ClientError) as refused:
            world.s3.put_object(Bucket=bucket, Key=key)
        assert refused.value.response["Error"]["Code"] == "KeyTooLongError"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_path_that_is_no_utf_8_is_refused(world: World) -> None:
    status, body = plain(world, "GET", "/bucket/%ff%fe")
    assert status == 400
    assert b"<Code>InvalidURI</Code>" in body


def plain(world: World, method: str, target: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=10)
    connection.request(method, target, headers={"Authorization": "AWS test:signature", **(headers or {})})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_a_plus_in_a_path_is_a_space(world: World) -> None:
    bucket = world.bucket()
    world.s3.put_object(Bucket=bucket, Key="a b", Body=b"with a space")
    world.s3.put_object(Bucket=bucket, Key="a+b", Body=b"with a plus")
    assert plain(world, "GET", f"/{bucket}/a+b") == (200, b"with a space")
    assert plain(world, "GET", f"/{bucket}/a%20b") == (200, b"with a space")
    assert plain(world, "GET", f"/{bucket}/a%2Bb") == (200, b"with a plus")


@pytest.mark.parametrize(
    "host", ["{}.s3.localhost:1", "{}.localhost", "{}.s3.amazonaws.com", "{}.s3.eu-west-1.amazonaws.com"]
)
def test_a_bucket_may_be_named_by_the_host(world: World, host: str) -> None:
    bucket = world.bucket()
    world.s3.put_object(Bucket=bucket, Key="/dir//x", Body=b"it")
    assert plain(world, "GET", "//dir//x", {"Host": host.format(bucket)}) == (200, b"it")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_key_is_read_from_the_path_that_clients_make_of_it(key: str) -> None:
    for safe in ("/~", "", "/-_.~!*'()"):
        request = Request("GET", "/bucket/" + quote(key, safe=safe), "", {"host": "127.0.0.1:8001"}, b"")
        assert address(request) == ("bucket", key)
