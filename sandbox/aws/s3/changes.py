"""Where changes of objects are told to whoever wants to know: the one seam between S3 and its events."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.aws.s3.call import Call
from sandbox.aws.s3.model import Bucket, Version


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object.

    event: like `ObjectCreated:Put`, without `s3:`.
    key, version_id, etag, size: of the version that was changed; etag and size None where S3 tells none.
    sequence: as `Version.sequence`; None for events that have no sequencer.
    time: when S3 finished the request, unix seconds.
    """

    event: str
    bucket: str
    region: str
    key: str
    version_id: str
    etag: str | None
    size: int | None
    sequence: int | None
    time: float
    request_id: str
    source_ip: str
    requester: str


class Changes:
    """Makes changes of what the operations did, and hands them on while the store's lock is held."""

    def __init__(self, clock: Callable[[], float], account: str, told: Callable[[Bucket, Change], None]) -> None:
        self._clock, self._account, self._told = clock, account, told

    def note(self, event: str, bucket: Bucket, version: Version, call: Call, sequence: int | None = None) -> None:
        """Tell of a change, if the bucket notifies anybody of anything.

        sequence: the change's own number, where it is not the one that made the version: a deletion for good.
        """
        if not bucket.notification:
            return
        created, removed = event.startswith("ObjectCreated:"), event.startswith("ObjectRemoved:")
        change = Change(
            event=event,
            bucket=bucket.name,
            region=bucket.region,
            key=version.key,
            version_id=version.version_id if bucket.versioning else "",
            etag=None if removed and not version.marker else version.etag,
            size=None if removed else len(version.body),
            sequence=(sequence or version.sequence) if created or removed else None,
            time=self._clock(),
            request_id=call.id,
            source_ip="127.0.0.1",
            requester=self._account,
        )
        self._told(bucket, change)
