"""Pause and resume: one distribution, or everything."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.pages.coming import came_from

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])


@router.post("/pause", dependencies=[requires("admin")])
def pause_all(request: Request, services: CurrentServices, person: CurrentPerson) -> Response:
    """Hold back every invalidation; recording goes on."""
    services.invalidating.pause(None, person)
    return RedirectResponse(came_from(request.headers.get("referer", "")), 303)


@router.post("/resume", dependencies=[requires("admin")])
def resume_all(request: Request, services: CurrentServices, person: CurrentPerson) -> Response:
    """Go on invalidating, with what was recorded meanwhile first."""
    services.invalidating.resume(None, person)
    return RedirectResponse(came_from(request.headers.get("referer", "")), 303)


@router.post("/distributions/{distribution_id}/pause", dependencies=[requires("operator")])
def pause(distribution_id: str, services: CurrentServices, person: CurrentPerson) -> Response:
    """Hold back the invalidations of one distribution."""
    services.invalidating.pause(distribution_id, person)
    return RedirectResponse(f"/distributions/{quote(distribution_id, safe='')}", 303)


@router.post("/distributions/{distribution_id}/resume", dependencies=[requires("operator")])
def resume(distribution_id: str, services: CurrentServices, person: CurrentPerson) -> Response:
    """Let one distribution go on."""
    services.invalidating.resume(distribution_id, person)
    return RedirectResponse(f"/distributions/{quote(distribution_id, safe='')}", 303)
