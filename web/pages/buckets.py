"""All buckets of the account: which are linked, to what, and which could be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.access.roles import reads, requires
from web.deps import CurrentServices
from web.models import Bucket, Distribution, LinkState
from web.pages.errors import pretty
from web.pages.listing import Chip, address, paging
from web.pages.looking import all_buckets, busy_now
from web.pages.permissions import NO_ROLE
from web.pages.render import render
from web.pages.shell import shell_of
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

SHOWING = ("/", "/about")
"""Other pages that show what was read of the account, and offer to read it anew."""


@dataclass(frozen=True, slots=True)
class Denied:
    """A call that AWS denied us for a bucket, and the IAM statement to add."""

    action: str
    statement: str


@dataclass(frozen=True, slots=True)
class BucketRow:
    """A bucket as its row shows it.

    suggested: the distributions read it, and it is not linked to them. denied: what we may not read of it, with the
    statement to add.
    """

    bucket: Bucket
    badge: Badge
    url: str
    distributions: list[Site]
    suggested: bool
    action: str | None
    action_url: str
    denied: list[Denied]


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
    known, busy, every = services.inventory.known(), busy_now(services), list(all_buckets(services))
    counts, may_link = Counter(str(bucket.state) for bucket in every), shell_of(request).may("linker")
    return render(
        request,
        "buckets/index.html",
        rows=[bucket_row(bucket, known, busy, may_link=may_link) for bucket in page.items],
        sentence=sentence(every),
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
    return RedirectResponse(back if back in SHOWING or back.startswith("/buckets") else "/buckets", 303)


@router.get("/buckets/{name}")
def show(name: str) -> Response:
    """A bucket's page is the page of its link, linked or not."""
    return RedirectResponse(f"/links/{quote(name, safe='')}", 303)


def bucket_row(bucket: Bucket, known: Mapping[str, Distribution], busy: Busy, *, may_link: bool = True) -> BucketRow:
    """Lay out the row of a bucket: a link that is broken offers its fix, one that could be made offers to be.

    may_link: whether who looks may link; to others nothing is offered that they may not do.
    """
    suggested = not bucket.distribution_ids and bool(bucket.suggested_distribution_ids)
    ids = bucket.distribution_ids or bucket.suggested_distribution_ids
    url = f"/links/{quote(bucket.name, safe='')}"
    action, action_url = _action(bucket, url, may_link=may_link)
    denied = [
        Denied(str(item.statement.get("Action", "")), pretty(item.statement) or "")
        for item in bucket.health
        if item.statement and item.severity != "note" and item.code not in NO_ROLE
    ]
    return BucketRow(bucket, of_link(bucket, busy), url, sites(ids, known), suggested, action, action_url, denied)


def _action(bucket: Bucket, url: str, *, may_link: bool) -> tuple[str | None, str]:
    if bucket.state == "faulty":
        return "Fix" if may_link else "Show", f"{url}#health"
    if may_link and bucket.state == "unlinked" and bucket.suggested_distribution_ids:
        return "Link", address("/links/new", {"bucket": bucket.name})
    return None, url


def chips(counts: Mapping[str, int], chosen: str | None, q: str) -> list[Chip]:
    """Offer the states that there are, with how many."""
    offered = [Chip("All", address("/buckets", {"q": q}), chosen is None)]
    for word, state in STATES:
        count = counts.get(state, 0)
        if count or chosen == state:
            url = address("/buckets", {"q": q, "state": state})
            offered.append(Chip(f"{word} {number(count)}", url, chosen == state))
    return offered


def sentence(buckets: Sequence[Bucket]) -> str:
    """Say how many buckets there are and where, how many are linked, could be, or can't be told.

    >>> sentence([Bucket(name="a", region="eu-west-1", state="linked", distribution_ids=["E1"])])
    '1 bucket in 1 region · 1 linked'
    """
    regions = {bucket.region for bucket in buckets if bucket.region}
    linked = sum(bucket.state != "unlinked" for bucket in buckets)
    unknown = sum(of_link(bucket, Busy()).look == "unknown" for bucket in buckets if bucket.state == "unlinked")
    could = sum(bool(bucket.suggested_distribution_ids) for bucket in buckets if bucket.state == "unlinked")
    where = f" in {counted(len(regions), 'region')}" if regions else ""
    others = [(could, "could be"), (unknown, "unknown")]
    tail = "".join(f" · {number(count)} {word}" for count, word in others if count)
    return f"{counted(len(buckets), 'bucket')}{where} · {number(linked)} linked{tail}"
