"""`/failures`: what could not be done; tried again or discarded here."""

from typing import Annotated

from fastapi import APIRouter, Path

from web.access.roles import reads, requires
from web.api.answers import DEFAULT_LIMIT, Cursor, Limit, Search
from web.deps import CurrentPerson, CurrentServices
from web.models import Failure, Invalidation, Page

router = APIRouter(prefix="/failures", tags=["failures"], dependencies=[reads("viewer")])
FailureId = Annotated[str, Path(max_length=128, description="A failure's id.")]


@router.get("")
def failures(
    services: CurrentServices, q: Search = "", cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[Failure]:
    """What could not be done, why, and what to do; what still waits comes first."""
    return services.failures.page(q=q, cursor=cursor, limit=limit)


@router.post("/{failure_id}/retry", dependencies=[requires("operator")])
def retry(failure_id: FailureId, services: CurrentServices, person: CurrentPerson) -> Invalidation | None:
    """Try again: the record of the new or hurried invalidation; null where changes are looked at anew."""
    return services.failures.retry(failure_id, person)


@router.delete("/{failure_id}", status_code=204, dependencies=[requires("operator")])
def discard(failure_id: FailureId, services: CurrentServices, person: CurrentPerson) -> None:
    """Tell nobody of it any more; the history keeps it."""
    services.failures.discard(failure_id, person)
