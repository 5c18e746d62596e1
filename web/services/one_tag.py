"""Sets or removes a single tag of a bucket: S3's own control plane, whose calls can harm no other tag.

TagResource and UntagResource of S3 Control work on general-purpose buckets (API Reference, API_control_TagResource).
"""

from typing import TYPE_CHECKING

from invalidator.aws.clients import Clients
from web.services.identity import Identity

if TYPE_CHECKING:
    from mypy_boto3_s3control import S3ControlClient


class OneTag:
    """The one-tag calls; errors are botocore's own."""

    def __init__(self, clients: Clients, identity: Identity) -> None:
        self._clients = clients
        self._identity = identity

    def put(self, bucket_arn: str, region: str | None, key: str, value: str) -> None:
        """Set a tag."""
        self._client(region).tag_resource(
            AccountId=self._identity.account, ResourceArn=bucket_arn, Tags=[{"Key": key, "Value": value}]
        )

    def remove(self, bucket_arn: str, region: str | None, key: str) -> None:
        """Remove a tag; none of that name is no error."""
        self._client(region).untag_resource(AccountId=self._identity.account, ResourceArn=bucket_arn, TagKeys=[key])

    def _client(self, region: str | None) -> "S3ControlClient":
        return self._clients.s3control_in(region)
