"""What people chose for a distribution, and what is paused. None is the default of the environment."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from invalidator.table.store import Store
from invalidator.table.values import Item

_SORT = "settings"
_ALL = "settings"
_CHOSEN = ("settle_seconds", "strategy", "evictions_per_path", "monthly_budget_usd", "dropping")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What people chose for one distribution.

    settle_seconds: how long its journal must be quiet. strategy, evictions_per_path: what a path is worth.
    monthly_budget_usd: to be warned at. dropping: False for every change to be invalidated.
    paused: whether its invalidations are held back, by its own switch or the one for all.
    """

    settle_seconds: float | None = None
    strategy: str | None = None
    evictions_per_path: float | None = None
    monthly_budget_usd: float | None = None
    dropping: bool | None = None
    paused: bool = False


class ChosenSettings:
    """The settings of all distributions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, distribution_id: str) -> Chosen:
        """Return what was chosen for a distribution."""
        return self.many([distribution_id])[distribution_id]

    def many(self, ids: Collection[str]) -> dict[str, Chosen]:
        """Return what was chosen for each of some distributions, a hundred a read."""
        items = self._store.get_many([(_ALL, "all"), *((_partition(one), _SORT) for one in ids)])
        by_partition = {item["pk"]: item for item in items}
        everything = bool(by_partition.get(_ALL, {}).get("paused", False))
        return {one: _chosen(by_partition.get(_partition(one), {}), everything) for one in ids}

    def save(self, distribution_id: str, chosen: Chosen) -> None:
        """Replace what was chosen for a distribution; `paused` is not touched, `pause` is for that."""
        values = {name: value for name, value in asdict(chosen).items() if name in _CHOSEN}
        kept = {name: value for name, value in values.items() if value is not None}
        changes = []
        if kept:
            changes.append("SET " + ", ".join(f"#{name} = :{name}" for name in kept))
        if len(kept) < len(values):
            changes.append("REMOVE " + ", ".join(f"#{name}" for name in values if name not in kept))
        self._store.update(_partition(distribution_id), _SORT, " ".join(changes), kept)

    def pause(self, distribution_id: str | None, paused: bool) -> None:
        """Hold a distribution's invalidations back, or no longer; None is the switch for all. Ring on resuming."""
        where = (_ALL, "all") if distribution_id is None else (_partition(distribution_id), _SORT)
        self._store.update(*where, "SET #paused = :paused", {"paused": paused})

    def paused(self, ids: Collection[str]) -> frozenset[str]:
        """Return those of the distributions that are paused, a hundred a read; all of them while everything is."""
        if not ids or self.all_paused():
            return frozenset(ids)
        items = self._store.get_many([(_partition(one), _SORT) for one in ids])
        on = {item["pk"] for item in items if item.get("paused", False)}
        return frozenset(one for one in ids if _partition(one) in on)

    def all_paused(self) -> bool:
        """Whether the switch for all is on."""
        item = self._store.get(_ALL, "all")
        return bool(item and item.get("paused", False))


def _chosen(item: Item, everything: bool) -> Chosen:
    told: dict[str, Any] = {name: value for name, value in item.items() if name in _CHOSEN}
    return Chosen(**told, paused=everything or bool(item.get("paused", False)))


def _partition(distribution_id: str) -> str:
    return f"settings#{distribution_id}"
