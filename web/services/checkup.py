"""Looks at all links at once, and keeps what was found for the lists."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from invalidator.clock import Clock
from invalidator.errors import AccessDeniedError, FreshedgeError
from web.models import HealthReport
from web.services.facts import Facts
from web.services.health import is_link, state_of
from web.services.kept import KeptHealth, KeptHealths
from web.services.rows import link_of
from web.services.snapshots import Snapshots
from web.services.survey import Survey

log = logging.getLogger(__name__)


class Checkup:
    """Looks at links. tidy: removes probes that nobody looked after."""

    def __init__(
        self, survey: Survey, snapshots: Snapshots, healths: KeptHealths, tidy: Callable[[], int], clock: Clock
    ) -> None:
        self._survey = survey
        self._snapshots = snapshots
        self._healths = healths
        self._tidy = tidy
        self._clock = clock

    def run(self) -> HealthReport:
        """Read every bucket that may be linked, keep and show what was found, and return it in figures.

        Raises: AccessDeniedError, ThrottledError, UnavailableError, where the account's lists can't be read.
        """
        begun = self._clock.now()
        facts, distributions, failed = self._survey.look_at_all()
        links = {name: one for name, one in facts.items() if is_link(one)}
        faulty = sorted(name for name, one in links.items() if state_of(one, link_of(one).health) == "faulty")
        report = HealthReport(
            checked=len(links.keys() - failed.keys()),
            faulty=len(faulty),
            as_of=begun,
            faulty_buckets=faulty,
            unread={name: str(error) for name, error in sorted(failed.items())},
        )
        self._healths.keep(self._found(facts, failed.keys()), report)
        self._snapshots.show(begun, facts, distributions)
        if tidied := self._tidy():
            log.info("%d probe objects were removed that nobody looked after.", tidied)
        return report

    def note(self, facts: Facts) -> None:
        """Show a bucket as it is now, and keep what was found of it: other dashboards' lists show it too."""
        self._snapshots.replace(facts)
        now = self._clock.now()
        nothing = KeptHealth(bucket=facts.bucket, checked_at=now)  # what was kept of a link that is no more
        try:
            self._healths.keep_one(kept_of(facts, now) or nothing)
        except FreshedgeError as error:  # the link is as it is, and the next look keeps it
            log.warning("What was found of %s could not be kept: %s", facts.bucket, error)

    def _found(self, facts: dict[str, Facts], failed: Collection[str]) -> dict[str, KeptHealth]:
        """Return what to keep: what was found now, and of those that could not be read what was found before."""
        before = self._healths.all()
        kept = {name: before[name] for name in failed if name in before}
        now = self._clock.now()
        return kept | {name: found for name, one in facts.items() if (found := kept_of(one, now)) is not None}


def kept_of(facts: Facts, now: datetime) -> KeptHealth | None:
    """Return what is to be kept of a bucket that was read; None where there is nothing to keep."""
    denied = isinstance(facts.tags, AccessDeniedError)
    if facts.checked_at is None and not denied:
        return None
    if not is_link(facts) and not denied:
        return None
    link = link_of(facts)
    return KeptHealth(
        bucket=facts.bucket,
        checked_at=facts.checked_at or now,
        ids=facts.ids.ids,
        via=facts.via,
        notified=facts.via is not None,
        health=tuple(link.health),
    )
