"""`/pause` and `/resume`: the switch for everything."""

from fastapi import APIRouter

from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import Model

router = APIRouter(tags=["switches"], dependencies=[reads("viewer")])


class Paused(Model):
    """Whether everything is paused."""

    paused: bool


@router.post("/pause", dependencies=[requires("admin")])
def pause(services: CurrentServices, person: CurrentPerson) -> Paused:
    """Hold all invalidations back; changes go on being recorded."""
    services.invalidating.pause(None, person)
    return Paused(paused=services.invalidating.all_paused())


@router.post("/resume", dependencies=[requires("admin")])
def resume(services: CurrentServices, person: CurrentPerson) -> Paused:
    """End the pause of everything; distributions that are paused themselves stay so."""
    services.invalidating.resume(None, person)
    return Paused(paused=services.invalidating.all_paused())
