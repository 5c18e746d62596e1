"""What a key is to a viewer: as HEAD shows it, and as a distribution's edge was last made fresh with it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

# When the absence of a key that was never seen was looked at: before everything.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

# Headers that change what a viewer is given. Not Last-Modified, version or storage class.
_SERVED = (
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
    "x-amz-website-redirect-location",
)
_OF_USERS = "x-amz-meta-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What HEAD showed of a key.

    looked_at: by S3's own clock, the Date of its answer. present: False where there is no object, or a delete marker.
    checksum: of the full object, with its algorithm, such as `CRC64NVME:…`; None without one.
    version_id: None also for the version `null`. digest: of the headers that viewers get (`digest_of`).
    in_parts: uploaded in parts. opaque: its ETag says nothing of its bytes (SSE-KMS and SSE-C: Common Response Headers,
    S3 API Reference).
    """

    looked_at: datetime
    present: bool
    etag: str | None = None
    size: int | None = None
    checksum: str | None = None
    version_id: str | None = None
    last_modified: datetime | None = None
    digest: str | None = None
    in_parts: bool = False
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Which event an object was counted for. event: its name; the object's version, and its Last-Modified."""

    event: str
    version_id: str | None
    last_modified: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What a key was when the distribution's edge was last made fresh with it.

    state: `unknown` where it was made fresh and nobody looked. looked_at: when that was seen, by S3's clock.
    epoch: the number of the link's life that it belongs to; in another one it says nothing.
    claim: what the last event was counted for that was dropped since. All else as in `Seen`.
    """

    state: Literal["absent", "present", "unknown"]
    looked_at: datetime
    epoch: int
    etag: str | None = None
    size: int | None = None
    checksum: str | None = None
    version_id: str | None = None
    digest: str | None = None
    opaque: bool = False
    claim: Claim | None = None


def digest_of(headers: Mapping[str, str]) -> str:
    """Return a digest of the headers that change a viewer's response; names in any case."""
    served = {name.lower(): value for name, value in headers.items()}
    told = sorted((name, value) for name, value in served.items() if name in _SERVED or name.startswith(_OF_USERS))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def after(seen: Seen | None, epoch: int, looked_at: datetime = NEVER) -> Fingerprint:
    """Return the fingerprint of a key whose invalidation was accepted: what was seen before it was asked for.

    looked_at: where nobody looked, a time before which all events were read, by S3's clock; NEVER where none is known.
    """
    if seen is None:
        return Fingerprint(state="unknown", looked_at=looked_at, epoch=epoch)
    if not seen.present:
        return Fingerprint(state="absent", looked_at=seen.looked_at, epoch=epoch)
    return Fingerprint(
        state="present",
        looked_at=seen.looked_at,
        epoch=epoch,
        etag=seen.etag,
        size=seen.size,
        checksum=seen.checksum,
        version_id=seen.version_id,
        digest=seen.digest,
        opaque=seen.opaque,
    )
