"""For how long an edge may keep that a key was absent: what decides whether a new key needs an invalidation.

Sources: CloudFront Developer Guide, "How CloudFront caches HTTP 4xx and 5xx status codes" (HTTPStatusCodes.html) and
"Controlling how long CloudFront caches errors" (custom-error-pages-expiration.html). In doubt it is for ever.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from invalidator.rules.origins import items
from invalidator.rules.routes import Route

# CloudFront keeps errors this long where nothing is set; S3's own errors say nothing of caching.
DEFAULT_SECONDS = 10.0
# What S3 answers for a key that is not there: 403 to who may not list the bucket, else 404 (GetObject, API Reference).
_ABSENT = (403, 404)
# Functions that may answer in the place of the origin, or change what is cached of its answer.
_ANSWERING = {"viewer-request", "origin-request", "origin-response"}


def absence_ttl(config: Mapping[str, Any] | None, routes: Iterable[Route]) -> float | None:
    """Return the seconds for which any edge may keep that a key is absent; None where that may be for ever.

    config: the DistributionConfig, in boto3's shape; None where it can't be read.
    routes: all ways from viewers to the key's bucket (`routes_of`).
    """
    if config is None or items(config, "OriginGroups") or _has_answering_function(config):
        return None
    if not all(_is_plain(route) for route in routes):
        return None
    kept = [_kept_seconds(answer) for answer in items(config, "CustomErrorResponses") if _is_of_absence(answer)]
    return max([DEFAULT_SECONDS, *kept])


def _is_plain(route: Route) -> bool:
    """Whether a route ends at a REST endpoint of S3, which answers for a key that is absent as such.

    A website endpoint may answer with its error document, by routing rules, or `/dir` while `dir/index.html` is there.
    """
    return not (route.website or route.index or route.per_tenant)


def _has_answering_function(config: Mapping[str, Any]) -> bool:
    behaviors = [*items(config, "CacheBehaviors"), config["DefaultCacheBehavior"]]
    functions = [
        function
        for behavior in behaviors
        for function in (*items(behavior, "LambdaFunctionAssociations"), *items(behavior, "FunctionAssociations"))
    ]
    return any(function.get("EventType") in _ANSWERING for function in functions)


def _is_of_absence(answer: Mapping[str, Any]) -> bool:
    return answer.get("ErrorCode") in _ABSENT


def _kept_seconds(answer: Mapping[str, Any]) -> float:
    return float(answer.get("ErrorCachingMinTTL", DEFAULT_SECONDS))
