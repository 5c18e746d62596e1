"""The edge under the local CloudFront: what is made and invalidated there counts here."""

import pytest

from sandbox.aws.messages import Request, Response
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.store import CloudFront
from sandbox.edge.edge import Edge
from sandbox.faults import FaultSwitch
from tests.sandbox.edge.world import (
    ACCOUNT,
    BUCKET,
    Config,
    HandClock,
    Memory,
    allow,
    items,
    rest_origin,
    with_policy,
    x_cache,
)

OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


class Account:
    """A CloudFront account with an edge, and one bucket."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.buckets = Memory(self.clock)
        self.buckets.create(BUCKET)
        self.buckets.policies[BUCKET] = allow("*", "s3:GetObject")
        settings = CloudFrontSettings(effect_seconds=5, requests_per_second=float("inf"))
        self.cloudfront = CloudFront(self.clock, settings, FaultSwitch(), ACCOUNT)
        self.edge = Edge(clock=self.clock, directory=self.cloudfront, buckets=self.buckets, account=ACCOUNT)
        self.cloudfront.subscribe(self.edge.invalidate)

    def config(self, **changes: object) -> Config:
        return {
            "CallerReference": "one",
            "Comment": "",
            "Enabled": True,
            "Origins": items([rest_origin(OriginAccessControlId="")]),
            "DefaultCacheBehavior": with_policy(OPTIMIZED),
        } | changes

    def create(self, **changes: object) -> Config:
        made = self.cloudfront.operate("CreateDistribution", {"DistributionConfig": self.config(**changes)})
        return made["Distribution"]

    def update(self, distribution_id: str, **changes: object) -> None:
        now = self.cloudfront.operate("GetDistributionConfig", {"Id": distribution_id})
        config = now["DistributionConfig"] | changes
        self.cloudfront.operate(
            "UpdateDistribution", {"Id": distribution_id, "IfMatch": now["ETag"], "DistributionConfig": config}
        )

    def invalidate(self, distribution_id: str, *paths: str) -> None:
        batch = {"CallerReference": f"{self.clock()} {paths}", "Paths": items(paths)}
        self.cloudfront.operate("CreateInvalidation", {"DistributionId": distribution_id, "InvalidationBatch": batch})

    def get(self, host: str, uri: str = "/a") -> Response:
        return self.edge.handle(Request("GET", uri, "", {"host": host}, b""))


@pytest.fixture
def account() -> Account:
    account = Account()
    account.buckets.put("a", "one")
    return account


def test_a_distribution_serves_under_all_its_names_from_its_making_on(account: Account) -> None:
    certificate = {
        "ACMCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/x",
        "SSLSupportMethod": "sni-only",
    }
    made = account.create(Aliases=items(["www.example.com", "*.example.org"]), ViewerCertificate=certificate)
    names = [f"{made['Id'].lower()}.localhost:8002", made["DomainName"], "www.example.com", "a.example.org:8002"]
    assert [account.get(name).body for name in names] == [b"one"] * 4
    assert [x_cache(account.get(name)) for name in names] == ["Hit"] * 4
    assert account.get("www.example.net").status == 404


def test_an_accepted_invalidation_takes_effect_at_the_edge_in_time(account: Account) -> None:
    made = account.create()
    host = made["DomainName"]
    account.get(host)
    account.buckets.put("a", "two")
    account.invalidate(made["Id"], "/a")
    account.clock.advance(4.9)
    assert account.get(host).body == b"one"
    account.clock.advance(0.1)
    assert account.get(host).body == b"two"


def test_a_disabled_and_a_deleted_distribution_serve_nothing(account: Account) -> None:
    made = account.create()
    account.get(made["DomainName"])
    account.update(made["Id"], Enabled=False)
    assert account.get(made["DomainName"]).status == 403
    account.clock.advance(60)
    etag = account.cloudfront.operate("GetDistribution", {"Id": made["Id"]})["ETag"]
    account.cloudfront.operate("DeleteDistribution", {"Id": made["Id"], "IfMatch": etag})
    assert account.get(made["DomainName"]).status == 404


def test_an_updated_cache_policy_and_configuration_count_at_once(account: Account) -> None:
    part = {
        "EnableAcceptEncodingGzip": False,
        "HeadersConfig": {"HeaderBehavior": "none"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }
    own = {"Name": "own", "MinTTL": 0, "ParametersInCacheKeyAndForwardedToOrigin": part}
    policy = account.cloudfront.operate("CreateCachePolicy", {"CachePolicyConfig": own})["CachePolicy"]["Id"]
    made = account.create()
    host = made["DomainName"]
    query = [Request("GET", "/a", f"x={number}", {"host": host}, b"") for number in (1, 2, 3)]
    account.edge.handle(query[0])
    assert x_cache(account.edge.handle(query[1])) == "Hit"
    behavior = made["DistributionConfig"]["DefaultCacheBehavior"] | {"CachePolicyId": policy}
    account.update(made["Id"], DefaultCacheBehavior=behavior)
    assert x_cache(account.edge.handle(query[1])) == "Miss"
    assert x_cache(account.edge.handle(query[2])) == "Miss"
