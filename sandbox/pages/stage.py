"""What the demo's pages act on."""

from dataclasses import dataclass
from typing import Protocol

from sandbox.cloudfront.distributions import Distribution
from sandbox.faults import FaultSwitch
from sandbox.pages.watching import Watcher
from sandbox.sites.publishing import Publisher
from sandbox.sites.site import Site


class Directory(Protocol):
    """Finds distributions by the names that they answer to."""

    def find_by_host(self, host: str) -> Distribution | None:
        """Return the distribution, or None."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The sandbox as its pages see it. edge_host: the edge's host and port."""

    publisher: Publisher
    watcher: Watcher
    faults: FaultSwitch
    directory: Directory
    edge_host: str

    def distribution_id(self, site: Site) -> str | None:
        """Return the id of a site's distribution; None where somebody has removed it."""
        found = self.directory.find_by_host(site.alias)
        return found.id if found else None

    def address(self, distribution_id: str, uri: str = "/") -> str:
        """Return where a browser opens a page at the edge."""
        return f"http://{distribution_id.lower()}.{self.edge_host}{uri}"
