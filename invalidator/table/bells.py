"""Bells: which distributions have something to do, and when each is looked at next. One partition for all.

A distribution has an item here as long as anything of it waits, is on its way or is followed: so this partition is the
list of all that is not done, and the rescue reads nothing else to find what was forgotten.

next_ring_at: for when a doorbell message was sent. wanted_at: something was written together with this mark, and its
message follows. disarmed_at, token: a worker took the bell down and looks after everything written before.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from invalidator.table.store import Action, Store
from invalidator.table.times import from_ms, to_ms
from invalidator.table.values import Item

_PARTITION = "bells"
_ARMING = {"next_ring_at": "at", "why": "why"}


@dataclass(frozen=True, slots=True)
class Bell:
    """A distribution that has something to do. At least one of the times is there; `why` as given to `ring`."""

    distribution_id: str
    next_ring_at: datetime | None = None
    wanted_at: datetime | None = None
    disarmed_at: datetime | None = None
    why: str | None = None


class Bells:
    """The bells of all distributions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ring(self, distribution_id: str, at: datetime, why: str | None = None) -> bool:
        """Arm the bell for a time; False where it is armed for then or earlier already, so that no message is due.

        why: what kept the work from being done by now, for people to see.
        """
        told = {"at": to_ms(at), **({"why": why} if why else {})}
        armed = self._store.update(
            _PARTITION,
            distribution_id,
            "SET " + ", ".join(f"#{name} = :{value}" for name, value in _ARMING.items() if value in told),
            told,
            "attribute_not_exists(#next_ring_at) OR #next_ring_at > :at",
        )
        return armed is not None

    def move(self, distribution_id: str, seen: Bell, at: datetime) -> bool:
        """Arm the bell for another time, also a later one; False where it is no longer as it was seen."""
        told = {"at": to_ms(at)}
        conditions = []
        for name in ("next_ring_at", "wanted_at", "disarmed_at"):
            time = getattr(seen, name)
            if time is None:
                conditions.append(f"attribute_not_exists(#{name})")
            else:
                conditions.append(f"#{name} = :{name}")
                told[name] = to_ms(time)
        moved = self._store.update(
            _PARTITION, distribution_id, "SET #next_ring_at = :at REMOVE #wanted_at", told, " AND ".join(conditions)
        )
        return moved is not None

    def postpone(self, distribution_id: str, armed_for: datetime, at: datetime) -> bool:
        """Arm the bell for a later time; False where it is not armed for `armed_for` (any more).

        Whatever else is noted at it stays: who writes work down at this moment must still be heard.
        """
        told = {"armed_for": to_ms(armed_for), "at": to_ms(at)}
        moved = self._store.update(
            _PARTITION, distribution_id, "SET #next_ring_at = :at", told, "#next_ring_at = :armed_for"
        )
        return moved is not None

    def wanting(self, distribution_id: str) -> Action:
        """Return the action that makes sure, in the transaction that writes work down, that the work is found."""
        now = to_ms(self._store.clock.now())
        return self._store.updating(_PARTITION, distribution_id, "SET #wanted_at = :now", {"now": now})

    def disarm(self, distribution_id: str, armed_for: datetime | None) -> str | None:
        """Take the bell down before reading what there is to do; return the token to `clear` it with.

        armed_for: None where the bell is not armed for this time (any more); with None it is taken down anyway.
        """
        token = uuid.uuid4().hex
        told: dict[str, int | str] = {"now": to_ms(self._store.clock.now()), "token": token}
        if armed_for is not None:
            told["armed_for"] = to_ms(armed_for)
        taken = self._store.update(
            _PARTITION,
            distribution_id,
            "SET #disarmed_at = :now, #token = :token REMOVE #next_ring_at, #wanted_at, #why",
            told,
            None if armed_for is None else "#next_ring_at = :armed_for",
        )
        return None if taken is None else token

    def clear(self, distribution_id: str, token: str) -> bool:
        """Put the bell away where nothing is left to do; False where it was rung or taken down again meanwhile."""
        return self._store.delete(
            _PARTITION,
            distribution_id,
            "#token = :token AND attribute_not_exists(#next_ring_at) AND attribute_not_exists(#wanted_at)",
            {"token": token},
        )

    def get(self, distribution_id: str) -> Bell | None:
        """Return a distribution's bell; None where it has nothing to do."""
        item = self._store.get(_PARTITION, distribution_id)
        return _bell(item) if item else None

    def all(self) -> list[Bell]:
        """Return the bells of all distributions that have something to do."""
        return [_bell(item) for item in self._store.query(_PARTITION)]


def _bell(item: Item) -> Bell:
    times = {name: from_ms(item[name]) for name in ("next_ring_at", "wanted_at", "disarmed_at") if name in item}
    return Bell(item["sk"], **times, why=item.get("why"))
