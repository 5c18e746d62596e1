"""Cache, origin request and response headers policies: the same rules for each."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.cloudfront.world import OPTIMIZED, World, refused


@dataclass(frozen=True)
class Kind:
    """How a client calls the operations of one kind of policy."""

    word: str  # as in boto3's method names
    plural: str
    name: str  # as in its parameters
    managed: int
    a_managed_id: str
    config: dict[str, Any]

    def call(self, world: World, verb: str, suffix: str = "", **params: Any) -> dict[str, Any]:
        return getattr(world.client, f"{verb}_{self.word}{suffix}")(**params)

    def create(self, world: World, **changes: Any) -> dict[str, Any]:
        return self.call(world, "create", **{f"{self.name}Config": self.config | {"Name": "mine"} | changes})

    def make(self, world: World, **changes: Any) -> str:
        return self.create(world, **changes)[self.name]["Id"]

    def page(self, world: World, **params: Any) -> dict[str, Any]:
        return getattr(world.client, f"list_{self.plural}")(**params)[f"{self.name}List"]


NOTHING = {
    "HeadersConfig": {"HeaderBehavior": "none"},
    "CookiesConfig": {"CookieBehavior": "none"},
    "QueryStringsConfig": {"QueryStringBehavior": "none"},
}
KINDS = [
    Kind("cache_policy", "cache_policies", "CachePolicy", 7, OPTIMIZED, {"MinTTL": 1}),
    Kind(
        "origin_request_policy",
        "origin_request_policies",
        "OriginRequestPolicy",
        8,
        "216adef6-5c7f-47e4-b989-5492eafa07d3",
        NOTHING,
    ),
    Kind(
        "response_headers_policy",
        "response_headers_policies",
        "ResponseHeadersPolicy",
        5,
        "67f7725c-6f97-4210-82d7-5512b31e9d03",
        {"ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": 12.5}},
    ),
]
kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)


@kinds
def test_every_account_has_the_managed_ones_and_they_cannot_be_changed(world: World, kind: Kind) -> None:
    listed = kind.page(world, Type="managed")["Items"]
    assert len(listed) == kind.managed
    assert all(item[kind.name][f"{kind.name}Config"]["Name"].startswith("Managed-") for item in listed)
    got = kind.call(world, "get", Id=kind.a_managed_id)
    config = got[kind.name][f"{kind.name}Config"]
    with refused("IllegalUpdate", 400):
        kind.call(world, "update", Id=kind.a_managed_id, IfMatch=got["ETag"], **{f"{kind.name}Config": config})
    with refused("IllegalDelete", 400):
        kind.call(world, "delete", Id=kind.a_managed_id, IfMatch=got["ETag"])


@kinds
def test_ones_own_is_read_back_as_it_was_made_under_its_etag(world: World, kind: Kind) -> None:
    made = kind.create(world, Comment="of mine")
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["Location"].endswith(f"/{kind.word.replace('_', '-')}/{made[kind.name]['Id']}")
    config = kind.call(world, "get", "_config", Id=made[kind.name]["Id"])
    assert config["ETag"] == made["ETag"]
    for name, value in (kind.config | {"Name": "mine", "Comment": "of mine"}).items():
        assert config[f"{kind.name}Config"][name] == value


@kinds
def test_the_list_tells_types_apart_and_comes_in_pages(world: World, kind: Kind) -> None:
    mine = [kind.make(world, Name=f"p{n}") for n in range(3)]
    assert [item[kind.name]["Id"] for item in kind.page(world, Type="custom")["Items"]] == mine
    found, marker = [], {}
    while marker is not None:
        page = kind.page(world, MaxItems="4", **marker)
        found += page["Items"]
        marker = {"Marker": page["NextMarker"]} if "NextMarker" in page else None
    assert len(found) == kind.managed + 3
    assert [item[kind.name]["Id"] for item in found][-3:] == mine


@kinds
def test_a_name_is_given_once(world: World, kind: Kind) -> None:
    kind.make(world)
    with refused(f"{kind.name}AlreadyExists", 409):
        kind.make(world)
    with refused(f"{kind.name}AlreadyExists", 409):
        kind.make(world, Name=kind.page(world)["Items"][0][kind.name][f"{kind.name}Config"]["Name"])


@kinds
def test_a_change_needs_the_present_etag(world: World, kind: Kind) -> None:
    made = kind.create(world)
    which = {"Id": made[kind.name]["Id"]}
    config = {f"{kind.name}Config": made[kind.name][f"{kind.name}Config"] | {"Comment": "new"}}
    with refused("InvalidIfMatchVersion", 400):
        kind.call(world, "update", **which, **config)
    changed = kind.call(world, "update", IfMatch=made["ETag"], **which, **config)
    assert kind.call(world, "get", **which)[kind.name][f"{kind.name}Config"]["Comment"] == "new"
    with refused("PreconditionFailed", 412):
        kind.call(world, "update", IfMatch=made["ETag"], **which, **config)
    with refused("PreconditionFailed", 412):
        kind.call(world, "delete", IfMatch=made["ETag"], **which)
    kind.call(world, "delete", IfMatch=changed["ETag"], **which)
    with refused(f"NoSuch{kind.name}", 404):
        kind.call(world, "get", **which)


@kinds
def test_one_that_a_behavior_has_cannot_be_deleted_and_its_distribution_is_found(world: World, kind: Kind) -> None:
    made = kind.create(world)
    behavior = world.config()["DefaultCacheBehavior"] | {f"{kind.name}Id": made[kind.name]["Id"]}
    one = world.create(DefaultCacheBehavior=behavior)
    with refused(f"{kind.name}InUse", 409):
        kind.call(world, "delete", Id=made[kind.name]["Id"], IfMatch=made["ETag"])
    find = getattr(world.client, f"list_distributions_by_{kind.word}_id")
    assert find(**{f"{kind.name}Id": made[kind.name]["Id"]})["DistributionIdList"]["Items"] == [one]


def test_the_managed_cache_policies_have_the_documented_ttls_and_keys(world: World) -> None:
    items = world.client.list_cache_policies(Type="managed")["CachePolicyList"]["Items"]
    configs = {config["Name"]: config for config in (item["CachePolicy"]["CachePolicyConfig"] for item in items)}
    optimized, disabled = configs["Managed-CachingOptimized"], configs["Managed-CachingDisabled"]
    assert [optimized[name] for name in ("MinTTL", "DefaultTTL", "MaxTTL")] == [1, 86400, 31536000]
    assert [disabled[name] for name in ("MinTTL", "DefaultTTL", "MaxTTL")] == [0, 0, 0]
    with_queries = configs["Managed-UseOriginCacheControlHeaders-QueryStrings"]
    key = with_queries["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert "Host" in key["HeadersConfig"]["Headers"]["Items"]


def test_a_cache_policys_ttls_are_filled_in_and_must_be_in_order(world: World) -> None:
    cache = KINDS[0]
    config = cache.create(world, Name="long", MinTTL=100_000)["CachePolicy"]["CachePolicyConfig"]
    assert (config["DefaultTTL"], config["MaxTTL"]) == (100_000, 31536000)
    with refused("InvalidArgument", 400):
        cache.make(world, Name="wrong", MinTTL=10, DefaultTTL=5)
    found = world.store.cache_policy(OPTIMIZED)
    assert found is not None
    assert found.config["Name"] == "Managed-CachingOptimized"
    assert world.store.cache_policy("none") is None
