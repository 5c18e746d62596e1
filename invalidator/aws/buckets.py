"""What a bucket says of itself: its tag and its website configuration."""

from botocore.exceptions import ClientError

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.rules.routes import Website
from invalidator.rules.tag import TAG


class Buckets:
    """Reads of bucket configuration; what AWS refuses is raised as one of `invalidator.errors`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def tag(self, bucket: str, region: str | None = None) -> str | None:
        """Return the value of the bucket's tag `distributionId`; None where it has no such tag.

        region: of the bucket, where known; it saves a redirect.

        Raises: NotFoundError (no such bucket), AccessDeniedError, ThrottledError, UnavailableError.
        """
        with explained("s3:GetBucketTagging", f"arn:aws:s3:::{bucket}"):
            try:
                tags = self._clients.s3_in(region).get_bucket_tagging(Bucket=bucket)["TagSet"]
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchTagSet":
                    return None
                raise
        return next((tag["Value"] for tag in tags if tag["Key"] == TAG), None)

    def website(self, bucket: str, region: str | None = None) -> Website | None:
        """Return how the bucket's website endpoint answers; None where it has no website configuration.

        Raises: NotFoundError (no such bucket), AccessDeniedError, ThrottledError, UnavailableError.
        """
        with explained("s3:GetBucketWebsite", f"arn:aws:s3:::{bucket}"):
            try:
                said = self._clients.s3_in(region).get_bucket_website(Bucket=bucket)
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchWebsiteConfiguration":
                    return None
                raise
        return Website(
            index=said.get("IndexDocument", {}).get("Suffix"),
            error=said.get("ErrorDocument", {}).get("Key"),
        )
