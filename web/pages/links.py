"""Links: which buckets are linked, to what, how healthy; and one of them, with repair and unlink."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from invalidator.errors import FreshedgeError
from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import Bucket, Link, StartProgress
from web.pages.checks import checks_of
from web.pages.findings import and_more, worst_first
from web.pages.inline import Trouble, trouble_of
from web.pages.listing import address, all_of, paging
from web.pages.live import next_poll
from web.pages.looking import busy_now, known_distributions
from web.pages.plans import plan_view
from web.pages.render import render
from web.pages.rows import history_rows, said_of
from web.pages.shell import present
from web.pages.sites import sites
from web.pages.states import Badge, Busy, of_link, unfinished
from web.pages.wording import counted, number
from web.services import Services

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
RECENT = 8


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as its row shows it; `sentence` is the worst that was found, or that all is well."""

    link: Link
    badge: Badge
    sentence: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A bucket that distributions read and that is not linked to them."""

    bucket: str
    distribution_ids: list[str]
    url: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done on the way here: `strong` and `rest` are what happened and what follows.

    steps: whether it was the wizard's last step.
    """

    strong: str
    rest: str
    steps: bool = False


@router.get("/links")
def index(
    request: Request,
    services: CurrentServices,
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: str | None = None,
) -> HTMLResponse:
    """Show the links that match, and the buckets that could be linked."""
    page, busy = services.linking.links(q=q, cursor=cursor), busy_now(services)
    unlinked = all_of(lambda at: services.inventory.buckets(state="unlinked", cursor=at))
    return render(
        request,
        "links/index.html",
        rows=[link_row(link, busy) for link in page.items],
        discovered=[pair(bucket) for bucket in unlinked if bucket.suggested_distribution_ids],
        q=q,
        paging=paging("/links", {"q": q, "cursor": cursor}, page, "link"),
    )


@router.get("/links/{bucket}")
def show(request: Request, services: CurrentServices, bucket: str, done: str = "") -> HTMLResponse:
    """Show one link, read live."""
    return _show(request, services, services.linking.link(bucket), done=done)


@router.get("/links/{bucket}/recent")
def recent(
    request: Request,
    services: CurrentServices,
    bucket: str,
    poll: Annotated[int, Query(ge=0)] = 0,
    busy: bool = False,
) -> HTMLResponse:
    """Return a bucket's last invalidations, for a page that is open."""
    return render(request, "invalidations/_recent.html", _recent(request, services, bucket, poll, was_busy=busy))


@router.get("/links/{bucket}/repair", dependencies=[requires("linker")])
def repair_plan(request: Request, services: CurrentServices, bucket: str) -> HTMLResponse:
    """Show what a repair changes."""
    view = plan_view(services.linking.repair_plan(bucket))
    return render(request, "links/repair.html", bucket=bucket, view=view, problem=None)


@router.post("/links/{bucket}/repair", dependencies=[requires("linker")])
def repair(request: Request, services: CurrentServices, person: CurrentPerson, bucket: str) -> Response:
    """Repair, and show the link, read back; where that fails, show the plan again with what happened."""
    try:
        services.linking.repair(bucket, person)
    except FreshedgeError as error:
        view, problem = plan_view(services.linking.repair_plan(bucket)), trouble_of(error)
        return render(
            request, "links/repair.html", status_code=problem.status, bucket=bucket, view=view, problem=problem
        )
    return RedirectResponse(f"/links/{quote(bucket, safe='')}?done=repaired", 303)


@router.get("/links/{bucket}/unlink", dependencies=[requires("linker")])
def unlink_plan(request: Request, services: CurrentServices, bucket: str) -> HTMLResponse:
    """Show what an unlink changes."""
    view = plan_view(services.linking.unlink_plan(bucket))
    return render(request, "links/unlink.html", bucket=bucket, view=view, problem=None)


@router.post("/links/{bucket}/unlink", dependencies=[requires("linker")])
def unlink(request: Request, services: CurrentServices, person: CurrentPerson, bucket: str) -> Response:
    """Unlink, and show the bucket; where that fails, show the plan again with what happened."""
    try:
        services.linking.unlink(bucket, person)
    except FreshedgeError as error:
        view, problem = plan_view(services.linking.unlink_plan(bucket)), trouble_of(error)
        return render(
            request, "links/unlink.html", status_code=problem.status, bucket=bucket, view=view, problem=problem
        )
    return RedirectResponse(f"/links/{quote(bucket, safe='')}?done=unlinked", 303)


def link_row(link: Link, busy: Busy) -> LinkRow:
    """Lay out a link as a row."""
    health = worst_first(link.health)
    sentence = health[0].message if health else "Nothing to mend."
    return LinkRow(link, of_link(link, busy), f"{sentence} {and_more(health)}".strip())


def pair(bucket: Bucket) -> Pair:
    """Offer a bucket that could be linked."""
    return Pair(bucket.name, bucket.suggested_distribution_ids, address("/links/new", {"bucket": bucket.name}))


def done_words(done: str, link: Link) -> Done | None:
    """Say what was done, unless what was read since says otherwise."""
    linked = link.state != "unlinked"
    well = "Tag and notification were read back from AWS."
    said = {
        "linked": (linked, Done("Linked.", f"{well} Upload something, and it shows below by itself.", steps=True)),
        "repaired": (linked, Done("Repaired.", f"{well} What is left to do stands below.")),
        "unlinked": (
            not linked,
            Done("Unlinked.", "Its own notification and its tag are gone; everything else on the bucket stayed."),
        ),
    }
    fits, words = said.get(done, (False, None))
    return words if fits else None


def start_sentence(start: StartProgress) -> str | None:
    """Say how far a link's start is; None where there is nothing to say."""
    sentences = {
        "waiting": "It waits until events are proved to come. Until then every change is invalidated.",
        "reading": f"{number(start.read)} of {counted(start.total or start.read, 'object')} read.",
        "clearing": "All objects are read; the whole distribution is invalidated once.",
    }
    if start.error:
        return f"{sentences.get(start.state, '')} {start.error}".strip()
    return sentences.get(start.state)


def _show(
    request: Request, services: Services, link: Link, *, done: str = "", problem: Trouble | None = None
) -> HTMLResponse:
    return render(
        request,
        "links/show.html",
        _recent(request, services, link.bucket, 0, was_busy=False),
        link=link,
        badge=of_link(link, busy_now(services)),
        distributions=sites(link.distribution_ids, known_distributions(services)),
        done=done_words(done, link),
        problem=problem,
        start_sentence=start_sentence(link.start),
        checks=checks_of(link),
        repairable=any(item.repairable for item in link.health),
    )


def _recent(request: Request, services: Services, bucket: str, polls: int, *, was_busy: bool) -> dict[str, object]:
    found = services.history.page(bucket=bucket, limit=RECENT).items
    rows = history_rows(found, present(request))
    url = f"/links/{quote(bucket, safe='')}/recent"
    return {
        "rows": rows,
        "where": "Distribution",
        "say": said_of(rows),
        "poll": next_poll(url, {}, polls, busy=unfinished(found), was_busy=was_busy),
    }
