"""The pages: one router a page; each route is one call of a service and one template."""

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """Return the routers of all pages, in the order in which they are to be included."""
    from web.pages import (  # noqa: PLC0415 - each imports `web.deps`, which the app's start needs before
        about,
        buckets,
        distributions,
        failures,
        invalidating,
        invalidations,
        links,
        overview,
        pausing,
        role,
        wizard,
    )

    # The wizard first: `/links/new` is no bucket.
    modules = (
        overview,
        buckets,
        wizard,
        links,
        distributions,
        invalidating,
        invalidations,
        failures,
        pausing,
        role,
        about,
    )
    return [module.router for module in modules]
