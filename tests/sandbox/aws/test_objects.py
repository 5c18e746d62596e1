"""Objects as the API Reference says: uploads, reads, conditions, ranges, copies, parts, versions."""

import base64
import hashlib
import http.client
import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.aws.world import World, refusal

MB = 1024**2


@pytest.fixture
def bucket(world: World) -> str:
    return world.bucket()


def test_an_upload_is_served_as_it_was_described(world: World, bucket: str) -> None:
    told = {
        "CacheControl": "max-age=60",
        "ContentDisposition": "inline",
        "ContentEncoding": "gzip",
        "ContentLanguage": "de",
        "ContentType": "text/html; charset=utf-8",
        "WebsiteRedirectLocation": "/elsewhere",
        "Metadata": {"cache-tag": "a,b", "under_score": "kept"},
    }
    put = world.s3.put_object(Bucket=bucket, Key="k", Body=b"body", **told)
    got = world.s3.get_object(Bucket=bucket, Key="k")
    assert {name: got[name] for name in told} == told
    assert got["Body"].read() == b"body"
    assert put["ETag"] == got["ETag"] == f'"{hashlib.md5(b"body").hexdigest()}"'
    assert got["LastModified"].microsecond == 0
    assert "VersionId" not in got
    stored = world.aws.objects.get(bucket, "k")
    assert stored is not None
    headers = dict(stored.headers)
    assert headers["x-amz-website-redirect-location"] == "/elsewhere"
    assert headers["x-amz-meta-cache-tag"] == "a,b"
    assert headers["Content-Encoding"] == "gzip"
    assert "Content-Length" not in headers


def test_an_upload_without_a_type_has_s3s_own(world: World, bucket: str) -> None:
    world.s3.put_object(Bucket=bucket, Key="k")
    assert world.s3.head_object(Bucket=bucket, Key="k")["ContentType"] == "binary/octet-stream"


def test_expires_comes_back_as_it_was_given(world: World, bucket: str) -> None:
    world.s3.put_object(Bucket=bucket, Key="k", Expires=datetime(2030, 1, 2, tzinfo=UTC))
    assert world.s3.head_object(Bucket=bucket, Key="k")["ExpiresString"] == "Wed, 02 Jan 2030 00:00:00 GMT"


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_checksums_are_kept_and_told_when_asked_for(world: World, bucket: str, algorithm: str) -> None:
    if algorithm in ("CRC32C", "CRC64NVME"):  # boto3 needs another package for these: say them ourselves
        from sandbox.aws.s3.body import checksum

        value = {f"Checksum{algorithm}": checksum(b"123456789", algorithm.lower())}
        world.s3.put_object(Bucket=bucket, Key="k", Body=b"123456789", **value)
    else:
        world.s3.put_object(Bucket=bucket, Key="k", Body=b"123456789", ChecksumAlgorithm=algorithm)
    told = world.s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    # The check values of the catalogue of parametrised CRC algorithms, and of the SHA family.
    known = {
        "CRC32": "cbf43926",
        "CRC32C": "e3069283",
        "CRC64NVME": "ae8b14860a799888",
        "SHA1": hashlib.sha1(b"123456789").hexdigest(),
        "SHA256": hashlib.sha256(b"123456789").hexdigest(),
    }
    assert base64.b64decode(told[f"Checksum{algorithm}"]).hex() == known[algorithm]
    assert told["ChecksumType"] == "FULL_OBJECT"
    assert f"Checksum{algorithm}" not in world.s3.head_object(Bucket=bucket, Key="k")


def test_bodies_that_are_not_what_they_say_are_refused(world: World, bucket: str) -> None:
    put = world.s3.put_object
    other = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    assert refusal(put, Bucket=bucket, Key="k", Body=b"b", ContentMD5=other) == ("BadDigest", 400)
    assert refusal(put, Bucket=bucket, Key="k", Body=b"b", ContentMD5="???") == ("InvalidDigest", 400)
    assert refusal(put, Bucket=bucket, Key="k", Body=b"b", ChecksumCRC32="AAAAAA==") == ("BadDigest", 400)
    assert refusal(world.s3.head_object, Bucket=bucket, Key="k")[1] == 404


