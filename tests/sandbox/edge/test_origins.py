"""Which bucket an origin is, who it sees, and what it answers."""

from typing import Any

import pytest

from sandbox.cloudfront.access import canonical_user
from sandbox.edge.access import IDENTITY_USER, Asker, verdict
from sandbox.edge.endpoints import Endpoint, endpoint_of
from sandbox.edge.origin import key_of
from tests.sandbox.edge.world import (
    ACCOUNT,
    BUCKET,
    ID,
    SERVICE,
    Config,
    World,
    allow,
    config_of,
    headers_of,
    items,
    rest_origin,
    website_origin,
    x_cache,
)

ARN = f"arn:aws:cloudfront::{ACCOUNT}:distribution/{ID}"
OAI = "E3OAI"


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("site.s3.amazonaws.com", Endpoint("rest", "site", None)),
        ("site.s3.eu-west-1.amazonaws.com", Endpoint("rest", "site", "eu-west-1")),
        ("site.s3-eu-west-1.amazonaws.com", Endpoint("rest", "site", "eu-west-1")),
        ("site.s3.dualstack.eu-west-1.amazonaws.com", Endpoint("rest", "site", "eu-west-1")),
        ("site.s3.us-gov-west-1.amazonaws.com", Endpoint("rest", "site", "us-gov-west-1")),
        ("site.s3.cn-north-1.amazonaws.com.cn", Endpoint("rest", "site", "cn-north-1")),
        ("www.example.com.s3.us-east-1.amazonaws.com", Endpoint("rest", "www.example.com", "us-east-1")),
        ("my.s3.site.s3.us-east-1.amazonaws.com", Endpoint("rest", "my.s3.site", "us-east-1")),
        ("Site.S3.amazonaws.com.", Endpoint("rest", "site", None)),
        ("site.s3-website-us-east-1.amazonaws.com", Endpoint("website", "site", "us-east-1")),
        ("site.s3-website.eu-central-1.amazonaws.com", Endpoint("website", "site", "eu-central-1")),
        ("s3.amazonaws.com", Endpoint("path", "", None)),
        ("s3.eu-west-1.amazonaws.com", Endpoint("path", "", "eu-west-1")),
        ("www.example.com", None),
        ("site.s3.amazonaws.com.example.com", None),
        ("s3-website-us-east-1.amazonaws.com", None),
        ("127.0.0.1", None),
        ("abc.execute-api.us-east-1.amazonaws.com", None),
    ],
)
def test_an_endpoint_is_known_by_its_name(name: str, endpoint: Endpoint | None) -> None:
    assert endpoint_of(name) == endpoint


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/a", "a"),
        ("/", ""),
        ("//a", "/a"),
        ("/a%2Fb", "a/b"),
        ("/a+b%2B", "a b+"),
        ("/%E2%82%AC", "€"),
        ("/\xe2\x82\xac", "€"),
        ("/a/../b", "a/../b"),
        ("/%00", "\0"),
        ("/%ff", None),
        ("/100%", None),
        ("/%zz", None),
    ],
)
def test_a_key_is_the_decoded_path(path: str, key: str | None) -> None:
    assert key_of(path) == key


def test_what_is_no_utf_8_is_refused_by_the_bucket(world: World) -> None:
    answer = world.get("/%ff")
    assert (answer.status, b"<Code>InvalidURI</Code>" in answer.body) == (400, True)


def test_an_overlong_key_is_refused_by_the_bucket(world: World) -> None:
    world.buckets.put("€" * 341, "fits")
    assert world.text("/" + "%E2%82%AC" * 341) == "fits"
    answer = world.get("/" + "%E2%82%AC" * 342)
    assert (answer.status, b"<Code>KeyTooLongError</Code>" in answer.body) == (400, True)


def test_a_foreign_origin_is_told_in_a_sentence(world: World) -> None:
    world.distribution(config_of(website_origin() | {"DomainName": "127.0.0.1"}))
    answer = world.get("/a")
    assert answer.status == 502
    assert "127.0.0.1 is not a bucket" in answer.body.decode()


def test_a_bucket_that_is_not_there_is_a_404(world: World) -> None:
    world.distribution(config_of(rest_origin(bucket="gone") | {"Id": BUCKET}))
    answer = world.get("/a")
    assert (answer.status, b"<Code>NoSuchBucket</Code>" in answer.body) == (404, True)


