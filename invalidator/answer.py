"""Answers a doorbell: finds out whether it still counts, takes the lease, has the work done and rings again."""

import logging
import traceback
from datetime import datetime, timedelta

from invalidator.attempt import Desk
from invalidator.clock import Clock
from invalidator.deadline import Deadline
from invalidator.doorbell import Doorbell, Ring
from invalidator.errors import ConditionFailedError, LeaseLostError, LifeChangedError, TryLaterError
from invalidator.flush import Flusher
from invalidator.log import log
from invalidator.table.leases import Lease
from invalidator.table.tables import Tables

# Another worker has the lease: it may have read the table before what this bell was rung for was written.
BUSY = timedelta(seconds=2)
# What went wrong may be over then.
LATER = timedelta(seconds=10)
UNEXPECTED = timedelta(seconds=60)


class Answerer:
    """Answers doorbells.

    lease_seconds: how long a worker that died keeps others out.
    """

    def __init__(
        self, tables: Tables, flusher: Flusher, doorbell: Doorbell, lease_seconds: float, clock: Clock
    ) -> None:
        self._tables, self._flusher, self._doorbell = tables, flusher, doorbell
        self._lease_seconds, self._clock = lease_seconds, clock

    def answer(self, ring: Ring, deadline: Deadline) -> None:
        """Do what there is to do for a distribution, and see to it that it is looked at again where more remains.

        Ringing again is a new message: this one may be acknowledged in any case but an error of table or queue.
        """
        if ring.at is not None and not self._wait_for(ring.at, deadline):
            self._chain(ring)
            return
        lease = self._tables.leases.take(ring.distribution_id, self._lease_seconds)
        if lease is None:
            self._come_back(ring)
        else:
            self._work(lease, ring, deadline)

    def _wait_for(self, at: datetime, deadline: Deadline) -> bool:
        """Wait for the rest of the second that SQS could not delay a message by; False where it is due much later."""
        early = (at - self._clock.now()).total_seconds()
        if early > 0:
            if early > min(1.0, deadline.left()):
                return False
            self._clock.sleep(early)
        return True

    def _chain(self, ring: Ring) -> None:
        """Send a message on that SQS could not delay long enough, if it still counts."""
        bell = self._tables.bells.get(ring.distribution_id)
        if bell is not None and bell.next_ring_at == ring.at:
            self._doorbell.send(ring)

    def _come_back(self, ring: Ring) -> None:
        """Have somebody look again soon, since another worker is at it now."""
        soon = self._clock.now() + BUSY
        if ring.at is None:
            self._doorbell.ring(ring.distribution_id, soon)
        else:
            self._doorbell.postpone(ring, soon)

    def _work(self, lease: Lease, ring: Ring, deadline: Deadline) -> None:
        distribution_id = lease.distribution_id
        # Before anything is read: what is written from now on rings anew.
        token = self._tables.bells.disarm(distribution_id, ring.at)
        if token is None:
            lease.release()  # a repeat, or a bell that was set anew since
            return
        again, why = self._flushed(lease, deadline)
        lease.release()
        if again is not None:
            self._doorbell.ring(distribution_id, again, why)
        else:
            self._tables.bells.clear(distribution_id, token)

    def _flushed(self, lease: Lease, deadline: Deadline) -> tuple[datetime | None, str | None]:
        """Return when to look again, and why not everything was done."""
        now = self._clock.now
        try:
            return self._flusher.flush(Desk(lease, self._tables.fenced(lease)), deadline), None
        except (LeaseLostError, LifeChangedError) as lost:
            self._tell(logging.INFO, "Another worker was faster.", lease, lost)
            return now() + BUSY, None
        except ConditionFailedError as changed:
            # Once is another worker's doing. Where it goes on it is a fault of ours, and people must see what waits.
            self._tell(logging.WARNING, "The table was not as it had been read. It is read again.", lease, changed)
            return now() + BUSY, str(changed)
        except TryLaterError as later:
            self._tell(logging.WARNING, "A distribution's work waits for AWS.", lease, later)
            return now() + max(LATER, timedelta(seconds=later.retry_after)), str(later)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is shown, and the work is tried again
            log(
                logging.ERROR,
                "A distribution's work went wrong. It is tried again in a minute; the trace says where.",
                distribution_id=lease.distribution_id,
                reason=str(error),
                trace=traceback.format_exc(),
            )
            return now() + UNEXPECTED, str(error) or repr(error)

    def _tell(self, level: int, message: str, lease: Lease, reason: Exception) -> None:
        log(level, message, distribution_id=lease.distribution_id, reason=str(reason))
