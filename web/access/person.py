"""Who asks: the one dependency through which every route learns the person, or refuses."""

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, get_args

from fastapi import Depends, Request

from web.access.errors import NotSignedInError
from web.models import Person, Role

if TYPE_CHECKING:
    from web.settings import WebSettings

Identify = Callable[[Request], Person]
"""Tells who sent a request, or raises NotSignedInError. A login is one of these; `local_person` is another."""

ROLE_COOKIE = "freshedge_role"
"""In the demo alone: the role that the visitor wants to see everything with."""


def person(request: Request) -> Person:
    """Return who asks, as the app's way of telling (`create_app`) says.

    Raises: NotSignedInError.
    """
    identify: Identify = request.app.state.identify
    found = identify(request)
    request.state.person = found  # error pages show who is signed in, too
    return found


def local_person(request: Request) -> Person:
    """Return the one person there is without a login, and only for requests from this machine.

    A dashboard that was bound to another address by mistake shows itself to nobody. Whoever runs it is admin; a
    visitor of the demo may choose a lesser role, to see what others see.

    Raises: NotSignedInError.
    """
    settings: WebSettings = request.app.state.settings
    name = settings.demo_person or settings.local_person
    if name is None:
        raise NotSignedInError("No login is configured, so this dashboard answers nobody. Run it on your own machine.")
    if not _from_loopback(request):
        raise NotSignedInError("No login is configured, so this dashboard answers only on its own machine.")
    return Person(name=name, role=_chosen(request) if settings.demo_person else "admin")


def _chosen(request: Request) -> Role:
    wanted = request.cookies.get(ROLE_COOKIE)
    return next((role for role in get_args(Role) if role == wanted), "admin")


def _from_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


CurrentPerson = Annotated[Person, Depends(person)]
