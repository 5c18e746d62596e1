"""Invalidations by hand: read, checked, previewed, handed to the invalidator, which alone asks CloudFront."""

from collections.abc import Sequence

from invalidator.aws.clients import Clients
from invalidator.clock import Clock
from invalidator.errors import BadInputError
from web.models import (
    DistributionSettings,
    Invalidation,
    InvalidationPreview,
    PathPreview,
    Person,
)
from web.services.activity import Activity
from web.services.errors import LinesRefusedError
from web.services.hand_over import HandOver
from web.services.lines import Site, Understood, paths_in, refused, understand
from web.services.matching import Matching
from web.services.price import FREE_PATHS, price_of
from web.services.site_reader import SiteReader
from web.services.usage import Usage

COUNTED = 20
"""Paths of a preview whose objects are counted; of more, nobody reads the figures."""

MOST_KEY = 255


class InvalidatingService:
    """Invalidations by hand, pauses and settings; see `web.services.Invalidating`."""

    def __init__(
        self,
        clients: Clients,
        sites: SiteReader,
        activity: Activity,
        usage: Usage,
        hand_over: HandOver,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._sites = sites
        self._activity = activity
        self._usage = usage
        self._hand_over = hand_over
        self._clock = clock

    def preview(self, distribution_id: str, lines: Sequence[str]) -> InvalidationPreview:
        """Return what lines would invalidate."""
        site = self._sites.site(distribution_id)
        understood = understand(lines, site)
        matching = Matching(self._clients, self._sites.regions())
        month = self._usage.month(self._clock.now())
        sent = len(paths_in(understood))
        return InvalidationPreview(
            paths=[_previewed(one, site, matching if n < COUNTED else None) for n, one in enumerate(understood)],
            price_usd=price_of(sent, month.paths if month.known else None),
            in_progress=self._activity.in_progress(site.id),
            free_paths_left=max(0, FREE_PATHS - month.paths) if month.known else None,
        )

    def submit(
        self, distribution_id: str, lines: Sequence[str], *, reason: str | None, person: Person, key: str | None = None
    ) -> Invalidation:
        """Ask for an invalidation, and return its record."""
        if key is not None and not 0 < len(key) <= MOST_KEY:
            raise BadInputError(f"An Idempotency-Key has 1 to {MOST_KEY} characters.")
        site = self._sites.site(distribution_id)
        understood = understand(lines, site)
        if wrong := refused(understood):
            raise LinesRefusedError(wrong)
        paths = paths_in(understood)
        if not paths:
            raise BadInputError("No path was given. Give at least one, such as /index.html or /*.")
        return self._hand_over.submit(site.id, paths, reason=(reason or "").strip() or None, person=person, key=key)

    def pause(self, distribution_id: str | None, person: Person) -> None:
        """Hold invalidations of a distribution back, or of all (None)."""
        self._switch(distribution_id, person, paused=True)

    def resume(self, distribution_id: str | None, person: Person) -> None:
        """End a pause."""
        self._switch(distribution_id, person, paused=False)

    def all_paused(self) -> bool:
        """Whether everything is paused."""
        return self._hand_over.all_paused()

    def settings(self, distribution_id: str) -> DistributionSettings:
        """Return what was chosen for a distribution."""
        return self._hand_over.settings(self._sites.distribution(distribution_id).id)

    def save_settings(
        self, distribution_id: str, settings: DistributionSettings, person: Person
    ) -> DistributionSettings:
        """Choose for a distribution: only the members that were set."""
        found = self._sites.distribution(distribution_id).id
        chosen = {name: getattr(settings, name) for name in settings.model_fields_set}
        merged = self._hand_over.settings(found).model_copy(update=chosen)
        self._hand_over.save(found, merged, person)
        return merged

    def _switch(self, distribution_id: str | None, person: Person, *, paused: bool) -> None:
        found = None if distribution_id is None else self._sites.distribution(distribution_id).id
        self._hand_over.pause(found, person, paused=paused)


def _previewed(one: Understood, site: Site, matching: Matching | None) -> PathPreview:
    shown = PathPreview(given=one.given, path=one.path, problem=one.problem, note=one.note, mend=one.mend)
    if one.path is None or matching is None:
        return shown
    matched = matching.matched(one.path, site.routes)
    needless = max(0, matched.count - 1) if one.widened and matched.count is not None else 0
    return shown.model_copy(
        update={
            "matches": matched.count,
            "evicts": None if matched.count is None else needless,
            "examples": matched.examples,
        }
    )
