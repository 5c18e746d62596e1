"""Leases: one worker at a time for a distribution.

A lease runs out by itself, so that a dead worker blocks nobody for long; it is renewed while at work. Its token fences:
transactions check that it is still the lease's (Martin Kleppmann, "How to do distributed locking").
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from invalidator.errors import LeaseLostError
from invalidator.table.store import Action, Store
from invalidator.table.times import from_ms, to_ms

_SORT = "lease"
_MINE = "#token = :token"


class Leases:
    """The leases of all distributions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, distribution_id: str, seconds: float) -> "Lease | None":
        """Return the lease of a distribution, for so long; None where another worker has it."""
        now = self._store.clock.now()
        token, until = uuid.uuid4().hex, now + timedelta(seconds=seconds)
        taken = self._store.put(
            {"pk": _partition(distribution_id), "sk": _SORT, "token": token, "until": to_ms(until)},
            "attribute_not_exists(#pk) OR #until <= :now",
            {"now": to_ms(now)},
        )
        return Lease(self._store, distribution_id, token, seconds, until) if taken else None

    def held_until(self, distribution_id: str) -> datetime | None:
        """Return until when a worker has the lease unless it renews it; None where nobody has."""
        item = self._store.get(_partition(distribution_id), _SORT)
        return from_ms(item["until"]) if item else None


@dataclass(slots=True)
class Lease:
    """One worker's hold on a distribution."""

    store: Store = field(repr=False)
    distribution_id: str
    token: str
    seconds: float
    until: datetime

    def keep(self) -> None:
        """Renew the lease where a third of its time is over.

        Raises: LeaseLostError.
        """
        now = self.store.clock.now()
        if self.until - now > timedelta(seconds=self.seconds * 2 / 3):
            return
        until = now + timedelta(seconds=self.seconds)
        told = {"until": to_ms(until), "token": self.token}
        if self.store.update(_partition(self.distribution_id), _SORT, "SET #until = :until", told, _MINE) is None:
            raise LeaseLostError(f"Another worker looks after {self.distribution_id} now.")
        self.until = until

    def check(self) -> Action:
        """Return the action that lets a transaction happen only while this lease is the one."""
        return self.store.checking(_partition(self.distribution_id), _SORT, _MINE, {"token": self.token})

    def release(self) -> None:
        """Let the next worker in; quietly, where another has it already."""
        self.store.delete(_partition(self.distribution_id), _SORT, _MINE, {"token": self.token})


def _partition(distribution_id: str) -> str:
    return f"lease#{distribution_id}"
