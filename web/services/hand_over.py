"""Hands requests, pauses and settings over to the invalidator: by the table and a doorbell."""

import logging
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from invalidator.clock import Clock
from invalidator.errors import FreshedgeError
from invalidator.log import log
from web.models import DistributionSettings, Invalidation, Person
from web.services.activity import settings_of
from web.services.history import TableHistory
from web.services.records import Records
from web.services.snapshots import Snapshots

if TYPE_CHECKING:
    from invalidator.doorbell import Doorbell
    from invalidator.table.tables import Tables


class HandOver(Protocol):
    """The way to the invalidator; see `web.services.Invalidating` for what each call means."""

    def submit(
        self, distribution_id: str, paths: Sequence[str], *, reason: str | None, person: Person, key: str | None
    ) -> Invalidation:
        """Ask for an invalidation of these paths, as CloudFront takes them."""

    def pause(self, distribution_id: str | None, person: Person, *, paused: bool) -> None:
        """Hold a distribution's invalidations, or all (None), or no longer."""

    def all_paused(self) -> bool:
        """Whether everything is paused."""

    def settings(self, distribution_id: str) -> DistributionSettings:
        """Return what was chosen."""

    def save(self, distribution_id: str, settings: DistributionSettings, person: Person) -> None:
        """Choose exactly this."""


class TableHandOver:
    """Writes to the table first, then rings: what was written is found by the rescue where the bell is lost."""

    def __init__(
        self,
        tables: "Tables",
        doorbell: "Doorbell",
        history: TableHistory,
        records: Records,
        snapshots: Snapshots,
        clock: Clock,
    ) -> None:
        self._tables = tables
        self._doorbell = doorbell
        self._history = history
        self._records = records
        self._snapshots = snapshots
        self._clock = clock

    def submit(
        self, distribution_id: str, paths: Sequence[str], *, reason: str | None, person: Person, key: str | None
    ) -> Invalidation:
        """Write the request down whole, and ring."""
        attempt = self._tables.requests.submit(distribution_id, paths, actor=person.name, reason=reason, key=key)
        if not attempt.is_final:
            self._ring([distribution_id])
        return self._history.shown([attempt])[0]

    def pause(self, distribution_id: str | None, person: Person, *, paused: bool) -> None:
        """Set the switch; on resuming ring for everything that waits."""
        self._tables.settings.pause(distribution_id, paused)
        outcome = "paused" if paused else "resumed"
        log(logging.INFO, "A pause was changed.", distribution_id=distribution_id, outcome=outcome, actor=person.name)
        if not paused:
            self._ring(self._tables.journal.busy() if distribution_id is None else [distribution_id])
        self._snapshots.show_paused(self._records.paused)

    def all_paused(self) -> bool:
        """Whether the switch for all is on."""
        return self._tables.settings.all_paused()

    def settings(self, distribution_id: str) -> DistributionSettings:
        """Return what was chosen."""
        return settings_of(self._tables.settings.of(distribution_id))

    def save(self, distribution_id: str, settings: DistributionSettings, person: Person) -> None:
        """Choose exactly this; the pause stays as it is."""
        from invalidator.table.settings import Chosen  # noqa: PLC0415 - only where there is a table

        self._tables.settings.save(distribution_id, Chosen(**settings.model_dump()))
        log(
            logging.INFO,
            "Settings were changed.",
            distribution_id=distribution_id,
            settings=settings.model_dump(exclude_none=True),
            actor=person.name,
        )

    def _ring(self, ids: Collection[str]) -> None:
        now = self._clock.now()
        for one in ids:
            try:
                self._doorbell.ring(one, now)
            except FreshedgeError as error:  # it is written, and the rescue finds it within a minute
                log(logging.WARNING, "A doorbell could not be rung.", distribution_id=one, reason=str(error))
