"""Reads whole lists of the account from AWS, page by page."""

from collections.abc import Iterable, Mapping
from typing import Any

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.errors import FreshedgeError, NotFoundError
from invalidator.rules.tag import TAG

PAGE = 1000


class Account:
    """The account's lists."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def buckets(self) -> dict[str, str | None]:
        """Return the regions of all buckets, by name.

        Raises: AccessDeniedError, ThrottledError, UnavailableError.
        """
        found: dict[str, str | None] = {}
        token: dict[str, str] = {}
        while True:
            with explained("s3:ListAllMyBuckets", "*"):
                # Only a list that is asked for in pages tells regions (ListBuckets, MaxBuckets).
                answer = self._clients.s3.list_buckets(MaxBuckets=PAGE, **token)
            found |= {bucket["Name"]: bucket.get("BucketRegion") for bucket in answer.get("Buckets", [])}
            if not answer.get("ContinuationToken"):
                return found
            token = {"ContinuationToken": answer["ContinuationToken"]}

    def bucket_region(self, name: str) -> str | None:
        """Return the region of one bucket of the account.

        Raises: NotFoundError, also for a bucket of another account; AccessDeniedError, ThrottledError,
            UnavailableError.
        """
        with explained("s3:ListAllMyBuckets", "*"):
            answer = self._clients.s3.list_buckets(Prefix=name, MaxBuckets=PAGE)
        for bucket in answer.get("Buckets", []):
            if bucket["Name"] == name:  # of all names with this prefix it is the first
                return bucket.get("BucketRegion")
        raise NotFoundError(f"There is no bucket {name!r} in this account. Check the name.")

    def distributions(self) -> list[Mapping[str, Any]]:
        """Return the DistributionSummary of every distribution.

        Raises: AccessDeniedError, ThrottledError, UnavailableError.
        """
        found: list[Mapping[str, Any]] = []
        marker: dict[str, str] = {}
        while True:
            with explained("cloudfront:ListDistributions", "*"):
                answer = self._clients.cloudfront.list_distributions(**marker)["DistributionList"]
            found += answer.get("Items", [])
            if not answer.get("IsTruncated"):
                return found
            marker = {"Marker": answer["NextMarker"]}

    def distribution(self, distribution_id: str) -> Mapping[str, Any]:
        """Return one distribution as GetDistribution shows it, its configuration included.

        Raises: NotFoundError, also for one of another account; AccessDeniedError, ThrottledError, UnavailableError.
        """
        try:
            with explained("cloudfront:GetDistribution", f"arn:aws:cloudfront::*:distribution/{distribution_id}"):
                answer = self._clients.cloudfront.get_distribution(Id=distribution_id)
        except NotFoundError as error:
            raise NotFoundError(
                f"There is no distribution {distribution_id!r} in this account. Check the id; one of another account "
                "can be reached only from there."
            ) from error
        return answer["Distribution"]

    def tagged(self, regions: Iterable[str | None]) -> set[str] | None:
        """Return the buckets of these regions that have our tag, or None where that can't be asked this way.

        It is one call for a hundred buckets where GetBucketTagging takes one for each, and may lag behind; so it says
        which buckets to look at, and never what their tag says.
        """
        try:
            return {name for region in set(regions) for name in self._tagged_in(region)}
        except FreshedgeError:
            return None

    def _tagged_in(self, region: str | None) -> list[str]:
        names: list[str] = []
        token = ""
        while True:
            with explained("tag:GetResources", "*"):
                answer = self._clients.tagging_in(region).get_resources(
                    ResourceTypeFilters=["s3:bucket"], TagFilters=[{"Key": TAG}], PaginationToken=token
                )
            names += [found["ResourceARN"].rpartition(":::")[2] for found in answer["ResourceTagMappingList"]]
            token = answer.get("PaginationToken", "")
            if not token:
                return names
