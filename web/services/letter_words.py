"""Dead letters in words: what each message is, why it is there, and what trying again or discarding does. Pure."""

import json

from invalidator.doorbell import Ring, ring_of
from invalidator.errors import UnknownEventError
from invalidator.rules.changes import Change
from invalidator.rules.envelopes import decoded
from invalidator.rules.events import parse_body
from web.models import Failure
from web.services.letters import Letter

MOST_SHOWN = 160


def ring_in(letter: Letter) -> Ring | None:
    """Return the doorbell that a letter is; None where it is none."""
    try:
        return ring_of(decoded(letter.body))
    except UnknownEventError:
        return None


def failure_of(letter: Letter) -> Failure:
    """Return a dead letter as people see it."""
    ring, changes = ring_in(letter), _changes_in(letter)
    bucket = changes[0].bucket if changes and len({one.bucket for one in changes}) == 1 else None
    if ring is not None:
        title = "The invalidator failed again and again to look after a distribution."
        todo = (
            "See its log for what failed, and mend that; then try again, which looks at once. Discarding loses nothing:"
            " what waits is looked at every minute anyway."
        )
    elif changes:
        title = "The invalidator failed again and again on a message that tells of changes."
        todo = "See its log for what failed, and mend that; then try again. Trying twice does no harm."
    else:
        title = "A message was not understood."
        todo = (
            "If S3 or EventBridge sent it, bring freshedge up to date, then try again. If something else did, "
            "keep that from sending to the queue, and discard it."
        )
    why = f" {letter.reason}" if letter.reason else ""
    return Failure(
        id=letter.id,
        kind="message",
        distribution_id=ring.distribution_id if ring else None,
        bucket=bucket,
        title=title,
        message=f"{_what(letter, ring, changes)}{why} It lies in {letter.queue.place}.",
        what_to_do=todo,
        at=letter.sent_at,
        retryable=True,
        discardable=True,
    )


def sent_again(letter: Letter) -> str:
    """Return what to send in the place of a letter: of a doorbell one that is for now, for its time has passed."""
    ring = ring_in(letter)
    return json.dumps({"doorbell": ring.distribution_id}) if ring else letter.body


def _changes_in(letter: Letter) -> tuple[Change, ...]:
    try:
        told = parse_body(letter.body)
    except UnknownEventError:
        return ()
    return () if told.problems else tuple(told.changes)


def _what(letter: Letter, ring: Ring | None, changes: tuple[Change, ...]) -> str:
    if ring is not None:
        return f"It is a doorbell for {ring.distribution_id}."
    if changes:
        many = "a change" if len(changes) == 1 else f"{len(changes):,} changes"
        return f"It tells of {many}, the first of {changes[0].key[:MOST_SHOWN]!r} in {changes[0].bucket}."
    size = f"{len(letter.body.encode()):,} bytes"
    if letter.reason and "begins with" in letter.reason:
        return f"It has {size}."
    cut = "…" if len(letter.body) > MOST_SHOWN else ""
    return f"It has {size} and begins with {letter.body[:MOST_SHOWN]!r}{cut}."
