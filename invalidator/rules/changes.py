"""A change: one object of one bucket, created or deleted, as S3 told it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Change:
    """One object created or deleted.

    bucket, key: where; the key is decoded, exactly as S3 stores it.
    kind: whether the object was created or deleted (a delete marker deletes).
    event: S3's name of it without `s3:`, such as `ObjectCreated:Put` or `LifecycleExpiration:Delete`.
    time: when S3 finished the request, aware, UTC (EventBridge gives whole seconds).
    etag, size: of a created object, where the event has them; the ETag without quotes.
    version_id: of a versioned bucket's object; None without one.
    sequencer: hexadecimal, orders the events of one key; None where the event has none.
    region: of the bucket, where the event has it.
    """

    bucket: str
    key: str
    kind: Literal["created", "deleted"]
    event: str
    time: datetime
    etag: str | None = None
    size: int | None = None
    version_id: str | None = None
    sequencer: str | None = None
    region: str | None = None
