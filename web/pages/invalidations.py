"""History: who or what invalidated what, why, how long it took. And one record, live until it is final."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse

from web.access.roles import reads
from web.deps import CurrentServices
from web.pages.filters import HistoryFilters, history_filters
from web.pages.listing import paging
from web.pages.live import next_poll
from web.pages.record import record_view
from web.pages.render import render
from web.pages.rows import history_rows, said_of
from web.pages.shell import present
from web.pages.states import FINAL, unfinished
from web.services import Services

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
Filters = Annotated[HistoryFilters, Depends(history_filters)]
Polls = Annotated[int, Query(ge=0)]


@router.get("/invalidations")
def index(
    request: Request, services: CurrentServices, filters: Filters, cursor: Annotated[str, Query(max_length=2000)] = ""
) -> HTMLResponse:
    """Show the history that matches."""
    view = _list_view(request, services, filters, cursor, 0, was_busy=False)
    return render(request, "invalidations/index.html", view, filters=filters, choices=filters.choices())


@router.get("/invalidations/rows")
def rows(
    request: Request,
    services: CurrentServices,
    filters: Filters,
    cursor: Annotated[str, Query(max_length=2000)] = "",
    poll: Polls = 0,
    busy: bool = False,
) -> HTMLResponse:
    """Return the rows again, for a page that is open."""
    view = _list_view(request, services, filters, cursor, poll, was_busy=busy)
    return render(request, "invalidations/_list.html", view)


@router.get("/invalidations/{invalidation_id}")
def show(request: Request, services: CurrentServices, invalidation_id: str) -> HTMLResponse:
    """Show one record."""
    return render(request, "invalidations/show.html", _record(request, services, invalidation_id, 0))


@router.get("/invalidations/{invalidation_id}/live")
def live(request: Request, services: CurrentServices, invalidation_id: str, poll: Polls = 0) -> HTMLResponse:
    """Return one record again, for a page that is open; once it is final it asks no more."""
    return render(request, "invalidations/_live.html", _record(request, services, invalidation_id, poll))


@router.get("/invalidations/{invalidation_id}/paths")
def paths(services: CurrentServices, invalidation_id: str) -> PlainTextResponse:
    """Return all paths of a record, a line each."""
    return PlainTextResponse("".join(f"{path}\n" for path in services.history.paths(invalidation_id)))


def _list_view(
    request: Request, services: Services, filters: HistoryFilters, cursor: str, polls: int, *, was_busy: bool
) -> dict[str, object]:
    found = services.history.page(
        distribution=filters.distribution or None,
        bucket=filters.bucket or None,
        actor=filters.actor or None,
        state=filters.state or None,
        kind=filters.kind or None,
        since=filters.since,
        until=filters.until,
        cursor=cursor or None,
    )
    shown, params = history_rows(found.items, present(request)), filters.params()
    busy = unfinished(found.items)
    again = busy or not cursor  # later pages hold what is over; the first one what comes next
    return {
        "rows": shown,
        "where": "Distribution",
        "say": said_of(shown),
        "filtered": bool(params),
        "paging": paging("/invalidations", {**params, "cursor": cursor}, found, "invalidation"),
        "poll": next_poll("/invalidations/rows", {**params, "cursor": cursor}, polls, busy=busy, was_busy=was_busy)
        if again
        else None,
    }


def _record(request: Request, services: Services, invalidation_id: str, polls: int) -> dict[str, object]:
    found = services.history.get(invalidation_id)
    poll = next_poll(f"/invalidations/{found.id}/live", {}, polls, busy=True, was_busy=polls > 0)
    return {
        "invalidation": found,
        "view": record_view(found, present(request)),
        "poll": None if found.state in FINAL else poll,
    }
