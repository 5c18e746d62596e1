"""Cache behaviors, as far as they decide under which texts a response is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from invalidator.rules.origins import items

# Managed cache policies (using-managed-cache-policies.html) whose cache key has no query strings. Every other policy
# counts as having them until its configuration was read.
WITHOUT_QUERY = frozenset(
    {
        "658327ea-f89d-4fab-a63d-7e88639e58f6",  # CachingOptimized
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",  # CachingOptimizedForUncompressedObjects
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",  # CachingDisabled
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65",  # UseOriginCacheControlHeaders
    }
)
# The functions that may give a request another URI or another origin; those of the viewer's response can't.
_REWRITING = {"viewer-request", "origin-request"}


@dataclass(frozen=True, slots=True)
class Behavior:
    """One cache behavior.

    pattern: its path pattern; `*` for the default one.
    target: the id of the origin or origin group that it asks.
    query: whether query strings may be in its cache key.
    rewrites: whether a function may give requests another URI or origin.
    """

    pattern: str
    target: str
    query: bool = False
    rewrites: bool = False


def behaviors_of(config: Mapping[str, Any], policies: Mapping[str, Mapping[str, Any]]) -> tuple[Behavior, ...]:
    """Return a distribution's behaviors in the order in which CloudFront tries them, the default one last.

    policies: the CachePolicyConfig of custom cache policies, by id; a missing one counts as keeping query strings.
    """
    ordered = [*items(config, "CacheBehaviors"), {**config["DefaultCacheBehavior"], "PathPattern": "*"}]
    return tuple(
        Behavior(
            pattern=behavior["PathPattern"],
            target=behavior["TargetOriginId"],
            query=_keeps_query(behavior, policies),
            rewrites=_rewrites(behavior),
        )
        for behavior in ordered
    )


def policy_ids(config: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of the cache policies that have to be read to know a distribution's cache keys."""
    used = [*items(config, "CacheBehaviors"), config["DefaultCacheBehavior"]]
    return frozenset(b["CachePolicyId"] for b in used if b.get("CachePolicyId")) - WITHOUT_QUERY


def _keeps_query(behavior: Mapping[str, Any], policies: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether query strings may be in the cache key: by the cache policy, else by the older ForwardedValues."""
    policy = behavior.get("CachePolicyId")
    if not policy:
        return bool((behavior.get("ForwardedValues") or {}).get("QueryString", False))
    if policy in WITHOUT_QUERY:
        return False
    key = policies.get(policy, {}).get("ParametersInCacheKeyAndForwardedToOrigin") or {}
    return bool((key.get("QueryStringsConfig") or {}).get("QueryStringBehavior", "all") != "none")


def _rewrites(behavior: Mapping[str, Any]) -> bool:
    functions = [*items(behavior, "LambdaFunctionAssociations"), *items(behavior, "FunctionAssociations")]
    return any(function.get("EventType") in _REWRITING for function in functions)
