"""Reads how a distribution serves a bucket, as far as the role may, and makes routes of it."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from invalidator.aws.buckets import Buckets
from invalidator.aws.cloudfront import CloudFront
from invalidator.errors import AccessDeniedError, NotFoundError
from invalidator.log import log
from invalidator.rules.absence import absence_ttl
from invalidator.rules.behaviors import policy_ids
from invalidator.rules.origins import items, kind_of
from invalidator.rules.routes import Route, Website, plain_route, routes_of


@dataclass(frozen=True, slots=True)
class Ways:
    """How a distribution serves some buckets at one moment; each by the bucket's name.

    routes: how keys are reached. digests: the same for the same ways; None where they can't be told whole, so that
    nobody knows whether they are the same. absence: for how long an absence is kept (`absence_ttl`).
    """

    routes: Mapping[str, tuple[Route, ...]]
    digests: Mapping[str, str | None]
    absence: Mapping[str, float | None]


class Routing:
    """The routes of buckets through distributions, read when asked for.

    What the role may not read is replaced by what leads to more paths, with a warning in the log; the original's
    three permissions are enough.
    """

    def __init__(self, cloudfront: CloudFront, buckets: Buckets) -> None:
        self._cloudfront = cloudfront
        self._buckets = buckets

    def config(self, distribution_id: str) -> dict[str, Any] | None:
        """Return a distribution's configuration; None where reading it is denied.

        Raises: NotFoundError, ThrottledError, UnavailableError.
        """
        try:
            return self._cloudfront.distribution_config(distribution_id)
        except AccessDeniedError as denied:
            log(
                logging.WARNING,
                "The distribution's configuration can't be read: origin paths, error pages and query strings are not "
                "taken into account. Allow the action to the role.",
                distribution_id=distribution_id,
                action=denied.action,
                resource=denied.resource,
            )
            return None

    def routes(self, config: Mapping[str, Any] | None, bucket: str, region: str | None = None) -> tuple[Route, ...]:
        """Return the routes of a bucket through a distribution with this configuration; None is the plain one.

        Raises: ThrottledError, UnavailableError.
        """
        return self._read(config, bucket, region)[0]

    def ways(self, distribution_id: str, buckets: Mapping[str, str | None]) -> Ways:
        """Return how a distribution serves these buckets now. buckets: the region of each, None where not known.

        While a change of the distribution is on its way to the edges no digest is told: old and new ways both count.

        Raises: NotFoundError, ThrottledError, UnavailableError.
        """
        try:
            config, deployed = self._cloudfront.distribution(distribution_id)
        except AccessDeniedError:
            known, deployed = self.config(distribution_id), False
        else:
            known = config
        read = {bucket: self._read(known, bucket, region) for bucket, region in buckets.items()}
        return Ways(
            routes={bucket: routes for bucket, (routes, _) in read.items()},
            digests={bucket: digest if deployed else None for bucket, (_, digest) in read.items()},
            absence={bucket: absence_ttl(known, routes) for bucket, (routes, _) in read.items()},
        )

    def _read(
        self, config: Mapping[str, Any] | None, bucket: str, region: str | None
    ) -> tuple[tuple[Route, ...], str | None]:
        """Return the routes of a bucket, and the digest of all that they were made of; None where a part is missing."""
        if config is None:
            return (plain_route(),), None
        kinds = {kind_of(origin, bucket) for origin in items(config, "Origins")}
        website, whole = self._website(bucket, region) if "website" in kinds else (None, True)
        wanted = policy_ids(config)
        policies = {policy: found for policy in wanted if (found := self._policy(policy)) is not None}
        routes = routes_of(config, bucket, website, policies)
        if not whole or len(policies) < len(wanted) or _has_function_of_cloudfront(config):
            return routes, None
        told = json.dumps([config, policies, repr(website)], sort_keys=True, default=str)
        return routes, hashlib.sha256(told.encode()).hexdigest()[:32]

    def _website(self, bucket: str, region: str | None) -> tuple[Website | None, bool]:
        """Return a bucket's website configuration, and whether it could be read."""
        try:
            return self._buckets.website(bucket, region), True
        except (AccessDeniedError, NotFoundError) as reason:
            message = "The bucket's website configuration can't be read; index.html and 404.html are assumed."
            log(logging.WARNING, message, bucket=bucket, reason=str(reason))
            return None, False

    def _policy(self, policy_id: str) -> dict[str, Any] | None:
        try:
            return self._cloudfront.cache_policy(policy_id)
        except (AccessDeniedError, NotFoundError) as reason:
            message = "A cache policy can't be read; its cache key counts as having query strings."
            log(logging.WARNING, message, cache_policy_id=policy_id, reason=str(reason))
            return None


def _has_function_of_cloudfront(config: Mapping[str, Any]) -> bool:
    """Whether code stands in the way that may change without a trace in the configuration.

    A function of Lambda@Edge is named with its version, which never changes; one of CloudFront only by its name.
    """
    behaviors = [*items(config, "CacheBehaviors"), config["DefaultCacheBehavior"]]
    return any(items(behavior, "FunctionAssociations") for behavior in behaviors)
