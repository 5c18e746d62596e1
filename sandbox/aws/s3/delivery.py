"""Events on their way: one thread takes them to queues, topics, functions and EventBridge, late or repeated by fault.

An event is on its way as soon as its change is made, under the same lock; what has not arrived is part of the state
that is saved, so nothing is lost over a restart.
"""

import heapq
import itertools
import json
import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.aws.s3.changes import Change
from sandbox.aws.s3.events import bridge_event, record, test_event
from sandbox.aws.s3.model import Bucket
from sandbox.aws.s3.notification import matching
from sandbox.aws.s3.store import OWNER
from sandbox.faults import FaultSwitch

BRIDGE = "eventbridge"
"""The destination of what goes to EventBridge."""

REORDER_S = 3.0
"""How long an event is held back at most when events are reordered (`Faults.reorder_events`)."""

Send = Callable[[str, dict[str, Any]], None]
"""Takes an event to the destination with this ARN, or `BRIDGE`."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One event for one destination. due: not before this time, unix seconds."""

    due: float
    destination: str
    event: dict[str, Any]


class Delivery:
    """Sends events in the order of their changes, unless faults say otherwise; safe across threads."""

    def __init__(self, clock: Callable[[], float], faults: FaultSwitch, account: str, send: Send) -> None:
        self._clock, self._faults, self._account, self._send = clock, faults, account, send
        self._waiting: list[tuple[float, int, Parcel]] = []
        self._numbers = itertools.count()
        self._random = random.Random()
        self._wake = threading.Condition()
        self._open = True
        self._busy: Parcel | None = None
        self.changes = 0
        self._thread = threading.Thread(target=self._run, name="s3-events", daemon=True)
        self._thread.start()

    def tell(self, bucket: Bucket, change: Change) -> None:
        """Put a change on its way to all that the bucket's configuration names for it."""
        for arn, one in matching(bucket.notification, f"s3:{change.event}", change.key):
            self._put(arn, {"Records": [record(change, one["Id"], OWNER[:14].upper())]})
        if "EventBridgeConfiguration" in bucket.notification:
            self._put(BRIDGE, bridge_event(change, self._account))

    def test(self, bucket: str, arn: str, request_id: str) -> None:
        """Put a test event on its way; functions get none."""
        if ":lambda:" not in arn:
            self._put(arn, test_event(bucket, self._clock(), request_id))

    def close(self) -> None:
        """End the thread; what has not been sent stays for `dump`."""
        with self._wake:
            self._open = False
            self._wake.notify_all()
        self._thread.join()

    def dump(self) -> list[dict[str, Any]]:
        """Return what is on its way, as plain values."""
        with self._wake:
            busy = [self._busy] if self._busy else []
            parcels = [*busy, *(parcel for _, _, parcel in sorted(self._waiting))]
        return [{"due": one.due, "destination": one.destination, "event": one.event} for one in parcels]

    def load(self, parcels: list[dict[str, Any]]) -> None:
        """Put on its way what `dump` returned."""
        with self._wake:
            for one in parcels:
                self._add(Parcel(**one))

    def idle(self) -> bool:
        """Whether nothing is on its way."""
        with self._wake:
            return not self._waiting and self._busy is None

    def _put(self, destination: str, event: dict[str, Any]) -> None:
        faults, now = self._faults.now, self._clock()
        with self._wake:
            for _ in range(1 + max(int(faults.repeat_events), 0)):
                held_s = self._random.uniform(0, REORDER_S) if faults.reorder_events else 0.0
                self._add(Parcel(now + faults.delay_events_s + held_s, destination, event))

    def _add(self, parcel: Parcel) -> None:
        self.changes += 1
        heapq.heappush(self._waiting, (parcel.due, next(self._numbers), parcel))
        self._wake.notify_all()

    def _run(self) -> None:
        while (parcel := self._next()) is not None:
            try:
                self._send(parcel.destination, parcel.event)
            except Exception:  # noqa: BLE001 - one event's fault stops no other
                _log.exception("An S3 event for %s is lost: %s", parcel.destination, json.dumps(parcel.event)[:500])
            with self._wake:
                self._busy = None
                self.changes += 1

    def _next(self) -> Parcel | None:
        """Wait for a parcel that is due, and take it; None once closed."""
        with self._wake:
            while self._open:
                if not self._waiting:
                    self._wake.wait()
                    continue
                wait_s = self._waiting[0][0] - self._clock()
                if wait_s <= 0:
                    _, _, self._busy = heapq.heappop(self._waiting)
                    return self._busy
                self._wake.wait(wait_s)
            return None
