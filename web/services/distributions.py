"""Distributions as the API shows them, and which buckets their origins read. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from invalidator.rules.origins import items, kind_of
from web.models import Distribution, Origin, OriginKind

_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu")
# An access point stands for its bucket under its alias, or under its own name with the account's number
# (access-points-naming.html, "Access point aliases" and "Virtual-hosted-style" addresses).
_POINT = re.compile(
    r"(?:(?P<alias>[a-z0-9-]+-s3alias)\.s3(?:-fips)?|(?P<name>[a-z0-9-]+-\d{12})\.s3-accesspoint(?:-fips)?)"
    r"[.-](?:dualstack\.)?(?P<region>[a-z0-9-]+)\.amazonaws\.(?:com(?:\.cn)?|eu)"
)


def distribution_of(
    shown: Mapping[str, Any], buckets: Collection[str], aliases: Mapping[str, str] | None = None
) -> Distribution:
    """Return a distribution from what ListDistributions or GetDistribution shows of it.

    buckets: the names of the account's own; only they are named as an origin's bucket.
    aliases: of access points, and their buckets, as far as those are known; also by name and account, `point-123…`.
    """
    config = shown.get("DistributionConfig") or shown
    return Distribution(
        id=shown["Id"],
        domain_name=shown["DomainName"],
        aliases=[str(alias) for alias in items(config, "Aliases")],
        comment=config.get("Comment", ""),
        enabled=config.get("Enabled", True),
        status=shown.get("Status", ""),
        origins=[origin_of(origin, buckets, aliases) for origin in items(config, "Origins")],
        default_root_object=config.get("DefaultRootObject", ""),
    )


def alias_regions(shown: Mapping[str, Any]) -> set[str]:
    """Return the regions of the access points that are origins of a distribution."""
    config = shown.get("DistributionConfig") or shown
    found = (_point(origin) for origin in items(config, "Origins"))
    return {one["region"] for one in found if one}


def origin_of(origin: Mapping[str, Any], buckets: Collection[str], aliases: Mapping[str, str] | None = None) -> Origin:
    """Return an origin, with its bucket where that is one of the account's."""
    kind: OriginKind = "other"
    found: str | None = None
    for name in _candidates(origin):
        how = kind_of(origin, name)
        if how in ("rest", "website", "path") and (kind == "other" or name in buckets):
            kind = "website" if how == "website" else "rest"
            found = name if name in buckets else None
    if point := _point(origin):
        kind = "rest"
        behind = (aliases or {}).get(point["alias"] or point["name"])
        found = behind if behind in buckets else None
    if kind == "website" and found is None and not _is_s3(origin):
        kind = "other"  # any host name is spelled like the bucket of that name; here there is none
    return Origin(
        id=origin["Id"],
        kind=kind,
        domain_name=origin["DomainName"],
        bucket=found,
        path=origin.get("OriginPath", ""),
    )


def bucket_candidates(shown: Mapping[str, Any]) -> list[str]:
    """Return the names of buckets of S3 that a distribution's origins may mean, whoever owns those."""
    config = shown.get("DistributionConfig") or shown
    origins = [origin for origin in items(config, "Origins") if _is_s3(origin)]
    found = [name for origin in origins for name in _candidates(origin) if kind_of(origin, name) != "other"]
    return list(dict.fromkeys(found))


def _candidates(origin: Mapping[str, Any]) -> list[str]:
    """Return the bucket names that an origin may name: what stands before `.s3`, the whole, and the path's first."""
    domain = str(origin["DomainName"]).lower().rstrip(".")
    before = [domain[: found.start()] for found in re.finditer(r"\.s3[.-]", domain)]
    in_path = [part for part in str(origin.get("OriginPath", "")).split("/")[1:2] if part]
    return [*before, domain, *in_path]


def _point(origin: Mapping[str, Any]) -> re.Match[str] | None:
    return _POINT.fullmatch(str(origin["DomainName"]).lower().rstrip("."))


def _is_s3(origin: Mapping[str, Any]) -> bool:
    return str(origin["DomainName"]).lower().rstrip(".").endswith(_AWS)


def readers(bucket: str, distributions: Iterable[Distribution]) -> list[str]:
    """Return the ids of the distributions that read a bucket."""
    return [d.id for d in distributions if any(origin.bucket == bucket for origin in d.origins)]
