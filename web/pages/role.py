"""Seeing the demo with another role: a switch that a dashboard with real people does not have."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse

from invalidator.errors import NotFoundError
from web.access.person import ROLE_COOKIE
from web.access.roles import requires
from web.deps import CurrentSettings
from web.models import Role

router = APIRouter(include_in_schema=False)


@router.post("/me/role", dependencies=[requires("viewer")])
def choose(
    settings: CurrentSettings,
    role: Annotated[Role, Form()],
    back: Annotated[str, Form(max_length=2000)] = "/",
) -> RedirectResponse:
    """See everything with a role from now on, and go back to the page that the switch stood on.

    Raises: NotFoundError outside the demo.
    """
    if settings.demo_person is None:
        raise NotFoundError("Roles are chosen in the demo alone; ask an admin for another one.")
    answer = RedirectResponse(_own(back), 303)
    answer.set_cookie(ROLE_COOKIE, role, httponly=True, samesite="strict")
    return answer


def _own(address: str) -> str:
    """An address of ours, whatever was sent: browsers read `//host` as somebody else's, with any slashes."""
    parts = urlsplit(address.replace("\\", "/"))
    return address if parts.path.startswith("/") and not parts.netloc and not parts.scheme else "/"
