"""What CloudFront fills in where a configuration says nothing, so that what is read back is whole.

Values: API Reference (`DistributionConfig`, `Origin`, `CacheBehavior`, `CachePolicyConfig`), and the example answers
of the AWS CLI's `create-distribution`, `get-distribution` and `list-distributions`.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from sandbox.cloudfront.shelf import Params

DEFAULT_TTL = 86400
"""Seconds, 24 hours (API Reference, `CachePolicyConfig`)."""

MAX_TTL = 31536000
"""Seconds, a year (API Reference, `CachePolicyConfig`)."""

_NONE: Params = {"Quantity": 0}
_METHODS: Params = {"Quantity": 2, "Items": ["HEAD", "GET"]}
_OFF: Params = {"Enabled": False, "Quantity": 0}

_DISTRIBUTION: Params = {
    "Aliases": _NONE,
    "DefaultRootObject": "",
    "OriginGroups": _NONE,
    "CacheBehaviors": _NONE,
    "CustomErrorResponses": _NONE,
    "Logging": {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""},
    "PriceClass": "PriceClass_All",
    "ViewerCertificate": {
        "CloudFrontDefaultCertificate": True,
        "SSLSupportMethod": "vip",
        "MinimumProtocolVersion": "TLSv1",
        "CertificateSource": "cloudfront",
    },
    "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
    "WebACLId": "",
    "HttpVersion": "http2",
    "IsIPV6Enabled": True,
    "ContinuousDeploymentPolicyId": "",
    "Staging": False,
    "ConnectionMode": "direct",
}
_ORIGIN: Params = {
    "OriginPath": "",
    "CustomHeaders": _NONE,
    "ConnectionAttempts": 3,
    "ConnectionTimeout": 10,
    "OriginShield": {"Enabled": False},
    "OriginAccessControlId": "",
}
_CUSTOM_ORIGIN: Params = {
    "OriginSslProtocols": {"Quantity": 3, "Items": ["TLSv1", "TLSv1.1", "TLSv1.2"]},
    "OriginReadTimeout": 30,
    "OriginKeepaliveTimeout": 5,
}
_BEHAVIOR: Params = {
    "TrustedSigners": _OFF,
    "TrustedKeyGroups": _OFF,
    "AllowedMethods": _METHODS,
    "SmoothStreaming": False,
    "Compress": False,
    "LambdaFunctionAssociations": _NONE,
    "FunctionAssociations": _NONE,
    "FieldLevelEncryptionId": "",
    "GrpcConfig": {"Enabled": False},
}
_FORWARDED: Params = {"Headers": _NONE, "QueryStringCacheKeys": _NONE}
_ERROR_RESPONSE: Params = {"ResponsePagePath": "", "ResponseCode": "", "ErrorCachingMinTTL": 10}
_CACHE_KEY: Params = {
    "EnableAcceptEncodingGzip": False,
    "EnableAcceptEncodingBrotli": False,
    "HeadersConfig": {"HeaderBehavior": "none"},
    "CookiesConfig": {"CookieBehavior": "none"},
    "QueryStringsConfig": {"QueryStringBehavior": "none"},
}


def fill_distribution(config: Params) -> Params:
    """Return a distribution's configuration with everything that CloudFront adds; the given one stays as it is."""
    full = _over(_DISTRIBUTION, _tidy(config))
    full["Logging"] = _over(_DISTRIBUTION["Logging"], full["Logging"])
    full["ViewerCertificate"] = _fill_certificate(full["ViewerCertificate"])
    full["Origins"] = _each(full["Origins"], _fill_origin)
    full["DefaultCacheBehavior"] = _fill_behavior(full["DefaultCacheBehavior"])
    full["CacheBehaviors"] = _each(full["CacheBehaviors"], _fill_behavior)
    full["CustomErrorResponses"] = _each(full["CustomErrorResponses"], lambda one: _over(_ERROR_RESPONSE, one))
    return full


def fill_cache_policy(config: Params) -> Params:
    """Return a cache policy's configuration with the TTLs and the cache key that CloudFront adds."""
    full = _with_ttls(fill_policy(config))
    full["ParametersInCacheKeyAndForwardedToOrigin"] = _over(
        _CACHE_KEY, full.get("ParametersInCacheKeyAndForwardedToOrigin", {})
    )
    return full


def fill_policy(config: Params) -> Params:
    """Return the configuration of an origin request or response headers policy with what CloudFront adds."""
    return {"Comment": "", **_tidy(config)}


def _over(defaults: Params, given: Params) -> Params:
    return {**deepcopy(defaults), **given}


def _each(group: Params, fill: Callable[[Params], Params]) -> Params:
    return {**group, "Items": [fill(one) for one in group["Items"]]} if group.get("Items") else group


def _tidy(value: Any) -> Any:  # noqa: ANN401 - any part of a configuration
    """Return a copy in which empty groups have no `Items`: CloudFront answers `Quantity` 0 alone."""
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if name != "Items" or inner or "Quantity" not in value}
        return {name: _tidy(inner) for name, inner in kept.items()}
    return [_tidy(inner) for inner in value] if isinstance(value, list) else value


def _fill_certificate(given: Params) -> Params:
    """Fill in what follows from the kind of certificate; `Certificate` and its source are the older spelling."""
    for name, source in (("ACMCertificateArn", "acm"), ("IAMCertificateId", "iam")):
        if given.get(name):
            own = {"CloudFrontDefaultCertificate": False, "Certificate": given[name], "CertificateSource": source}
            return {**own, **given}
    return _over(_DISTRIBUTION["ViewerCertificate"], given)


def _fill_origin(origin: Params) -> Params:
    full = _over(_ORIGIN, origin)
    if "CustomOriginConfig" in full:
        full["CustomOriginConfig"] = _over(_CUSTOM_ORIGIN, full["CustomOriginConfig"])
    if "S3OriginConfig" in full:
        full["S3OriginConfig"] = _over({"OriginReadTimeout": 30}, full["S3OriginConfig"])
    return full


def _fill_behavior(behavior: Params) -> Params:
    full = _over(_BEHAVIOR, behavior)
    full["AllowedMethods"] = _over({"CachedMethods": _METHODS}, full["AllowedMethods"])
    full["LambdaFunctionAssociations"] = _each(
        full["LambdaFunctionAssociations"], lambda one: _over({"IncludeBody": False}, one)
    )
    if "ForwardedValues" in full:
        full["ForwardedValues"] = _over(_FORWARDED, full["ForwardedValues"])
        full = _with_ttls(full)
    return full


def _with_ttls(timed: Params) -> Params:
    """Fill in the TTLs: the default and the maximum rise with a minimum or default above them (`CachePolicyConfig`)."""
    least = timed.get("MinTTL", 0)
    usual = timed.get("DefaultTTL", max(least, DEFAULT_TTL))
    return {**timed, "MinTTL": least, "DefaultTTL": usual, "MaxTTL": timed.get("MaxTTL", max(usual, MAX_TTL))}
