"""What CloudFront refuses in a distribution's configuration, whichever other distributions there are.

Rules: API Reference (`DistributionConfig`, `Origin`, `CacheBehavior`, `CustomErrorResponse`) and the Developer Guide
pages named at each. Expects a configuration with its defaults filled in.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.cloudfront import limits
from sandbox.cloudfront.access_errors import (
    IllegalOriginAccessConfigurationError,
    InvalidDomainNameForOriginAccessControlError,
    InvalidOriginAccessControlError,
    InvalidOriginAccessIdentityError,
)
from sandbox.cloudfront.errors import (
    EntityNotFoundError,
    InvalidDefaultRootObjectError,
    InvalidErrorCodeError,
    InvalidRelativePathError,
    InvalidResponseCodeError,
    InvalidTTLOrderError,
    InvalidViewerCertificateError,
    NoSuchOriginError,
    TooManyCacheBehaviorsError,
    TooManyDistributionCNAMEsError,
    TooManyOriginsError,
)
from sandbox.cloudfront.policy_errors import (
    InvalidFunctionAssociationError,
    InvalidLambdaFunctionAssociationError,
    NoSuchCachePolicyError,
    NoSuchContinuousDeploymentPolicyError,
    NoSuchFieldLevelEncryptionConfigError,
    NoSuchOriginRequestPolicyError,
    NoSuchRealtimeLogConfigError,
    NoSuchResponseHeadersPolicyError,
    TrustedKeyGroupDoesNotExistError,
)
from sandbox.cloudfront.refusal import InvalidArgumentError, Refusal
from sandbox.cloudfront.shelf import Params

_S3_DOMAIN = re.compile(r".+\.s3[.-](?!website)([a-z0-9-]+\.)*amazonaws\.com(\.cn)?")
"""REST endpoints of buckets: global, of a region, dual-stack; a website endpoint is none (`DownloadDistS3AndCustom
Origins.html`)."""

_ROOT_OBJECT = re.compile(r"""[A-Za-z0-9_\-.*$/~"'&]*""")
"""`DefaultRootObject.html` and API Reference, `DistributionConfig`: the characters of a default root object."""

_PATTERN = re.compile(r"""[A-Za-z0-9_\-.*?$/~"'@:+&]*""")
"""`DownloadDistValuesCacheBehavior.html`, Path pattern: its characters, and `?` for any one."""

