"""What the tests drive: sites made by boto3, and a visitor who looks at the edge."""

import http.client
import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import boto3
from botocore.config import Config

from sandbox.run import Sandbox
from web.models import Person

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
SETTLE_S = 1.0
WITHIN_S = 45.0


def client(service: str, aws_url: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=aws_url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(max_pool_connections=32, retries={"mode": "standard", "total_max_attempts": 3}),
    )


def until(true: Callable[[], Any], what: str, within_s: float = WITHIN_S) -> Any:
    """Return the first true value of a condition; fail with `what` when the time is over."""
    end = time.monotonic() + within_s
    while not (value := true()):
        assert time.monotonic() < end, f"Not in {within_s:g} s: {what}"
        time.sleep(0.03)
    return value


class Visitor:
    """Looks at one distribution, over a connection that stays open."""

    def __init__(self, edge_host: str, distribution_id: str) -> None:
        self._host = f"{distribution_id.lower()}.{edge_host}"
        self._port = int(edge_host.rpartition(":")[2])
        self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)

    def get(self, uri: str) -> tuple[int, bytes]:
        try:
            return self._get(uri)
        except (http.client.HTTPException, OSError):  # an idle connection that was closed
            self._connection.close()
            return self._get(uri)

    def close(self) -> None:
        self._connection.close()

    def _get(self, uri: str) -> tuple[int, bytes]:
        self._connection.putrequest("GET", uri, skip_host=True, skip_accept_encoding=True)
        self._connection.putheader("Host", self._host)
        self._connection.endheaders()
        answer = self._connection.getresponse()
        return answer.status, answer.read()


def encoded(key: str) -> str:
    """A key as every browser writes it in an address."""
    return "/" + quote(key, safe="/~!$&'()*,;=:@-._")


@dataclass
class Site:
    """A bucket and a distribution over it. kind: `rest`, `website` or `path` (keys under `site/`)."""

    bucket: str
    distribution_id: str
    kind: str
    s3: Any
    visitor: Visitor

    @property
    def root(self) -> str:
        return "site/" if self.kind == "path" else ""

    def put(self, key: str, body: bytes, **more: Any) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=self.root + key, Body=body, **more)

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.bucket, Key=self.root + key)

    def put_all(self, bodies: dict[str, bytes]) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda one: self.put(*one), bodies.items()))

    def serves(self, key: str, body: bytes | None) -> bool:
        """Whether the edge serves that body for a key, or, for None, that there is nothing."""
        status, found = self.visitor.get(encoded(key))
        return status in (403, 404) if body is None else (status, found) == (200, body)

    def stale(self, bodies: dict[str, bytes | None]) -> list[str]:
        """Return the keys for which the edge serves something else."""
        return [key for key, body in bodies.items() if not self.serves(key, body)]

    def becomes(self, bodies: dict[str, bytes | None], within_s: float = WITHIN_S) -> None:
        """Wait until the edge serves all that."""
        left = dict(bodies)

        def fresh() -> bool:
            for key in [key for key, body in left.items() if self.serves(key, body)]:
                del left[key]
            return not left

        try:
            until(fresh, "fresh", within_s)
        except AssertionError:
            raise AssertionError(f"Stale after {within_s:g} s: {sorted(left)[:10]!r}, {len(left)} in all") from None


class Account:
    """Makes sites in a running sandbox.

    link: links a bucket and distributions, as people do. person: who does.
    """

    def __init__(self, aws_url: str, edge_host: str, link: Callable[[str, list[str]], object], person: Person) -> None:
        self.s3, self.cloudfront = client("s3", aws_url), client("cloudfront", aws_url)
        self.person = person
        self._visitors: list[Visitor] = []
        self._edge_host, self._link = edge_host, link

    def site(self, bucket: str, kind: str = "rest", *, linked: bool = True, region: str = "us-east-1") -> Site:
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self.s3.create_bucket(Bucket=bucket, **where)
        policy = json.dumps({"Version": "2012-10-17", "Statement": [_readable(bucket, kind)]})
        self.s3.put_bucket_policy(Bucket=bucket, Policy=policy)
        made = self._distribute(bucket, kind, self._origin(bucket, kind, region), bucket)
        if linked:
            self._link(bucket, [made])
        return Site(bucket, made, kind, self.s3, self._visitor(made))

    def another_distribution(self, site: Site) -> Site:
        """Put one more distribution over a site's bucket."""
        config = self.cloudfront.get_distribution_config(Id=site.distribution_id)["DistributionConfig"]
        made = self._distribute(site.bucket, site.kind, config["Origins"]["Items"][0], f"{site.bucket}-2")
        return Site(site.bucket, made, site.kind, site.s3, self._visitor(made))

    def _visitor(self, distribution_id: str) -> Visitor:
        visitor = Visitor(self._edge_host, distribution_id)
        self._visitors.append(visitor)
        return visitor

    def close(self) -> None:
        for visitor in self._visitors:
            visitor.close()
        for one in (self.s3, self.cloudfront):
            one.close()

    def _distribute(self, bucket: str, kind: str, origin: dict[str, Any], reference: str) -> str:
        config = {
            "CallerReference": reference,
            "Comment": bucket,
            "Enabled": True,
            "DefaultRootObject": "" if kind == "website" else "index.html",
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "o",
                "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": CACHING_OPTIMIZED,
            },
        }
        return str(self.cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"])

    def _origin(self, bucket: str, kind: str, region: str) -> dict[str, Any]:
        if kind == "website":
            website = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "404.html"}}
            self.s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)
            custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
            domain = f"{bucket}.s3-website-{region}.amazonaws.com"
            return {"Id": "o", "DomainName": domain, "CustomOriginConfig": custom}
        control = {
            "Name": bucket,
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
        made = self.cloudfront.create_origin_access_control(OriginAccessControlConfig=control)
        return {
            "Id": "o",
            "DomainName": f"{bucket}.s3.{region}.amazonaws.com",
            "OriginPath": "/site" if kind == "path" else "",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
            "OriginAccessControlId": made["OriginAccessControl"]["Id"],
        }


def _readable(bucket: str, kind: str) -> dict[str, Any]:
    principal = "*" if kind == "website" else {"Service": "cloudfront.amazonaws.com"}
    what = f"arn:aws:s3:::{bucket}/*"
    return {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": what}


def settled(sandbox: Sandbox, site: Site) -> None:
    """Wait until CloudFront has taken all that was uploaded so far, and the edge has forgotten what that names."""
    history, mine = sandbox.services.history, site.distribution_id

    def sent() -> Any:
        if any("events" in what for what in sandbox.sources.pending()):
            return None
        if any(one.state != "in_progress" for one in history.open() if one.distribution_id == mine):
            return None
        return max(
            (one.submitted_at for one in history.page(distribution=mine).items if one.submitted_at), default=None
        )

    last = until(sent, "everything is sent")
    until(lambda: (sandbox.now() - last).total_seconds() > sandbox.options.effect_seconds, "the edge has forgotten")


def numbered(keys: Iterable[str], text: str) -> dict[str, bytes]:
    """Give each key a body of its own."""
    return {key: f"{text} {n} {key}".encode("utf-8", "surrogatepass") for n, key in enumerate(keys)}
