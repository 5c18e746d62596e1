"""What the edge needs of the buckets behind it."""

from collections.abc import Mapping
from typing import Any, Protocol


class Stored(Protocol):
    """The current version of an object.

    headers: as S3 serves them (ETag, Last-Modified, Content-Type, Cache-Control, x-amz-meta-*, …).
    """

    @property
    def body(self) -> bytes:
        """Its bytes, as they were stored."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Header names and values."""


class Buckets(Protocol):
    """The account's buckets. `sandbox.aws.objects.Objects` is one."""

    def region(self, bucket: str) -> str | None:
        """Return the region of a bucket, None where there is no such bucket."""

    def get(self, bucket: str, key: str) -> Stored | None:
        """Return an object's current version, None where there is none or it is a delete marker."""

    def policy(self, bucket: str) -> Mapping[str, Any] | None:
        """Return a bucket's policy."""

    def website(self, bucket: str) -> Mapping[str, Any] | None:
        """Return a bucket's website configuration, in boto3's shape."""

    def public_acl(self, bucket: str, key: str) -> bool:
        """Tell whether an object's ACL lets everybody read it."""