@pytest.mark.parametrize("name", [f"{BUCKET}.s3.amazonaws.com", f"{BUCKET}.s3.eu-west-1.amazonaws.com"])
def test_the_regional_endpoint_must_be_the_buckets(world: World, name: str) -> None:
    world.buckets.put("a", "one")
    world.distribution(config_of(rest_origin(DomainName=name)))
    answer = world.get("/a")
    if name.endswith("eu-west-1.amazonaws.com"):
        assert (answer.status, b"<Code>PermanentRedirect</Code>" in answer.body) == (301, True)
    else:
        assert answer.body == b"one"


def test_a_path_style_endpoint_has_the_bucket_in_the_path(world: World) -> None:
    world.buckets.put("a", "one")
    custom = website_origin() | {"DomainName": "s3.us-east-1.amazonaws.com"}
    world.distribution(config_of(custom))
    assert world.text("/site/a") == "one"
    world.distribution(config_of(custom | {"OriginPath": "/site"}), "E2DEF")
    assert world.text("/a", at="E2DEF") == "one"
    assert world.get("/", at="E2DEF").status == 403


def policy_of(principal: object, **conditions: Any) -> dict[str, Any]:
    return allow(principal, "s3:GetObject", **({"Condition": conditions} if conditions else {}))


OAC_ORIGIN = rest_origin()
OAI_ORIGIN = rest_origin(
    OriginAccessControlId="", S3OriginConfig={"OriginAccessIdentity": f"origin-access-identity/cloudfront/{OAI}"}
)
OPEN_ORIGIN = rest_origin(OriginAccessControlId="")


@pytest.mark.parametrize(
    ("origin", "policy", "status"),
    [
        (OAC_ORIGIN, policy_of("*"), 200),
        (OAC_ORIGIN, policy_of({"AWS": "*"}), 200),
        (OAC_ORIGIN, policy_of(SERVICE), 200),
        (OAC_ORIGIN, policy_of({"Service": ["x.amazonaws.com", "cloudfront.amazonaws.com"]}), 200),
        (OAC_ORIGIN, policy_of(SERVICE, StringEquals={"AWS:SourceArn": ARN}), 200),
        (
            OAC_ORIGIN,
            policy_of(SERVICE, ArnLike={"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"}),
            200,
        ),
        (OAC_ORIGIN, policy_of(SERVICE, StringEquals={"AWS:SourceArn": [ARN + "X", ARN]}), 200),
        (OAC_ORIGIN, policy_of(SERVICE, StringEquals={"AWS:SourceArn": ARN + "X"}), 403),
        (OAC_ORIGIN, policy_of(SERVICE, StringEquals={"AWS:SourceAccount": ACCOUNT}), 200),
        (OAC_ORIGIN, policy_of(SERVICE, StringEquals={"AWS:SourceAccount": "999999999999"}), 403),
        (OAC_ORIGIN, policy_of(SERVICE, StringEquals={"aws:PrincipalOrgID": "o-1"}), 403),
        (OAC_ORIGIN, policy_of(SERVICE, NumericEquals={"aws:SourceAccount": ACCOUNT}), 403),
        (OAC_ORIGIN, policy_of({"Service": "lambda.amazonaws.com"}), 403),
        (OAC_ORIGIN, policy_of({"AWS": IDENTITY_USER + OAI}), 403),
        (OAI_ORIGIN, policy_of({"AWS": IDENTITY_USER + OAI}), 200),
        (OAI_ORIGIN, policy_of({"CanonicalUser": canonical_user(OAI)}), 200),
        (OAI_ORIGIN, policy_of({"AWS": IDENTITY_USER + "E3OTHER"}), 403),
        (OAI_ORIGIN, policy_of(SERVICE), 403),
        (OPEN_ORIGIN, policy_of("*"), 200),
        (OPEN_ORIGIN, policy_of(SERVICE), 403),
        (OPEN_ORIGIN, policy_of("*", Bool={"aws:SecureTransport": "true"}), 200),
        (OPEN_ORIGIN, policy_of("*", StringLike={"aws:Referer": "secret"}), 403),
        (OPEN_ORIGIN, None, 403),
        (
            rest_origin(
                OriginAccessControlId="",
                CustomHeaders=items([{"HeaderName": "Referer", "HeaderValue": "secret"}]),
            ),
            policy_of("*", StringLike={"aws:Referer": "sec*"}),
            200,
        ),
    ],
)
def test_a_bucket_lets_in_whom_its_policy_names(
    world: World, origin: Config, policy: dict[str, Any] | None, status: int
) -> None:
    world.buckets.put("a", "one")
    world.distribution(config_of(origin))
    world.buckets.policies.pop(BUCKET)
    if policy is not None:
        world.buckets.policies[BUCKET] = policy
    answer = world.get("/a")
    assert answer.status == status
    assert (b"<Code>AccessDenied</Code>" in answer.body) == (status == 403)