@pytest.mark.parametrize(
    ("asked", "body", "span"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=5-100", b"56789", "bytes 5-9/10"),
        ("bytes=-100", b"0123456789", "bytes 0-9/10"),
    ],
)
def test_ranges_are_served(world: World, bucket: str, asked: str, body: bytes, span: str) -> None:
    world.s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    got = world.s3.get_object(Bucket=bucket, Key="k", Range=asked)
    assert (got["ResponseMetadata"]["HTTPStatusCode"], got["Body"].read(), got["ContentRange"]) == (206, body, span)
    assert got["ContentLength"] == len(body)


def test_ranges_that_make_no_sense_are_not_served(world: World, bucket: str) -> None:
    world.s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    assert refusal(world.s3.get_object, Bucket=bucket, Key="k", Range="bytes=10-") == ("InvalidRange", 416)
    for unread in ("bytes=5-2", "lines=1-2", "bytes=0-1,3-4"):
        got = world.s3.get_object(Bucket=bucket, Key="k", Range=unread)
        assert (got["ResponseMetadata"]["HTTPStatusCode"], got["Body"].read()) == (200, b"0123456789")


def test_conditional_reads(world: World, bucket: str) -> None:
    etag = world.s3.put_object(Bucket=bucket, Key="k", Body=b"b")["ETag"]
    get, now = world.s3.get_object, datetime.now(UTC)
    hour = timedelta(hours=1)
    assert refusal(get, Bucket=bucket, Key="k", IfMatch='"other"') == ("PreconditionFailed", 412)
    assert refusal(get, Bucket=bucket, Key="k", IfNoneMatch=etag)[1] == 304
    assert refusal(get, Bucket=bucket, Key="k", IfModifiedSince=now + hour)[1] == 304
    assert refusal(get, Bucket=bucket, Key="k", IfUnmodifiedSince=now - hour) == ("PreconditionFailed", 412)
    assert refusal(world.s3.head_object, Bucket=bucket, Key="k", IfNoneMatch=etag)[1] == 304
    # If-Match that holds wins over If-Unmodified-Since; If-None-Match that holds over If-Modified-Since (RFC 9110).
    head = world.s3.head_object
    assert head(Bucket=bucket, Key="k", IfMatch=etag, IfUnmodifiedSince=now - hour)["ETag"] == etag
    assert head(Bucket=bucket, Key="k", IfNoneMatch='"other"', IfModifiedSince=now + hour)["ETag"] == etag


def test_conditional_writes(world: World, bucket: str) -> None:
    put = world.s3.put_object
    etag = put(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    assert refusal(put, Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*") == ("PreconditionFailed", 412)
    assert refusal(put, Bucket=bucket, Key="k", Body=b"2", IfMatch='"other"') == ("PreconditionFailed", 412)
    assert refusal(put, Bucket=bucket, Key="absent", Body=b"2", IfMatch=etag) == ("NoSuchKey", 404)
    put(Bucket=bucket, Key="k", Body=b"3", IfMatch=etag)
    assert world.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"3"


def test_a_bucket_of_another_owner_than_expected_is_refused(world: World, bucket: str) -> None:
    mine, other = {"ExpectedBucketOwner": "123456789012"}, {"ExpectedBucketOwner": "999999999999"}
    world.s3.put_object(Bucket=bucket, Key="k", **mine)
    assert refusal(world.s3.put_object, Bucket=bucket, Key="k", **other) == ("AccessDenied", 403)
    assert refusal(world.s3.get_bucket_tagging, Bucket=bucket, **other) == ("AccessDenied", 403)


def test_what_is_not_there_is_said_so(world: World, bucket: str) -> None:
    assert refusal(world.s3.get_object, Bucket=bucket, Key="k") == ("NoSuchKey", 404)
    assert refusal(world.s3.get_object, Bucket="no-such-bucket", Key="k") == ("NoSuchBucket", 404)
    assert refusal(world.s3.head_object, Bucket=bucket, Key="k") == ("404", 404)
    assert refusal(world.s3.put_object, Bucket="no-such-bucket", Key="k") == ("NoSuchBucket", 404)
    assert world.s3.delete_object(Bucket=bucket, Key="k")["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_a_head_has_no_body_and_the_length_of_the_object(world: World, bucket: str) -> None:
    world.s3.put_object(Bucket=bucket, Key="k", Body=b"12345")
    for path, status, length in ((f"/{bucket}/k", 200, "5"), (f"/{bucket}/absent", 404, None)):
        connection = http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=10)
        connection.request("HEAD", path, headers={"Authorization": "AWS test:signature"})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (status, b"")
        assert length is None or answer.getheader("Content-Length") == length
        connection.close()


def test_a_streaming_signature_is_taken_off(world: World, bucket: str) -> None:
    from sandbox.aws.s3.body import checksum

    crc = checksum(b"hello world", "crc32")
    chunks = (
        b"5;chunk-signature=" + b"a" * 64 + b"\r\nhello\r\n6;chunk-signature=" + b"b" * 64 + b"\r\n world\r\n"
        b"0;chunk-signature=" + b"c" * 64 + b"\r\nx-amz-checksum-crc32:" + crc.encode() + b"\r\n\r\n"
    )
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, Signature=x",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "Content-Encoding": "aws-chunked,gzip",
        "x-amz-trailer": "x-amz-checksum-crc32",
    }
    connection = http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=10)
    for body, status in ((chunks, 200), (chunks[:40], 400)):
        connection.request("PUT", f"/{bucket}/k", body, headers)
        answer = connection.getresponse()
        assert (answer.status, b"IncompleteBody" in answer.read()) == (status, status == 400)
    connection.close()
    got = world.s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert (got["Body"].read(), got["ContentEncoding"], got["ChecksumCRC32"]) == (b"hello world", "gzip", crc)


