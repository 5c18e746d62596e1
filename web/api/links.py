"""`/links`: which bucket makes which distributions fresh; made, mended and ended here."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from web.access.roles import reads, requires
from web.api.answers import DEFAULT_LIMIT, BucketName, Cursor, DryRun, Limit, Search
from web.deps import CurrentPerson, CurrentServices
from web.models import HealthReport, Link, LinkPlan, LinkState, LinkWay, Model, Page, Text, Verification

router = APIRouter(prefix="/links", tags=["links"], dependencies=[reads("viewer")])


class LinkRequest(Model):
    """What a bucket shall make fresh: exactly these distributions.

    via: how its events come; null for the way that there is, or straight to the queue.
    """

    distribution_ids: Annotated[list[Annotated[Text, Field(max_length=64)]], Field(min_length=1, max_length=50)]
    baseline: bool | None = None
    via: LinkWay | None = None


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


@router.post("/check", dependencies=[requires("linker")])
def check(services: CurrentServices, person: CurrentPerson) -> HealthReport:
    """Look at all links now; lists show what was found."""
    return services.linking.check_all(person)


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
        return services.linking.plan(bucket, request.distribution_ids, baseline=request.baseline, via=request.via)
    ids, baseline, via = request.distribution_ids, request.baseline, request.via
    return services.linking.apply(bucket, ids, person, baseline=baseline, via=via)


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


@router.post("/{bucket}/restore", dependencies=[requires("linker")])
def restore(
    bucket: BucketName, services: CurrentServices, person: CurrentPerson, dry_run: DryRun = False
) -> Link | LinkPlan:
    """Put the notification configuration back that was there before our last write; what others wrote since stays."""
    return services.linking.restore_plan(bucket) if dry_run else services.linking.restore(bucket, person)


@router.post("/{bucket}/verify", dependencies=[requires("linker")])
def verify(bucket: BucketName, services: CurrentServices, person: CurrentPerson) -> Verification:
    """Write a probe object, and begin to follow it; where one is under way, that one."""
    return services.verifying.start(bucket, person)


@router.get("/{bucket}/verify")
def verification(bucket: BucketName, services: CurrentServices) -> Verification | None:
    """Tell how far the last probe is; null where there was none. Asked again and again it is followed to its end."""
    return services.verifying.look(bucket)
