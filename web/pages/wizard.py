"""Linking in four steps: bucket, distribution, what changes, verified. Nothing is written before the last click."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from invalidator.errors import FreshedgeError
from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import Bucket, Distribution, LinkChoices, LinkWay
from web.pages.changing import plan_or_none
from web.pages.listing import all_of, paging
from web.pages.looking import AT_ONCE
from web.pages.plans import PlanView, plan_view
from web.pages.render import render
from web.pages.shell import present
from web.pages.sites import reading, site_of
from web.pages.stopped import IN_THE_WAY, Conflict, Stopped, conflicts_of, link_url, stopped_by
from web.pages.wording import counted, listed
from web.services import Services
from web.services.paging import page_of

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
SHOWN = 50
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


@dataclass(frozen=True, slots=True)
class WayChoice:
    """How events are to come: which way is chosen, and what is in the way of the bucket's own notification.

    bridged: whether EventBridge is a way at all; where only queues are missing for that, `bridge_hint` says so.
    """

    chosen: LinkWay
    conflicts: tuple[Conflict, ...]
    bridged: bool
    bridge_hint: str


@router.get("/links/new", dependencies=[requires("linker")])
def new(
    request: Request,
    services: CurrentServices,
    ids: Ids,
    bucket: Annotated[str, Query(max_length=255)] = "",
    via: LinkWay | None = None,
    step: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: str | None = None,
) -> HTMLResponse:
    """Show the step that the choices so far lead to."""
    if not bucket:
        return _choose_bucket(request, services, q, cursor)
    if not ids:
        stopped = Stopped("Choose at least one distribution.", 422) if step == "plan" else None
        return _choose_distribution(request, services, bucket, via=via, stopped=stopped)
    if step == "choose":
        return _choose_distribution(request, services, bucket, ids, via)
    try:
        plan = services.linking.plan(bucket, ids, via=via)
    except FreshedgeError as error:
        return _choose_distribution(request, services, bucket, ids, via, stopped_by(error, bucket, ids, tried=False))
    return _show_plan(request, services, bucket, ids, via, plan_view(plan))


@router.post("/links", dependencies=[requires("linker")])
def apply(
    request: Request,
    services: CurrentServices,
    person: CurrentPerson,
    bucket: Annotated[str, Form(max_length=255)],
    distribution: Annotated[list[str], Form(max_length=50)],
    via: Annotated[LinkWay | None, Form()] = None,
) -> Response:
    """Link, and show the link, read back; where it fails, show what was written, what was not, and what is left."""
    linking = services.linking
    try:
        linking.apply(bucket, distribution, person, via=via)
    except FreshedgeError as error:
        view = plan_or_none(lambda: linking.plan(bucket, distribution, via=via))
        stopped = stopped_by(error, bucket, distribution)
        return _show_plan(request, services, bucket, distribution, via, view, stopped)
    return RedirectResponse(f"{link_url(bucket)}?done=linked", 303)


def distribution_choices(
    bucket: Bucket, known: Iterable[Distribution], chosen: Iterable[str] = ()
) -> list[DistributionChoice]:
    """Offer all distributions, those that read the bucket first; the linked ones are chosen, else the suggested."""
    wanted = set(chosen) or set(bucket.distribution_ids) or set(bucket.suggested_distribution_ids)
    offered = []
    for distribution in known:
        reads = reading(distribution, bucket.name) or distribution.id in bucket.suggested_distribution_ids
        hint = "reads this bucket" if reads else "reads " + (_origins(distribution) or "no bucket of S3")
        hint += "" if distribution.enabled else " · disabled"
        choice = DistributionChoice(distribution.id, site_of(distribution), hint, distribution.id in wanted)
        offered.append((not reads, choice.site, choice.id, choice))
    return [choice for *_, choice in sorted(offered, key=lambda each: each[:3])]


def _choose_bucket(request: Request, services: Services, q: str, cursor: str | None) -> HTMLResponse:
    """Offer all buckets without a link, those that a distribution reads on the first pages."""
    read = partial(services.inventory.buckets, q=q, state="unlinked", limit=AT_ONCE)
    found = list(all_of(lambda after: read(cursor=after)))
    page = page_of(found, _suggested_first, cursor, SHOWN, present(request))
    rows = [BucketChoice(bucket, _bucket_hint(bucket)) for bucket in page.items]
    line = paging("/links/new", {"q": q, "cursor": cursor}, page, "bucket without a link", "buckets without a link")
    return render(request, "links/new_bucket.html", rows=rows, q=q, paging=line)


def way_choice(choices: LinkChoices, via: LinkWay | None) -> WayChoice:
    """Tell which way is chosen beforehand: the asked one, the one that there is, or the one that nobody is in."""
    free = choices.via == "queue" or not choices.overlaps
    bridged = "eventbridge" in choices.ways
    chosen: LinkWay = "queue" if free else "eventbridge"
    if bridged and free:
        chosen = via or choices.via or chosen
    hint = "beside whatever else the bucket notifies" if bridged else "to a queue only; here buckets notify the Lambda"
    return WayChoice(chosen, () if free else conflicts_of(choices.overlaps), bridged, hint)


def cautions(bucket: str, ids: Iterable[str], known: Mapping[str, Distribution]) -> list[str]:
    """Say what speaks against a choice that can be made all the same."""
    said = []
    for one in (known[each] for each in ids if each in known):
        if not one.enabled:
            said.append(f"{one.id} is disabled: it serves nobody until somebody enables it in CloudFront.")
        if not reading(one, bucket):
            said.append(
                f"No origin of {one.id} is this bucket. Unless something between them reads it, such as a function, "
                "its invalidations would be for nothing."
            )
    return said


def _choose_distribution(
    request: Request,
    services: Services,
    name: str,
    ids: Iterable[str] = (),
    via: LinkWay | None = None,
    stopped: Stopped | None = None,
) -> HTMLResponse:
    choices = services.linking.choices(name)
    offered = distribution_choices(choices.bucket, services.inventory.known().values(), ids)
    return render(
        request,
        "links/new_distribution.html",
        status_code=stopped.status if stopped else 200,
        bucket=choices.bucket,
        choices=offered,
        way=way_choice(choices, via),
        in_the_way=IN_THE_WAY,
        stopped=stopped,
    )


def _show_plan(
    request: Request,
    services: Services,
    bucket: str,
    ids: list[str],
    via: LinkWay | None,
    view: PlanView | None,
    stopped: Stopped | None = None,
) -> HTMLResponse:
    chosen = [("bucket", bucket), ("via", via or ""), *(("distribution", one) for one in ids), ("step", "choose")]
    return render(
        request,
        "links/new_plan.html",
        status_code=stopped.status if stopped else 200,
        bucket=bucket,
        ids=ids,
        via=via,
        view=view,
        stopped=stopped,
        cautions=cautions(bucket, ids, services.inventory.known()),
        back=f"/links/new?{urlencode([each for each in chosen if each[1]])}",
    )


def _suggested_first(bucket: Bucket) -> str:
    """Return what the choices are sorted by; no bucket's name begins with a mark."""
    return ("!" if bucket.suggested_distribution_ids else "") + bucket.name


def _bucket_hint(bucket: Bucket) -> str:
    count = len(bucket.suggested_distribution_ids)
    return f"{counted(count, 'distribution reads', 'distributions read')} it" if count else "no distribution reads it"


def _origins(distribution: Distribution) -> str:
    return listed([origin.bucket for origin in distribution.origins if origin.bucket])
