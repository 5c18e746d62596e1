"""What routes ask for by type: the services, and the person who asks."""

from typing import Annotated

from fastapi import Depends, Request

from web.access.person import CurrentPerson
from web.services import Services
from web.settings import WebSettings

__all__ = ["CurrentPerson", "CurrentServices", "CurrentSettings", "get_services", "get_settings", "note_pause"]


def get_services(request: Request) -> Services:
    """Return the services of this app."""
    services: Services = request.app.state.services
    return services


def get_settings(request: Request) -> WebSettings:
    """Return the settings of this app."""
    settings: WebSettings = request.app.state.settings
    return settings


CurrentServices = Annotated[Services, Depends(get_services)]
CurrentSettings = Annotated[WebSettings, Depends(get_settings)]


def note_pause(request: Request, services: CurrentServices) -> None:
    """Note for the frame of a page whether everything is paused: a banner says so on each."""
    request.state.paused = services.invalidating.all_paused()
