"""The account's distributions, and one of them."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from invalidator.errors import FreshedgeError
from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import Distribution, DistributionSettings
from web.pages.distribution import InvalidateForm, SettingsForm, activity, look_at, settings_form, show_distribution
from web.pages.inline import Trouble, trouble_of
from web.pages.listing import paging
from web.pages.looking import busy_now
from web.pages.render import render
from web.pages.shell import shell_of
from web.pages.sites import site_of
from web.pages.states import Badge, of_distribution
from web.pages.wording import counted
from web.services import Services

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
DONE = {"settings": "The settings are saved and count from the next change on."}
RANGE = "Write a number of seconds from 0 to 900, such as 5 or 0.5, or nothing for the default."


@dataclass(frozen=True, slots=True)
class DistributionRow:
    """A distribution as its row shows it. `unfed`: what stands there where no bucket is linked to it."""

    distribution: Distribution
    badge: Badge
    site: str
    unfed: str


@router.get("/distributions")
def index(
    request: Request,
    services: CurrentServices,
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: str | None = None,
) -> HTMLResponse:
    """Show the distributions that match."""
    page, busy = services.inventory.distributions(q=q, cursor=cursor), busy_now(services)
    rows = [DistributionRow(each, of_distribution(each, busy), site_of(each), _unfed(each)) for each in page.items]
    return render(
        request,
        "distributions/index.html",
        rows=rows,
        sentence=counted(len(page.items) if page.total is None else page.total, "distribution"),
        q=q,
        paging=paging("/distributions", {"q": q, "cursor": cursor}, page, "distribution"),
        as_of=page.as_of,
    )


@router.post("/distributions/refresh", dependencies=[requires("viewer")])
def refresh(services: CurrentServices, back: Annotated[str, Form(max_length=2000)] = "/distributions") -> Response:
    """Read the account anew."""
    services.inventory.refresh()
    return RedirectResponse(back if back.startswith("/distributions") else "/distributions", 303)


@router.get("/distributions/{distribution_id}")
def show(
    request: Request, services: CurrentServices, distribution_id: str, repeat: str = "", done: str = ""
) -> HTMLResponse:
    """Show one, with the paths of an earlier invalidation filled in where `repeat` names it."""
    distribution = services.inventory.distribution(distribution_id)
    repeats = repeat if shell_of(request).may("operator") else ""
    form, preview = look_at(services, distribution_id, _repeated(services, repeats))
    return show_distribution(request, services, distribution, form=form, preview=preview, done=DONE.get(done))


@router.get("/distributions/{distribution_id}/activity")
def live(
    request: Request,
    services: CurrentServices,
    distribution_id: str,
    poll: Annotated[int, Query(ge=0)] = 0,
    busy: bool = False,
) -> HTMLResponse:
    """Return what happens there now, for a page that is open."""
    distribution = services.inventory.distribution(distribution_id)
    view = activity(request, services, distribution, poll, was_busy=busy)
    return render(request, "distributions/_activity.html", view)


@router.post("/distributions/{distribution_id}/settings", dependencies=[requires("admin")])
def save_settings(
    request: Request,
    services: CurrentServices,
    person: CurrentPerson,
    distribution_id: str,
    settle_seconds: Annotated[str, Form()] = "",
) -> Response:
    """Save what was set; what this form does not show stays as it is."""
    wrong: str | None = None
    trouble: Trouble | None = None
    try:
        chosen = DistributionSettings.model_validate({"settle_seconds": settle_seconds.strip() or None})
        services.invalidating.save_settings(distribution_id, chosen, person)
    except ValidationError:
        wrong = RANGE
    except FreshedgeError as error:
        trouble = trouble_of(error)
    if not (wrong or trouble):
        return RedirectResponse(f"/distributions/{quote(distribution_id, safe='')}?done=settings", 303)
    distribution = services.inventory.distribution(distribution_id)
    default = settings_form(request, distribution).default
    typed = SettingsForm(settle_seconds=settle_seconds, default=default, problem=wrong)
    status = trouble.status if trouble else 422
    return show_distribution(request, services, distribution, settings=typed, problem=trouble, status=status)


def _repeated(services: Services, repeat: str) -> InvalidateForm:
    if not repeat:
        return InvalidateForm()
    return InvalidateForm(paths="\n".join(services.history.paths(repeat)), reason=f"again: {repeat}")


def _unfed(distribution: Distribution) -> str:
    reads = any(origin.bucket for origin in distribution.origins)
    return "its bucket is not linked" if reads else "reads no bucket"
