"""All buckets of the account: which are linked, to what, and which could be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.access.roles import reads, requires
from web.deps import CurrentServices
from web.models import Bucket, Distribution, LinkState
from web.pages.listing import Chip, address, paging
from web.pages.looking import busy_now, known_distributions
from web.pages.render import render
from web.pages.sites import Site, sites
from web.pages.states import Badge, Busy, of_link
from web.pages.wording import counted, number

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
STATES: tuple[tuple[str, LinkState], ...] = (
    ("Linked", "linked"),
    ("Faulty", "faulty"),
    ("Paused", "paused"),
    ("Starting", "starting"),
    ("Not linked", "unlinked"),
)


@dataclass(frozen=True, slots=True)
class BucketRow:
    """A bucket as its row shows it. `suggested`: the distributions read it, and it is not linked to them."""

    bucket: Bucket
    badge: Badge
    url: str
    distributions: list[Site]
    suggested: bool
    action: str | None
    action_url: str


@router.get("/buckets")
def index(
    request: Request,
    services: CurrentServices,
    q: Annotated[str, Query(max_length=200)] = "",
    state: LinkState | None = None,
    cursor: str | None = None,
) -> HTMLResponse:
    """Show the buckets that match."""
    page = services.inventory.buckets(q=q, cursor=cursor, state=state)
    known, busy = known_distributions(services), busy_now(services)
    counts = services.overview.summary().links
    return render(
        request,
        "buckets/index.html",
        rows=[bucket_row(bucket, known, busy) for bucket in page.items],
        sentence=sentence(counts),
        chips_shown=chips(counts, state, q),
        q=q,
        state_filter=state,
        paging=paging("/buckets", {"q": q, "state": state, "cursor": cursor}, page, "bucket"),
        as_of=page.as_of,
    )


@router.post("/buckets/refresh", dependencies=[requires("viewer")])
def refresh(services: CurrentServices, back: Annotated[str, Form(max_length=2000)] = "/buckets") -> Response:
    """Read the account anew."""
    services.inventory.refresh()
    return RedirectResponse(back if back.startswith("/buckets") else "/buckets", 303)


@router.get("/buckets/{name}")
def show(name: str) -> Response:
    """A bucket's page is the page of its link, linked or not."""
    return RedirectResponse(f"/links/{quote(name, safe='')}", 303)


def bucket_row(bucket: Bucket, known: Mapping[str, Distribution], busy: Busy) -> BucketRow:
    """Lay out the row of a bucket: a link that is broken offers its fix, one that could be made offers to be."""
    suggested = not bucket.distribution_ids and bool(bucket.suggested_distribution_ids)
    ids = bucket.distribution_ids or bucket.suggested_distribution_ids
    url = f"/links/{quote(bucket.name, safe='')}"
    action = {"faulty": "Fix", "unlinked": "Link" if suggested else None}.get(bucket.state)
    action_url = address("/links/new", {"bucket": bucket.name}) if bucket.state == "unlinked" else f"{url}#health"
    return BucketRow(bucket, of_link(bucket, busy), url, sites(ids, known), suggested, action, action_url)


def chips(counts: Mapping[str, int], chosen: str | None, q: str) -> list[Chip]:
    """Offer the states that there are, with how many."""
    offered = [Chip("All", address("/buckets", {"q": q}), chosen is None)]
    for word, state in STATES:
        count = counts.get(state, 0)
        if count or chosen == state:
            url = address("/buckets", {"q": q, "state": state})
            offered.append(Chip(f"{word} {number(count)}", url, chosen == state))
    return offered


def sentence(counts: Mapping[str, int]) -> str:
    """Say how many buckets there are, and how many are linked."""
    total = sum(counts.values())
    return f"{counted(total, 'bucket')} · {number(total - counts.get('unlinked', 0))} linked"
