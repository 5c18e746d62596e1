"""What may be dropped: only what no viewer can have been given otherwise than what the edge was made fresh with.

An object that a look showed stands for one event only. So of the events since the last invalidation each one that is
dropped claims a look at the fingerprint's state; a write that left that state has an event of its own and no such
object, so some event finds none left to claim, and is a change. `docs/correctness.md` has the whole argument.

Order is part of the rule: the look comes first, CreateInvalidation after it, the fingerprint last and only if accepted.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from invalidator.rules.changes import Change
from invalidator.rules.fingerprints import NEVER, Claim, Fingerprint, Seen, after
from invalidator.rules.references import identity

# By so much the time of an event may be wrong, against the Date of S3's answers.
MARGIN = timedelta(seconds=5)
# An absence that is cached no longer than this is not stale: CloudFront's default for errors (HTTPStatusCodes.html).
SHORT_SECONDS = 10.0

Word = Literal["covered", "behind", "unchanged", "new", "changed"]
Reason = Literal[
    "looked_after",
    "older_version",
    "same_object",
    "absence_not_cached",
    "not_judged",
    "not_looked",
    "never_seen",
    "several_events",
    "deleted",
    "gone",
    "other_object",
    "other_version",
    "claimed",
    "other_bytes",
    "bytes_unknown",
    "other_headers",
    "absence_cached",
]
REASONS: Mapping[Reason, str] = {
    "looked_after": "The object was looked at after this event, and the edge was made fresh after that.",
    "older_version": "An older version was deleted for good. The one that viewers get stayed.",
    "same_object": "The same bytes and headers were uploaded again.",
    "absence_not_cached": "The key is new, and the edge keeps it no longer than ten seconds that there was none.",
    "not_judged": "Nothing is dropped here now, so every change is invalidated.",
    "not_looked": "The object could not be looked at.",
    "never_seen": "What the edge was made fresh with is not known for this key.",
    "several_events": "More than one event is left: the object may have been something else in between.",
    "deleted": "The object was deleted.",
    "gone": "The object that the event tells of is not there any more.",
    "other_object": "The object there now is not the one that the event tells of.",
    "other_version": "The version there now is not the one that the event tells of.",
    "claimed": "The object there now was counted for another event already.",
    "other_bytes": "The bytes are others.",
    "bytes_unknown": "Whether the bytes are the same can't be told: the ETag says nothing of them.",
    "other_headers": "The headers that viewers get are others.",
    "absence_cached": "The key is new, and the edge may keep for long that there was none.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a key's events.

    event: the name of the one that is dropped as `unchanged` or `new`. fingerprint: what to write when it is dropped;
    None where the fingerprint stays as it is, or is written once the invalidation was accepted (`after`).
    """

    word: Word
    reason: Reason
    event: str | None = None
    fingerprint: Fingerprint | None = None

    @property
    def drops(self) -> bool:
        """Whether nothing is to be invalidated."""
        return self.word != "changed"


def event_name(change: Change) -> str:
    """Return a short name for an event, the same for each of its repeats in whatever envelope."""
    return hashlib.sha256(json.dumps(identity(change)).encode()).hexdigest()[:24]


def judge(
    fingerprint: Fingerprint | None,
    *,
    known: bool,
    epoch: int,
    events: Sequence[Change],
    seen: Seen | None,
    absence_seconds: float | None,
) -> Verdict:
    """Say what becomes of a key's events, all of one distribution and bucket.

    fingerprint: as it is stored, whatever its epoch. known: whether the link's life is `known`, so that a key without a
    fingerprint was absent. epoch: the number of that life. events: at least one; repeats do no harm.
    seen: what HEAD showed after the events were read; None where nobody looked.
    absence_seconds: for how long the route keeps an absence (`absence.absence_ttl`); None for ever.
    """
    before = _before(fingerprint, epoch, known=known)
    if before is None:
        return Verdict("changed", "never_seen")
    left = _uncovered(before, events)
    if not left:
        return Verdict("covered", "looked_after")
    if seen is None:
        return Verdict("changed", "not_looked")
    current = [event for event in left if not _is_behind(before, event, seen)]
    if not current:
        return Verdict("behind", "older_version")
    against = _against_dropping(before, current, seen, absence_seconds)
    return Verdict("changed", against) if against else _dropped(before, current[0], seen)


