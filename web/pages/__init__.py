"""The pages: one router a page; each route is one call of a service and one template."""

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """Return the routers of all pages, in the order in which they are to be included."""
    from web.pages import (  # noqa: PLC0415 - each imports `web.deps`, which the app's start needs before
        about,
        buckets,
        changing,
        design,
        distributions,
        failures,
        invalidating,
        invalidations,
        link,
        links,
        overview,
        pausing,
        restoring,
        role,
        several,
        verifying,
        wizard,
    )

    # Those with words of their own before those with a bucket's name: `/links/new` and `/links/several` are none.
    modules = (
        overview,
        buckets,
        wizard,
        several,
        links,
        changing,
        design,
        link,
        distributions,
        invalidating,
        invalidations,
        failures,
        pausing,
        restoring,
        role,
        verifying,
        about,
    )
    return [module.router for module in modules]
