"""What the demo's page shows, laid out from what the stage and the services know."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from invalidator.errors import FreshedgeError, NotFoundError
from sandbox.pages.stage import Stage
from sandbox.pages.watching import Look, Watch
from sandbox.sites.catalog import SITES
from sandbox.sites.site import Site
from web.models import Invalidation, Link
from web.pages.states import FINAL, Badge, Busy, of_invalidation, of_link
from web.pages.wording import counted, duration
from web.services import Services

UNHEARD_S = 60.0
"""After so long without a trace in the history, the page says what may be wrong."""

GATHERED = timedelta(minutes=5)
"""An invalidation may have been gathered from changes so much older."""


@dataclass(frozen=True, slots=True)
class SiteView:
    """A sample site. badge: of its link. finding: what is wrong with that, with the address that mends it."""

    site: Site
    distribution_id: str | None
    address: str | None
    badge: Badge
    finding: str
    way: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class WatchView:
    """A publication: what happened in a sentence, and both sides of its pages where it is the newest."""

    watch: Watch
    at: datetime
    badge: Badge
    sentence: str
    what: str
    looks: tuple[Look, ...]
    invalidation: Invalidation | None
    invalidation_badge: Badge | None


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page of a sample site, with where a browser opens it."""

    look: Look
    address: str


def site_views(stage: Stage, services: Services) -> list[SiteView]:
    """Return the sample sites as they are now."""
    return [_site_view(stage, services, site) for site in SITES]


def watch_views(stage: Stage, services: Services, now: datetime) -> list[WatchView]:
    """Return the last publications, newest first; only the first one is looked at."""
    return [_watch_view(stage, services, w, now, newest=i == 0) for i, w in enumerate(stage.watcher.latest())]


def page_rows(stage: Stage, newest: WatchView | None) -> list[PageRow]:
    """Return the pages to show side by side: those of the newest publication, and the first page of every site.

    Uploads by other tools change first pages, too; and to be looked at is what makes the edge hold them.
    """
    looks = [(look, newest.watch.distribution_id) for look in newest.looks] if newest else []
    shown = {(look.bucket, look.key) for look, _ in looks}
    for site in SITES:
        distribution_id = stage.distribution_id(site)
        if distribution_id and (site.bucket, site.front) not in shown:
            looks.append((stage.watcher.compare(distribution_id, site.bucket, site.front, "/"), distribution_id))
    return [PageRow(look, stage.address(distribution_id, look.uri)) for look, distribution_id in looks]


def _site_view(stage: Stage, services: Services, site: Site) -> SiteView:
    distribution_id = stage.distribution_id(site)
    address = stage.address(distribution_id) if distribution_id else None
    try:
        link = services.linking.link(site.bucket)
    except NotFoundError:
        return SiteView(site, None, None, Badge("faulty", "gone"), "Its bucket was deleted.", None)
    except FreshedgeError as error:
        return SiteView(site, distribution_id, address, Badge("unknown", "unknown"), str(error), None)
    finding, way = _finding(site, link)
    return SiteView(site, distribution_id, address, of_link(link, Busy()), finding, way)


def _finding(site: Site, link: Link) -> tuple[str, tuple[str, str] | None]:
    if link.state == "unlinked":
        return "Nobody tells the edge about changes here.", ("Link it", f"/links/new?bucket={site.bucket}")
    faults = [item.message for item in link.health if item.severity == "fault"]
    if faults:
        return faults[0], ("Show the fix", f"/links/{site.bucket}")
    return "", ("Show the link", f"/links/{site.bucket}")


def _watch_view(stage: Stage, services: Services, watch: Watch, now: datetime, *, newest: bool) -> WatchView:
    at = datetime.fromtimestamp(watch.since, UTC)
    looks = tuple(stage.watcher.looks(watch)) if newest else ()
    made = _invalidation(services, watch) if newest or not watch.done else None
    trouble = _trouble(services, watch) if newest and not watch.done else ""
    badge, sentence = _standing(watch, made, (now - at).total_seconds(), trouble)
    published = watch.publication
    what = [counted(published.puts, "object") + " written"] if published.puts else []
    what += [counted(published.deletes, "object") + " deleted"] if published.deletes else []
    return WatchView(
        watch=watch,
        at=at,
        badge=badge,
        sentence=sentence,
        what=", ".join(what),
        looks=looks,
        invalidation=made,
        invalidation_badge=of_invalidation(made) if made else None,
    )


def _standing(watch: Watch, made: Invalidation | None, waited_s: float, trouble: str) -> tuple[Badge, str]:
    if (seconds := watch.seconds) is not None:
        return Badge("fresh", "fresh"), f"The edge serves what the bucket holds, {duration(seconds)} after the upload."
    left = len(watch.publication.watch) - len(watch.agreed)
    stale = f"The edge still serves {'an old page' if left == 1 else f'{left} old pages'}"
    if trouble and (made is None or made.state in FINAL):
        return Badge("faulty", "stale"), f"{stale}. {trouble}"
    if made and made.state in ("in_progress", "completed"):
        return Badge("moving", "moving"), f"{stale}; CloudFront has the invalidation."
    if made or waited_s < UNHEARD_S:
        return Badge("waiting", "waiting"), f"{stale}."
    return Badge("faulty", "stale"), f"{stale} after {duration(waited_s)}, and no invalidation is under way."


def _trouble(services: Services, watch: Watch) -> str:
    """Say what is wrong with the link of a publication's bucket; nothing where it is as it should be."""
    site = watch.publication.site
    try:
        return _finding(site, services.linking.link(site.bucket))[0]
    except FreshedgeError as error:
        return str(error)


def _invalidation(services: Services, watch: Watch) -> Invalidation | None:
    """Return the first invalidation that was sent after the publication, or is to be."""
    begun = watch.publication.begun
    try:
        # One that covers earlier changes too has begun with those.
        page = services.history.page(distribution=watch.distribution_id, since=begun - GATHERED, limit=20)
    except FreshedgeError:
        return None
    later = [one for one in page.items if one.id and (one.submitted_at is None or one.submitted_at >= begun)]
    return later[-1] if later else None
