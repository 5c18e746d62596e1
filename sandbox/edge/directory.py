"""Where the edge finds distributions, and how each of them serves."""

import threading
from typing import Protocol

from sandbox.edge.keys import Config
from sandbox.edge.plan import Plan, read_plan


class Distribution(Protocol):
    """A distribution. `sandbox.cloudfront.distributions.Distribution` is one."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def config(self) -> Config:
        """Its configuration, boto3's `DistributionConfig`; another object whenever it was changed."""

    @property
    def enabled(self) -> bool:
        """Whether it serves at all."""


class Policy(Protocol):
    """A cache policy."""

    @property
    def config(self) -> Config:
        """Boto3's `CachePolicyConfig`; another object whenever it was changed."""


class Directory(Protocol):
    """The account's distributions. `sandbox.cloudfront.store.CloudFront` is one."""

    def find_by_host(self, host: str) -> Distribution | None:
        """Return the distribution that answers to a Host header."""

    def cache_policy(self, policy_id: str) -> Policy | None:
        """Return a cache policy, managed or own."""


class Plans:
    """The plans of distributions, read again when the distribution or one of its cache policies has changed."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._read: dict[str, tuple[Config, dict[str, Config | None], Plan]] = {}

    def of(self, distribution: Distribution) -> Plan:
        """Return a distribution's plan of now."""
        with self._lock:
            config, policies, plan = self._read.get(distribution.id, (None, {}, None))
        if plan is not None and config is distribution.config and self._are_as_before(policies):
            return plan
        used: dict[str, Config | None] = {}
        plan = read_plan(distribution.config, lambda policy_id: used.setdefault(policy_id, self._policy(policy_id)))
        with self._lock:
            self._read[distribution.id] = (distribution.config, used, plan)
        return plan

    def _are_as_before(self, policies: dict[str, Config | None]) -> bool:
        return all(self._policy(policy_id) is config for policy_id, config in policies.items())

    def _policy(self, policy_id: str) -> Config | None:
        policy = self._directory.cache_policy(policy_id)
        return policy.config if policy else None
