"""Record: what events said becomes durable. Changes in, journal entries of their distributions out, then the bell.

The tag is read once for each bucket and batch, after the batch's messages were received, and kept no longer: bucket
configuration is eventually consistent.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from invalidator.aws.buckets import Buckets
from invalidator.clock import Clock
from invalidator.doorbell import Doorbell
from invalidator.errors import FreshedgeError, NotFoundError
from invalidator.log import log
from invalidator.rules.changes import Change
from invalidator.rules.tag import parse_tag
from invalidator.table.links import SeenLink
from invalidator.table.tables import Tables


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of changes, counted.

    changes: all of them. buckets: how many they are of. distributions: those whose journals have them now.
    unowned: kept under their bucket until its tag can be read or shows an id. dropped: of buckets without a link.
    """

    changes: int = 0
    buckets: int = 0
    distributions: tuple[str, ...] = ()
    unowned: int = 0
    dropped: int = 0

    def __str__(self) -> str:
        """Return the sentence of numbers that the log shows."""
        parts = [
            f"{self.changes} changes of {self.buckets} buckets recorded for {len(self.distributions)} distributions"
        ]
        if self.unowned:
            parts.append(f"{self.unowned} of them until their buckets' tags can be read")
        if self.dropped:
            parts.append(f"{self.dropped} dropped for buckets without a link")
        return ", ".join(parts) + "."


class Recorder:
    """Makes changes durable.

    settle_seconds: where a distribution has no settle time of its own.
    """

    def __init__(
        self, tables: Tables, buckets: Buckets, doorbell: Doorbell, settle_seconds: float, clock: Clock
    ) -> None:
        self._tables, self._buckets, self._doorbell = tables, buckets, doorbell
        self._settle_seconds, self._clock = settle_seconds, clock

    def record(self, changes: Sequence[Change]) -> Recorded:
        """Write changes down for the distributions that they concern, and ring for those.

        Durable once it returns; where it raises, the caller must not acknowledge. Repeats do no harm.

        Raises: ThrottledError, UnavailableError, AccessDeniedError, as the table and the work queue answer.
        """
        by_bucket = _by_bucket(changes)
        owned: dict[str, list[Change]] = {}
        unowned, dropped = 0, 0
        for bucket, told in by_bucket.items():
            link = self.look_at(bucket, told)
            if link is None or not link.had_ids:
                self._tables.unowned.add(bucket, told)
                unowned += len(told)
            else:
                dropped += share_out(told, link, owned)
        self.hand_over(owned)
        recorded = Recorded(len(changes), len(by_bucket), tuple(owned), unowned, dropped)
        if changes:
            log(logging.INFO, str(recorded), buckets=list(by_bucket), distribution_ids=list(owned))
        return recorded

    def look_at(self, bucket: str, changes: Sequence[Change]) -> SeenLink | None:
        """Read a bucket's tag, and return what is known of its link then; None where the tag can't be read."""
        read_at = self._clock.now()
        region = next((change.region for change in changes if change.region), None)
        try:
            tag = parse_tag(self._buckets.tag(bucket, region) or "")
        except NotFoundError:
            tag = parse_tag("")  # a bucket that is gone has no tag; its last changes go where they went before
        except FreshedgeError as reason:
            message = "The tag of a bucket can't be read. Its changes are kept until it can."
            log(logging.WARNING, message, bucket=bucket, changes=len(changes), reason=str(reason))
            return None
        for problem in tag.problems:
            log(logging.WARNING, problem, bucket=bucket)
        newest = max((change.time for change in changes), default=None)
        return self._tables.links.note(bucket, tag.ids, read_at, newest)

    def hand_over(self, changes: dict[str, list[Change]]) -> None:
        """Write changes into the journals of distributions, by id, and ring for those."""
        for distribution_id, quiet_since in self._tables.journal.add(changes).items():
            chosen = self._tables.settings.of(distribution_id).settle_seconds
            settle = self._settle_seconds if chosen is None else chosen
            self._doorbell.ring(distribution_id, self._due(quiet_since, settle))

    def _due(self, quiet_since: datetime, settle_seconds: float) -> datetime:
        return max(self._clock.now(), quiet_since + timedelta(seconds=settle_seconds))


def _by_bucket(changes: Iterable[Change]) -> dict[str, list[Change]]:
    by_bucket: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_bucket[change.bucket].append(change)
    return by_bucket


def share_out(changes: Iterable[Change], link: SeenLink, shares: dict[str, list[Change]]) -> int:
    """Give each change to the distributions that it concerns; return how many concern none."""
    dropped = 0
    for change in changes:
        ids = link.ids_for(change.time)
        dropped += not ids
        for distribution_id in ids:
            shares.setdefault(distribution_id, []).append(change)
    return dropped
