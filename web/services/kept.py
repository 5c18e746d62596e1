"""What was found of links when they were last looked at: so a list of many need not look at each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from web.models import HealthItem, HealthReport, LinkWay

if TYPE_CHECKING:
    from invalidator.table.checks import Checks


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHealth:
    """What was found of one bucket.

    ids: what its tag named then. via: how its events come; notified: whether anything of ours is in its notification.
    health: what was found, all of it.
    """

    bucket: str
    checked_at: datetime
    ids: tuple[str, ...] = ()
    via: LinkWay | None = None
    notified: bool = False
    health: tuple[HealthItem, ...] = ()


class KeptHealths(Protocol):
    """Keeps what was found."""

    def all(self) -> dict[str, KeptHealth]:
        """Return what is kept of every bucket, by name."""

    def keep(self, found: Mapping[str, KeptHealth], report: HealthReport) -> None:
        """Keep this in place of all that was kept before: what is not in it is no link any more."""

    def keep_one(self, found: KeptHealth) -> None:
        """Keep what was found of one bucket."""


class TableHealths:
    """Kept in the table, for all of us."""

    def __init__(self, checks: "Checks") -> None:
        self._checks = checks

    def all(self) -> dict[str, KeptHealth]:
        """Read it with one query."""
        return {bucket: _from_item(bucket, item) for bucket, item in self._checks.all().items()}

    def keep(self, found: Mapping[str, KeptHealth], report: HealthReport) -> None:
        """Write each, and remove those that were there and are no more."""
        del report  # it is made of these again at any time
        gone = self._checks.all().keys() - found.keys()
        self._checks.keep({bucket: _to_item(one) for bucket, one in found.items()}, gone)

    def keep_one(self, found: KeptHealth) -> None:
        """Write it."""
        self._checks.keep({found.bucket: _to_item(found)}, ())


class OwnHealths:
    """Kept in this process, where there is no table."""

    def __init__(self) -> None:
        self._found: dict[str, KeptHealth] = {}

    def all(self) -> dict[str, KeptHealth]:
        """Return what was kept."""
        return self._found

    def keep(self, found: Mapping[str, KeptHealth], report: HealthReport) -> None:
        """Put it in the place of what was there."""
        del report
        self._found = dict(found)

    def keep_one(self, found: KeptHealth) -> None:
        """Put it beside the others."""
        self._found = {**self._found, found.bucket: found}


def _to_item(found: KeptHealth) -> dict[str, Any]:
    return {
        "checked_at": found.checked_at.isoformat(),
        "ids": list(found.ids),
        "via": found.via,
        "notified": found.notified,
        "health": [one.model_dump_json() for one in found.health],
    }


def _from_item(bucket: str, item: Mapping[str, Any]) -> KeptHealth:
    found = KeptHealth(bucket=bucket, checked_at=datetime.fromisoformat(item["checked_at"]), via=item.get("via"))
    return replace(
        found,
        ids=tuple(item["ids"]),
        notified=item["notified"],
        health=tuple(HealthItem.model_validate_json(one) for one in item["health"]),
    )
