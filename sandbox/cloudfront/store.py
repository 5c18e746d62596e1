"""The local CloudFront: its rooms under one lock, and what the rest of the sandbox sees of it."""

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sandbox.cloudfront import absent
from sandbox.cloudfront.access import AccessControls, AccessIdentities
from sandbox.cloudfront.distributions import POLICIES, Distribution, Distributions, uses_access, uses_policy
from sandbox.cloudfront.errors import TooManyInvalidationsInProgressError
from sandbox.cloudfront.hosts import Hosts
from sandbox.cloudfront.ids import Ids
from sandbox.cloudfront.invalidating import Invalidating
from sandbox.cloudfront.invalidations import Invalidations
from sandbox.cloudfront.policies import CACHE, ORIGIN_REQUEST, RESPONSE_HEADERS, Policies
from sandbox.cloudfront.refusal import OperationNotImplementedError, ServiceUnavailableError, ThrottlingError
from sandbox.cloudfront.rooms import Handlers
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.shelf import Entry, Params
from sandbox.cloudfront.tags import Tags
from sandbox.cloudfront.tenants import Tenants
from sandbox.cloudfront.throttle import Throttle
from sandbox.cloudfront.validation import Known
from sandbox.faults import FaultSwitch

Listener = Callable[[str, tuple[str, ...], float, float], None]
"""Told of each accepted invalidation: distribution id, paths, created_at, effective_at (unix seconds)."""

CREATING = frozenset({"CreateInvalidation", "CreateInvalidationForDistributionTenant"})
"""The operations that the account's request rate and most faults are about."""


