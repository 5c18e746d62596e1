"""What the edge keeps, within a limit of bytes, until it expires, is pushed out or is invalidated.

An invalidation works when it is in effect, with the next request that looks: there is no timer. Strict where AWS says
nothing: whatever was asked of the origin before an invalidation was accepted goes, also if its answer comes later.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sandbox.edge.drops import Drop
from sandbox.edge.moments import Moment

OVERHEAD = 600
"""Bytes that an entry costs beside its body and headers, about."""


class Key(NamedTuple):
    """What tells cached objects apart.

    uri: the path as the viewer sent it, and after a `?` the query strings that the behaviour counts.
    variant: values of the headers and cookies that the behaviour counts.
    """

    distribution_id: str
    uri: str
    variant: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One cached response.

    headers: the origin's, as viewers get them.
    asked: when the origin was asked for it. An answer that it is still the same does not change that: such an answer
        renews only some of the headers.
    confirmed_at: when the origin sent it, or said last that it is still the same, unix seconds.
    expires_at: until when it is served without asking the origin, unix seconds.
    stale_until: until when it may stand in for an origin that fails, unix seconds.
    failed: whether the origin answered with an error; the status may be another, of a custom error response.
    tags: its cache tags, in lower case.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    asked: Moment
    confirmed_at: float
    expires_at: float
    stale_until: float
    failed: bool = False
    tags: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """Bytes that keeping it costs, about."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + OVERHEAD


@dataclass(slots=True)
class _Shelf:
    """What belongs to one distribution.

    waiting: invalidations that are not in effect yet; past: those that are, kept while the origin has older requests.
    asking: requests that the origin has not answered yet.
    """

    by_uri: dict[str, set[Key]] = field(default_factory=dict)
    by_tag: dict[str, set[Key]] = field(default_factory=dict)
    waiting: list[Drop] = field(default_factory=list)
    past: list[Drop] = field(default_factory=list)
    asking: set[Moment] = field(default_factory=set)

    def named_by(self, drop: Drop) -> Iterator[Key]:
        """Yield the keys that an invalidation names; one may come twice."""
        for uri in drop.exact & self.by_uri.keys():
            yield from self.by_uri[uri]
        if drop.prefixes:
            for uri, keys in self.by_uri.items():
                if uri.startswith(drop.prefixes):
                    yield from keys
        for tag in drop.tags & self.by_tag.keys():
            yield from self.by_tag[tag]


class Cache:
    """Entries of all distributions, the least used pushed out first; safe across threads.

    limit: bytes that all entries together may cost.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._shelves: dict[str, _Shelf] = {}

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Bytes that all entries together cost, about."""
        return self._size

    def find(self, key: Key, now: float) -> Entry | None:
        """Return what is kept under a key at a time, expired or not."""
        with self._lock:
            shelf = self._shelves.get(key.distribution_id)
            if shelf and shelf.waiting:
                self._apply(shelf, now)
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def begin(self, distribution_id: str, asked: Moment) -> None:
        """Note that the origin is being asked; `end` must follow."""
        with self._lock:
            self._shelves.setdefault(distribution_id, _Shelf()).asking.add(asked)

    def end(self, distribution_id: str, asked: Moment) -> None:
        """Note that the origin has answered, and that what it answered is kept or thrown away."""
        with self._lock:
            shelf = self._shelves[distribution_id]
            shelf.asking.discard(asked)
            _forget_past(shelf)

    def keep(self, key: Key, entry: Entry, now: float) -> None:
        """Keep an entry, unless an invalidation in effect names it, or a younger one is there.

        The caller is between `begin` and `end` of the entry's own request.
        """
        with self._lock:
            shelf = self._shelves.setdefault(key.distribution_id, _Shelf())
            self._apply(shelf, now)
            old = self._entries.get(key)
            late = any(drop.created > entry.asked and drop.names(key.uri, entry.tags) for drop in shelf.past)
            if late or (old is not None and old.asked > entry.asked):
                return
            self._remove(shelf, key)
            if entry.size > self._limit:
                return
            self._put(shelf, key, entry)
            while self._size > self._limit:
                oldest = next(iter(self._entries))
                self._remove(self._shelves[oldest.distribution_id], oldest)

    def prolong(self, key: Key, entry: Entry, now: float) -> bool:
        """Put what was found under a key back, with a longer life.

        Returns False, and does nothing, where that is gone by now, for example by an invalidation.
        """
        with self._lock:
            shelf = self._shelves.get(key.distribution_id)
            if shelf is not None:
                self._apply(shelf, now)
            present = self._entries.get(key)
            if present is None or present.asked != entry.asked:
                return False
            self._entries[key] = entry
            return True

    def forget(self, key: Key, asked: Moment) -> None:
        """Drop what is kept under a key, if it was asked for before a moment."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.asked < asked:
                self._remove(self._shelves[key.distribution_id], key)

    def invalidate(self, distribution_id: str, drop: Drop, now: float) -> None:
        """Drop, from the time on that the invalidation tells, what was asked for before it was created."""
        with self._lock:
            shelf = self._shelves.get(distribution_id)
            if shelf is None or not (shelf.by_uri or shelf.asking):
                return  # nothing older than the invalidation is here or under way
            shelf.waiting.append(drop)
            self._apply(shelf, now)

    def _apply(self, shelf: _Shelf, now: float) -> None:
        due = [drop for drop in shelf.waiting if drop.effective_at <= now]
        if not due:
            return
        shelf.waiting = [drop for drop in shelf.waiting if drop.effective_at > now]
        for drop in due:
            for key in set(shelf.named_by(drop)):
                if self._entries[key].asked < drop.created:
                    self._remove(shelf, key)
        shelf.past += due
        _forget_past(shelf)

    def _put(self, shelf: _Shelf, key: Key, entry: Entry) -> None:
        self._entries[key] = entry
        self._size += entry.size
        shelf.by_uri.setdefault(key.uri, set()).add(key)
        for tag in entry.tags:
            shelf.by_tag.setdefault(tag, set()).add(key)

    def _remove(self, shelf: _Shelf, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self._size -= entry.size
        _take(shelf.by_uri, [key.uri], key)
        _take(shelf.by_tag, entry.tags, key)


def _take(index: dict[str, set[Key]], names: Iterable[str], key: Key) -> None:
    for name in names:
        index[name].discard(key)
        if not index[name]:
            del index[name]


def _forget_past(shelf: _Shelf) -> None:
    """Only an answer to an older request can still be hit by an invalidation that is in effect."""
    if shelf.past:
        oldest = min(shelf.asking, default=None)
        shelf.past = [drop for drop in shelf.past if oldest is not None and oldest < drop.created]
