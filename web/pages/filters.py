"""The filters of the history, as they stand in its address."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import Query

from web.models import CauseKind, InvalidationState

STATES: tuple[tuple[str, str], ...] = (
    ("", "any"),
    ("waiting", "waiting"),
    ("queued", "queued"),
    ("in_progress", "in progress"),
    ("completed", "live"),
    ("failed", "failed"),
    ("unneeded", "not needed"),
)
KINDS: tuple[tuple[str, str], ...] = (
    ("", "any"),
    ("s3", "S3 events"),
    ("person", "a person"),
    ("start", "start of a link"),
    ("sweep", "sweep"),
    ("probe", "probe"),
    ("outside", "outside freshedge"),
)
Text = Annotated[str, Query(max_length=255)]
Nothing = Literal[""]
"""What a form sends for a field that is left empty."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter that is chosen from a list. `options` are pairs of value and word."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilters:
    """What is asked for; empty means any. Days are in UTC, both included."""

    distribution: str = ""
    bucket: str = ""
    actor: str = ""
    state: InvalidationState | Nothing = ""
    kind: CauseKind | Nothing = ""
    first_day: date | None = None
    last_day: date | None = None

    @property
    def since(self) -> datetime | None:
        """The moment from which on."""
        return datetime.combine(self.first_day, time(), UTC) if self.first_day else None

    @property
    def until(self) -> datetime | None:
        """The moment before which: the end of the last day. There is none after the last day that there is."""
        day = self.last_day
        return datetime.combine(day + timedelta(days=1), time(), UTC) if day and day < date.max else None

    def params(self) -> dict[str, str]:
        """Return what the address says of them."""
        said = {
            "distribution": self.distribution,
            "bucket": self.bucket,
            "actor": self.actor,
            "state": self.state,
            "kind": self.kind,
            "from": self.first_day.isoformat() if self.first_day else "",
            "to": self.last_day.isoformat() if self.last_day else "",
        }
        return {name: value for name, value in said.items() if value}

    def choices(self) -> tuple[Choice, Choice]:
        """Return the two that are chosen from lists."""
        return Choice("state", "State", STATES, self.state), Choice("kind", "Cause", KINDS, self.kind)


def history_filters(
    distribution: Text = "",
    bucket: Text = "",
    actor: Text = "",
    state: InvalidationState | Nothing = "",
    kind: CauseKind | Nothing = "",
    first_day: Annotated[date | Nothing, Query(alias="from")] = "",
    last_day: Annotated[date | Nothing, Query(alias="to")] = "",
) -> HistoryFilters:
    """Read the filters from an address; spaces around what was typed don't count."""
    return HistoryFilters(
        distribution=distribution.strip(),
        bucket=bucket.strip(),
        actor=actor.strip(),
        state=state,
        kind=kind,
        first_day=first_day or None,
        last_day=last_day or None,
    )
