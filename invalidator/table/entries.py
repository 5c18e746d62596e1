"""Journal entries: many changes of one bucket in one item, as the journal of a distribution or bucket keeps them.

An item is 400 KB at most (DynamoDB Developer Guide, ServiceQuotas.html). Changes are cut by the bytes they have before
they are compressed, so that no item can come near that.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from invalidator.rules.changes import Change
from invalidator.table.times import from_ms, new_id, to_ms
from invalidator.table.values import Item

MOST_BYTES = 300_000
# An event is on its way from S3 to us about this long, the window of the events queue included; the quiet after a
# change is counted from when it happened, but from no longer ago than this before we heard of it.
ON_ITS_WAY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Entry:
    """Changes of one bucket, recorded together.

    id: the sort key; sorts by the time of recording.
    oldest: when the first of them happened. quiet_since: from when on the settle time counts.
    """

    id: str
    bucket: str
    changes: tuple[Change, ...]
    count: int
    oldest: datetime
    quiet_since: datetime
    recorded_at: datetime


def entries_of(changes: Iterable[Change], now: datetime) -> list[Entry]:
    """Return the entries that hold these changes, each of one bucket and small enough for one item."""
    by_bucket = sorted(changes, key=_place)
    entries: list[Entry] = []
    for _, same in groupby(by_bucket, key=_place):
        for part in _cut(list(same)):
            entries.append(_entry(part, now, entries[-1].id if entries else None))
    return entries


def to_item(owner: str, entry: Entry) -> Item:
    """Return the item of an entry in a partition."""
    first = entry.changes[0]
    return {
        "pk": owner,
        "sk": entry.id,
        "bucket": entry.bucket,
        "region": first.region,
        "blob": packed([_row(change) for change in entry.changes]),
        "count": entry.count,
        "oldest": to_ms(entry.oldest),
        "quiet_since": to_ms(entry.quiet_since),
        "recorded_at": to_ms(entry.recorded_at),
    }


def from_item(item: Item) -> Entry:
    """Return the entry of an item."""
    bucket, region = item["bucket"], item.get("region")
    return Entry(
        id=item["sk"],
        bucket=bucket,
        changes=tuple(_change(bucket, region, row) for row in unpacked(item["blob"])),
        count=item["count"],
        oldest=from_ms(item["oldest"]),
        quiet_since=from_ms(item["quiet_since"]),
        recorded_at=from_ms(item["recorded_at"]),
    )


def packed(value: object) -> bytes:
    """Return a value of JSON as compressed bytes."""
    return zlib.compress(_json(value))


def unpacked(blob: bytes) -> Any:  # noqa: ANN401 - whatever was packed
    """Return what `packed` was given."""
    return json.loads(zlib.decompress(blob))


def in_parts(rows: Iterable[object], most_bytes: int = MOST_BYTES) -> Iterator[list[Any]]:
    """Yield rows of JSON in lists of at most so many bytes each; a longer row stands alone."""
    part: list[Any] = []
    size = 0
    for row in rows:
        length = len(_json(row)) + 1
        if part and size + length > most_bytes:
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    if part:
        yield part


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _cut(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    begin = 0
    for part in in_parts(map(_row, changes)):
        yield changes[begin : begin + len(part)]
        begin += len(part)


def _place(change: Change) -> tuple[str, str]:
    return change.bucket, change.region or ""


def _entry(changes: Sequence[Change], now: datetime, after: str | None) -> Entry:
    newest = max(change.time for change in changes)
    return Entry(
        id=new_id(now, after=after),
        bucket=changes[0].bucket,
        changes=tuple(changes),
        count=len(changes),
        oldest=min(now, *(change.time for change in changes)),
        quiet_since=min(now, max(newest, now - ON_ITS_WAY)),
        recorded_at=now,
    )


def _row(change: Change) -> list[Any]:
    """Return a change as a short list; bucket and region stand beside the list of all."""
    time = change.time.isoformat()
    return [
        change.key,
        change.event,
        change.kind == "created",
        time,
        change.etag,
        change.size,
        change.version_id,
        change.sequencer,
    ]


def _change(bucket: str, region: str | None, row: Sequence[Any]) -> Change:
    key, event, created, time, etag, size, version_id, sequencer = row
    return Change(
        bucket=bucket,
        key=key,
        kind="created" if created else "deleted",
        event=event,
        time=datetime.fromisoformat(time),
        etag=etag,
        size=size,
        version_id=version_id,
        sequencer=sequencer,
        region=region,
    )
