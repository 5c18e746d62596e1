"""Caller references out of content: the same changes, told again in whatever envelope or order, have the same one.

CloudFront answers a reference that it knows with the invalidation it made then, if the paths are the same ones
(API Reference, InvalidationBatch). That one was made after the changes, since its reference comes from them: so a
repeat needs no second. The paths are part of the reference: where routes changed between two tellings, or a part of a
refused batch goes out alone, the reference is another, and `InvalidationBatchAlreadyExists` can't come of ours.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from invalidator.rules.changes import Change

Identity = tuple[str, ...]


def identity(change: Change) -> Identity:
    """Return what tells one change from every other, alike in all forms that its event may come in.

    Of the time only whole seconds: EventBridge gives no more. Of the event only its kind, since the two forms divide
    the rest differently.
    """
    second = change.time.replace(microsecond=0).isoformat()
    told = (change.version_id, change.etag, change.sequencer)
    return (change.bucket, change.key, change.kind, second, *(value or "" for value in told))


def caller_reference(distribution_id: str, changes: Iterable[Change], paths: Sequence[str]) -> str:
    """Return the reference of the invalidation that these paths of a distribution get for these changes."""
    return _named("s3", distribution_id, sorted({identity(change) for change in changes}), sorted(paths))


def request_reference(distribution_id: str, paths: Sequence[str], asked_at: datetime) -> str:
    """Return the reference of a person's request without one of its own; at another time it is another."""
    return _named("person", distribution_id, asked_at.isoformat(), sorted(paths))


def part_reference(reference: str, paths: Sequence[str]) -> str:
    """Return the reference of a part of a request that was too large to go out whole."""
    return _named("part", reference, sorted(paths))


def _named(kind: str, *content: object) -> str:
    """Return a reference that says whose and what for it is; its digest is of the content as JSON."""
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return f"freshedge-{kind}-{digest[:40]}"
