"""Probe objects: written into a bucket, kept in mind, and deleted again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from web.models import Verification

MARK = "freshedge-probe-"
"""What is in the name of every probe object, for roles that may write those alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A probe object and how it came through so far.

    region: its bucket's. ids: the distributions that it is followed to. etag, version: as S3 told them, empty for none;
    no etag means that it was never written.
    """

    told: Verification
    region: str | None
    ids: tuple[str, ...]
    etag: str = ""
    version: str = ""

    def dumped(self) -> dict[str, Any]:
        """Return it as the table keeps it."""
        return {
            "id": self.told.id,
            "told": self.told.model_dump_json(),
            "region": self.region,
            "ids": list(self.ids),
            "etag": self.etag,
            "version": self.version,
        }

    @classmethod
    def loaded(cls, kept: Mapping[str, Any]) -> "Probe":
        """Return what `dumped` was made of."""
        return cls(
            told=Verification.model_validate_json(kept["told"]),
            region=kept.get("region"),
            ids=tuple(kept["ids"]),
            etag=kept["etag"],
            version=kept["version"],
        )


class KeptProbes(Protocol):
    """Keeps the last probe of each bucket, so that it is deleted whatever happens to who wrote it."""

    def all(self) -> dict[str, dict[str, Any]]:
        """Return the last probe of every bucket that had one."""

    def of(self, bucket: str) -> dict[str, Any] | None:
        """Return the last probe of a bucket."""

    def begin(self, bucket: str, probe: dict[str, Any], before: str | None) -> bool:
        """Keep a new probe in the place of the one with the id `before`; False where another was faster."""

    def keep(self, bucket: str, probe: dict[str, Any]) -> None:
        """Keep how a probe stands, unless there is a newer one."""


class OwnProbes:
    """Kept in this process, where there is no table."""

    def __init__(self) -> None:
        self._probes: dict[str, dict[str, Any]] = {}

    def all(self) -> dict[str, dict[str, Any]]:
        """Return what this process knows."""
        return dict(self._probes)

    def of(self, bucket: str) -> dict[str, Any] | None:
        """Return the last one of a bucket."""
        return self._probes.get(bucket)

    def begin(self, bucket: str, probe: dict[str, Any], before: str | None) -> bool:
        """Put it in the place of the one before."""
        known = self._probes.get(bucket)
        if (known["id"] if known else None) != before:
            return False
        self._probes[bucket] = probe
        return True

    def keep(self, bucket: str, probe: dict[str, Any]) -> None:
        """Put it there, where it is of the same id."""
        if (known := self._probes.get(bucket)) and known["id"] == probe["id"]:
            self._probes[bucket] = probe


class ProbeObjects:
    """Writes and deletes probe objects."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def write(self, bucket: str, region: str | None, key: str, at: datetime) -> tuple[str, str]:
        """Write a probe object; return its ETag and its version, which is empty where there are none.

        Raises: AccessDeniedError, NotFoundError, ThrottledError, UnavailableError.
        """
        with explained("s3:PutObject", f"arn:aws:s3:::{bucket}/*{MARK}*"):
            answer = self._clients.s3_in(region).put_object(
                Bucket=bucket,
                Key=key,
                Body=f"freshedge looks whether changes come through. {at.isoformat()} {key}\n".encode(),
                ContentType="text/plain; charset=utf-8",
                CacheControl="max-age=60",
            )
        return answer["ETag"], answer.get("VersionId", "")

    def delete(self, bucket: str, region: str | None, key: str, version: str) -> None:
        """Delete a probe object, for good where its version is known; none is no error.

        Raises: AccessDeniedError, ThrottledError, UnavailableError; NotFoundError without such a bucket.
        """
        action = "s3:DeleteObjectVersion" if version else "s3:DeleteObject"
        client = self._clients.s3_in(region)
        with explained(action, f"arn:aws:s3:::{bucket}/*{MARK}*"):
            if version:
                client.delete_object(Bucket=bucket, Key=key, VersionId=version)
            else:
                client.delete_object(Bucket=bucket, Key=key)