def _before(fingerprint: Fingerprint | None, epoch: int, *, known: bool) -> Fingerprint | None:
    """Return what counts as the fingerprint; None where what the edge holds is not known at all.

    One of another epoch is no absence: the key was there once.
    """
    if fingerprint is None:
        return Fingerprint(state="absent", looked_at=NEVER, epoch=epoch) if known else None
    return fingerprint if fingerprint.epoch == epoch else None


def _uncovered(before: Fingerprint, events: Sequence[Change]) -> list[Change]:
    """Return the events that may have come after the look, each once."""
    by_name = {event_name(event): event for event in events}
    return [event for event in by_name.values() if not event.time + MARGIN < before.looked_at]


def _is_behind(before: Fingerprint, event: Change, seen: Seen) -> bool:
    """Whether an event only deletes for good a version that viewers did not get, neither then nor now."""
    if event.kind != "deleted" or event.version_id is None or event.event.endswith("DeleteMarkerCreated"):
        return False
    stays = seen.present and seen.version_id is not None and before.state == "present"
    if not stays or seen.version_id != before.version_id or event.version_id == seen.version_id:
        return False
    if before.claim is None:
        return True
    older = seen.last_modified is not None and seen.last_modified + MARGIN < event.time
    return older and not seen.in_parts


def _against_dropping(
    before: Fingerprint, events: Sequence[Change], seen: Seen, absence_seconds: float | None
) -> Reason | None:
    """Return why the events are a change; None where there is one alone, and it may be dropped."""
    if len(events) > 1:
        return "several_events"
    against = _against_standing(events[0], seen) or _against_claim(before.claim, events[0], seen)
    return against or (_against_new(absence_seconds) if before.state == "absent" else _against_same(before, seen))


def _against_standing(event: Change, seen: Seen) -> Reason | None:
    """Return why what was seen can't be what the event tells of; None where it can."""
    if event.kind != "created":
        return "deleted"
    if not seen.present:
        return "gone"
    if event.etag is None or event.etag != seen.etag:
        return "other_object"
    return None if event.version_id == seen.version_id else "other_version"


def _against_claim(claim: Claim | None, event: Change, seen: Seen) -> Reason | None:
    """Return `claimed` where what was seen was counted for another event before."""
    if claim is None or claim.event == event_name(event):
        return None
    if seen.version_id is not None:
        return "claimed" if claim.version_id == seen.version_id else None
    # Without a version, what has the same second may be the same object.
    return "claimed" if seen.last_modified is None or claim.last_modified == seen.last_modified else None


def _dropped(before: Fingerprint, event: Change, seen: Seen) -> Verdict:
    """Return the verdict on an event that is dropped, with its claim."""
    name = event_name(event)
    written = _claimed(before, seen, Claim(name, seen.version_id, seen.last_modified))
    if before.state == "absent":
        return Verdict("new", "absence_not_cached", name, written)
    return Verdict("unchanged", "same_object", name, written)


def _against_same(before: Fingerprint, seen: Seen) -> Reason | None:
    """Return why an object that is there is not what the edge was made fresh with; None where it is."""
    if before.state == "unknown":
        return "never_seen"
    if before.size != seen.size:
        return "other_bytes"
    both = before.checksum is not None and seen.checksum is not None
    if both and before.checksum != seen.checksum:
        return "other_bytes" if _algorithm(before.checksum) == _algorithm(seen.checksum) else "bytes_unknown"
    if not both and (before.opaque or seen.opaque):
        return "bytes_unknown"
    if not both and before.etag != seen.etag:
        return "other_bytes"
    return None if before.digest == seen.digest and seen.digest is not None else "other_headers"


def _algorithm(checksum: str | None) -> str:
    return (checksum or "").partition(":")[0]


def _against_new(absence_seconds: float | None) -> Reason | None:
    """Return why a key that was absent must be invalidated; None where its absence was hardly kept."""
    return None if absence_seconds is not None and absence_seconds <= SHORT_SECONDS else "absence_cached"


def _claimed(before: Fingerprint, seen: Seen, claim: Claim) -> Fingerprint:
    """Return the fingerprint after an event was dropped: what was seen, looked at when it was before.

    An older event may still be on its way, so the time of the look stays.
    """
    kept = after(seen, before.epoch)
    return replace(
        kept,
        looked_at=before.looked_at,
        checksum=seen.checksum or (before.checksum if before.state == "present" else None),
        claim=claim,
    )
