"""Invalidate by hand: look at what was pasted, and send it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from invalidator.errors import FreshedgeError
from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.pages.distribution import InvalidateForm, look_at, show_distribution
from web.pages.inline import Trouble, trouble_of
from web.pages.preview import PreviewView, covers_everything, lines_of, may_cover_everything
from web.pages.render import render
from web.services import Services

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
Pasted = Annotated[str, Form(max_length=500_000)]
Short = Annotated[str, Form(max_length=500)]


def filled_in(paths: Pasted = "", reason: Short = "", key: Short = "", confirm: Short = "") -> InvalidateForm:
    """Read the form as it was sent."""
    typed = InvalidateForm(paths=paths, reason=reason, confirmed=confirm)
    return replace(typed, key=key) if key else typed


Filled = Annotated[InvalidateForm, Depends(filled_in)]


@router.post("/distributions/{distribution_id}/preview", dependencies=[requires("operator")])
def preview(
    request: Request,
    services: CurrentServices,
    distribution_id: str,
    form: Filled,
    hx_request: Annotated[str, Header()] = "",
) -> HTMLResponse:
    """Show what the lines are understood as; the part alone while somebody types, else the whole page."""
    distribution = services.inventory.distribution(distribution_id)
    form, view = _looked_at(services, distribution_id, form)
    if not hx_request:
        return show_distribution(request, services, distribution, form=form, preview=view)
    return render(request, "distributions/_preview.html", distribution=distribution, form=form, preview=view)


@router.post("/distributions/{distribution_id}/invalidate", dependencies=[requires("operator")])
def invalidate(
    request: Request, services: CurrentServices, person: CurrentPerson, distribution_id: str, form: Filled
) -> Response:
    """Send it, and show the record; where that fails, show the form as it was, with what happened."""
    lines = lines_of(form.paths)
    try:
        form = confirmed(services, distribution_id, form)
        if form.problem or form.confirm_problem:
            return _again(request, services, distribution_id, form, None)
        record = services.invalidating.submit(
            distribution_id,
            lines,
            reason=form.reason.strip() or None,
            person=person,
            key=submission_key(form.key, lines),
        )
    except FreshedgeError as error:
        return _again(request, services, distribution_id, form, trouble_of(error))
    return RedirectResponse(f"/invalidations/{quote(record.id, safe='')}", 303)


def confirmed(services: Services, distribution_id: str, form: InvalidateForm) -> InvalidateForm:
    """Return the form, with what still keeps it from being sent: nothing pasted, or `/*` without a second thought."""
    lines = lines_of(form.paths)
    if not lines:
        return replace(form, problem="Write at least one path, address or key.")
    if not may_cover_everything(lines) or form.confirmed.strip() == distribution_id:
        return form
    wild = [line for line in lines if may_cover_everything([line])]
    if not covers_everything(services.invalidating.preview(distribution_id, wild)):
        return form
    said = f"That is not {distribution_id}." if form.confirmed.strip() else f"Type {distribution_id} to go on."
    return replace(form, confirm=True, confirm_problem=f"Nothing was invalidated. {said}")


def submission_key(key: str, lines: Sequence[str]) -> str:
    """Return the idempotency key of a form and its lines: a second click is the same request, other lines are not."""
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return f"{key}-{digest[:16]}"


def _again(
    request: Request, services: Services, distribution_id: str, form: InvalidateForm, problem: Trouble | None
) -> HTMLResponse:
    distribution = services.inventory.distribution(distribution_id)
    form, view = _looked_at(services, distribution_id, form)
    status = problem.status if problem else 422
    return show_distribution(request, services, distribution, form=form, preview=view, problem=problem, status=status)


def _looked_at(
    services: Services, distribution_id: str, form: InvalidateForm
) -> tuple[InvalidateForm, PreviewView | None]:
    """Look at the lines; where that can't be done, say so where the preview would stand."""
    try:
        return look_at(services, distribution_id, form)
    except FreshedgeError as error:
        return replace(form, preview_problem=trouble_of(error).message), None
