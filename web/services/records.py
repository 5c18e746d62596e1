"""What the table remembers of links: events, ids that were seen, who writes just now, and what was there before."""

import json
import logging
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from invalidator.errors import FreshedgeError, TryLaterError
from web.services.errors import BusyError

if TYPE_CHECKING:
    from invalidator.table.tables import Tables

log = logging.getLogger(__name__)

LOCK_SECONDS = 60
"""How long a lock holds whose holder died; the writes of a link take a few seconds."""


@dataclass(frozen=True, slots=True)
class KeptText:
    """A notification configuration as it was before our last write, what we wrote, and when."""

    before: dict[str, Any]
    after: dict[str, Any]
    at: datetime


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

    def keep_text(self, bucket: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Keep the notification configuration as it is before we write it, and what we are about to write."""

    def kept_text(self, bucket: str) -> KeptText | None:
        """Return what was kept last; None where nothing was."""

    def bridge(self, bucket: str) -> bool | None:
        """Whether we had the bucket send to EventBridge; None where it was not noted that we made a rule for it."""

    def note_bridge(self, bucket: str, *, switched_on: bool) -> None:
        """Note that we make a rule for the bucket, and whether we had it send to EventBridge."""

    def forget_bridge(self, bucket: str) -> None:
        """Note that nothing of ours is left of that."""

    def last_events(self, buckets: Collection[str]) -> dict[str, datetime]:
        """Return when the invalidator last heard of each of the buckets that it heard of."""

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
            try:
                holding.__exit__(None, None, None)
            except FreshedgeError as error:  # what was done is done, and the lock ends by itself
                log.warning("The lock of %s could not be given back, and ends in a minute: %s", bucket, error)

    def keep_text(self, bucket: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Write both down as JSON."""
        self._tables.locks.keep_text(bucket, _text(before), _text(after))

    def kept_text(self, bucket: str) -> KeptText | None:
        """Read what was written down."""
        kept = self._tables.locks.kept(bucket)
        if kept is None or kept.after is None:
            return None
        return KeptText(json.loads(kept.text), json.loads(kept.after), kept.at)

    def bridge(self, bucket: str) -> bool | None:
        """Read the note."""
        note = self._tables.bridges.of(bucket)
        return note.switched_on if note else None

    def note_bridge(self, bucket: str, *, switched_on: bool) -> None:
        """Write the note."""
        self._tables.bridges.note(bucket, switched_on=switched_on)

    def forget_bridge(self, bucket: str) -> None:
        """Remove the note."""
        self._tables.bridges.forget(bucket)

    def last_events(self, buckets: Collection[str]) -> dict[str, datetime]:
        """Read them a hundred at a time."""
        seen = self._tables.links.many(buckets)
        return {bucket: one.last_event_at for bucket, one in seen.items() if one.last_event_at}

    def paused(self, ids: Collection[str]) -> frozenset[str]:
        """Ask the switch of all first, then each."""
        return self._tables.settings.paused(ids)


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

    def keep_text(self, bucket: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Leave it to the log."""
        log.info("Notifications of %s before: %s; after: %s", bucket, _text(before), _text(after))

    def kept_text(self, bucket: str) -> KeptText | None:  # noqa: ARG002 - of the protocol
        """Only the log has it."""
        return None

    def bridge(self, bucket: str) -> bool | None:  # noqa: ARG002 - of the protocol
        """Nobody noted it."""
        return None

    def note_bridge(self, bucket: str, *, switched_on: bool) -> None:
        """Nothing is noted, so an unlink leaves the bucket sending to EventBridge."""

    def forget_bridge(self, bucket: str) -> None:
        """Nothing was noted."""

    def last_events(self, buckets: Collection[str]) -> dict[str, datetime]:  # noqa: ARG002 - of the protocol
        """Nobody noted them."""
        return {}

    def paused(self, ids: Collection[str]) -> frozenset[str]:  # noqa: ARG002 - of the protocol
        """Nothing can be held back."""
        return frozenset()


def _text(configuration: Mapping[str, Any]) -> str:
    return json.dumps(configuration, sort_keys=True)
