"""Reads how a distribution serves a bucket, as far as the role may, and makes routes of it."""

import logging
from collections.abc import Mapping
from typing import Any

from invalidator.aws.buckets import Buckets
from invalidator.aws.cloudfront import CloudFront
from invalidator.errors import AccessDeniedError, NotFoundError
from invalidator.log import log
from invalidator.rules.behaviors import policy_ids
from invalidator.rules.origins import items, kind_of
from invalidator.rules.routes import Route, Website, plain_route, routes_of


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
        if config is None:
            return (plain_route(),)
        kinds = {kind_of(origin, bucket) for origin in items(config, "Origins")}
        website = self._website(bucket, region) if "website" in kinds else None
        policies = {policy: found for policy in policy_ids(config) if (found := self._policy(policy)) is not None}
        return routes_of(config, bucket, website, policies)

    def _website(self, bucket: str, region: str | None) -> Website | None:
        try:
            return self._buckets.website(bucket, region)
        except (AccessDeniedError, NotFoundError) as reason:
            message = "The bucket's website configuration can't be read; index.html and 404.html are assumed."
            log(logging.WARNING, message, bucket=bucket, reason=str(reason))
            return None

    def _policy(self, policy_id: str) -> dict[str, Any] | None:
        try:
            return self._cloudfront.cache_policy(policy_id)
        except (AccessDeniedError, NotFoundError) as reason:
            message = "A cache policy can't be read; its cache key counts as having query strings."
            log(logging.WARNING, message, cache_policy_id=policy_id, reason=str(reason))
            return None
