"""Undo our last write of a bucket's notification configuration: before and after first, then one click."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.pages.changing import Change, carry_out, show

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
RESTORE = Change(
    verb="restore",
    title="Restore the notifications of",
    under="Our last write of the notification configuration is undone. What others wrote since stays, and so does the "
    "tag. What is replaced is kept in its place, so that this can be undone too.",
    button="Restore the notifications of",
    keep="Leave them as they are",
    nothing="Nothing needs to change: the notifications are as they were before our last write.",
    done="restored",
)


@router.get("/links/{bucket}/restore", dependencies=[requires("linker")])
def plan(request: Request, services: CurrentServices, bucket: str) -> HTMLResponse:
    """Show what a restore changes."""
    return show(request, RESTORE, bucket, lambda: services.linking.restore_plan(bucket))


@router.post("/links/{bucket}/restore", dependencies=[requires("linker")])
def restore(request: Request, services: CurrentServices, person: CurrentPerson, bucket: str) -> Response:
    """Restore, and show the link, read back."""
    linking = services.linking
    return carry_out(
        request, RESTORE, bucket, lambda: linking.restore_plan(bucket), lambda: linking.restore(bucket, person)
    )
