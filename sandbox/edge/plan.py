"""A distribution's configuration, read once for many requests."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.edge.freshness import ERROR_SECONDS, Lifetimes
from sandbox.edge.keys import Config, KeyRule, rule_of_forwarding, rule_of_policy
from sandbox.edge.patterns import compile_pattern, normal

DAY, YEAR = 86400, 31536000
"""Default and maximum TTL where none is set, seconds (API Reference, `CachePolicyConfig`)."""

READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Behavior:
    """A cache behaviour.

    pattern: which `normal` paths it is for, to be matched whole; None: all.
    target: id of an origin or an origin group.
    methods: the HTTP methods that viewers may use.
    bypass: whether nothing is ever cached, because all headers go to the origin (`header-caching.html`).
    """

    pattern: re.Pattern[str] | None
    target: str
    methods: frozenset[str]
    lifetimes: Lifetimes
    key: KeyRule
    bypass: bool


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """A custom error response: the page and the status in the place of an error's own, both empty for none.

    seconds: error caching minimum TTL.
    """

    page: str = ""
    status: int = 0
    seconds: float = ERROR_SECONDS


NO_RULE = ErrorRule()


@dataclass(frozen=True, slots=True)
class Failover:
    """An origin group: which origins, in which order, and after which statuses the next one is asked."""

    members: tuple[str, ...]
    statuses: frozenset[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """How one distribution serves.

    root: key of the default root object, or empty.
    tag_header: in which header of a response its cache tags stand, in lower case; empty where tags are off.
    """

    behaviors: tuple[Behavior, ...]
    origins: Mapping[str, Config]
    groups: Mapping[str, Failover]
    errors: Mapping[int, ErrorRule]
    root: str
    tag_header: str

    def behavior(self, path: str) -> Behavior:
        """Return the first behaviour that a path matches; the default one, the last, matches all."""
        if len(self.behaviors) > 1:
            seen = normal(path)
            for behavior in self.behaviors[:-1]:
                if behavior.pattern and behavior.pattern.fullmatch(seen):
                    return behavior
        return self.behaviors[-1]

    def targets(self, behavior: Behavior) -> Failover:
        """Return the origins to be asked for a behaviour."""
        return self.groups.get(behavior.target) or Failover((behavior.target,), frozenset())


PolicyOf = Callable[[str], Config | None]
"""Returns the configuration of the cache policy with an id, None where there is none."""


def read_plan(config: Config, policy_of: PolicyOf) -> Plan:
    """Read boto3's `DistributionConfig`, with or without the defaults that CloudFront fills in."""
    behaviors = [*_items(config, "CacheBehaviors"), config["DefaultCacheBehavior"]]
    return Plan(
        behaviors=tuple(_behavior(one, policy_of) for one in behaviors),
        origins={origin["Id"]: origin for origin in _items(config, "Origins")},
        groups={group["Id"]: _failover(group) for group in _items(config, "OriginGroups")},
        errors={one["ErrorCode"]: _error_rule(one) for one in _items(config, "CustomErrorResponses")},
        root=config.get("DefaultRootObject") or "",
        tag_header=str((config.get("CacheTagConfig") or {}).get("HeaderName") or "").lower(),
    )


def _behavior(config: Config, policy_of: PolicyOf) -> Behavior:
    pattern = config.get("PathPattern")
    policy_id = config.get("CachePolicyId")
    timed = (policy_of(policy_id) or {}) if policy_id else config
    key = rule_of_policy(timed) if policy_id else rule_of_forwarding(config.get("ForwardedValues") or {})
    return Behavior(
        pattern=compile_pattern(pattern) if pattern else None,
        target=config["TargetOriginId"],
        methods=frozenset((config.get("AllowedMethods") or {}).get("Items") or READING),
        lifetimes=_lifetimes(timed),
        key=key,
        bypass="*" in key.headers,
    )


def _lifetimes(timed: Config) -> Lifetimes:
    least = timed.get("MinTTL", 0)
    usual = timed.get("DefaultTTL", max(least, DAY))
    return Lifetimes(least, usual, timed.get("MaxTTL", max(usual, YEAR)))


def _failover(group: Config) -> Failover:
    members = tuple(member["OriginId"] for member in _items(group, "Members"))
    statuses = ((group.get("FailoverCriteria") or {}).get("StatusCodes") or {}).get("Items") or []
    return Failover(members, frozenset(statuses))


def _error_rule(response: Config) -> ErrorRule:
    page, status = response.get("ResponsePagePath") or "", response.get("ResponseCode") or ""
    seconds = response.get("ErrorCachingMinTTL")
    return ErrorRule(page, int(status) if status else 0, ERROR_SECONDS if seconds is None else seconds)


def _items(config: Config, name: str) -> list[Config]:
    return list((config.get(name) or {}).get("Items") or [])
