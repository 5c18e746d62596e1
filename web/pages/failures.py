"""What could not be done: why, what to do, and the two ways out of it, trying again and discarding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from invalidator.errors import FreshedgeError
from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import Distribution, Failure, Invalidation
from web.pages.errors import pretty
from web.pages.inline import Trouble, trouble_of
from web.pages.listing import address, paging
from web.pages.live import Poll
from web.pages.refusals import plain
from web.pages.render import render
from web.pages.sentences import cause
from web.pages.sites import Site, sites
from web.pages.states import Badge, of_invalidation
from web.pages.tally import tally_of
from web.services import Services

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
POLL_SECONDS = 15
"""Failures change slowly, and looking at them asks the dead-letter queues of every region."""

BADGES = {
    "invalidation": Badge("faulty", "failed"),
    "message": Badge("faulty", "not handled"),
    "waiting": Badge("waiting", "held up"),
}
DELAYED = Badge("waiting", "delayed")
"""An invalidation that is not lost: it goes on being tried."""

FINALLY = {
    "invalidation": None,
    "waiting": None,
    "message": "The message is deleted from its queue for good.",
}
"""What discarding does that can't be undone, by kind; None where the history keeps what is discarded."""


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A failure as its row shows it.

    statement: the IAM statement to add, laid out. record_url: the page of its record, where it has one.
    finally_: what discarding loses; None where nothing is lost, and so nothing is asked.
    """

    failure: Failure
    badge: Badge
    message: str
    site: Site | None
    statement: str | None
    url: str
    record_url: str | None
    finally_: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done on the way here: in words, and with the record that came of it, where there is one."""

    words: str
    url: str | None = None
    what: str = ""
    badge: Badge | None = None


@router.get("/failures")
def index(
    request: Request,
    services: CurrentServices,
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: str | None = None,
    done: str = "",
    record: Annotated[str, Query(max_length=128)] = "",
) -> HTMLResponse:
    """Show what could not be done; what still waits comes first."""
    return _show(request, services, q=q, cursor=cursor, done=done_words(services, done, record))


@router.get("/failures/live")
def live(
    request: Request,
    services: CurrentServices,
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: str | None = None,
) -> HTMLResponse:
    """Return the list, for a page that is open."""
    return render(request, "failures/_list.html", _list(request, services, q, cursor))


@router.post("/failures/{failure_id}/retry", dependencies=[requires("operator")])
def retry(
    request: Request,
    services: CurrentServices,
    person: CurrentPerson,
    failure_id: str,
    q: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Try again, and show the list with what came of it."""
    try:
        made = services.failures.retry(failure_id, person)
    except FreshedgeError as error:
        return _show(request, services, q=q, problem=trouble_of(error))
    tally_of(request).forget()
    record = made.id if made else None
    return RedirectResponse(address("/failures", {"q": q, "done": "retried", "record": record}), 303)


@router.post("/failures/{failure_id}/discard", dependencies=[requires("operator")])
def discard(
    request: Request,
    services: CurrentServices,
    person: CurrentPerson,
    failure_id: str,
    q: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Discard, and show the list without it."""
    try:
        services.failures.discard(failure_id, person)
    except FreshedgeError as error:
        return _show(request, services, q=q, problem=trouble_of(error))
    tally_of(request).forget()
    return RedirectResponse(address("/failures", {"q": q, "done": "discarded"}), 303)


def failure_row(failure: Failure, known: Mapping[str, Distribution]) -> FailureRow:
    """Lay out a failure as a row."""
    ids = [failure.distribution_id] if failure.distribution_id else []
    delayed = failure.kind == "invalidation" and not failure.discardable
    return FailureRow(
        failure=failure,
        badge=DELAYED if delayed else BADGES[failure.kind],
        message=plain(failure.message),
        site=next(iter(sites(ids, known)), None),
        statement=pretty(failure.statement),
        url=f"/failures/{quote(failure.id, safe='')}",
        record_url=f"/invalidations/{quote(failure.id, safe='')}" if failure.kind == "invalidation" else None,
        finally_=FINALLY[failure.kind],
    )


def done_words(services: Services, done: str, record: str) -> Done | None:
    """Say what was done; of a record that is none of ours nothing is said."""
    if done == "discarded":
        return Done("Discarded. It is told of no more; an invalidation stays in the history.")
    if done != "retried":
        return None
    made = _record(services, record) if record else None
    if made is None:
        return Done("Tried again. What comes of it shows on the overview; what fails again comes back here.")
    return Done("Tried again as", f"/invalidations/{quote(made.id, safe='')}", cause(made), of_invalidation(made))


def _record(services: Services, record: str) -> Invalidation | None:
    try:
        return services.history.get(record)
    except FreshedgeError:  # it was asked for already; a page that can't name it is a page all the same
        return None


def _show(
    request: Request,
    services: Services,
    *,
    q: str = "",
    cursor: str | None = None,
    done: Done | None = None,
    problem: Trouble | None = None,
) -> HTMLResponse:
    part, status = _list(request, services, q, cursor), problem.status if problem else 200
    return render(request, "failures/index.html", part, status_code=status, q=q, done=done, problem=problem)


def _list(request: Request, services: Services, q: str, cursor: str | None) -> dict[str, object]:
    page = services.failures.page(q=q, cursor=cursor)
    known = services.inventory.known() if page.items else {}
    where = {"q": q, "cursor": cursor}
    return {
        "rows": [failure_row(one, known) for one in page.items],
        "searched": q,
        "kept": request.app.state.settings.table is not None,
        "further": bool(cursor or page.next_cursor),
        "paging": paging("/failures", where, page, "failure"),
        "as_of": page.as_of,
        "again_url": address("/failures", where),
        "poll": Poll(address("/failures/live", where), POLL_SECONDS),
    }
