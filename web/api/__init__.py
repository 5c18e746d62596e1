"""The API under /api/v1: one router a resource."""

from fastapi import APIRouter, Depends

from web.access.roles import declared_somewhere
from web.api import buckets, distributions, failures, invalidations, link_batch, links, openapi, overview, switches
from web.api.answers import PROBLEMS

PREFIX = "/api/v1"


def router() -> APIRouter:
    """Return the routes of the whole API; each asks who is there and whether they may."""
    whole = APIRouter(prefix=PREFIX, dependencies=[Depends(declared_somewhere)], responses=PROBLEMS)
    for module in (overview, buckets, distributions, links, link_batch, invalidations, failures, switches):
        whole.include_router(module.router)
    whole.include_router(openapi.router)
    return whole
