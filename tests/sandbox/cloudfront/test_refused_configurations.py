"""Configurations that CloudFront refuses, each with its code and status in the API Reference."""

from typing import Any

import pytest

from sandbox.cloudfront import limits
from tests.sandbox.cloudfront.configs import CERTIFICATE, behavior, group, legacy
from tests.sandbox.cloudfront.world import World, refused

S3_WEBSITE = {
    "Id": "bucket",
    "DomainName": "site.s3-website.eu-central-1.amazonaws.com",
    "S3OriginConfig": {"OriginAccessIdentity": ""},
}
S3 = S3_WEBSITE | {"DomainName": "site.s3.eu-central-1.amazonaws.com"}
NO_FUNCTION = {"FunctionARN": "arn:aws:cloudfront::1:function/f", "EventType": "viewer-request"}
NO_LAMBDA = {"LambdaFunctionARN": "arn:aws:lambda:us-east-1:1:function:f:1", "EventType": "viewer-request"}
OPTIMIZED = {"CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"}
UUID = "00000000-0000-4000-8000-000000000000"

REFUSALS: list[tuple[str, int, dict[str, Any]]] = [
    ("InvalidArgument", 400, {"CallerReference": ""}),
    ("InvalidDefaultRootObject", 400, {"DefaultRootObject": "in dex.html"}),
    ("InvalidDefaultRootObject", 400, {"DefaultRootObject": "x" * 256}),
    ("InvalidViewerCertificate", 400, {"Aliases": group("www.example.org")}),
    ("InvalidArgument", 400, {"Aliases": group("no host name"), "ViewerCertificate": CERTIFICATE}),
    (
        "TooManyDistributionCNAMEs",
        400,
        {"Aliases": group(*(f"w{n}.example.org" for n in range(101))), "ViewerCertificate": CERTIFICATE},
    ),
    ("InvalidArgument", 400, {"Origins": group(S3_WEBSITE)}),
    ("InvalidArgument", 400, {"Origins": group(S3, S3)}),
    ("InvalidArgument", 400, {"Origins": group(S3 | {"OriginPath": "docs"})}),
    ("InvalidArgument", 400, {"Origins": group(S3 | {"OriginPath": "/docs/"})}),
    ("InvalidArgument", 400, {"Origins": group(S3 | {"DomainName": "https://site.s3.amazonaws.com"})}),
    ("InvalidArgument", 400, {"Origins": group({"Id": "bucket", "DomainName": "example.org"})}),
    ("InvalidOriginAccessControl", 400, {"Origins": group(S3 | {"OriginAccessControlId": "E0NOSUCH"})}),
    (
        "InvalidOriginAccessIdentity",
        400,
        {
            "Origins": group(
                S3 | {"S3OriginConfig": {"OriginAccessIdentity": "origin-access-identity/cloudfront/E0NOSUCH"}}
            )
        },
    ),
    ("TooManyOrigins", 400, {"Origins": group(*(S3 | {"Id": str(n)} for n in range(limits.ORIGINS + 1)))}),
    ("NoSuchOrigin", 404, {"CacheBehaviors": group(behavior("/a", TargetOriginId="none", **OPTIMIZED))}),
    (
        "NoSuchOrigin",
        404,
        {
            "OriginGroups": group(
                {
                    "Id": "g",
                    "FailoverCriteria": {"StatusCodes": group(500)},
                    "Members": group({"OriginId": "bucket"}, {"OriginId": "none"}),
                }
            )
        },
    ),
    ("NoSuchCachePolicy", 404, {"CacheBehaviors": group(behavior("/a", CachePolicyId=UUID))}),
    (
        "NoSuchOriginRequestPolicy",
        404,
        {"CacheBehaviors": group(behavior("/a", OriginRequestPolicyId=UUID, **OPTIMIZED))},
    ),
    (
        "NoSuchResponseHeadersPolicy",
        404,
        {"CacheBehaviors": group(behavior("/a", ResponseHeadersPolicyId=UUID, **OPTIMIZED))},
    ),
    ("InvalidArgument", 400, {"CacheBehaviors": group(behavior("/a"))}),
    ("InvalidArgument", 400, {"CacheBehaviors": group(behavior("/a", MinTTL=0, **OPTIMIZED))}),
    ("InvalidArgument", 400, {"CacheBehaviors": group(behavior("/a", **OPTIMIZED), behavior("/a", **OPTIMIZED))}),
    ("InvalidArgument", 400, {"CacheBehaviors": group(behavior("/" + "a" * 255, **OPTIMIZED))}),
    ("InvalidArgument", 400, {"CacheBehaviors": group(behavior("/a b", **OPTIMIZED))}),
    ("InvalidTTLOrder", 400, {"CacheBehaviors": group(behavior("/a", **legacy(False, MinTTL=9, MaxTTL=3)))}),
    (
        "TooManyCacheBehaviors",
        400,
        {"CacheBehaviors": group(*(behavior(f"/{n}", **OPTIMIZED) for n in range(limits.CACHE_BEHAVIORS + 1)))},
    ),
    (
        "InvalidFunctionAssociation",
        400,
        {"CacheBehaviors": group(behavior("/a", FunctionAssociations=group(NO_FUNCTION), **OPTIMIZED))},
    ),
    (
        "InvalidLambdaFunctionAssociation",
        400,
        {"CacheBehaviors": group(behavior("/a", LambdaFunctionAssociations=group(NO_LAMBDA), **OPTIMIZED))},
    ),
    (
        "TrustedKeyGroupDoesNotExist",
        400,
        {"CacheBehaviors": group(behavior("/a", TrustedKeyGroups={"Enabled": True, **group(UUID)}, **OPTIMIZED))},
    ),
    (
        "NoSuchFieldLevelEncryptionConfig",
        404,
        {"CacheBehaviors": group(behavior("/a", FieldLevelEncryptionId="C0", **OPTIMIZED))},
    ),
    (
        "NoSuchRealtimeLogConfig",
        404,
        {"CacheBehaviors": group(behavior("/a", RealtimeLogConfigArn="arn:x", **OPTIMIZED))},
    ),
    ("NoSuchContinuousDeploymentPolicy", 404, {"ContinuousDeploymentPolicyId": UUID}),
    ("EntityNotFound", 404, {"AnycastIpListId": "aip_0"}),
    (
        "EntityNotFound",
        404,
        {"Origins": group({"Id": "bucket", "DomainName": "a.internal", "VpcOriginConfig": {"VpcOriginId": "vo_0"}})},
    ),
    ("InvalidErrorCode", 400, {"CustomErrorResponses": group({"ErrorCode": 402})}),
    (
        "InvalidResponseCode",
        400,
        {"CustomErrorResponses": group({"ErrorCode": 404, "ResponsePagePath": "/e", "ResponseCode": "301"})},
    ),
    (
        "InvalidRelativePath",
        400,
        {"CustomErrorResponses": group({"ErrorCode": 404, "ResponsePagePath": "e", "ResponseCode": "404"})},
    ),
    ("InvalidArgument", 400, {"CustomErrorResponses": group({"ErrorCode": 404, "ResponsePagePath": "/e"})}),
    ("InvalidArgument", 400, {"CustomErrorResponses": group({"ErrorCode": 404}, {"ErrorCode": 404})}),
    ("InvalidArgument", 400, {"CacheTagConfig": {"HeaderName": ""}}),
    ("InconsistentQuantities", 400, {"Aliases": {"Quantity": 2, "Items": ["www.example.org"]}}),
]


@pytest.mark.parametrize(("code", "status", "wrong"), REFUSALS, ids=lambda value: str(value)[:90])
def test_a_configuration_that_aws_refuses_is_refused(
    world: World, code: str, status: int, wrong: dict[str, Any]
) -> None:
    with refused(code, status):
        world.create(**wrong)
    assert not world.store.distributions()


def test_an_origin_has_one_kind_of_access(world: World) -> None:
    identity = world.client.create_cloud_front_origin_access_identity(
        CloudFrontOriginAccessIdentityConfig={"CallerReference": "one", "Comment": ""}
    )["CloudFrontOriginAccessIdentity"]["Id"]
    both = S3 | {
        "OriginAccessControlId": "E0",
        "S3OriginConfig": {"OriginAccessIdentity": f"origin-access-identity/cloudfront/{identity}"},
    }
    with refused("IllegalOriginAccessConfiguration", 400):
        world.create(Origins=group(both))
