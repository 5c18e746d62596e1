"""Objects that are copied, put together from parts, and kept in versions."""

import hashlib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig

from tests.sandbox.aws.world import World, refusal

MB = 1024**2


@pytest.fixture
def bucket(world: World) -> str:
    return world.bucket()


def test_copies_take_everything_along_unless_told_otherwise(world: World, bucket: str) -> None:
    world.s3.put_object(Bucket=bucket, Key="a", Body=b"b", ContentType="text/css", Metadata={"m": "1"}, Tagging="t=1")
    source = {"Bucket": bucket, "Key": "a"}
    world.s3.copy_object(Bucket=bucket, Key="b", CopySource=source)
    copied = world.s3.head_object(Bucket=bucket, Key="b")
    assert (copied["ContentType"], copied["Metadata"], copied["TagCount"]) == ("text/css", {"m": "1"}, 1)
    told = {"MetadataDirective": "REPLACE", "Metadata": {"m": "2"}, "CacheControl": "no-store", "ContentType": "text/x"}
    world.s3.copy_object(Bucket=bucket, Key="a", CopySource=source, **told)
    changed = world.s3.head_object(Bucket=bucket, Key="a")
    assert (changed["ContentType"], changed["Metadata"], changed["CacheControl"]) == ("text/x", {"m": "2"}, "no-store")
    assert refusal(world.s3.copy_object, Bucket=bucket, Key="a", CopySource=source) == ("InvalidRequest", 400)
    absent = {"Bucket": bucket, "Key": "absent"}
    assert refusal(world.s3.copy_object, Bucket=bucket, Key="c", CopySource=absent) == ("NoSuchKey", 404)
    failed = refusal(world.s3.copy_object, Bucket=bucket, Key="c", CopySource=source, CopySourceIfMatch='"other"')
    assert failed == ("PreconditionFailed", 412)


def test_a_large_file_goes_up_in_parts_and_is_one_object(world: World, bucket: str) -> None:
    body = bytes(range(256)) * (11 * MB // 256)
    config = TransferConfig(multipart_threshold=5 * MB, multipart_chunksize=5 * MB)
    world.s3.upload_fileobj(BytesIO(body), bucket, "big", Config=config, ExtraArgs={"ContentType": "x/y"})
    got = world.s3.get_object(Bucket=bucket, Key="big")
    digests = b"".join(hashlib.md5(body[n : n + 5 * MB]).digest() for n in range(0, len(body), 5 * MB))
    assert got["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-3"'
    assert (got["Body"].read() == body, got["ContentType"]) == (True, "x/y")
    part = world.s3.get_object(Bucket=bucket, Key="big", PartNumber=3)
    assert part["Body"].read() == body[10 * MB :]
    world.s3.copy({"Bucket": bucket, "Key": "big"}, bucket, "copied", Config=config)
    assert world.s3.head_object(Bucket=bucket, Key="copied")["ContentLength"] == len(body)


def test_parts_are_checked_before_they_are_put_together(world: World, bucket: str) -> None:
    s3 = world.s3
    upload = {"Bucket": bucket, "Key": "k", "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]}
    etags = [s3.upload_part(**upload, PartNumber=n, Body=b"small")["ETag"] for n in (1, 2)]
    assert [part["Size"] for part in s3.list_parts(**upload)["Parts"]] == [5, 5]
    assert [one["Key"] for one in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == ["k"]
    parts = [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]
    complete = s3.complete_multipart_upload

    def told(*chosen: dict[str, Any]) -> tuple[str, int]:
        return refusal(complete, **upload, MultipartUpload={"Parts": list(chosen)})

    assert told(*parts) == ("EntityTooSmall", 400)
    assert told(*reversed(parts)) == ("InvalidPartOrder", 400)
    assert told({"PartNumber": 1, "ETag": '"other"'}) == ("InvalidPart", 400)
    assert refusal(s3.upload_part, **upload | {"PartNumber": 10_001}) == ("InvalidArgument", 400)
    assert refusal(s3.upload_part, **upload | {"UploadId": "x", "PartNumber": 1}) == ("NoSuchUpload", 404)
    complete(**upload, MultipartUpload={"Parts": parts[:1]})
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"small"
    assert refusal(s3.abort_multipart_upload, **upload) == ("NoSuchUpload", 404)


def test_an_object_in_parts_is_as_old_as_its_upload(world: World, bucket: str) -> None:
    s3 = world.s3
    upload = {"Bucket": bucket, "Key": "k", "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]}
    begun = datetime.now(UTC)
    world.ahead_s = 600
    try:
        etag = s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
        assert abs(s3.head_object(Bucket=bucket, Key="k")["LastModified"] - begun) < timedelta(seconds=60)
    finally:
        world.ahead_s = 0


def test_versions_are_kept_hidden_and_brought_back(world: World) -> None:
    s3, bucket = world.s3, world.bucket()
    assert "VersionId" not in s3.put_object(Bucket=bucket, Key="k", Body=b"0")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    one = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    two = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["DeleteMarker"] is True
    assert refusal(s3.get_object, Bucket=bucket, Key="k") == ("NoSuchKey", 404)
    assert world.aws.objects.get(bucket, "k") is None
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=one)["Body"].read() == b"1"
    assert s3.get_object(Bucket=bucket, Key="k", VersionId="null")["Body"].read() == b"0"
    hidden = refusal(s3.get_object, Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    assert hidden == ("MethodNotAllowed", 405)
    listed = s3.list_object_versions(Bucket=bucket)
    assert [(v["VersionId"], v["IsLatest"]) for v in listed["Versions"]] == [
        (two, False),
        (one, False),
        ("null", False),
    ]
    assert [(v["VersionId"], v["IsLatest"]) for v in listed["DeleteMarkers"]] == [(marker["VersionId"], True)]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"2"
    s3.delete_object(Bucket=bucket, Key="k", VersionId=two)
    assert s3.head_object(Bucket=bucket, Key="k")["VersionId"] == one
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"3")["VersionId"] == "null"
    assert [v["VersionId"] for v in s3.list_object_versions(Bucket=bucket)["Versions"]] == ["null", one]
    assert refusal(s3.get_object, Bucket=bucket, Key="k", VersionId="other")[0] == "NoSuchVersion"
