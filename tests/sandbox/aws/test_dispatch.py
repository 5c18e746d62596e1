"""Whom a request is for, told from what clients send to one endpoint."""

import pytest

from sandbox.aws.dispatch import Scope, scope
from sandbox.aws.messages import Request
from sandbox.aws.s3.call import hosted_bucket

V4 = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/{}/aws4_request, SignedHeaders=host, Signature=x"
FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


def request(
    path: str = "/", query: str = "", headers: dict[str, str] | None = None, body: bytes = b"", method: str = "POST"
) -> Request:
    return Request(method, path, query, headers or {}, body)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (request(headers={"authorization": V4.format("eu-west-1/sqs")}), Scope("sqs", "eu-west-1", True)),
        (request("/b/k", headers={"authorization": V4.format("us-east-1/s3")}), Scope("s3", "us-east-1", True)),
        (request("/b/k", headers={"authorization": V4.format("s3")}), Scope("s3", "", True)),
        (request("/b/k", headers={"authorization": "AWS AKIA:signature"}), Scope("s3", "", True)),
        (
            request("/b/k", "X-Amz-Credential=A%2F20260101%2Feu-west-1%2Fs3%2Faws4_request"),
            Scope("s3", "eu-west-1", True),
        ),
        (request("/b/k", "AWSAccessKeyId=A&Signature=s&Expires=1"), Scope("s3", "", True)),
        (request("/b/k", method="GET"), Scope("s3", "", False)),
        (request(headers={"x-amz-target": "DynamoDB_20120810.PutItem"}), Scope("dynamodb", "", False)),
        (request(headers={"x-amz-target": "AmazonSQS.SendMessage"}), Scope("sqs", "", False)),
        (request(headers=FORM, body=b"Action=GetCallerIdentity&Version=2011-06-15"), Scope("sts", "", False)),
        (request("/2020-05-31/distribution"), Scope("cloudfront", "", False)),
        (
            request("/2020-05-31/distribution", headers={"authorization": V4.format("us-east-1/cloudfront")}),
            Scope("cloudfront", "us-east-1", True),
        ),
        (
            request("/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Ab", headers={"authorization": V4.format("us-east-1/s3")}),
            Scope("s3control", "us-east-1", True),
        ),
        (
            request("/2015-03-31/functions/f/invocations", headers={"authorization": V4.format("us-east-1/lambda")}),
            Scope("lambda", "us-east-1", True),
        ),
    ],
)
def test_a_request_is_for(asked: Request, expected: Scope) -> None:
    assert scope(asked) == expected


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("127.0.0.1:8001", ""),
        ("localhost:8001", ""),
        ("s3.localhost", ""),
        ("s3.us-east-1.amazonaws.com", ""),
        ("my.dotted.bucket.s3.localhost:8001", "my.dotted.bucket"),
        ("shop.localhost:8001", "shop"),
        ("shop.s3.dualstack.eu-west-1.amazonaws.com", "shop"),
        ("shop.s3-eu-west-1.amazonaws.com", "shop"),
        ("sqs.us-east-1.amazonaws.com", ""),
        ("[::1]:8001", ""),
        ("", ""),
    ],
)
def test_a_host_names_a_bucket(host: str, bucket: str) -> None:
    assert hosted_bucket(host) == bucket
