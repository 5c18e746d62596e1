"""`/links`: which bucket makes which distributions fresh; made, mended and ended here."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from web.access.roles import reads, requires
from web.api.answers import DEFAULT_LIMIT, BucketName, Cursor, DryRun, Limit, Search
from web.deps import CurrentPerson, CurrentServices
from web.models import Link, LinkPlan, LinkState, Model, Page, Text

router = APIRouter(prefix="/links", tags=["links"], dependencies=[reads("viewer")])


class LinkRequest(Model):
    """What a bucket shall make fresh: exactly these distributions."""

    distribution_ids: Annotated[list[Annotated[Text, Field(max_length=64)]], Field(min_length=1, max_length=50)]
    baseline: bool | None = None


@router.get("")
def links(
    services: CurrentServices,
    q: Search = "",
    state: LinkState | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[Link]:
    """All links by bucket; as old as `as_of`."""
    return services.linking.links(q=q, cursor=cursor, state=state, limit=limit)


@router.get("/{bucket}")
def link(bucket: BucketName, services: CurrentServices) -> Link:
    """One link with its health, read live; state `unlinked` where the bucket has none."""
    return services.linking.link(bucket)


@router.put("/{bucket}", dependencies=[requires("linker")])
def put(
    bucket: BucketName,
    request: LinkRequest,
    services: CurrentServices,
    person: CurrentPerson,
    dry_run: DryRun = False,
) -> Link | LinkPlan:
    """Link a bucket, or change what it is linked to. Everything that is not ours stays as it is."""
    if dry_run:
        return services.linking.plan(bucket, request.distribution_ids, baseline=request.baseline)
    return services.linking.apply(bucket, request.distribution_ids, person, baseline=request.baseline)


@router.delete("/{bucket}", dependencies=[requires("linker")])
def unlink(
    bucket: BucketName, services: CurrentServices, person: CurrentPerson, dry_run: DryRun = False
) -> Link | LinkPlan:
    """End a link."""
    return services.linking.unlink_plan(bucket) if dry_run else services.linking.unlink(bucket, person)


@router.post("/{bucket}/repair", dependencies=[requires("linker")])
def repair(
    bucket: BucketName, services: CurrentServices, person: CurrentPerson, dry_run: DryRun = False
) -> Link | LinkPlan:
    """Mend what can be mended of a link."""
    return services.linking.repair_plan(bucket) if dry_run else services.linking.repair(bucket, person)
