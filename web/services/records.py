"""What the table remembers of links: events, ids that were seen, who writes just now, and what was there before."""

import json
import logging
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from invalidator.errors import TryLaterError
from web.services.errors import BusyError

if TYPE_CHECKING:
    from invalidator.table.tables import Tables

log = logging.getLogger(__name__)

LOCK_SECONDS = 60
"""How long a lock holds whose holder died; the writes of a link take a few seconds."""


class Records(Protocol):
    """What lasts of links beside the bucket itself. `kept` is False where nothing does (direct mode)."""

    kept: bool

    def last_event_at(self, bucket: str) -> datetime | None:
        """When the invalidator last heard of the bucket."""

    def note_ids(self, bucket: str, ids: Sequence[str], read_at: datetime) -> None:
        """Note which ids the tag named when its reading began, so that changes still on their way reach those gone."""

    def lock(self, bucket: str) -> AbstractContextManager[None]:
        """Keep our own other writers from the bucket's configuration.

        Raises: BusyError where another one writes.
        """

    def keep_text(self, bucket: str, configuration: Mapping[str, Any]) -> None:
        """Keep the notification configuration as it was before we write it."""

    def paused(self, ids: Collection[str]) -> frozenset[str]:
        """Return those of the distributions that are paused; all of them while everything is."""


class TableRecords:
    """Records in the table."""

    kept = True

    def __init__(self, tables: "Tables") -> None:
        self._tables = tables

    def last_event_at(self, bucket: str) -> datetime | None:
        """When the invalidator last heard of the bucket."""
        seen = self._tables.links.seen(bucket)
        return seen.last_event_at if seen else None

    def note_ids(self, bucket: str, ids: Sequence[str], read_at: datetime) -> None:
        """Write down that the ids were seen; the table itself notes those that went."""
        self._tables.links.note(bucket, ids, read_at)

    @contextmanager
    def lock(self, bucket: str) -> Iterator[None]:
        """Hold the bucket's lock in the table."""
        holding = self._tables.locks.hold(f"bucket#{bucket}", LOCK_SECONDS)
        try:
            holding.__enter__()
        except TryLaterError as error:
            raise BusyError(f"Somebody else is changing the link of {bucket} just now. Look at it again.") from error
        try:
            yield
        finally:
            holding.__exit__(None, None, None)

    def keep_text(self, bucket: str, configuration: Mapping[str, Any]) -> None:
        """Write the configuration down as JSON."""
        self._tables.locks.keep_text(bucket, json.dumps(configuration, sort_keys=True))

    def paused(self, ids: Collection[str]) -> frozenset[str]:
        """Ask the switch of all first, then each."""
        if self._tables.settings.all_paused():
            return frozenset(ids)
        return frozenset(one for one in ids if self._tables.settings.of(one).paused)


class NoRecords:
    """Without a table nothing is remembered, and only this process is kept from writing twice at once."""

    kept = False

    def __init__(self) -> None:
        self._writing: set[str] = set()
        self._guard = threading.Lock()

    def last_event_at(self, bucket: str) -> datetime | None:  # noqa: ARG002 - of the protocol
        """Nobody noted it."""
        return None

    def note_ids(self, bucket: str, ids: Sequence[str], read_at: datetime) -> None:
        """Nothing is noted: the Lambda acts at once by the tag as it is."""

    @contextmanager
    def lock(self, bucket: str) -> Iterator[None]:
        """Hold the bucket within this process."""
        with self._guard:
            if bucket in self._writing:
                raise BusyError(f"Somebody else is changing the link of {bucket} just now. Look at it again.")
            self._writing.add(bucket)
        try:
            yield
        finally:
            with self._guard:
                self._writing.discard(bucket)

    def keep_text(self, bucket: str, configuration: Mapping[str, Any]) -> None:
        """Leave it to the log."""
        log.info("Notifications of %s before: %s", bucket, json.dumps(configuration, sort_keys=True))

    def paused(self, ids: Collection[str]) -> frozenset[str]:  # noqa: ARG002 - of the protocol
        """Nothing can be held back."""
        return frozenset()
