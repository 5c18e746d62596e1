"""Which origins of a distribution read a bucket, and what S3 is asked for there.

Endpoints: "Amazon S3 endpoints and quotas" (s3.html in the General Reference), "Website endpoints"
(WebsiteEndpoints.html, both spellings), "Virtual hosting of buckets" (VirtualHosting.html: path-style, and a custom
host name that is the bucket's).
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

Kind = Literal["rest", "website", "path", "maybe", "other"]

# The host name after the bucket's: `.s3.amazonaws.com`, `.s3.eu-west-1.…`, `.s3-eu-west-1.…`, `.s3.dualstack.…`,
# `.s3-fips.…`, `.s3-accelerate.…`, in China `.amazonaws.com.cn`,
# in the European Sovereign Cloud `.amazonaws.eu`.
_END = r"\.amazonaws\.(?:com(?:\.cn)?|eu)"
_REGION = r"[a-z]{2,}(?:-[a-z]+)+-\d+"
_REST = re.compile(rf"s3(?:-fips|-accelerate)?(?:[.-]dualstack)?(?:[.-]{_REGION})?{_END}|s3-external-1{_END}")
_WEBSITE = re.compile(rf"s3-website[.-]{_REGION}{_END}")
# Names behind which a bucket may stand: access points and their aliases, multi-region and Object Lambda ones, and names
# with parameters that each tenant of a multi-tenant distribution fills in (tenant-customization.html).
_HIDING = re.compile(r"\{\{|(?:-s3alias|--ol-s3|--op-s3)\.s3|\.s3-accesspoint\.|\.s3-object-lambda\.|\.mrap\.")


def kind_of(origin: Mapping[str, Any], bucket: str) -> Kind:
    """Return how an origin reads a bucket.

    `rest`: by its own REST endpoint; `website`: by its website endpoint; `path`: by an endpoint for all buckets, with
    the bucket's name at the front of the path; `maybe`: by a name behind which any bucket may stand; `other`: not.

    >>> kind_of({"DomainName": "docs.s3-website.eu-central-1.amazonaws.com"}, "docs")
    'website'
    """
    domain = str(origin["DomainName"]).lower().rstrip(".")
    rest = domain.removeprefix(bucket + ".")
    if rest != domain and _WEBSITE.fullmatch(rest):
        return "website"
    if rest != domain and _REST.fullmatch(rest):
        return "rest"
    if domain == bucket:
        return "website"  # a CNAME to the bucket's endpoint; of the two, the website's answers by more paths
    if _REST.fullmatch(domain):
        path = origin.get("OriginPath", "")
        return "path" if not path or f"{path}/".startswith(f"/{bucket}/") else "other"
    return "maybe" if _HIDING.search(domain) else "other"


def items(config: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the items of one of CloudFront's lists, which has none at all when it is empty."""
    return list((config.get(name) or {}).get("Items") or [])


def targets(config: Mapping[str, Any], origin_id: str) -> frozenset[str]:
    """Return what a behavior may target to reach an origin: its id, and those of the origin groups it is in.

    A group asks its second member where the first one fails (high_availability_origin_failover.html), so the keys of
    both are kept under the same URI.
    """
    groups = {
        group["Id"]
        for group in items(config, "OriginGroups")
        if any(member.get("OriginId") == origin_id for member in items(group, "Members"))
    }
    return frozenset({origin_id, *groups})
