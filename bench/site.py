"""A bucket with a distribution over it, made through the public API of the demo's AWS."""

import http.client
import json
import time
import urllib.request
import uuid
from dataclasses import dataclass

from bench.demo import Demo

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


@dataclass(frozen=True, slots=True)
class Site:
    """A bucket and the id of the distribution that reads it."""

    bucket: str
    distribution_id: str


def make_site(demo: Demo, *, linked: bool) -> Site:
    """Make a bucket, a distribution with an origin access control, and, where asked, the link."""
    bucket = f"bench-{uuid.uuid4().hex[:8]}"
    demo.client("s3").create_bucket(Bucket=bucket)
    principal = {"Service": "cloudfront.amazonaws.com"}
    allow = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    demo.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
    cloudfront = demo.client("cloudfront")
    control = {
        "Name": bucket,
        "SigningProtocol": "sigv4",
        "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    }
    access = cloudfront.create_origin_access_control(OriginAccessControlConfig=control)["OriginAccessControl"]["Id"]
    origin = {
        "Id": "bucket",
        "DomainName": f"{bucket}.s3.us-east-1.amazonaws.com",
        "OriginPath": "",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": access,
    }
    config = {
        "CallerReference": bucket,
        "Comment": bucket,
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "bucket",
            "ViewerProtocolPolicy": "allow-all",
            "CachePolicyId": CACHING_OPTIMIZED,
        },
    }
    site = Site(bucket, cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"])
    if linked:
        link(demo, site)
    return site


def link(demo: Demo, site: Site) -> None:
    """Link through the dashboard's API, as a person would."""
    body = json.dumps({"distribution_ids": [site.distribution_id], "baseline": False}).encode()
    origin = f"http://127.0.0.1:{demo.port}"
    headers = {"Content-Type": "application/json", "Origin": origin, "Sec-Fetch-Site": "same-origin"}
    request = urllib.request.Request(f"{origin}/api/v1/links/{site.bucket}", body, headers, method="PUT")
    with urllib.request.urlopen(request, timeout=60):
        pass


class Viewer:
    """Somebody who looks at one page of a site, over one connection that stays open."""

    def __init__(self, demo: Demo, site: Site) -> None:
        self._host = f"{site.distribution_id.lower()}.localhost:{demo.edge_port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", demo.edge_port, timeout=30)

    def get(self, uri: str) -> bytes:
        """What the edge serves for a URI."""
        self._connection.request("GET", uri, headers={"Host": self._host})
        return self._connection.getresponse().read()

    def wait_for(self, uri: str, body: bytes, seconds: float) -> float:
        """Look until the edge serves that body; return the seconds it took. Raise `TimeoutError` when it never does."""
        begun = time.perf_counter()
        while time.perf_counter() - begun < seconds:
            if self.get(uri) == body:
                return time.perf_counter() - begun
            time.sleep(0.02)
        raise TimeoutError(f"{uri} was still stale after {seconds} s.")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
