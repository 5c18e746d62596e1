"""Writes a bucket's notifications and tag, each read again immediately before, and read back until it shows.

AWS lets a notification configuration be replaced only whole and without a condition (API Reference,
PutBucketNotificationConfiguration).
So whoever of others writes between our last reading and our writing, a moment of some milliseconds, is overwritten and
can't be noticed; whoever writes before or after that is noticed, and kept.
"""

from collections.abc import Callable, Mapping
from typing import Any

from invalidator.clock import Clock
from invalidator.errors import UnavailableError
from invalidator.rules.tag import TAG
from web.services.bridge import SWITCH
from web.services.bucket_config import BucketConfig
from web.services.progress import Progress
from web.services.records import Records

Configuration = dict[str, Any]
Change = Callable[[Configuration], Configuration]
"""What we want of a notification configuration, whatever else it holds: asked again for each reading."""

POLL_SECONDS = 0.25
ROUNDS = 3
"""How often we write again where somebody else's writing takes ours away each time."""


class LinkWriter:
    """Writes one bucket.

    read_back_seconds: how long AWS has time to show what was written: bucket configuration is eventually consistent.
    """

    def __init__(self, config: BucketConfig, records: Records, clock: Clock, read_back_seconds: float) -> None:
        self._config = config
        self._records = records
        self._clock = clock
        self._patience = read_back_seconds

    def notifications(
        self, bucket: str, region: str | None, change: Change, progress: Progress, *, validate: bool
    ) -> bool:
        """Bring the notification configuration to what `change` makes of it, and read it back.

        Returns whether anything had to be written.

        change: what it returns is to be what it gets, once ours is as it should be.
        validate: False where nothing is added: then others' dead destinations must not keep us from it.

        Raises: DestinationRefusedError, NotFoundError, AccessDeniedError, ThrottledError, UnavailableError (also
            where it does not show in time).
        """
        for tried in range(ROUNDS):
            before = self._config.notifications(bucket, region)
            if change(before) == before:
                return tried > 0
            before = self._kept(bucket, region, before, change)
            after = change(before)
            with progress.writing():
                self._config.put_notifications(bucket, region, after, validate=validate)
            self._note_switch(bucket, before, after)
            if self._shows(lambda: self._config.notifications(bucket, region), before, lambda now: change(now) == now):
                return True
        raise does_not_stay("notifications", bucket)

    def _note_switch(self, bucket: str, before: Configuration, after: Configuration) -> None:
        """Note who had the bucket send to EventBridge, as it was immediately before our writing."""
        if (SWITCH in before) != (SWITCH in after):
            self._records.note_bridge(bucket, switched_on=SWITCH in after)

    def tag(self, bucket: str, region: str | None, value: str | None, progress: Progress) -> bool:
        """Set our tag, or remove it (None), and read it back.

        Returns whether anything had to be written.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError (also where it does not show in
            time).
        """
        for tried in range(ROUNDS):
            before = self._config.tags(bucket, region)
            if before.get(TAG) == value:
                return tried > 0
            with progress.writing():
                if value is None:
                    self._config.remove_tag(bucket, region, TAG)
                else:
                    self._config.set_tag(bucket, region, TAG, value)
            if self._shows(lambda: self._config.tags(bucket, region), before, lambda now: now.get(TAG) == value):
                return True
        raise does_not_stay("tags", bucket)

    def _kept(self, bucket: str, region: str | None, read: Configuration, change: Change) -> Configuration:
        """Keep what was read, and read again: between that last reading and our writing there is no other call."""
        for _ in range(ROUNDS):
            self._records.keep_text(bucket, read, change(read))
            now = self._config.notifications(bucket, region)
            if now == read:
                break
            read = now
        return read

    def _shows(
        self, read: Callable[[], Mapping[str, Any]], before: Mapping[str, Any], done: Callable[[Any], bool]
    ) -> bool:
        """Read until what was written shows; False where it does not: something else does, or what was there before."""
        waited = 0.0
        while not done(now := read()):
            if now != before or waited >= self._patience / ROUNDS:
                return False
            self._clock.sleep(POLL_SECONDS)
            waited += POLL_SECONDS
        return True


def does_not_stay(what: str, bucket: str) -> UnavailableError:
    """Return the error that what we wrote does not stay, or does not show. what: `tags`, `notifications`."""
    return UnavailableError(
        f"S3 took what was written and does not show it among the {what} of {bucket}: either AWS is slow, or somebody "
        "else goes on writing there. Look again in a minute.",
        60.0,
    )
