"""Linking in four steps: bucket, distribution, what changes, verified. Nothing is written before the last click."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from invalidator.errors import FreshedgeError
from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import Bucket, Distribution
from web.pages.inline import Trouble, trouble_of
from web.pages.listing import paging
from web.pages.looking import known_distributions
from web.pages.plans import plan_view
from web.pages.render import render
from web.pages.sites import reading, site_of
from web.pages.wording import counted, listed
from web.services import Services

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
Ids = Annotated[list[str], Query(alias="distribution", default_factory=list, max_length=50)]


@dataclass(frozen=True, slots=True)
class BucketChoice:
    """A bucket that can be chosen, and what speaks for it."""

    bucket: Bucket
    hint: str


@dataclass(frozen=True, slots=True)
class DistributionChoice:
    """A distribution that can be chosen; `chosen` beforehand where it is the obvious one."""

    id: str
    site: str
    hint: str
    chosen: bool


@router.get("/links/new", dependencies=[requires("linker")])
def new(
    request: Request,
    services: CurrentServices,
    ids: Ids,
    bucket: Annotated[str, Query(max_length=255)] = "",
    step: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: str | None = None,
) -> HTMLResponse:
    """Show the step that the choices so far lead to."""
    if not bucket:
        return _choose_bucket(request, services, q, cursor)
    if not ids:
        problem = Trouble("Choose at least one distribution.") if step == "plan" else None
        return _choose_distribution(request, services, bucket, problem=problem)
    try:
        plan = services.linking.plan(bucket, ids)
    except FreshedgeError as error:
        return _choose_distribution(request, services, bucket, ids, trouble_of(error))
    return _show_plan(request, bucket, ids, plan_view(plan))


@router.post("/links", dependencies=[requires("linker")])
def apply(
    request: Request,
    services: CurrentServices,
    person: CurrentPerson,
    bucket: Annotated[str, Form(max_length=255)],
    distribution: Annotated[list[str], Form(max_length=50)],
) -> Response:
    """Link, and show the link, read back; where it fails, show the plan again with what happened."""
    try:
        services.linking.apply(bucket, distribution, person)
    except FreshedgeError as error:
        trouble = trouble_of(error)
        view = plan_view(services.linking.plan(bucket, distribution))
        return _show_plan(request, bucket, distribution, view, trouble)
    return RedirectResponse(f"/links/{quote(bucket, safe='')}?done=linked", 303)


def distribution_choices(
    bucket: Bucket, known: Iterable[Distribution], chosen: Iterable[str] = ()
) -> list[DistributionChoice]:
    """Offer all distributions, those that read the bucket first; the linked ones are chosen, else the suggested."""
    wanted = set(chosen) or set(bucket.distribution_ids) or set(bucket.suggested_distribution_ids)
    offered = []
    for distribution in known:
        reads = reading(distribution, bucket.name) or distribution.id in bucket.suggested_distribution_ids
        hint = "reads this bucket" if reads else "reads " + (_origins(distribution) or "no bucket of S3")
        choice = DistributionChoice(distribution.id, site_of(distribution), hint, distribution.id in wanted)
        offered.append((not reads, choice.site, choice.id, choice))
    return [choice for *_, choice in sorted(offered, key=lambda each: each[:3])]


def _choose_bucket(request: Request, services: Services, q: str, cursor: str | None) -> HTMLResponse:
    page = services.inventory.buckets(q=q, cursor=cursor, state="unlinked")
    rows = [BucketChoice(bucket, _bucket_hint(bucket)) for bucket in page.items]
    rows.sort(key=lambda row: not row.bucket.suggested_distribution_ids)
    line = paging("/links/new", {"q": q, "cursor": cursor}, page, "bucket without a link", "buckets without a link")
    return render(request, "links/new_bucket.html", rows=rows, q=q, paging=line)


def _choose_distribution(
    request: Request, services: Services, name: str, chosen: Iterable[str] = (), problem: Trouble | None = None
) -> HTMLResponse:
    bucket = services.inventory.bucket(name)
    choices = distribution_choices(bucket, known_distributions(services).values(), chosen)
    status = problem.status if problem else 200
    return render(
        request, "links/new_distribution.html", status_code=status, bucket=bucket, choices=choices, problem=problem
    )


def _show_plan(
    request: Request, bucket: str, ids: list[str], view: object, problem: Trouble | None = None
) -> HTMLResponse:
    status = problem.status if problem else 200
    back = f"/links/new?bucket={quote(bucket, safe='')}"
    return render(
        request,
        "links/new_plan.html",
        status_code=status,
        bucket=bucket,
        ids=ids,
        view=view,
        problem=problem,
        back=back,
    )


def _bucket_hint(bucket: Bucket) -> str:
    count = len(bucket.suggested_distribution_ids)
    return f"{counted(count, 'distribution reads', 'distributions read')} it" if count else "no distribution reads it"


def _origins(distribution: Distribution) -> str:
    return listed([origin.bucket for origin in distribution.origins if origin.bucket])
