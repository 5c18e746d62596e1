"""Invalidations by hand: read, checked, previewed, handed to the invalidator, which alone asks CloudFront."""

from collections.abc import Sequence

from invalidator.aws.clients import Clients
from invalidator.clock import Clock
from invalidator.errors import BadInputError
from web.models import DistributionSettings, Invalidation, InvalidationPreview, Person
from web.services.activity import counted
from web.services.batches import too_many, wider
from web.services.errors import LinesRefusedError
from web.services.hand_over import HandOver
from web.services.harm import harm_of
from web.services.lines import paths_in, refused, understand
from web.services.matching import Matching
from web.services.previewing import Previewing
from web.services.price import FREE_PATHS, price_of
from web.services.site_reader import SiteReader
from web.services.underway import Quotas
from web.services.usage import Usage

MOST_KEY = 255


class InvalidatingService:
    """Invalidations by hand, pauses and settings; see `web.services.Invalidating`."""

    def __init__(
        self,
        clients: Clients,
        sites: SiteReader,
        usage: Usage,
        quotas: Quotas,
        hand_over: HandOver,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._sites = sites
        self._usage = usage
        self._quotas = quotas
        self._hand_over = hand_over
        self._clock = clock

    def preview(self, distribution_id: str, lines: Sequence[str], *, brief: bool = False) -> InvalidationPreview:
        """Return what lines would invalidate; brief: of exact paths nothing is counted, since they evict one each."""
        site = self._sites.site(distribution_id) if brief else self._sites.recent(distribution_id)
        understood = understand(lines, site)
        sent = paths_in(understood)
        month = self._usage.month(self._clock.now())
        under_way = self._quotas.under_way(site.id)
        seen = Previewing(site, Matching(self._clients, self._sites.regions())).previewed(understood, brief=brief)
        problem = too_many(sent)
        price = price_of(len(sent), month.paths if month.known else None)
        harm = harm_of(seen.sent(sent), price)
        return InvalidationPreview(
            paths=seen.paths,
            price_usd=price,
            in_progress=under_way.in_progress,
            free_paths_left=max(0, FREE_PATHS - month.paths) if month.known else None,
            asked=counted(sent),
            quota_note=under_way.note,
            problem=problem,
            instead=list(wider(sent)) if problem else [],
            confirm=harm.level,
            confirm_reason=harm.reason or None,
            confirm_text=site.id if harm.level == "type" else None,
            statement=seen.statement,
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
        if problem := too_many(paths):
            raise BadInputError(f"Nothing was invalidated. {problem}")
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
