"""What came of one event in direct mode: what was sent, dropped, not read and not done, as one sentence of numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from invalidator.errors import FreshedgeError
from invalidator.rules.changes import Change
from invalidator.rules.events import Parsed
from invalidator.rules.tag import TAG
from invalidator.submission import Submission

# Lambda cuts long messages of errors; each reason has its own line in the log.
_MOST_REASONS = 10


@dataclass(slots=True)
class Outcome:
    """One event's outcome, filled in as it comes about.

    told: what the event says.
    ids: the distribution ids in the tag of each bucket that could be read; none where it has no tag, or is gone.
    submissions: by distribution id.
    unread, unsent: why a bucket's tag could not be read, and why a distribution was not invalidated.
    """

    told: Parsed
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    submissions: dict[str, Submission] = field(default_factory=dict)
    unread: dict[str, Exception] = field(default_factory=dict)
    unsent: dict[str, Exception] = field(default_factory=dict)

    def changes_by_distribution(self) -> dict[str, list[Change]]:
        """Return the changes that each distribution has to be told of."""
        found: dict[str, list[Change]] = {}
        for change in self.told.changes:
            for distribution_id in self.ids.get(change.bucket, ()):
                found.setdefault(distribution_id, []).append(change)
        return found

    def buckets_of(self, distribution_id: str) -> list[str]:
        """Return the buckets whose tag names a distribution."""
        return sorted(bucket for bucket, ids in self.ids.items() if distribution_id in ids)

    def left_undone(self, changes: Iterable[Change]) -> bool:
        """Whether some distribution may not have been told of some of these changes."""
        buckets = {change.bucket for change in changes}
        return any(bucket in self.unread or self.unsent.keys() & self.ids.get(bucket, ()) for bucket in buckets)

    def error(self) -> FreshedgeError | None:
        """Return what to raise so that the event comes again; None where all is done."""
        reasons = [
            *self.told.problems,
            *(f"Bucket {bucket}: {reason!s}" for bucket, reason in self.unread.items()),
            *(f"Distribution {distribution_id}: {reason!s}" for distribution_id, reason in self.unsent.items()),
        ]
        more = [f"And {len(reasons) - _MOST_REASONS} more: see the log."] if len(reasons) > _MOST_REASONS else []
        return FreshedgeError(" ".join([self.sentence, *reasons[:_MOST_REASONS], *more])) if reasons else None

    @property
    def sentence(self) -> str:
        """The outcome in numbers, the same in log, result and error."""
        sent = [one for submission in self.submissions.values() for one in submission.sent]
        paths = sum(len(one.paths) for one in sent)
        buckets = {change.bucket for change in self.told.changes}
        untagged = sum(1 for change in self.told.changes if self.ids.get(change.bucket) == ())
        changed = f"{_count(len(self.told.changes), 'change')} in {_count(len(buckets), 'bucket')}"
        parts = [
            f"{changed}: {_count(len(sent), 'invalidation')} with {_count(paths, 'path')}",
            untagged and f"{_count(untagged, 'change')} without a distribution in the tag {TAG} dropped",
            (ignored := sum(self.told.ignored.values())) and f"{_count(ignored, 'record')} of no interest",
            self.told.problems and f"{_count(len(self.told.problems), 'record')} not understood",
            self.unread and f"{_count(len(self.unread), 'bucket')} not read",
            self.unsent and f"{_count(len(self.unsent), 'distribution')} not invalidated",
        ]
        return "; ".join(str(part) for part in parts if part) + "."


def _count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> _count(1, "path"), _count(1200, "path")
    ('1 path', '1,200 paths')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
