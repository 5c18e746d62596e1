"""Whatever configuration CloudFront accepts is kept whole: read back, sent again as an update, dumped and loaded."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.cloudfront.configs import CERTIFICATE, assert_holds, group
from tests.sandbox.cloudfront.generated import TEXT
from tests.sandbox.cloudfront.world import World, make_store, make_world

EMPTY = make_store().dump()
NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
TTLS = st.lists(st.integers(0, 10_000_000), min_size=3, max_size=3).map(sorted)
POLICIES = st.sampled_from(
    [
        "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
    ]
)
REQUEST_POLICIES = st.sampled_from(["216adef6-5c7f-47e4-b989-5492eafa07d3", "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"])
HEADERS_POLICIES = st.sampled_from(["60669652-455b-4ae9-85a4-c4c02393f86c", "67f7725c-6f97-4210-82d7-5512b31e9d03"])
PATHS = st.lists(NAMES, min_size=1, max_size=2).map(lambda parts: "/" + "/".join(parts))
COMMENTS = TEXT.map(lambda text: text[:128])


def several(strategy: st.SearchStrategy[Any], most: int = 3, unique_by: Any = None) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=most, unique_by=unique_by).map(
        lambda items: group(*items) if items else {"Quantity": 0}
    )


@st.composite
def origins(draw: st.DrawFn, name: str) -> dict[str, Any]:
    origin: dict[str, Any] = {"Id": name}
    bucket = draw(NAMES)
    if draw(st.booleans()):
        origin |= {"DomainName": f"{bucket}.s3.eu-west-1.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    else:
        custom = {"HTTPPort": draw(st.integers(80, 90)), "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
        origin |= {"DomainName": f"{bucket}.s3-website-eu-west-1.amazonaws.com", "CustomOriginConfig": custom}
    if draw(st.booleans()):
        origin["OriginPath"] = draw(PATHS)
    if draw(st.booleans()):
        header = st.fixed_dictionaries({"HeaderName": NAMES, "HeaderValue": NAMES})
        origin["CustomHeaders"] = draw(several(header, unique_by=lambda one: one["HeaderName"]))
    if draw(st.booleans()):
        origin["OriginShield"] = {"Enabled": True, "OriginShieldRegion": "eu-west-1"}
    return origin


@st.composite
def behaviors(draw: st.DrawFn, targets: list[str]) -> dict[str, Any]:
    behavior: dict[str, Any] = {
        "TargetOriginId": draw(st.sampled_from(targets)),
        "ViewerProtocolPolicy": draw(st.sampled_from(["allow-all", "https-only", "redirect-to-https"])),
        "Compress": draw(st.booleans()),
    }
    if draw(st.booleans()):
        behavior["CachePolicyId"] = draw(POLICIES)
        behavior |= draw(
            st.fixed_dictionaries(
                {}, optional={"OriginRequestPolicyId": REQUEST_POLICIES, "ResponseHeadersPolicyId": HEADERS_POLICIES}
            )
        )
    else:
        behavior |= dict(zip(("MinTTL", "DefaultTTL", "MaxTTL"), draw(TTLS), strict=True))
        query = draw(st.booleans())
        behavior["ForwardedValues"] = {"QueryString": query, "Cookies": {"Forward": "none"}}
        if query:
            behavior["ForwardedValues"]["QueryStringCacheKeys"] = draw(several(NAMES, unique_by=str))
    return behavior


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    errors = draw(st.lists(st.sampled_from([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]), unique=True))
    config: dict[str, Any] = {
        "CallerReference": draw(NAMES),
        "Comment": draw(COMMENTS),
        "Enabled": draw(st.booleans()),
        "DefaultRootObject": draw(st.sampled_from(["", "index.html", "a/b.html"])),
        "Origins": group(*(draw(origins(name)) for name in names)),
        "DefaultCacheBehavior": draw(behaviors(names)),
        "CacheBehaviors": draw(
            several(
                st.tuples(behaviors(names), PATHS).map(lambda both: both[0] | {"PathPattern": both[1] + "*"}),
                unique_by=lambda b: b["PathPattern"],
            )
        ),
        "CustomErrorResponses": group(
            *(
                {"ErrorCode": code, "ResponsePagePath": "/e.html", "ResponseCode": "200", "ErrorCachingMinTTL": n}
                for n, code in enumerate(errors)
            )
        )
        if errors
        else {"Quantity": 0},
    }
    if aliases := draw(st.lists(NAMES, max_size=3, unique=True)):
        config |= {"Aliases": group(*(f"{a}.example.org" for a in aliases)), "ViewerCertificate": CERTIFICATE}
    if draw(st.booleans()):
        config["CacheTagConfig"] = {"HeaderName": "x-amz-meta-cache-tag"}
    return config


@pytest.fixture(scope="module")
def two() -> tuple[World, World]:
    """Two accounts; making clients is slow, so that all examples share theirs."""
    return make_world(), make_world()


@given(config=configurations())
def test_a_configuration_is_kept_whole(two: tuple[World, World], config: dict[str, Any]) -> None:
    world, restarted = two
    world.store.load(EMPTY)
    one = world.client.create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    got = world.client.get_distribution_config(Id=one)
    assert_holds(got["DistributionConfig"], config)
    again = world.client.update_distribution(Id=one, IfMatch=got["ETag"], DistributionConfig=got["DistributionConfig"])
    assert again["Distribution"]["DistributionConfig"] == got["DistributionConfig"]
    restarted.store.load(json.loads(json.dumps(world.store.dump())))
    after = restarted.client.get_distribution(Id=one)
    assert (after["ETag"], after["Distribution"]) == (again["ETag"], again["Distribution"])
