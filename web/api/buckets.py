"""`/buckets`: all buckets of the account."""

from fastapi import APIRouter

from web.access.roles import reads
from web.api.answers import DEFAULT_LIMIT, BucketName, Cursor, Limit, Search
from web.deps import CurrentServices
from web.models import Bucket, LinkState, Page

router = APIRouter(prefix="/buckets", tags=["buckets"], dependencies=[reads("viewer")])


@router.get("")
def buckets(
    services: CurrentServices,
    q: Search = "",
    state: LinkState | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[Bucket]:
    """All buckets by name, linked or not; as old as `as_of`."""
    return services.inventory.buckets(q=q, cursor=cursor, state=state, limit=limit)


@router.get("/{name}")
def bucket(name: BucketName, services: CurrentServices) -> Bucket:
    """One bucket, read live."""
    return services.inventory.bucket(name)
