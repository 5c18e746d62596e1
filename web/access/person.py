"""Who asks: a dependency that gives each route the person, or refuses."""

import ipaddress
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from web.access.errors import NotSignedInError
from web.models import Person

if TYPE_CHECKING:
    from web.settings import WebSettings


def person(request: Request) -> Person:
    """Return who asks.

    Without a login there is one person alone, and only for requests from this machine: a dashboard that was bound to
    another address by mistake shows itself to nobody.

    Raises: NotSignedInError.
    """
    settings: WebSettings = request.app.state.settings
    name = settings.demo_person or settings.local_person
    if name is None:
        raise NotSignedInError("No login is configured, so this dashboard answers nobody. Run it on your own machine.")
    if not _from_loopback(request):
        raise NotSignedInError("No login is configured, so this dashboard answers only on its own machine.")
    found = Person(name=name, role="admin")
    request.state.person = found  # error pages show who is signed in, too
    return found


def _from_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


CurrentPerson = Annotated[Person, Depends(person)]
