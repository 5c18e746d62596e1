"""What is done to a link on a page of its own: repair and unlink; first what changes, then one click."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from invalidator.errors import FreshedgeError, NotFoundError
from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import Link, LinkPlan
from web.pages.plans import PlanView, plan_view
from web.pages.render import render
from web.pages.stopped import Stopped, link_url, stopped_by

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])


@dataclass(frozen=True, slots=True)
class Change:
    """The words of a change of a link. `verb` is the last part of its page's address.

    question: whether its title asks; under: what it means; danger: whether it takes something away.
    keep: what the way back says; nothing: what is said where there is nothing to change.
    """

    verb: str
    title: str
    under: str
    button: str
    keep: str
    nothing: str
    done: str
    question: bool = False
    danger: bool = False


REPAIR = Change(
    verb="repair",
    title="Repair",
    under="What the repair adds and takes away; all else stays as it is.",
    button="Repair",
    keep="Back",
    nothing="Nothing needs to change: what is wrong can't be mended here.",
    done="repaired",
)
UNLINK = Change(
    verb="unlink",
    title="Unlink",
    under="From then on its uploads stay old at the edge until the cache runs out. Changes already on their way are "
    "still invalidated.",
    button="Unlink",
    keep="Keep it linked",
    nothing="Nothing needs to change: there is nothing of a link on this bucket.",
    done="unlinked",
    question=True,
    danger=True,
)


@router.get("/links/{bucket}/repair", dependencies=[requires("linker")])
def repair_plan(request: Request, services: CurrentServices, bucket: str) -> HTMLResponse:
    """Show what a repair changes."""
    return show(request, REPAIR, bucket, lambda: services.linking.repair_plan(bucket))


@router.post("/links/{bucket}/repair", dependencies=[requires("linker")])
def repair(request: Request, services: CurrentServices, person: CurrentPerson, bucket: str) -> Response:
    """Repair, and show the link, read back."""
    linking = services.linking
    return carry_out(
        request, REPAIR, bucket, lambda: linking.repair_plan(bucket), lambda: linking.repair(bucket, person)
    )


@router.get("/links/{bucket}/unlink", dependencies=[requires("linker")])
def unlink_plan(request: Request, services: CurrentServices, bucket: str) -> HTMLResponse:
    """Show what an unlink changes."""
    return show(request, UNLINK, bucket, lambda: services.linking.unlink_plan(bucket))


@router.post("/links/{bucket}/unlink", dependencies=[requires("linker")])
def unlink(request: Request, services: CurrentServices, person: CurrentPerson, bucket: str) -> Response:
    """Unlink, and show the bucket."""
    linking = services.linking
    return carry_out(
        request, UNLINK, bucket, lambda: linking.unlink_plan(bucket), lambda: linking.unlink(bucket, person)
    )


def show(request: Request, change: Change, bucket: str, plan: Callable[[], LinkPlan]) -> HTMLResponse:
    """Show what a change would do; where that can't be told, why.

    Raises: NotFoundError for a bucket that there is not.
    """
    view, stopped = looked_at(bucket, plan)
    return _page(request, change, bucket, view, stopped)


def carry_out(
    request: Request, change: Change, bucket: str, plan: Callable[[], LinkPlan], do: Callable[[], Link]
) -> Response:
    """Do it, and show the link; where that fails, show what was written, what was not, and what would be left to do."""
    try:
        do()
    except FreshedgeError as error:
        return _page(request, change, bucket, plan_or_none(plan), stopped_by(error, bucket))
    return RedirectResponse(f"{link_url(bucket)}?done={change.done}", 303)


def looked_at(bucket: str, plan: Callable[[], LinkPlan]) -> tuple[PlanView | None, Stopped | None]:
    """Return a plan, or why there is none.

    Raises: NotFoundError.
    """
    try:
        return plan_view(plan()), None
    except NotFoundError:
        raise
    except FreshedgeError as error:
        return None, stopped_by(error, bucket, tried=False)


def plan_or_none(plan: Callable[[], LinkPlan]) -> PlanView | None:
    """Return a plan, or None: what went wrong before is what is told, whatever goes wrong with looking again."""
    try:
        return plan_view(plan())
    except FreshedgeError:
        return None


def _page(
    request: Request, change: Change, bucket: str, view: PlanView | None, stopped: Stopped | None
) -> HTMLResponse:
    return render(
        request,
        "links/change.html",
        status_code=stopped.status if stopped else 200,
        bucket=bucket,
        change=change,
        view=view,
        stopped=stopped,
    )
