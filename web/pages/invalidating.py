"""Invalidate by hand: look at what was pasted, mend it, and send it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from invalidator.errors import FreshedgeError
from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import InvalidationPreview
from web.pages.distribution import InvalidateForm, look_at, show_distribution
from web.pages.errors import error_page
from web.pages.inline import Trouble, trouble_of
from web.pages.preview import digest_of, lines_of
from web.pages.render import render
from web.problems import problem_of
from web.services import Services
from web.services.splitting import rewritten

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
Typed = Annotated[str, Form()]
Then = Annotated[Literal["", "mend-all", "leave-out", "wider"], Form()]
MOST_REASON = 500
YES = "yes"
"""What the box sends that is ticked to confirm."""


def filled_in(
    paths: Typed = "", reason: Typed = "", key: Typed = "", confirm: Typed = "", asked: Typed = ""
) -> InvalidateForm:
    """Read the form as it was sent."""
    typed = InvalidateForm(paths=paths, reason=reason, confirmed=confirm, asked=asked)
    return replace(typed, key=key) if key else typed


Filled = Annotated[InvalidateForm, Depends(filled_in)]


@router.post("/distributions/{distribution_id}/preview", dependencies=[requires("operator")])
def preview(
    request: Request,
    services: CurrentServices,
    distribution_id: str,
    form: Filled,
    mend: Typed = "",
    then: Then = "",
    hx_request: Annotated[str, Header()] = "",
) -> HTMLResponse:
    """Show what the lines are understood as; the part alone while somebody types, else the whole page.

    mend: the thing to mend in the text, of those that bring a mend; then: what to do with all of them.
    """
    try:
        distribution = services.inventory.distribution(distribution_id)
    except FreshedgeError as error:
        return error_page(request, problem_of(error), typed=form.paths)
    if mend or then:
        form = _changed(services, distribution_id, form, mend, then)
    form, view = look_at(services, distribution_id, form)
    if not hx_request:
        return show_distribution(request, services, distribution, form=form, preview=view)
    part = "distributions/_form.html" if mend or then else "distributions/_preview.html"
    return render(request, part, distribution=distribution, form=form, preview=view)


@router.post("/distributions/{distribution_id}/invalidate", dependencies=[requires("operator")])
def invalidate(
    request: Request, services: CurrentServices, person: CurrentPerson, distribution_id: str, form: Filled
) -> Response:
    """Send it, and show the record; where that fails, show the form as it was, with what happened."""
    lines = lines_of(form.paths)
    try:
        form = confirmed(services, distribution_id, form)
        if form.problem or form.reason_problem or form.confirm_problem:
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
    """Return the form, with what still keeps it from being sent: nothing pasted, or no second thought where one is due.

    What was confirmed counts for the paths that were shown beside it, and for no others.
    """
    lines = lines_of(form.paths)
    if not lines:
        return replace(form, problem="Write at least one path, address or key.")
    if (long := len(form.reason.strip())) > MOST_REASON:
        return replace(form, reason_problem=f"A reason has at most {MOST_REASON} characters and this one {long:,}.")
    found = services.invalidating.preview(distribution_id, lines, brief=True)
    if found.confirm == "none" or found.problem or any(line.problem for line in found.paths):
        return form  # what can't be sent is told when it is tried
    wanted, shown = found.confirm_text or YES, form.asked == digest_of(found)
    if shown and form.confirmed.strip() == wanted:
        return form
    said = _missing(form, found, shown=shown)
    return replace(form, confirmed=form.confirmed if shown else "", confirm_problem=f"Nothing was invalidated. {said}")


def submission_key(key: str, lines: Sequence[str]) -> str:
    """Return the idempotency key of a form and its lines: a second click is the same request, other lines are not."""
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return f"{key}-{digest[:16]}"


def _missing(form: InvalidateForm, found: InvalidationPreview, *, shown: bool) -> str:
    if form.asked and not shown:
        return "The paths are others than those that you confirmed. Look at these, and confirm them."
    if found.confirm_text is None:
        return "Tick the box to go on."
    return f"That is not {found.confirm_text}." if form.confirmed.strip() else f"Type {found.confirm_text} to go on."


def _changed(services: Services, distribution_id: str, form: InvalidateForm, mend: str, then: str) -> InvalidateForm:
    """Return the form with its text mended; where that can't be looked at, as it was, with the reason."""
    try:
        found = services.invalidating.preview(distribution_id, lines_of(form.paths), brief=True)
    except FreshedgeError as error:
        return replace(form, preview_problem=trouble_of(error))
    if then == "wider" and found.instead:
        return replace(form, paths="\n".join(found.instead))
    return replace(form, paths=rewritten(form.paths, _changes(found, mend, then)))


def _changes(found: InvalidationPreview, mend: str, then: str) -> dict[str, str | None]:
    """Return what goes in the place of what; None for what is left out."""
    if then == "leave-out":
        return {line.given: None for line in found.paths if line.problem}
    mends = {line.given: line.mend for line in found.paths if line.mend is not None and (line.problem or not then)}
    return {given: other for given, other in mends.items() if then == "mend-all" or given == mend}


def _again(
    request: Request, services: Services, distribution_id: str, form: InvalidateForm, problem: Trouble | None
) -> HTMLResponse:
    try:
        distribution = services.inventory.distribution(distribution_id)
    except FreshedgeError as error:  # it was deleted since the form was opened, or can't be read
        return error_page(request, problem_of(error), typed=form.paths)
    form, view = look_at(services, distribution_id, form)
    status = problem.status if problem else 422
    return show_distribution(request, services, distribution, form=form, preview=view, problem=problem, status=status)