def test_presigned_requests_work_until_their_time_is_over(world: World, bucket: str) -> None:
    for version in ("s3v4", "s3"):
        client = world.client("s3", signature_version=version)
        put = client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "a b+c"}, ExpiresIn=60)
        get = client.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": "a b+c", "ResponseContentType": "text/x"}, ExpiresIn=60
        )
        with urllib.request.urlopen(urllib.request.Request(put, version.encode(), method="PUT"), timeout=10):
            pass
        with urllib.request.urlopen(get, timeout=10) as answer:
            assert (answer.read(), answer.headers["Content-Type"]) == (version.encode(), "text/x")
        world.ahead_s = 120
        try:
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(get, timeout=10)
            assert (refused.value.code, b"Request has expired" in refused.value.read()) == (403, True)
            refused.value.close()
        finally:
            world.ahead_s = 0


def test_anybody_may_read_what_is_public_and_nothing_else(world: World, bucket: str) -> None:
    def status(method: str, key: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=10)
        connection.request(method, f"/{bucket}/{key}", b"" if method == "PUT" else None)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    for key in ("open/k", "closed/k"):
        world.s3.put_object(Bucket=bucket, Key=key)
    world.s3.put_object(Bucket=bucket, Key="closed/by-acl", ACL="public-read")
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/open/*"}
    world.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [allow]}))
    assert [status("GET", key) for key in ("open/k", "closed/k", "closed/by-acl")] == [200, 403, 200]
    assert [status("GET", key) for key in ("open/absent", "closed/absent")] == [404, 403]
    assert [status("PUT", "open/k"), status("DELETE", "open/k")] == [403, 403]
    assert world.aws.objects.public_acl(bucket, "closed/by-acl")
    assert not world.aws.objects.public_acl(bucket, "open/k")
    assert [status("GET", key) for key in ("", "?list-type=2", "?policy", "open/k?acl", "open/k?tagging")] == [403] * 5
    here = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "StringEquals": {"aws:Referer": "https://x"}}
    listing = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:List*", "Resource": f"arn:aws:s3:::{bucket}"}
    policy = {"Statement": [{**allow, "Condition": here}, listing]}
    world.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert [status("GET", "open/k"), status("GET", "?list-type=2")] == [403, 200]


def test_a_browser_posts_a_form(world: World, bucket: str) -> None:
    form = world.s3.generate_presigned_post(bucket, "up/${filename}", Fields={"Content-Type": "text/plain"})
    lines = [f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in form["fields"].items()]
    lines.append('--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n')
    body = bytes(range(256)) + b"\r\n--\r\n\r\n\r"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    form_body = "".join(lines).encode() + body + b"\r\n--b--\r\n"
    request = urllib.request.Request(f"{world.url}/{bucket}", form_body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 204
    got = world.s3.get_object(Bucket=bucket, Key="up/a.txt")
    assert (got["Body"].read(), got["ContentType"]) == (body, "text/plain")


def test_object_tags_and_grants(world: World, bucket: str) -> None:
    s3 = world.s3
    s3.put_object(Bucket=bucket, Key="k", Tagging="a=1&b=x%20y")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [
        {"Key": "a", "Value": "1"},
        {"Key": "b", "Value": "x y"},
    ]
    eleven = [{"Key": f"k{n}", "Value": ""} for n in range(11)]
    assert refusal(s3.put_object_tagging, Bucket=bucket, Key="k", Tagging={"TagSet": eleven}) == ("BadRequest", 400)
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    s3.put_object_acl(Bucket=bucket, Key="k", ACL="public-read")
    grants = s3.get_object_acl(Bucket=bucket, Key="k")
    assert {grant["Permission"] for grant in grants["Grants"]} == {"FULL_CONTROL", "READ"}
    private = {"Grants": grants["Grants"][:1], "Owner": grants["Owner"]}
    s3.put_object_acl(Bucket=bucket, Key="k", AccessControlPolicy=private)
    assert not world.aws.objects.public_acl(bucket, "k")


def test_object_attributes(world: World, bucket: str) -> None:
    world.s3.put_object(Bucket=bucket, Key="k", Body=b"12345")
    wanted = ["ETag", "ObjectSize", "StorageClass", "Checksum"]
    told = world.s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=wanted)
    assert (told["ETag"], told["ObjectSize"], told["StorageClass"]) == (
        hashlib.md5(b"12345").hexdigest(),
        5,
        "STANDARD",
    )


def test_with_kms_keys_an_etag_says_nothing_of_the_bytes(world: World, bucket: str) -> None:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key"}
    assert world.s3.put_object(Bucket=bucket, Key="k", Body=b"b")["ServerSideEncryption"] == "AES256"
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    world.s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)
    puts = [world.s3.put_object(Bucket=bucket, Key="k", Body=b"b", ChecksumAlgorithm="SHA256") for _ in range(2)]
    assert len({puts[0]["ETag"], puts[1]["ETag"], f'"{hashlib.md5(b"b").hexdigest()}"'}) == 3
    assert puts[0]["ChecksumSHA256"] == puts[1]["ChecksumSHA256"]
    head = world.s3.head_object(Bucket=bucket, Key="k")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"], head["ETag"]) == ("aws:kms", "key", puts[1]["ETag"])


def test_what_the_local_s3_does_not_have_is_said_clearly(world: World, bucket: str) -> None:
    world.s3.put_object(Bucket=bucket, Key="k")
    assert refusal(world.s3.restore_object, Bucket=bucket, Key="k", RestoreRequest={"Days": 1}) == (
        "NotImplemented",
        501,
    )
    for call, more in (
        (world.s3.rename_object, {"Key": "other", "RenameSource": f"/{bucket}/k"}),
        (world.s3.put_object, {"Key": "other", "SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}),
        (world.s3.get_bucket_metadata_configuration, {}),
        (world.s3.list_bucket_metrics_configurations, {}),
    ):
        assert refusal(call, Bucket=bucket, **more) == ("NotImplemented", 501)
    assert list(world.aws.store.bucket(bucket).objects) == ["k"]
    with pytest.raises(ClientError, match="no service named 'ec2'"):
        world.client("ec2").describe_instances()
    with pytest.raises(ClientError, match="does not have"):
        world.client("sqs").list_message_move_tasks(SourceArn="arn:aws:sqs:us-east-1:123456789012:x")


def test_dates_of_the_future_do_not_confuse_it(world: World, bucket: str) -> None:
    world.s3.put_object(Bucket=bucket, Key="k")
    connection = http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=10)
    later = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    headers = {"Authorization": "AWS test:signature"}
    for header, status in ((later, 304), ("no date", 200)):
        connection.request("GET", f"/{bucket}/k", headers={**headers, "If-Modified-Since": header})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.close()
