"""History: who or what invalidated what, why, how long it took. And one record, live until it is final."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from web.access.roles import reads
from web.api.rows import csv_answer
from web.deps import CurrentServices
from web.models import Invalidation, Page
from web.pages.filters import HistoryFilters, history_filters
from web.pages.listing import address, paging
from web.pages.live import next_poll
from web.pages.record import record_view, url_of
from web.pages.refusals import plain
from web.pages.render import render
from web.pages.rows import history_rows, said_of
from web.pages.shell import present
from web.pages.states import FINAL, unfinished
from web.services import Services

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
Filters = Annotated[HistoryFilters, Depends(history_filters)]
Polls = Annotated[int, Query(ge=0)]
Begin = Annotated[int, Query(ge=0, le=10**6)]
PATHS_AT_ONCE = 250
MOST_TEXT = 4_000_000
"""Bytes of one answer: a Lambda's is 6 MB at most (Lambda quotas, invocation payload)."""


@router.get("/invalidations")
def index(
    request: Request, services: CurrentServices, filters: Filters, cursor: Annotated[str, Query(max_length=2000)] = ""
) -> HTMLResponse:
    """Show the history that matches."""
    view = _list_view(request, services, filters, cursor, 0, was_busy=False)
    return render(request, "invalidations/index.html", view, filters=filters, choices=filters.choices())


@router.get("/invalidations.csv")
def as_file(
    request: Request, services: CurrentServices, filters: Filters, cursor: Annotated[str, Query(max_length=2000)] = ""
) -> Response:
    """Return the history that matches as a file; the same that the API gives."""
    return csv_answer(request.url, lambda after, most: _page(services, filters, after, most), cursor or None)


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
def paths(request: Request, services: CurrentServices, invalidation_id: str, begin: Begin = 0) -> HTMLResponse:
    """Show all paths of a record, some hundred at a time."""
    found, every = services.history.get(invalidation_id), services.history.paths(invalidation_id)
    shown = every[begin : begin + PATHS_AT_ONCE]
    following = begin + PATHS_AT_ONCE if begin + PATHS_AT_ONCE < len(every) else None
    record, page = url_of(found.id), Page[str](items=shown, total=len(every))
    said = paging(f"{record}/paths", {"cursor": str(begin) if begin else None}, page, "path")
    context = {
        "invalidation": found,
        "view": record_view(found, present(request)),
        "record_url": record,
        "items": shown,
        "first": begin + 1,
        "paging": replace(
            said,
            sentence=f"paths {begin + 1:,} to {begin + len(shown):,} of {len(every):,}" if shown else said.sentence,
            first_url=f"{record}/paths" if begin else None,
            next_url=f"{record}/paths?begin={following}" if following else None,
        ),
        "text_url": f"{record}/paths.txt",
    }
    return render(request, "invalidations/paths.html", context)


@router.get("/invalidations/{invalidation_id}/paths.txt")
def paths_as_text(services: CurrentServices, invalidation_id: str, begin: Begin = 0) -> PlainTextResponse:
    """Return the paths of a record, a line each; where they are too long for one answer, `Link` leads to the rest."""
    every = services.history.paths(invalidation_id)
    lines: list[str] = []
    size = 0
    for path in every[begin:]:
        size += len(path.encode()) + 1
        if lines and size > MOST_TEXT:
            break
        lines.append(f"{path}\n")
    end = begin + len(lines)
    rest = f'<{url_of(invalidation_id)}/paths.txt?begin={end}>; rel="next"'
    return PlainTextResponse("".join(lines), headers={"Link": rest} if end < len(every) else None)


def _list_view(
    request: Request, services: Services, filters: HistoryFilters, cursor: str, polls: int, *, was_busy: bool
) -> dict[str, object]:
    found = _page(services, filters, cursor or None)
    shown, params = history_rows(found.items, present(request)), filters.params()
    busy = unfinished(found.items)
    again = busy or not cursor  # later pages hold what is over; the first one what comes next
    return {
        "rows": shown,
        "where": "Distribution",
        "say": said_of(shown),
        "notes": [plain(note) for note in found.notes],
        "as_of": found.as_of,
        "again_url": address("/invalidations", {**params, "cursor": cursor}),
        "csv_url": address("/invalidations.csv", params),
        "filtered": bool(params),
        "paging": paging("/invalidations", {**params, "cursor": cursor}, found, "invalidation"),
        "poll": next_poll("/invalidations/rows", {**params, "cursor": cursor}, polls, busy=busy, was_busy=was_busy)
        if again
        else None,
    }


def _page(services: Services, filters: HistoryFilters, cursor: str | None, limit: int = 50) -> Page[Invalidation]:
    return services.history.page(
        distribution=filters.distribution or None,
        bucket=filters.bucket or None,
        actor=filters.actor or None,
        state=filters.state or None,
        kind=filters.kind or None,
        since=filters.since,
        until=filters.until,
        cursor=cursor,
        limit=limit,
    )


def _record(request: Request, services: Services, invalidation_id: str, polls: int) -> dict[str, object]:
    found = services.history.get(invalidation_id)
    poll = next_poll(f"{url_of(found.id)}/live", {}, polls, busy=True, was_busy=polls > 0)
    return {
        "invalidation": found,
        "view": record_view(found, present(request)),
        "poll": None if found.state in FINAL else poll,
    }
