"""`/distributions`: what they read, what waits for them, what was chosen, and invalidations by hand."""

from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import Field

from web.access.roles import reads, requires
from web.api.answers import DEFAULT_LIMIT, Cursor, DistributionId, DryRun, Limit, Search
from web.deps import CurrentPerson, CurrentServices
from web.models import (
    Distribution,
    DistributionSettings,
    Invalidation,
    InvalidationPreview,
    InvalidationRequest,
    Model,
    Page,
)

router = APIRouter(prefix="/distributions", tags=["distributions"], dependencies=[reads("viewer")])
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="The same key with the same paths is the same request; else 409."),
]


class SettingsChange(Model):
    """What to choose; a member that is left out stays, null goes back to the default."""

    settle_seconds: Annotated[float, Field(ge=0, le=900)] | None = None


@router.get("")
def distributions(
    services: CurrentServices, q: Search = "", cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[Distribution]:
    """All distributions by id; as old as `as_of`."""
    return services.inventory.distributions(q=q, cursor=cursor, limit=limit)


@router.get("/{distribution_id}")
def distribution(distribution_id: DistributionId, services: CurrentServices) -> Distribution:
    """One distribution, read live."""
    return services.inventory.distribution(distribution_id)


@router.patch("/{distribution_id}/settings", dependencies=[requires("admin")])
def settings(
    distribution_id: DistributionId, change: SettingsChange, services: CurrentServices, person: CurrentPerson
) -> DistributionSettings:
    """Choose for a distribution, and return all that is chosen."""
    chosen = DistributionSettings(**change.model_dump(exclude_unset=True))
    return services.invalidating.save_settings(distribution_id, chosen, person)


@router.post("/{distribution_id}/pause", dependencies=[requires("operator")])
def pause(distribution_id: DistributionId, services: CurrentServices, person: CurrentPerson) -> Distribution:
    """Hold invalidations of a distribution back; changes go on being recorded."""
    services.invalidating.pause(distribution_id, person)
    return services.inventory.distribution(distribution_id)


@router.post("/{distribution_id}/resume", dependencies=[requires("operator")])
def resume(distribution_id: DistributionId, services: CurrentServices, person: CurrentPerson) -> Distribution:
    """End a pause; a distribution stays paused while all are."""
    services.invalidating.resume(distribution_id, person)
    return services.inventory.distribution(distribution_id)


@router.post(
    "/{distribution_id}/invalidations",
    status_code=202,
    responses={200: {"model": InvalidationPreview, "description": "The dry run's answer."}},
    dependencies=[requires("operator")],
)
def invalidate(
    distribution_id: DistributionId,
    request: InvalidationRequest,
    response: Response,
    services: CurrentServices,
    person: CurrentPerson,
    key: Key = None,
    dry_run: DryRun = False,
) -> Invalidation | InvalidationPreview:
    """Ask for an invalidation: 202 with its record. As a dry run: what it would send, match and cost, with 200.

    A line is a path, an address, `s3://`, a bare key or `#tag`. Nothing is sent where one can't be used, or where it is
    more than CloudFront takes at once: 3,000 paths and 15 wildcards.
    """
    if dry_run:
        response.status_code = 200
        return services.invalidating.preview(distribution_id, request.paths)
    return services.invalidating.submit(distribution_id, request.paths, reason=request.reason, person=person, key=key)
