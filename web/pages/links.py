"""All links: which buckets are linked, to what, how healthy; and which could be linked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from invalidator.errors import FreshedgeError
from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import Bucket, HealthReport, Link, LinkState
from web.pages.findings import and_more, worst_first
from web.pages.inline import Trouble, trouble_of
from web.pages.listing import Chip, address, all_of, paging
from web.pages.looking import AT_ONCE, all_links, busy_now
from web.pages.refusals import plain
from web.pages.render import render
from web.pages.states import Badge, Busy, of_link
from web.pages.wording import counted, number
from web.services import Services

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
AGEING = timedelta(minutes=2)
"""How much older than the list a look at a link may be without its row saying so."""

STATES: tuple[tuple[str, LinkState], ...] = (
    ("Linked", "linked"),
    ("Faulty", "faulty"),
    ("Paused", "paused"),
    ("Starting", "starting"),
)
SHOWN = 50
"""Buckets that could be linked, shown at a time; the filter finds the others."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as its row shows it.

    sentence: the worst that was found, or that all is well. looked: when that was, where it is older than the list.
    """

    link: Link
    badge: Badge
    sentence: str
    looked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list is asked for."""

    q: str = ""
    state: LinkState | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A bucket and the distributions that read it without being linked to it. linked: whether others are."""

    bucket: str
    distribution_ids: list[str]
    linked: bool
    url: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at all links came to. unread: bucket and reason of those that could not be looked at."""

    sentence: str
    unread: list[tuple[str, str]]


@router.get("/links")
def index(
    request: Request,
    services: CurrentServices,
    q: Annotated[str, Query(max_length=200)] = "",
    state: LinkState | None = None,
    cursor: str | None = None,
) -> HTMLResponse:
    """Show the links that match, and the buckets that could be linked."""
    return _index(request, services, Wanted(q, state, cursor))


@router.post("/links/check", dependencies=[requires("linker")])
def check(request: Request, services: CurrentServices, person: CurrentPerson) -> HTMLResponse:
    """Look at all links now, and show them with what was found; a reload looks again."""
    try:
        report = services.linking.check_all(person)
    except FreshedgeError as error:
        return _index(request, services, Wanted(), problem=trouble_of(error))
    return _index(request, services, Wanted(), checked=checked_of(report))


@router.post("/links/refresh", dependencies=[requires("viewer")])
def refresh(services: CurrentServices, back: Annotated[str, Form(max_length=2000)] = "/links") -> Response:
    """Read the account anew."""
    services.inventory.refresh()
    return RedirectResponse(back if back.split("?")[0] == "/links" else "/links", 303)


def link_row(link: Link, busy: Busy, as_of: datetime | None = None) -> LinkRow:
    """Lay out a link as a row. as_of: when the list was read."""
    health = worst_first(link.health)
    sentence = health[0].message if health else "Nothing to mend."
    older = as_of is not None and link.checked_at is not None and as_of - link.checked_at > AGEING
    looked = link.checked_at if older else None
    return LinkRow(link, of_link(link, busy), f"{sentence} {and_more(health)}".strip(), looked)


def pair(bucket: Bucket) -> Pair:
    """Offer a bucket that could be linked, or be linked to more."""
    url = address("/links/new", {"bucket": bucket.name})
    if bucket.distribution_ids:
        ids = [*bucket.distribution_ids, *bucket.suggested_distribution_ids]
        url = f"{url}&{urlencode([('distribution', one) for one in ids])}&step=choose"
    return Pair(bucket.name, bucket.suggested_distribution_ids, bool(bucket.distribution_ids), url)


def checked_of(report: HealthReport) -> Checked:
    """Say what a look at all links found."""
    found = f"{number(report.faulty)} faulty" if report.faulty else "none faulty"
    said = f"{counted(report.checked, 'link was', 'links were')} looked at just now: {found}."
    if report.unread:
        said += f" {counted(len(report.unread), 'bucket')} could not be looked at; what is shown of them is older."
    return Checked(said, [(name, plain(why)) for name, why in report.unread.items()])


def chips(counts: Mapping[str, int], wanted: Wanted) -> list[Chip]:
    """Offer the states that there are, with how many."""
    offered = [Chip("All", address("/links", {"q": wanted.q}), wanted.state is None)]
    for word, state in STATES:
        count = counts.get(state, 0)
        if count or wanted.state == state:
            url = address("/links", {"q": wanted.q, "state": state})
            offered.append(Chip(f"{word} {number(count)}", url, wanted.state == state))
    return offered


def _index(
    request: Request,
    services: Services,
    wanted: Wanted,
    *,
    checked: Checked | None = None,
    problem: Trouble | None = None,
) -> HTMLResponse:
    q, state = wanted.q, wanted.state
    page, busy = services.linking.links(q=q, cursor=wanted.cursor, state=state), busy_now(services)
    buckets = all_of(lambda at: services.inventory.buckets(q=q, cursor=at, limit=AT_ONCE)) if state is None else ()
    could = [pair(bucket) for bucket in buckets if bucket.suggested_distribution_ids]
    counts = Counter(str(link.state) for link in all_links(services))
    return render(
        request,
        "links/index.html",
        status_code=problem.status if problem else 200,
        rows=[link_row(link, busy, page.as_of) for link in page.items],
        discovered=could[:SHOWN],
        more_discovered=len(could[SHOWN:]),
        q=q,
        state_filter=state,
        chips_shown=chips(counts, wanted),
        paging=paging("/links", {"q": q, "state": state, "cursor": wanted.cursor}, page, "link"),
        as_of=page.as_of,
        checked=checked,
        problem=problem,
    )
