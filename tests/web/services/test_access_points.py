"""Origins that are access points of S3: the bucket behind them is found, and what may not be known is left unknown."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.web.services.wire import _Raw
from tests.web.services.world import ACCOUNT, ANNA, OPTIMIZED, World
from web.services.distributions import alias_regions, origin_of

ALIAS = "docs-point-abcdefghijklmnop1234567890abcd-s3alias"
POINT = f"docs-point-{ACCOUNT}"
BEHIND = {ALIAS: "docs", POINT: "docs"}
Points = Callable[..., None]


def listed(points: list[tuple[str, str, str]], following: str = "") -> bytes:
    """What ListAccessPoints answers (API Reference, response syntax). points: name, bucket, alias."""
    items = "".join(
        f"<AccessPoint><Name>{name}</Name><NetworkOrigin>Internet</NetworkOrigin><Bucket>{bucket}</Bucket>"
        f"<Alias>{alias}</Alias><BucketAccountId>{ACCOUNT}</BucketAccountId></AccessPoint>"
        for name, bucket, alias in points
    )
    token = f"<NextToken>{following}</NextToken>" if following else ""
    xml = f"<AccessPointList>{items}</AccessPointList>{token}"
    return f'<?xml version="1.0"?><ListAccessPointsResult>{xml}</ListAccessPointsResult>'.encode()


@pytest.fixture
def points(world: World, monkeypatch: pytest.MonkeyPatch) -> Points:
    """Have the account's access points be these, a page each."""
    answer = world.wire.theirs

    def have(*pages: list[tuple[str, str, str]]) -> None:
        def theirs(request: AWSPreparedRequest, **more: Any) -> AWSResponse:
            url = urlsplit(str(request.url))
            if url.path != "/v20180820/accesspoint":
                return answer(request, **more)
            token = parse_qs(url.query).get("nextToken", ["0"])[0]
            following = str(int(token) + 1) if int(token) + 1 < len(pages) else ""
            body = _Raw(listed(pages[int(token)], following))
            return AWSResponse(str(request.url), 200, {"content-type": "application/xml"}, body)

        monkeypatch.setattr(world.wire, "theirs", theirs)

    return have


def reads(world: World, domain: str) -> str:
    """Make a distribution whose only origin is that host, and return its id."""
    world.bucket("seed")
    origin = {"Id": "o", "DomainName": domain, "OriginPath": "", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    behavior = {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all", "CachePolicyId": OPTIMIZED}
    origins = {"Quantity": 1, "Items": [origin]}
    return world.distribution("seed", Origins=origins, DefaultCacheBehavior=behavior)


@pytest.mark.parametrize(
    ("domain", "bucket"),
    [
        (f"{ALIAS}.s3.us-east-1.amazonaws.com", "docs"),
        (f"{ALIAS.upper()}.s3.us-east-1.amazonaws.com.", "docs"),
        (f"{ALIAS}.s3-us-east-1.amazonaws.com", "docs"),
        (f"{ALIAS}.s3.dualstack.us-east-1.amazonaws.com", "docs"),
        (f"{ALIAS}.s3.cn-north-1.amazonaws.com.cn", "docs"),
        (f"{ALIAS}.s3.eusc-de-east-1.amazonaws.eu", "docs"),
        (f"{POINT}.s3-accesspoint.us-east-1.amazonaws.com", "docs"),
        (f"{POINT}.s3-accesspoint.dualstack.us-east-1.amazonaws.com", "docs"),
        (f"{POINT}.s3-accesspoint-fips.us-east-1.amazonaws.com", "docs"),
        ("unknown-s3alias.s3.us-east-1.amazonaws.com", None),
        ("unknown-999999999999.s3-accesspoint.us-east-1.amazonaws.com", None),
    ],
)
def test_an_access_point_stands_for_its_bucket(domain: str, bucket: str | None) -> None:
    origin = origin_of({"Id": "o", "DomainName": domain, "OriginPath": "/site"}, {"docs"}, BEHIND)
    assert (origin.kind, origin.bucket, origin.path) == ("rest", bucket, "/site")
    assert alias_regions({"Origins": {"Items": [{"DomainName": domain}]}}), "its region is asked"


def test_an_access_point_of_another_accounts_bucket_is_nobodys_here() -> None:
    origin = {"Id": "o", "DomainName": f"{ALIAS}.s3.us-east-1.amazonaws.com"}
    assert origin_of(origin, {"media"}, BEHIND).bucket is None


@pytest.mark.parametrize(
    "domain", [f"{ALIAS}.s3.us-east-1.amazonaws.com", f"{POINT}.s3-accesspoint.us-east-1.amazonaws.com"]
)
def test_a_bucket_behind_an_access_point_is_suggested_and_linked_without_warning(
    world: World, points: Points, domain: str
) -> None:
    world.bucket("docs")
    points([("docs-point", "docs", ALIAS)])
    site = reads(world, domain)
    rows = {row.name: row.suggested_distribution_ids for row in world.services.inventory.buckets().items}
    assert rows == {"docs": [site], "seed": []}
    link = world.services.linking.apply("docs", [site], ANNA)
    assert (link.state, [item.code for item in link.health if item.severity != "note"]) == ("linked", [])


def test_access_points_are_read_to_their_end(world: World, points: Points) -> None:
    world.bucket("docs")
    points([(f"p-{n}", "seed", f"p-{n}-s3alias") for n in range(3)], [("docs-point", "docs", ALIAS)])
    site = reads(world, f"{ALIAS}.s3.us-east-1.amazonaws.com")
    assert world.services.inventory.distribution(site).origins[0].bucket == "docs"


def test_access_points_are_asked_for_only_where_an_origin_is_one(world: World) -> None:
    world.distribution(world.bucket("docs"))
    world.services.inventory.refresh()
    assert "ListAccessPoints" not in world.wire.calls


def test_where_access_points_may_not_be_listed_the_account_is_shown_all_the_same(world: World, points: Points) -> None:
    world.bucket("docs")
    points([("docs-point", "docs", ALIAS)])
    world.wire.denied.add("ListAccessPoints")
    site = reads(world, f"{ALIAS}.s3.us-east-1.amazonaws.com")
    (origin,) = world.services.inventory.distribution(site).origins
    assert (origin.kind, origin.bucket) == ("rest", None)
    link = world.services.linking.apply("docs", [site], ANNA)
    (found,) = [item for item in link.health if item.severity != "note"]
    assert found.code == "distribution_reads_another"
    assert "such as an access point" in found.message
