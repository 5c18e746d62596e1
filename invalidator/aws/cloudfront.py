"""CloudFront as the invalidator needs it: ask for an invalidation, look after it, read how a distribution is set up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from invalidator.aws.refusals import explained

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient

Status = Literal["InProgress", "Completed"]


@dataclass(frozen=True, slots=True)
class Created:
    """An invalidation that CloudFront accepted.

    id: CloudFront's id of it.
    status: `InProgress`, or `Completed` where the same caller reference was sent before and is done.
    created_at: when CloudFront accepted it, aware, UTC.
    """

    id: str
    status: Status
    created_at: datetime


class CloudFront:
    """Thin over boto3's client; what AWS refuses is raised as one of `invalidator.errors`."""

    def __init__(self, client: "CloudFrontClient") -> None:
        self._client = client

    def create_invalidation(self, distribution_id: str, paths: Sequence[str], caller_reference: str) -> Created:
        """Ask for one invalidation of all these paths.

        The same reference with the same paths returns the earlier invalidation (CloudFront API reference,
        InvalidationBatch).

        Raises: ThrottledError, TooManyInProgressError, UnavailableError (it may have been created),
            BatchTooLargeError, InvalidPathError, ReferenceReusedError, NotFoundError, AccessDeniedError.
        """
        with explained("cloudfront:CreateInvalidation", _arn(distribution_id)):
            answer = self._client.create_invalidation(
                DistributionId=distribution_id,
                InvalidationBatch={
                    "Paths": {"Quantity": len(paths), "Items": list(paths)},
                    "CallerReference": caller_reference,
                },
            )
        created = answer["Invalidation"]
        return Created(created["Id"], cast("Status", created["Status"]), created["CreateTime"])

    def status(self, distribution_id: str, invalidation_id: str) -> Status:
        """Return how far an invalidation is.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        with explained("cloudfront:GetInvalidation", _arn(distribution_id)):
            answer = self._client.get_invalidation(DistributionId=distribution_id, Id=invalidation_id)
        return cast("Status", answer["Invalidation"]["Status"])

    def distribution_config(self, distribution_id: str) -> dict[str, Any]:
        """Return the DistributionConfig, in boto3's shape; it alone has DefaultRootObject.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        with explained("cloudfront:GetDistributionConfig", _arn(distribution_id)):
            answer = self._client.get_distribution_config(Id=distribution_id)
        return cast("dict[str, Any]", answer["DistributionConfig"])

    def distribution(self, distribution_id: str) -> tuple[dict[str, Any], bool]:
        """Return the DistributionConfig, and whether all edges have it already (`Deployed`).

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        with explained("cloudfront:GetDistribution", _arn(distribution_id)):
            told = self._client.get_distribution(Id=distribution_id)["Distribution"]
        return cast("dict[str, Any]", told["DistributionConfig"]), told["Status"] == "Deployed"

    def cache_policy(self, policy_id: str) -> dict[str, Any]:
        """Return the CachePolicyConfig of a cache policy, in boto3's shape.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        with explained("cloudfront:GetCachePolicy", f"arn:aws:cloudfront::*:cache-policy/{policy_id}"):
            answer = self._client.get_cache_policy(Id=policy_id)
        return cast("dict[str, Any]", answer["CachePolicy"]["CachePolicyConfig"])


def _arn(distribution_id: str) -> str:
    """The distribution as IAM statements name it; any account, since the id is unique."""
    return f"arn:aws:cloudfront::*:distribution/{distribution_id}"
