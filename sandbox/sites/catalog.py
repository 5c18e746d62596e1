"""The three sample sites, in the order in which they are shown."""

from sandbox.sites.app import APP
from sandbox.sites.blog import BLOG
from sandbox.sites.docs import DOCS
from sandbox.sites.site import Site

SITES: tuple[Site, ...] = (BLOG, APP, DOCS)


def site_named(name: str) -> Site | None:
    """Return a site by its name."""
    return next((site for site in SITES if site.name == name), None)
