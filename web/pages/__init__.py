"""The pages: one router a page; each route is one call of a service and one template."""

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """Return the routers of all pages, in the order in which they are to be included."""
    from web.pages import about, buckets, distributions, invalidations, links, overview, pausing, wizard  # noqa: PLC0415

    # The wizard first: `/links/new` is no bucket.
    modules = (overview, buckets, wizard, links, distributions, invalidations, pausing, about)
    return [module.router for module in modules]
