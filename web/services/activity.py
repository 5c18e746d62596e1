"""What is under way of distributions, and what people chose for them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from web.models import Distribution, DistributionSettings, InProgress
from web.services.work import Work, all_work

if TYPE_CHECKING:
    from invalidator.table.attempts import Attempt
    from invalidator.table.settings import Chosen
    from invalidator.table.tables import Tables
    from web.services.underway import Quotas


class Activity(Protocol):
    """Adds to distributions what is not CloudFront's to tell."""

    def added(self, distributions: Sequence[Distribution]) -> list[Distribution]:
        """Return the distributions with settings, pause, waiting changes and what is in progress."""

    def in_progress(self, distribution_id: str) -> InProgress:
        """Return what counts against the distribution's quotas just now."""


class TableActivity:
    """Activity as the table knows it."""

    def __init__(self, tables: "Tables", quotas: "Quotas") -> None:
        self._tables = tables
        self._quotas = quotas

    def added(self, distributions: Sequence[Distribution]) -> list[Distribution]:
        """Ask for settings of all at once, and for the rest of those alone that have anything to do.

        Of a single one CloudFront is asked too what others have in progress; a whole list would take a call for each.
        """
        ids = {one.id for one in distributions}
        chosen = self._tables.settings.many(ids)
        at_work = {work.distribution_id: work for work in all_work(self._tables, ids)}
        told = [self._with(one, chosen[one.id], at_work.get(one.id)) for one in distributions]
        if len(told) != 1:
            return told
        return [told[0].model_copy(update={"in_progress": self._quotas.under_way(told[0].id).in_progress})]

    def in_progress(self, distribution_id: str) -> InProgress:
        """Count the paths of what CloudFront accepted and has not reported completed."""
        return self._sent(self._tables.attempts.open_of(distribution_id))

    def _sent(self, attempts: "Iterable[Attempt]") -> InProgress:
        sent = [one for one in attempts if one.state == "in_progress"]
        return counted(path for one in sent for path in self._tables.attempts.all_paths(one))

    def _with(self, distribution: Distribution, chosen: "Chosen", work: Work | None) -> Distribution:
        told: dict[str, object] = {"settings": settings_of(chosen), "paused": chosen.paused}
        if work:
            told["waiting"] = work.changes
            told["in_progress"] = self._sent(work.attempts)
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
