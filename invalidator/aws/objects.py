"""What objects of a bucket are: one by HEAD, all by LIST."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.errors import UnavailableError
from invalidator.rules.fingerprints import Seen, digest_of

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

LISTED_AT_ONCE = 1000
"""What ListObjectsV2 answers at a time (API Reference)."""

_CHECKSUMS = ("CRC64NVME", "SHA256", "SHA1", "CRC32C", "CRC32")


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as LIST shows it: without headers, checksum and version."""

    key: str
    etag: str
    size: int
    last_modified: datetime


class Objects:
    """Reads of objects; what AWS refuses is raised as one of `invalidator.errors`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def look(self, bucket: str, key: str, region: str | None = None) -> Seen:
        """Return what is there under a key now, a delete marker being nothing.

        Raises: AccessDeniedError (also for a key that is not there, where the role may not list the bucket),
            ThrottledError, UnavailableError, FreshedgeError (such as for an object under a key of the customer's own).
        """
        with explained("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}"):
            try:
                said = self._clients.s3_in(region).head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
            except ClientError as error:
                answer = error.response["ResponseMetadata"]
                if answer["HTTPStatusCode"] != HTTPStatus.NOT_FOUND:
                    raise
                return Seen(looked_at=_answered_at(answer["HTTPHeaders"]), present=False)
        return _seen(said)

    def listing(self, bucket: str, region: str | None = None, after: str | None = None) -> Iterator[list[Listed]]:
        """Yield the objects of a bucket, a thousand at a time, in the order of their keys (UTF-8).

        after: the key to begin behind; None for the first.

        Raises: NotFoundError (no such bucket), AccessDeniedError, ThrottledError, UnavailableError.
        """
        told: dict[str, Any] = {"StartAfter": after} if after else {}
        while True:
            with explained("s3:ListBucket", f"arn:aws:s3:::{bucket}"):
                page = self._clients.s3_in(region).list_objects_v2(Bucket=bucket, MaxKeys=LISTED_AT_ONCE, **told)
            yield [
                Listed(one["Key"], one["ETag"].strip('"'), one["Size"], one["LastModified"])
                for one in page.get("Contents", [])
            ]
            if not page.get("IsTruncated"):
                return
            told = {"ContinuationToken": page["NextContinuationToken"]}


def _seen(said: "HeadObjectOutputTypeDef") -> Seen:
    headers = said["ResponseMetadata"]["HTTPHeaders"]
    etag = said.get("ETag", "").strip('"') or None
    # An ETag is made of the bytes only where they are plain or under S3's own keys (API Reference, Object).
    opaque = said.get("ServerSideEncryption", "AES256") != "AES256" or "SSECustomerAlgorithm" in said
    version = said.get("VersionId")
    return Seen(
        looked_at=_answered_at(headers),
        present=True,
        etag=etag,
        size=said["ContentLength"],
        checksum=_checksum(said),
        version_id=version if version not in (None, "", "null") else None,
        last_modified=said.get("LastModified"),
        digest=digest_of(headers),
        in_parts=opaque or etag is None or "-" in etag,
        opaque=opaque,
    )


def _checksum(said: Mapping[str, Any]) -> str | None:
    """Return the checksum of the whole object; one made of those of its parts says nothing of other parts."""
    if said.get("ChecksumType", "COMPOSITE") != "FULL_OBJECT":
        return None
    found = ((name, said.get(f"Checksum{name}")) for name in _CHECKSUMS)
    return next((f"{name}:{value}" for name, value in found if value), None)


def _answered_at(headers: Mapping[str, str]) -> datetime:
    """Return S3's own time of an answer.

    Raises: UnavailableError, without one: then it was not S3 that answered, or nothing that could be relied on.
    """
    try:
        return parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError) as error:
        raise UnavailableError("S3's answer has no Date, so nothing can be told of when it was true.", 1.0) from error
