"""Links as they were seen last: which ids a bucket's tag named, and which are gone since when.

The tag on the bucket is the link; this is only what makes a change find the distributions that were linked when it
happened. Whoever sees an id come or go (record, link, unlink, health check) notes it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from invalidator.table.store import Store
from invalidator.table.times import from_ms, to_ms
from invalidator.table.values import Item

# A change still goes to an id that was gone for less than this when it happened.
STILL_TOLD = timedelta(minutes=15)
# Longer than any queue keeps a message.
REMEMBERED = timedelta(days=15)
# How exactly the time of the last event is kept; a write for each batch would tell nobody more.
EVENT_STEP = timedelta(seconds=10)
_TRIES = 5


@dataclass(frozen=True, slots=True)
class SeenLink:
    """What a bucket's tag was seen to name.

    ids: at last; empty where it had none. gone: ids that it named before, and when that was seen to be over.
    read_at: when that reading of the tag began. last_event_at: of the newest event, some seconds exact.
    """

    bucket: str
    ids: tuple[str, ...] = ()
    gone: Mapping[str, datetime] = field(default_factory=dict)
    read_at: datetime | None = None
    last_event_at: datetime | None = None

    @property
    def had_ids(self) -> bool:
        """Whether it was ever seen with an id."""
        return bool(self.ids or self.gone)

    def ids_for(self, time: datetime) -> tuple[str, ...]:
        """Return the distributions that a change of this time concerns: those named, and those gone shortly before."""
        late = (one for one, gone_at in self.gone.items() if one not in self.ids and time - gone_at < STILL_TOLD)
        return (*self.ids, *late)


class Links:
    """What was seen of all buckets."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def seen(self, bucket: str) -> SeenLink | None:
        """Return what was seen of a bucket; None where it was never looked at."""
        item = self._store.get(_partition(bucket), "seen")
        return _seen(item) if item else None

    def many(self, buckets: Collection[str]) -> dict[str, SeenLink]:
        """Return what was seen of those of the buckets that were ever looked at, a hundred a read."""
        items = self._store.get_many([(_partition(bucket), "seen") for bucket in buckets])
        return {item["bucket"]: _seen(item) for item in items}

    def note(self, bucket: str, ids: Collection[str], read_at: datetime, event_at: datetime | None = None) -> SeenLink:
        """Note which ids a bucket's tag names, and return what is known then.

        read_at: when the reading of the tag began; what was read later counts, so an older reading changes nothing.
        event_at: time of the newest event of the bucket, where there was one.
        """
        after = SeenLink(bucket)
        for _ in range(_TRIES):
            item = self._store.get(_partition(bucket), "seen")
            known = _seen(item) if item else SeenLink(bucket)
            after = _noted(known, ids, read_at, event_at)
            if after == known or self._replace(known, after):
                break
        return after  # many others note at this moment, where it could not be written: the next batch tries again

    def _replace(self, known: SeenLink, after: SeenLink) -> bool:
        condition, told = "attribute_not_exists(#pk)", {}
        if known.read_at is not None:
            condition, told = "#read_at = :was", {"was": to_ms(known.read_at)}
        return self._store.put(_item(after), condition, told)


def _noted(known: SeenLink, ids: Collection[str], read_at: datetime, event_at: datetime | None) -> SeenLink:
    """Return what is known after one more reading; the same where it tells nothing new."""
    last = known.last_event_at
    if event_at is not None and (last is None or event_at - last >= EVENT_STEP):
        last = event_at
    now_named = tuple(dict.fromkeys(ids))
    older = known.read_at is not None and read_at <= known.read_at
    if older or (known.read_at is not None and set(now_named) == set(known.ids)):
        if last == known.last_event_at:
            return known
        return SeenLink(known.bucket, known.ids, known.gone, max(read_at, known.read_at or read_at), last)
    gone = {one: at for one, at in known.gone.items() if one not in now_named and read_at - at < REMEMBERED}
    gone |= {one: read_at for one in known.ids if one not in now_named}
    return SeenLink(known.bucket, now_named, gone, read_at, last)


def _partition(bucket: str) -> str:
    return f"link#{bucket}"


def _item(link: SeenLink) -> Item:
    return {
        "pk": _partition(link.bucket),
        "sk": "seen",
        "bucket": link.bucket,
        "ids": list(link.ids),
        "gone": {one: to_ms(at) for one, at in link.gone.items()},
        "read_at": to_ms(link.read_at) if link.read_at else None,
        "last_event_at": to_ms(link.last_event_at) if link.last_event_at else None,
    }


def _seen(item: Item) -> SeenLink:
    return SeenLink(
        bucket=item["bucket"],
        ids=tuple(item["ids"]),
        gone={one: from_ms(at) for one, at in item["gone"].items()},
        read_at=from_ms(item["read_at"]) if "read_at" in item else None,
        last_event_at=from_ms(item["last_event_at"]) if "last_event_at" in item else None,
    )