class CloudFront:
    """A CloudFront account on this machine; safe across threads.

    clock: returns the time in unix seconds; nothing here reads another.
    settings: times and rates, see `configure`.
    faults: what goes wrong at the moment.
    account: the account's number.
    randomness: where ids come from.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        settings: CloudFrontSettings,
        faults: FaultSwitch,
        account: str,
        randomness: random.Random | None = None,
    ) -> None:
        self.account, self.faults, self._settings = account, faults, settings
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._throttle, ids = Throttle(clock), Ids(randomness or random.Random())
        self._hosts, self._tags = Hosts(), Tags(self._has_resource)
        self._invalidations = Invalidations(clock, ids, lambda: self._settings)
        kinds = zip((CACHE, ORIGIN_REQUEST, RESPONSE_HEADERS), POLICIES, strict=True)
        self._cache_policies, self._request_policies, self._headers_policies = (
            Policies(kind, clock, ids, partial(self._uses_policy, member)) for kind, member in kinds
        )
        self._controls = AccessControls(clock, ids, lambda it: self._any(uses_access, it))
        self._identities = AccessIdentities(clock, ids, lambda it: self._any(uses_access, it))
        shared = (clock, ids, account, self._hosts, self._tags, self._invalidations)
        self._distributions = Distributions(
            *shared, known=self._known(), has_tenants=self._has_tenants, settings=lambda: self._settings
        )
        self._tenants = Tenants(*shared, distributions=self._distributions, settings=lambda: self._settings)
        self._invalidating = Invalidating(self._invalidations, self._distributions, self._tenants)
        self._handlers = self._all_handlers()

    @property
    def settings(self) -> CloudFrontSettings:
        """The present settings."""
        return self._settings

    def configure(self, **changes: float) -> CloudFrontSettings:
        """Change settings by name while running, for what is accepted from now on; return the new ones."""
        with self._lock:
            self._settings = replace(self._settings, **changes)
            return self._settings

    def subscribe(self, listener: Listener) -> None:
        """Have a listener told of every invalidation accepted from now on, before its caller is answered."""
        with self._lock:
            self._listeners.append(listener)

    def operate(self, operation: str, params: Params) -> Params:
        """Carry an operation out; raise the `Refusal` that CloudFront answers with.

        Args:
            operation: AWS's name of it.
            params: its input in boto3's shape, checked against the service model.
        """
        with self._lock:
            self._refuse_by_fault(operation)
            handler = self._handlers.get(operation)
            if handler is None:
                raise OperationNotImplementedError(f"This local CloudFront does not have the operation {operation}.")
            if operation in CREATING and not self._throttle.take(self._settings):
                raise ThrottlingError
            output = handler(params)
            accepted, listeners = self._invalidating.take_accepted(), list(self._listeners)
        # Without the lock: a listener may have a lock of its own, under which it asks for a distribution.
        for one in accepted:
            for listener in listeners:
                listener(one.distribution_id, one.paths, one.created_at, one.effective_at)
        return output

    def get(self, distribution_id: str) -> Distribution | None:
        """Return a distribution with its status of now, or None."""
        with self._lock:
            known = distribution_id in self._distributions.shelf
            return self._distributions.get(distribution_id) if known else None

    def distributions(self) -> list[Distribution]:
        """Return all distributions, in the order of their making."""
        with self._lock:
            return self._distributions.all()

    def find_by_host(self, host: str) -> Distribution | None:
        """Return the distribution that answers to a Host header, or to its first label alone; None where none does."""
        with self._lock:
            found = self._hosts.find(host)
            return self.get(found) if found else None

    def cache_policy(self, policy_id: str) -> Entry | None:
        """Return a cache policy, managed or own, or None; its `config` is boto3's `CachePolicyConfig`."""
        with self._lock:
            return self._cache_policies.get(policy_id) if policy_id in self._cache_policies else None

    def dump(self) -> Params:
        """Return the whole state as plain values that JSON can hold."""
        with self._lock:
            return {
                "cache_policies": self._cache_policies.shelf.dump(),
                "origin_request_policies": self._request_policies.shelf.dump(),
                "response_headers_policies": self._headers_policies.shelf.dump(),
                "controls": self._controls.shelf.dump(),
                "identities": self._identities.shelf.dump(),
                "distributions": self._distributions.shelf.dump(),
                "tenants": self._tenants.shelf.dump(),
                "tags": self._tags.dump(),
                "invalidations": self._invalidations.dump(),
            }

    def load(self, state: Params) -> None:
        """Replace the whole state by what `dump` returned."""
        with self._lock:
            self._cache_policies.shelf.load(state["cache_policies"], Entry)
            self._request_policies.shelf.load(state["origin_request_policies"], Entry)
            self._headers_policies.shelf.load(state["response_headers_policies"], Entry)
            self._controls.shelf.load(state["controls"], Entry)
            self._identities.shelf.load(state["identities"], Entry)
            self._hosts.clear()
            self._distributions.load(state["distributions"])
            self._tenants.load(state["tenants"])
            self._tags.load(state["tags"])
            self._invalidations.load(state["invalidations"])

    def _all_handlers(self) -> Handlers:
        rooms = (
            self._distributions,
            self._tenants,
            self._invalidating,
            self._cache_policies,
            self._request_policies,
            self._headers_policies,
            self._controls,
            self._identities,
            self._tags,
        )
        return {**absent.handlers(), **{name: f for room in rooms for name, f in room.handlers().items()}}

    def _refuse_by_fault(self, operation: str) -> None:
        faults = self.faults.now
        if faults.unavailable:
            raise ServiceUnavailableError
        if operation in CREATING and faults.throttle:
            raise ThrottlingError
        if operation in CREATING and faults.too_many:
            raise TooManyInvalidationsInProgressError

    def _known(self) -> Known:
        return Known(
            cache_policy=self._cache_policies.__contains__,
            origin_request_policy=self._request_policies.__contains__,
            response_headers_policy=self._headers_policies.__contains__,
            access_control=self._controls.shelf.__contains__,
            access_identity=self._identities.shelf.__contains__,
        )

    def _uses_policy(self, member: str, policy_id: str) -> bool:
        return any(uses_policy(one.config, member, policy_id) for one in self._distributions.shelf)

    def _any(self, uses: Callable[[Params, str], bool], used_id: str) -> bool:
        return any(uses(one.config, used_id) for one in self._distributions.shelf)

    def _has_tenants(self, distribution_id: str) -> bool:
        return any(one.distribution_id == distribution_id for one in self._tenants.shelf)

    def _has_resource(self, arn: str) -> bool:
        arns = (self._distributions.arn(one.id) for one in self._distributions.shelf)
        return arn in arns or arn in (self._tenants.arn(one.id) for one in self._tenants.shelf)
