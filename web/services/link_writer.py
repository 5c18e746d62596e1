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
from web.services.bucket_config import BucketConfig
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

    def notifications(self, bucket: str, region: str | None, change: Change, *, validate: bool) -> None:
        """Bring the notification configuration to what `change` makes of it, and read it back.

        change: what it returns is to be what it gets, once ours is as it should be.
        validate: False where nothing is added: then others' dead destinations must not keep us from it.

        Raises: DestinationRefusedError, NotFoundError, AccessDeniedError, ThrottledError, UnavailableError (also
            where it does not show in time).
        """
        for _ in range(ROUNDS):
            before = self._config.notifications(bucket, region)
            after = change(before)
            if after == before:
                return
            self._records.keep_text(bucket, before)
            self._config.put_notifications(bucket, region, after, validate=validate)
            if self._shows(lambda: self._config.notifications(bucket, region), before, lambda now: change(now) == now):
                return
        raise _does_not_stay("notifications", bucket)

    def tag(self, bucket: str, region: str | None, value: str | None) -> None:
        """Set our tag, or remove it (None), and read it back.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError (also where it does not show in
            time).
        """
        for _ in range(ROUNDS):
            before = self._config.tags(bucket, region)
            if before.get(TAG) == value:
                return
            if value is None:
                self._config.remove_tag(bucket, region, TAG)
            else:
                self._config.set_tag(bucket, region, TAG, value)
            if self._shows(lambda: self._config.tags(bucket, region), before, lambda now: now.get(TAG) == value):
                return
        raise _does_not_stay("tags", bucket)

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


def _does_not_stay(what: str, bucket: str) -> UnavailableError:
    return UnavailableError(
        f"S3 took what was written and does not show it among the {what} of {bucket}: either AWS is slow, or somebody "
        "else goes on writing there. Look again in a minute.",
        60.0,
    )