_ALIAS = re.compile(r"(\*\.)?([A-Za-z0-9_-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
"""`CNAMEs.html`: a host name, perhaps with a wildcard in place of its first label."""

_ERROR_CODES = frozenset({400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504})
"""`GeneratingCustomErrorResponses.html`."""

_RESPONSE_CODES = frozenset({200, *_ERROR_CODES})
_IDENTITY = "origin-access-identity/cloudfront/"
_NEVER_HERE: tuple[tuple[str, type[Refusal]], ...] = (
    ("FieldLevelEncryptionId", NoSuchFieldLevelEncryptionConfigError),
    ("RealtimeLogConfigArn", NoSuchRealtimeLogConfigError),
)
_NEVER_LISTED: tuple[tuple[str, type[Refusal]], ...] = (
    ("FunctionAssociations", InvalidFunctionAssociationError),
    ("LambdaFunctionAssociations", InvalidLambdaFunctionAssociationError),
    ("TrustedKeyGroups", TrustedKeyGroupDoesNotExistError),
)
_TTLS = ("MinTTL", "DefaultTTL", "MaxTTL")


@dataclass(frozen=True, slots=True)
class Known:
    """What a configuration may refer to: each tells whether an id exists."""

    cache_policy: Callable[[str], bool]
    origin_request_policy: Callable[[str], bool]
    response_headers_policy: Callable[[str], bool]
    access_control: Callable[[str], bool]
    access_identity: Callable[[str], bool]


def validate(config: Params, known: Known) -> None:
    """Raise the refusal that CloudFront gives for a configuration, if any."""
    _validate_top(config)
    origins = items(config["Origins"])
    _validate_unique((origin["Id"] for origin in origins), "origin id")
    for origin in origins:
        _validate_origin(origin, known)
    targets = _targets(config)
    behaviors = items(config["CacheBehaviors"])
    if len(behaviors) > limits.CACHE_BEHAVIORS:
        raise TooManyCacheBehaviorsError
    _validate_unique((behavior["PathPattern"] for behavior in behaviors), "path pattern")
    for behavior in [config["DefaultCacheBehavior"], *behaviors]:
        _validate_behavior(behavior, targets, known)
    codes = items(config["CustomErrorResponses"])
    _validate_unique((str(response["ErrorCode"]) for response in codes), "error code")
    for response in codes:
        _validate_error_response(response)


def items(group: Params) -> list[Any]:
    """Return the items of a group with `Quantity` and perhaps `Items`."""
    found: list[Any] = group.get("Items", [])
    return found


def behaviors_of(config: Params) -> Iterator[Params]:
    """Yield all cache behaviours of a configuration, the default one first."""
    yield config["DefaultCacheBehavior"]
    yield from items(config["CacheBehaviors"])


def identity_id(origin: Params) -> str:
    """Return the id of an origin's access identity, or an empty text."""
    named: str = origin.get("S3OriginConfig", {}).get("OriginAccessIdentity", "")
    return named.removeprefix(_IDENTITY)


def _validate_top(config: Params) -> None:
    if not config["CallerReference"]:
        raise InvalidArgumentError("The parameter CallerReference must not be empty.")
    root = config["DefaultRootObject"]
    if len(root) > limits.ROOT_OBJECT_CHARACTERS or not _ROOT_OBJECT.fullmatch(root):
        raise InvalidDefaultRootObjectError
    _validate_aliases(config)
    if len(items(config["Origins"])) > limits.ORIGINS:
        raise TooManyOriginsError
    if config["ContinuousDeploymentPolicyId"]:
        raise NoSuchContinuousDeploymentPolicyError
    if any(config.get(name) for name in ("AnycastIpListId", "ConnectionFunctionAssociation", "ViewerMtlsConfig")):
        raise EntityNotFoundError
    if "CacheTagConfig" in config and not config["CacheTagConfig"]["HeaderName"]:
        raise InvalidArgumentError("The parameter CacheTagConfig HeaderName must not be empty.")


def _validate_aliases(config: Params) -> None:
    aliases = items(config["Aliases"])
    if len(aliases) > limits.ALIASES:
        raise TooManyDistributionCNAMEsError
    if not all(_ALIAS.fullmatch(alias) for alias in aliases):
        raise InvalidArgumentError("The parameter CNAME contains one or more parameters that are not valid.")
    if aliases and config["ConnectionMode"] == "tenant-only":
        raise InvalidArgumentError("A multi-tenant distribution has no aliases; its distribution tenants have domains.")
    if aliases and config["ViewerCertificate"].get("CloudFrontDefaultCertificate"):
        raise InvalidViewerCertificateError


def _validate_unique(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidArgumentError(f"The {what} {name} occurs more than once.")
        seen.add(name)


def _validate_origin(origin: Params, known: Known) -> None:
    path = origin["OriginPath"]
    if path and (not path.startswith("/") or path.endswith("/")):
        # `DownloadDistValuesOrigin.html`, Origin path
        raise InvalidArgumentError("The parameter OriginPath must begin with a slash and must not end with one.")
    domain = origin["DomainName"]
    if not domain or ":" in domain or "/" in domain:
        raise InvalidArgumentError("The parameter Origin DomainName must be a host name without scheme, port and path.")
    kinds = [kind for kind in ("S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig") if kind in origin]
    if len(kinds) != 1:
        raise InvalidArgumentError(
            "An origin has exactly one of S3OriginConfig, CustomOriginConfig and VpcOriginConfig; "
            f"{origin['Id']} has {len(kinds)}."
        )
    if kinds == ["VpcOriginConfig"]:
        raise EntityNotFoundError
    if kinds == ["S3OriginConfig"] and not _S3_DOMAIN.fullmatch(domain):
        raise InvalidArgumentError("The parameter Origin DomainName does not refer to a valid S3 bucket.")
    _validate_access(origin, known)


def _validate_access(origin: Params, known: Known) -> None:
    control = origin["OriginAccessControlId"]
    named = origin.get("S3OriginConfig", {}).get("OriginAccessIdentity", "")
    if control and named:
        raise IllegalOriginAccessConfigurationError
    if control and not known.access_control(control):
        raise InvalidOriginAccessControlError
    if control and ".s3-website" in origin["DomainName"]:
        raise InvalidDomainNameForOriginAccessControlError
    if named and not (named.startswith(_IDENTITY) and known.access_identity(identity_id(origin))):
        raise InvalidOriginAccessIdentityError


def _targets(config: Params) -> set[str]:
    """Return what a behaviour may target: origins, and groups of origins that exist."""
    origins = {origin["Id"] for origin in items(config["Origins"])}
    groups = items(config["OriginGroups"])
    members = {member["OriginId"] for group in groups for member in items(group["Members"])}
    if not members <= origins:
        raise NoSuchOriginError
    return origins | {group["Id"] for group in groups}


def _validate_behavior(behavior: Params, targets: set[str], known: Known) -> None:
    if behavior["TargetOriginId"] not in targets:
        raise NoSuchOriginError
    pattern = behavior.get("PathPattern", "*")
    if not 1 <= len(pattern) <= limits.PATTERN_CHARACTERS:
        raise InvalidArgumentError(f"A path pattern has 1 to {limits.PATTERN_CHARACTERS} characters.")
    if not _PATTERN.fullmatch(pattern):
        raise InvalidArgumentError("The parameter PathPattern contains invalid characters.")
    _validate_references(behavior, known)
    if policy := behavior.get("CachePolicyId"):
        if not known.cache_policy(policy):
            raise NoSuchCachePolicyError
        for legacy in ("ForwardedValues", *_TTLS):
            if legacy in behavior:
                raise InvalidArgumentError(
                    f"The parameter {legacy} cannot be used when a cache policy is associated to the cache behavior."
                )
    elif "ForwardedValues" not in behavior:
        raise InvalidArgumentError("The parameter ForwardedValues is required.")
    else:
        validate_ttls(behavior)


def _validate_references(behavior: Params, known: Known) -> None:
    """Refuse ids of what is not here, most of it for good: see `absent`."""
    for name, refusal in _NEVER_HERE:
        if behavior.get(name):
            raise refusal
    for name, group_refusal in _NEVER_LISTED:
        if items(behavior[name]):
            raise group_refusal
    policy = behavior.get("OriginRequestPolicyId")
    if policy and not known.origin_request_policy(policy):
        raise NoSuchOriginRequestPolicyError
    policy = behavior.get("ResponseHeadersPolicyId")
    if policy and not known.response_headers_policy(policy):
        raise NoSuchResponseHeadersPolicyError


def validate_ttls(timed: Params) -> None:
    """Raise `InvalidTTLOrder` unless 0 <= minimum <= default <= maximum (`Expiration.html`)."""
    least, usual, most = (timed[name] for name in _TTLS)
    if not 0 <= least <= usual <= most:
        raise InvalidTTLOrderError


def _validate_error_response(response: Params) -> None:
    page, code = response["ResponsePagePath"], response["ResponseCode"]
    if response["ErrorCode"] not in _ERROR_CODES:
        raise InvalidErrorCodeError
    if bool(page) != bool(code):
        raise InvalidArgumentError("ResponsePagePath and ResponseCode of a custom error response go together.")
    if code and not (code.isdecimal() and int(code) in _RESPONSE_CODES):
        raise InvalidResponseCodeError
    if page and not page.startswith("/"):
        raise InvalidRelativePathError
    if response["ErrorCachingMinTTL"] < 0:
        raise InvalidArgumentError("The parameter ErrorCachingMinTTL must not be below 0.")
