"""The page of components: everything that pages are made of, side by side. In the demo alone."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from invalidator.errors import NotFoundError
from web.access.roles import reads
from web.deps import CurrentSettings
from web.pages.render import render
from web.pages.shell import present
from web.pages.specimens import BESIDE, SIZES, STATES, specimens

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])


@router.get("/about/design")
def index(request: Request, settings: CurrentSettings) -> HTMLResponse:
    """Show one of everything.

    Raises: NotFoundError outside the demo.
    """
    if settings.demo_person is None:
        raise NotFoundError("The page of components is in the demo alone. Run `freshedge demo` to see it.")
    return render(
        request,
        "about/design.html",
        states=STATES,
        beside=BESIDE,
        sizes=SIZES,
        one=specimens(present(request)),
    )
