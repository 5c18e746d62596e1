"""Doorbells: messages that say only "look at distribution D". All state is in the table.

A message counts only if the bell is still armed for the time it was sent for, so repeats and bells that were set
anew come to nothing. A wait longer than SQS can delay is chained (DelaySeconds is 900 at most: SQS API Reference,
SendMessage).
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from invalidator.aws.refusals import explained
from invalidator.clock import Clock
from invalidator.table.bells import Bell, Bells
from invalidator.table.times import from_ms, to_ms

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Ring:
    """A doorbell message.

    at: what it was sent for; None where somebody sent it without a time: to look now.
    """

    distribution_id: str
    at: datetime | None = None


def ring_of(content: Mapping[str, Any]) -> Ring | None:
    """Return the doorbell that a message's JSON is; None where it is something else.

    >>> ring_of({"doorbell": "E1ABCDEF"})
    Ring(distribution_id='E1ABCDEF', at=None)
    """
    distribution_id, at = content.get("doorbell"), content.get("at_ms")
    if not isinstance(distribution_id, str) or not distribution_id:
        return None
    return Ring(distribution_id, from_ms(at) if isinstance(at, int) else None)


class Doorbell:
    """Rings for distributions.

    queue_url: of the work queue. Everything raises ThrottledError, UnavailableError and AccessDeniedError.
    """

    def __init__(self, bells: Bells, sqs: "SQSClient", queue_url: str, clock: Clock) -> None:
        self._bells, self._sqs, self._url, self._clock = bells, sqs, queue_url, clock

    def ring(self, distribution_id: str, at: datetime | None = None, why: str | None = None) -> None:
        """Have a distribution looked at, at a time (None: now) or earlier; nothing is sent where it is anyway.

        why: what kept the work from being done by now, for people to see.
        """
        at = at or self._clock.now()
        if self._bells.ring(distribution_id, at, why):
            self.send(Ring(distribution_id, at))

    def move(self, seen: Bell, at: datetime) -> None:
        """Have a distribution looked at at another time, also a later one; nothing where the bell has changed."""
        if self._bells.move(seen.distribution_id, seen, at):
            self.send(Ring(seen.distribution_id, at))

    def postpone(self, ring: Ring, at: datetime) -> None:
        """Have a distribution looked at later than a message was sent for; nothing where that one no longer counts."""
        armed_for = ring.at or self._clock.now()
        if self._bells.postpone(ring.distribution_id, armed_for, at):
            self.send(Ring(ring.distribution_id, at))

    def send(self, ring: Ring) -> None:
        """Send a message that arrives less than a second before it is due, or as late as SQS can delay it.

        SQS delays by whole seconds; who answers waits for the rest.
        """
        at = ring.at or self._clock.now()
        wait = math.floor((at - self._clock.now()).total_seconds())
        with explained("sqs:SendMessage", self._url):
            self._sqs.send_message(
                QueueUrl=self._url,
                MessageBody=json.dumps({"doorbell": ring.distribution_id, "at_ms": to_ms(at)}),
                DelaySeconds=max(0, min(LONGEST_DELAY_SECONDS, wait)),
            )
