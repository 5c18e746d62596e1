"""What is under way of distributions, and what people chose for them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from web.models import Distribution, DistributionSettings, InProgress

if TYPE_CHECKING:
    from invalidator.table.settings import Chosen
    from invalidator.table.tables import Tables


class Activity(Protocol):
    """Adds to distributions what is not CloudFront's to tell."""

    def added(self, distributions: Sequence[Distribution]) -> list[Distribution]:
        """Return the distributions with settings, pause, waiting changes and what is in progress."""

    def in_progress(self, distribution_id: str) -> InProgress:
        """Return what counts against the distribution's quotas just now."""


class TableActivity:
    """Activity as the table knows it."""

    def __init__(self, tables: "Tables") -> None:
        self._tables = tables

    def added(self, distributions: Sequence[Distribution]) -> list[Distribution]:
        """Ask for settings of each, and for the rest of those alone that have anything to do."""
        busy = set(self._tables.journal.busy())
        return [self._with(one, busy=one.id in busy) for one in distributions]

    def in_progress(self, distribution_id: str) -> InProgress:
        """Count the paths of what CloudFront accepted and has not reported completed."""
        attempts = self._tables.attempts
        sent = [one for one in attempts.open_of(distribution_id) if one.state == "in_progress"]
        return counted(path for one in sent for path in attempts.all_paths(one))

    def _with(self, distribution: Distribution, *, busy: bool) -> Distribution:
        chosen = self._tables.settings.of(distribution.id)
        told: dict[str, object] = {"settings": settings_of(chosen), "paused": chosen.paused}
        if busy:
            told["waiting"] = self._tables.journal.waiting(distribution.id).changes
            told["in_progress"] = self.in_progress(distribution.id)
        return distribution.model_copy(update=told)


def settings_of(chosen: "Chosen") -> DistributionSettings:
    """Return what was chosen, as the API shows it."""
    return DistributionSettings.model_validate(
        {name: getattr(chosen, name) for name in DistributionSettings.model_fields}
    )


def counted(paths: Iterable[str]) -> InProgress:
    """Count paths as CloudFront's quotas do: those with a wildcard apart (InvalidationLimits.html)."""
    wild = [path.endswith("*") for path in paths]
    return InProgress(files=len(wild) - sum(wild), wildcards=sum(wild))
