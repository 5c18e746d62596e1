"""`/invalidations`: the history."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AfterValidator

from invalidator.errors import BadInputError
from web.access.roles import reads
from web.api.answers import DEFAULT_LIMIT, Cursor, Limit
from web.api.rows import csv_answer
from web.deps import CurrentServices
from web.models import CauseKind, Invalidation, InvalidationState, Page

router = APIRouter(prefix="/invalidations", tags=["invalidations"], dependencies=[reads("viewer")])


def _aware(when: datetime) -> datetime:
    """A time without a zone is in UTC, as all times here."""
    try:
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except OverflowError as error:  # at either end of the years that there are
        raise ValueError("in UTC it is of no year between 1 and 9999") from error


Time = Annotated[datetime, AfterValidator(_aware)]
Text = Annotated[str | None, Query(max_length=255)]
_DIGITS = 9


@router.get("", response_model=Page[Invalidation], responses={200: {"content": {"text/csv": {}}}})
def invalidations(
    *,
    request: Request,
    services: CurrentServices,
    distribution: Text = None,
    bucket: Text = None,
    actor: Text = None,
    state: InvalidationState | None = None,
    kind: CauseKind | None = None,
    since: Annotated[Time | None, Query(alias="from")] = None,
    until: Annotated[Time | None, Query(alias="to")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[Invalidation] | Response:
    """The history, newest first; `from` and `to` are of when each was written down, or CloudFront took it.

    `kind` `outside` is what was not made by freshedge; `notes` tell what CloudFront could not be asked for. `Accept:
    text/csv` answers up to 10,000 rows at once, fewer where they are long, and with more a `Link` to the next.
    """

    def read(after: str | None, most: int) -> Page[Invalidation]:
        return services.history.page(
            distribution=distribution,
            bucket=bucket,
            actor=actor,
            state=state,
            kind=kind,
            since=since,
            until=until,
            cursor=after,
            limit=most,
        )

    if "text/csv" not in request.headers.get("accept", ""):
        return read(cursor, limit)
    return csv_answer(request.url, read, cursor)


@router.get("/{invalidation_id}")
def invalidation(invalidation_id: Annotated[str, Path(max_length=128)], services: CurrentServices) -> Invalidation:
    """One invalidation."""
    return services.history.get(invalidation_id)


@router.get("/{invalidation_id}/paths")
def paths(
    invalidation_id: Annotated[str, Path(max_length=128)],
    services: CurrentServices,
    cursor: Cursor = None,
    limit: Limit = 1000,
) -> Page[str]:
    """All paths of one invalidation, in order."""
    if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= _DIGITS):
        raise BadInputError("The cursor is none that this list gave out. Begin again without one.")
    every, begin = services.history.paths(invalidation_id), int(cursor or 0)
    end = begin + limit
    return Page(items=every[begin:end], next_cursor=str(end) if end < len(every) else None, total=len(every))
