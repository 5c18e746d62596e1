"""Reads what pasted lines are read against: a distribution's names, its buckets, and the routes to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from invalidator.aws.buckets import Buckets
from invalidator.aws.clients import Clients
from invalidator.aws.cloudfront import CloudFront
from invalidator.clock import Clock
from invalidator.errors import AccessDeniedError
from invalidator.routing import Routing
from invalidator.rules.behaviors import behaviors_of
from invalidator.rules.patterns import matches, reach
from invalidator.rules.routes import Route
from web.models import Distribution
from web.services.lines import Site
from web.services.link_reader import LinkReader
from web.services.names import checked_id
from web.services.snapshots import Snapshots

AGE = timedelta(seconds=10)
MOST_KEPT = 100


class SiteReader:
    """Reads sites. edge_host: where a local edge answers, which names distributions by their id; None without one."""

    def __init__(
        self, clients: Clients, reader: LinkReader, snapshots: Snapshots, edge_host: str | None, clock: Clock
    ) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[datetime, Site]] = {}
        self._reader = reader
        self._snapshots = snapshots
        self._routing = Routing(CloudFront(clients.cloudfront), Buckets(clients))
        self._edge = edge_host

    def distribution(self, distribution_id: str) -> Distribution:
        """Return a distribution as it is now; where the role may only list, as it was listed.

        Raises: NotFoundError, also for one of another account.
        """
        known = self._snapshots.current()
        name = checked_id(distribution_id)
        try:
            return self._reader.distribution(name, known.regions)
        except AccessDeniedError:
            if name in known.distributions:
                return known.distributions[name]
            raise

    def recent(self, distribution_id: str) -> Site:
        """Return what `site` does, or did a moment ago: for who looks again with every word that is typed.

        Raises: as `site`.
        """
        now = self._clock.now()
        kept = self._kept.get(distribution_id)
        if kept and timedelta() <= now - kept[0] < AGE:
            return kept[1]
        found = self.site(distribution_id)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[distribution_id] = (now, found)
        return found

    def site(self, distribution_id: str) -> Site:
        """Return what lines for a distribution are read against.

        Raises: NotFoundError, also for one of another account.
        """
        known = self._snapshots.current()
        found = self.distribution(distribution_id)
        config = self._routing.config(found.id)
        linked = [name for name, link in known.links.items() if found.id in link.distribution_ids]
        read = [origin.bucket for origin in found.origins if origin.bucket]
        buckets = dict.fromkeys([*read, *linked])
        routes = {name: self._routing.routes(config, name, known.regions.get(name)) for name in buckets}
        return Site(
            id=found.id,
            names=self._names(found),
            routes=routes,
            others={
                name: other.id
                for other in known.distributions.values()
                if other.id != found.id
                for name in self._names(other)
            },
            keeps_query=lambda path: config is None or _keeps_query(config, path),
            tags=None if config is None else bool((config.get("CacheTagConfig") or {}).get("HeaderName")),
            elsewhere=lambda path: config is not None and answered_elsewhere(config, routes, path),
        )

    def regions(self) -> Mapping[str, str | None]:
        """Return the regions of the account's buckets."""
        return self._snapshots.current().regions

    def _names(self, distribution: Distribution) -> frozenset[str]:
        names = [distribution.domain_name, *distribution.aliases]
        if self._edge:
            names.append(f"{distribution.id}.{self._edge.partition(':')[0]}")
        return frozenset(name.lower() for name in names)


def answered_elsewhere(config: Mapping[str, Any], routes: Mapping[str, Sequence[Route]], path: str) -> bool:
    """Whether a path, or some of what a wildcard covers, is answered by another origin than the buckets', or rewritten.

    Behaviors are tried in their order, and the first whose pattern matches takes a request
    (DownloadDistValuesCacheBehavior.html).
    """
    ours = {target for ways in routes.values() for route in ways for target in route.targets or ()}
    start, wild = unquote(path.removesuffix("*").partition("?")[0]), path.endswith("*")
    for behavior in behaviors_of(config, {}):
        reached = reach(behavior.pattern)
        within = start.startswith(reached)
        overlaps = (within or reached.startswith(start)) if wild else matches(behavior.pattern, start)
        if overlaps and (behavior.target not in ours or behavior.rewrites):
            return True
        if overlaps and (not wild or (within and "/" + behavior.pattern.removeprefix("/") == f"{reached}*")):
            return False
    return False


def _keeps_query(config: Mapping[str, Any], path: str) -> bool:
    """Whether query strings may be in the cache key of a path; policies that were not read count as keeping them."""
    uri = unquote(path)
    return next((b.query for b in behaviors_of(config, {}) if matches(b.pattern, uri)), False)