def test_an_objects_public_acl_lets_everybody_in_unless_a_policy_denies(world: World) -> None:
    world.buckets.put("a", "one")
    world.buckets.public.add((BUCKET, "a"))
    world.buckets.policies[BUCKET] = {}
    assert world.get("/a").status == 200
    world.invalidate("/a")
    world.buckets.policies[BUCKET] = {
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": "arn:aws:s3:::site/?"}]
    }
    assert world.get("/a").status == 403


def test_without_the_right_to_list_a_missing_key_is_forbidden(world: World) -> None:
    answer = world.get("/a")
    assert (answer.status, x_cache(answer)) == (403, "Miss")
    world.buckets.policies[BUCKET] = allow(SERVICE, "s3:GetObject", "s3:ListBucket")
    assert world.get("/a").status == 404


def test_an_object_that_may_not_be_read_is_forbidden_also_where_keys_may_be_listed(world: World) -> None:
    world.buckets.put("a", "one")
    world.buckets.policies[BUCKET] = allow(SERVICE, "s3:ListBucket")
    assert world.get("/a").status == 403


def test_listing_a_bucket_is_not_done_here_and_says_so(world: World) -> None:
    world.buckets.policies[BUCKET] = allow(SERVICE, "s3:GetObject", "s3:ListBucket")
    answer = world.get("/")
    assert (answer.status, headers_of(answer)["content-type"]) == (501, "application/xml")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}, "allow"),
        ({"Effect": "Allow", "Principal": "*", "Action": "S3:getobject", "Resource": "arn:aws:s3:::b/*"}, "allow"),
        ({"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}, "none"),
        ({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}, "none"),
        ({"Effect": "Allow", "Principal": "*", "NotAction": "s3:Put*", "Resource": "*"}, "allow"),
        ({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "NotResource": "arn:aws:s3:::b/k*"}, "none"),
        ({"Effect": "Deny", "NotPrincipal": SERVICE, "Action": "s3:*", "Resource": "*"}, "deny"),
        ({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/[k]"}, "none"),
    ],
)
def test_a_statement_says(statement: dict[str, Any], said: str) -> None:
    assert verdict({"Statement": [statement]}, Asker(), "s3:GetObject", "arn:aws:s3:::b/k") == said


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({"StringNotEquals": {"aws:SourceAccount": "2"}}, True),
        ({"StringNotEquals": {"aws:SourceAccount": ["1", "2"]}}, False),
        ({"StringEqualsIgnoreCase": {"aws:UserAgent": "AMAZON cloudfront"}}, True),
        ({"StringEqualsIfExists": {"aws:Referer": "x"}}, True),
        ({"StringEquals": {"aws:Referer": "x"}}, False),
        ({"StringNotLike": {"aws:Referer": "x*"}}, True),
        ({"Null": {"aws:Referer": "true"}}, True),
        ({"Null": {"aws:SourceAccount": True}}, False),
        ({"Bool": {"aws:SecureTransport": False}}, False),
        ({"StringEquals": {"aws:SourceAccount": "1"}, "Bool": {"aws:SecureTransport": "false"}}, False),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
    ],
)
def test_conditions_hold_all_or_the_statement_is_void(conditions: dict[str, Any], holds: bool) -> None:
    context = {"aws:sourceaccount": "1", "aws:useragent": "Amazon CloudFront", "aws:securetransport": "true"}
    policy = allow("*", "s3:GetObject", bucket="b", Condition=conditions)
    said = verdict(policy, Asker(context=context), "s3:GetObject", "arn:aws:s3:::b/k")
    assert said == ("allow" if holds else "none")
