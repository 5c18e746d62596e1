"""An edge over distributions and buckets in memory, with a clock that only a test moves."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from sandbox.aws.messages import Request, Response
from sandbox.cloudfront.managed import cache_policies
from sandbox.edge.edge import Edge

ACCOUNT = "123456789012"
REGION = "us-east-1"
BUCKET = "site"
ID = "E1ABC"
SERVICE = {"Service": "cloudfront.amazonaws.com"}

Config = dict[str, Any]


class HandClock:
    """Unix seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True)
class Thing:
    """An object as S3 serves it."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


@dataclass
class Memory:
    """Buckets in memory; asking for one that is not there is a mistake of the edge, as with S3's own tables.

    before_get: called with each key before it is looked up, so that a test can do something in between.
    """

    clock: HandClock
    regions: dict[str, str] = field(default_factory=dict)
    things: dict[tuple[str, str], Thing] = field(default_factory=dict)
    policies: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    websites: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    public: set[tuple[str, str]] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    before_get: Callable[[str], None] = lambda _key: None

    def create(self, bucket: str, region: str = REGION) -> None:
        self.regions[bucket] = region

    def put(self, key: str, body: str | bytes, bucket: str = BUCKET, **headers: str) -> None:
        assert bucket in self.regions
        data = body.encode() if isinstance(body, str) else body
        own = {
            "ETag": f'"{hashlib.md5(data).hexdigest()}"',
            "Last-Modified": formatdate(self.clock.now, usegmt=True),
            "Content-Type": "text/html",
        }
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.things[bucket, key] = Thing(data, tuple((own | named).items()))

    def delete(self, key: str, bucket: str = BUCKET) -> None:
        del self.things[bucket, key]

    def region(self, bucket: str) -> str | None:
        return self.regions.get(bucket)

    def get(self, bucket: str, key: str) -> Thing | None:
        assert bucket in self.regions
        assert key
        self.asked.append(key)
        self.before_get(key)
        return self.things.get((bucket, key))

    def policy(self, bucket: str) -> Mapping[str, Any] | None:
        return self.policies.get(bucket)

    def website(self, bucket: str) -> Mapping[str, Any] | None:
        return self.websites.get(bucket)

    def public_acl(self, bucket: str, key: str) -> bool:
        return (bucket, key) in self.public


@dataclass(frozen=True)
class Site:
    """A distribution, or a cache policy."""

    id: str
    config: Config
    enabled: bool = True


@dataclass
class Sites:
    """Distributions by the first label of a host, and cache policies: the managed ones, and a test's own."""

    sites: dict[str, Site] = field(default_factory=dict)
    policies: dict[str, Site] = field(
        default_factory=lambda: {one.id: Site(one.id, one.config) for one in cache_policies()}
    )

    def find_by_host(self, host: str) -> Site | None:
        return self.sites.get(host.partition(".")[0].upper())

    def cache_policy(self, policy_id: str) -> Site | None:
        return self.policies.get(policy_id)


@dataclass
class World:
    """The edge, what it stands on, and a viewer."""

    clock: HandClock
    buckets: Memory
    sites: Sites
    edge: Edge

    def distribution(self, config: Config, distribution_id: str = ID, *, enabled: bool = True) -> None:
        self.sites.sites[distribution_id] = Site(distribution_id, config, enabled)

    def get(self, uri: str, method: str = "GET", at: str = ID, body: bytes = b"", **headers: str) -> Response:
        """Send what a viewer sends; `X_Y` among the headers is `x-y`."""
        path, _, query = uri.partition("?")
        named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        return self.edge.handle(Request(method, path, query, {"host": f"{at.lower()}.localhost:8002"} | named, body))

    def text(self, uri: str, **headers: str) -> str:
        return self.get(uri, **headers).body.decode()

    def cached(self, uri: str, **headers: str) -> bool:
        """Look at a URI, and tell whether it came from the cache."""
        return x_cache(self.get(uri, **headers)) == "Hit"

    def invalidate(self, *paths: str, distribution_id: str = ID, effect_after: float = 0) -> None:
        now = self.clock()
        self.edge.invalidate(distribution_id, paths, now, now + effect_after)


def make_world(cache_bytes: int = 10_000_000) -> World:
    """A world with one bucket that everybody may read, and no distribution yet."""
    clock = HandClock()
    buckets, sites = Memory(clock), Sites()
    buckets.create(BUCKET)
    buckets.policies[BUCKET] = allow("*", "s3:GetObject")
    edge = Edge(clock=clock, directory=sites, buckets=buckets, account=ACCOUNT, cache_bytes=cache_bytes)
    return World(clock, buckets, sites, edge)


def allow(principal: object, *actions: str, bucket: str = BUCKET, **more: Any) -> dict[str, Any]:
    """A bucket policy of one statement over the bucket and its objects."""
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    return {
        "Statement": [{"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": resources, **more}]
    }


def items(values: Iterable[Any]) -> Config:
    """One of CloudFront's lists."""
    listed = list(values)
    return {"Quantity": len(listed), "Items": listed} if listed else {"Quantity": 0}


def rest_origin(path: str = "", bucket: str = BUCKET, **more: Any) -> Config:
    """An origin: a bucket's REST endpoint, asked by CloudFront's own principal."""
    return {
        "Id": bucket,
        "DomainName": f"{bucket}.s3.{REGION}.amazonaws.com",
        "OriginPath": path,
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": "E2OAC",
    } | more


def website_origin(path: str = "", bucket: str = BUCKET) -> Config:
    """An origin: a bucket's website endpoint."""
    return {
        "Id": bucket,
        "DomainName": f"{bucket}.s3-website-{REGION}.amazonaws.com",
        "OriginPath": path,
        "CustomOriginConfig": {"HTTPPort": 80, "OriginProtocolPolicy": "http-only"},
    }


def behavior(query: Any = "none", ttls: tuple[int, int, int] = (0, 86400, 31536000), **more: Any) -> Config:
    """A cache behaviour without a cache policy; `query` is "none", "all" or a list of names."""
    return {
        "TargetOriginId": BUCKET,
        "ViewerProtocolPolicy": "redirect-to-https",
        "MinTTL": ttls[0],
        "DefaultTTL": ttls[1],
        "MaxTTL": ttls[2],
        "ForwardedValues": {
            "QueryString": query != "none",
            "QueryStringCacheKeys": items(query if isinstance(query, list) else []),
            "Cookies": {"Forward": "none"},
            "Headers": items([]),
        },
    } | more


def with_policy(policy_id: str, **more: Any) -> Config:
    """A cache behaviour with a cache policy."""
    return {"TargetOriginId": BUCKET, "ViewerProtocolPolicy": "allow-all", "CachePolicyId": policy_id} | more


def config_of(origin: Config | None = None, *behaviors: Config, **more: Any) -> Config:
    """A distribution's configuration; of the behaviours the last is the default one."""
    listed = behaviors or (behavior(),)
    return {
        "CallerReference": "one",
        "Enabled": True,
        "Origins": items([origin or rest_origin()]),
        "DefaultCacheBehavior": listed[-1],
        "CacheBehaviors": items(listed[:-1]),
    } | more


def headers_of(answer: Response) -> dict[str, str]:
    """An answer's headers, names in lower case."""
    return {name.lower(): value for name, value in answer.headers}


def x_cache(answer: Response) -> str:
    """CloudFront's word for where an answer comes from: Hit, Miss, RefreshHit or Error."""
    return headers_of(answer)["x-cache"].removesuffix(" from cloudfront")
