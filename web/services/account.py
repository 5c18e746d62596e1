"""Reads whole lists of the account from AWS, page by page."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.errors import FreshedgeError, NotFoundError
from invalidator.rules.tag import TAG
from web.services.distributions import alias_regions
from web.services.identity import Identity

PAGE = 1000
REGIONS_AT_ONCE = 8


class Account:
    """The account's lists."""

    def __init__(self, clients: Clients, identity: Identity) -> None:
        self._clients = clients
        self._identity = identity

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

    def tagged(self, regions: Iterable[str | None]) -> dict[str, str] | None:
        """Return our tag of the buckets of these regions that have it; None where that can't be asked this way.

        It is one call for a hundred buckets where GetBucketTagging takes one for each, and may lag behind.
        """
        try:
            with ThreadPoolExecutor(REGIONS_AT_ONCE) as pool:
                found = list(pool.map(self._tagged_in, dict.fromkeys(regions)))
        except FreshedgeError:
            return None
        return {name: value for told in found for name, value in told.items()}

    def aliases(self, shown: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """Return the buckets behind access points that distributions have as origins, by alias and by name and account.

        Only regions of such origins are asked, one call for a thousand access points each; what may not be read is
        left out, so that it is unknown which bucket is behind it.
        """
        regions = {region for one in shown for region in alias_regions(one)}
        found: dict[str, str] = {}
        for region in sorted(regions):
            with suppress(FreshedgeError):
                found |= self._access_points(region)
        return found

    def _access_points(self, region: str) -> dict[str, str]:
        """Access points, as addresses name them (access-points-naming.html), and their buckets (ListAccessPoints)."""
        found: dict[str, str] = {}
        token: dict[str, str] = {}
        while True:
            with explained("s3:ListAccessPoints", "*"):
                answer = self._clients.s3control_in(region).list_access_points(
                    AccountId=self._identity.account, MaxResults=PAGE, **token
                )
            points = [one for one in answer.get("AccessPointList", []) if one.get("Bucket")]
            found |= {one["Alias"]: one["Bucket"] for one in points if one.get("Alias")}
            found |= {f"{one['Name']}-{self._identity.account}": one["Bucket"] for one in points}
            if not answer.get("NextToken"):
                return found
            token = {"NextToken": answer["NextToken"]}

    def _tagged_in(self, region: str | None) -> dict[str, str]:
        found: dict[str, str] = {}
        token = ""
        while True:
            with explained("tag:GetResources", "*"):
                answer = self._clients.tagging_in(region).get_resources(
                    ResourceTypeFilters=["s3:bucket"], TagFilters=[{"Key": TAG}], PaginationToken=token
                )
            for one in answer["ResourceTagMappingList"]:
                name = one["ResourceARN"].rpartition(":::")[2]
                found[name] = next((tag["Value"] for tag in one["Tags"] if tag["Key"] == TAG), "")
            token = answer.get("PaginationToken", "")
            if not token:
                return found
