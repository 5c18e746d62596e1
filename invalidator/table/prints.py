"""Fingerprints: what a key was when a distribution's edge was last made fresh with it. One item a key.

The keys of a bucket are spread over partitions by their digest, so that a large deploy meets no hot one. Written only
under the lease and the life that they were judged in: `fenced.py`.
"""

import hashlib
import heapq
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from invalidator.rules.fingerprints import Claim, Fingerprint
from invalidator.table.epochs import Life
from invalidator.table.store import Action, Store
from invalidator.table.times import from_ms, to_ms
from invalidator.table.values import Item

if TYPE_CHECKING:
    from invalidator.table.baselines import Baselines

SHARDS = 16
_FIRST, _LAST = "\x01", "\U0010ffff"


class Prints:
    """The fingerprints of all pairs."""

    def __init__(self, store: Store, baselines: "Baselines") -> None:
        self._store, self._baselines = store, baselines

    def of(self, life: Life, keys: Sequence[str]) -> dict[str, Fingerprint]:
        """Return what is known of these keys, whatever its epoch; those of which nothing is are left out.

        Where the life's baseline counts, a key without a fingerprint of this life has that of the baseline.
        """
        wanted = {(_partition(life, key), key): key for key in keys}
        items = self._store.get_many(list(wanted))
        found = {item["sk"]: from_item(item) for item in items}
        if not life.baseline:
            return found
        missing = [key for key in keys if key not in found or found[key].epoch != life.number]
        return found | self._baselines.find(life, missing)

    def putting(self, life: Life, key: str, fingerprint: Fingerprint) -> Action:
        """Return the action that writes a key's fingerprint."""
        return self._store.putting(to_item(_partition(life, key), key, fingerprint))

    def every(self, life: Life) -> Iterator[tuple[str, Fingerprint]]:
        """Yield all that is known in this life, sorted by key, as it is asked for."""
        written = heapq.merge(*(self._shard(life, shard) for shard in range(SHARDS)), key=_key)
        if not life.baseline:
            yield from written
            return
        both = heapq.merge(((key, 0, one) for key, one in written), _second(self._baselines.every(life)), key=_place)
        last = None
        for key, _, one in both:
            if key != last:
                yield key, one
            last = key

    def _shard(self, life: Life, shard: int) -> Iterator[tuple[str, Fingerprint]]:
        items = self._store.query(_shard_of(life, shard), since=_FIRST, until=_LAST)
        return ((item["sk"], from_item(item)) for item in items if item["epoch"] == life.number)


def to_item(partition: str, key: str, fingerprint: Fingerprint) -> Item:
    """Return the item of a fingerprint."""
    state, looked_at, *told = to_row(fingerprint)
    item: Item = {"pk": partition, "sk": key, "epoch": fingerprint.epoch, "state": state, "looked_at": looked_at}
    return item | {"told": told} if any(one is not None for one in told) else item


def from_item(item: Mapping[str, Any]) -> Fingerprint:
    """Return the fingerprint of an item."""
    return from_row([item["state"], item["looked_at"], *item.get("told", [])], item["epoch"])


def to_row(fingerprint: Fingerprint) -> list[Any]:
    """Return a fingerprint as a short list, without its epoch."""
    one, claim = fingerprint, fingerprint.claim
    claimed = claim and [claim.event, claim.version_id, claim.last_modified and to_ms(claim.last_modified)]
    told = [one.etag, one.size, one.checksum, one.version_id, one.digest, one.opaque or None, claimed]
    return [one.state, to_ms(one.looked_at), *told]


def from_row(row: Sequence[Any], epoch: int) -> Fingerprint:
    """Return the fingerprint that `to_row` was given."""
    state, looked_at, *told = row
    etag, size, checksum, version_id, digest, opaque, claimed = told or [None] * 7
    return Fingerprint(
        state=state,
        looked_at=from_ms(looked_at),
        epoch=epoch,
        etag=etag,
        size=size,
        checksum=checksum,
        version_id=version_id,
        digest=digest,
        opaque=bool(opaque),
        claim=claimed and Claim(claimed[0], claimed[1], from_ms(claimed[2]) if claimed[2] is not None else None),
    )


def _second(lines: Iterator[tuple[str, Fingerprint]]) -> Iterator[tuple[str, int, Fingerprint]]:
    return ((key, 1, one) for key, one in lines)


def _key(line: tuple[str, Fingerprint]) -> str:
    return line[0]


def _place(line: tuple[str, int, Fingerprint]) -> tuple[str, int]:
    return line[:2]


def _partition(life: Life, key: str) -> str:
    return _shard_of(life, hashlib.sha256(key.encode()).digest()[0] % SHARDS)


def _shard_of(life: Life, shard: int) -> str:
    return f"print#{life.distribution_id}#{life.bucket}#{shard:02}"
