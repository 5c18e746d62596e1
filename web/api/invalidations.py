"""`/invalidations`: the history."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator

from web.access.roles import reads
from web.api.answers import DEFAULT_LIMIT, Cursor, Limit
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


@router.get("")
def invalidations(
    *,
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
) -> Page[Invalidation]:
    """The history, newest first; `from` and `to` are of `created_at`."""
    return services.history.page(
        distribution=distribution,
        bucket=bucket,
        actor=actor,
        state=state,
        kind=kind,
        since=since,
        until=until,
        cursor=cursor,
        limit=limit,
    )


@router.get("/{invalidation_id}")
def invalidation(invalidation_id: Annotated[str, Path(max_length=128)], services: CurrentServices) -> Invalidation:
    """One invalidation."""
    return services.history.get(invalidation_id)
