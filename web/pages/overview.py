"""The overview: is everything fresh, what is in flight, what needs somebody, what did this month cost?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from web.access.roles import reads
from web.deps import CurrentServices
from web.models import Invalidation
from web.pages.chart import month_chart
from web.pages.findings import findings
from web.pages.flights import flights
from web.pages.live import next_poll
from web.pages.looking import all_buckets, all_links
from web.pages.render import render
from web.pages.sentences import cause, kept_cached, month_cost, standing
from web.pages.shell import present, shell_of
from web.pages.states import FINAL, Badge, Busy, live_after, of_invalidation, of_link
from web.pages.tally import tally_of
from web.pages.wording import listed
from web.services import Services

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
DEPLOYS = 6
LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Deploy:
    """A finished invalidation as a row.

    bucket: the only one it came from, None with none or several. paths: how many, None where that is unknown.
    """

    invalidation: Invalidation
    bucket: str | None
    where: str
    cause: str
    paths: int | None
    kept: int | None
    seconds: float | None
    badge: Badge


@router.get("/")
def index(request: Request, services: CurrentServices) -> HTMLResponse:
    """Show the overview."""
    return render(request, "overview/index.html", _view(request, services, 0, was_busy=False))


@router.get("/overview/live")
def live(
    request: Request, services: CurrentServices, poll: Annotated[int, Query(ge=0)] = 0, busy: bool = False
) -> HTMLResponse:
    """Return all of the overview that changes, for a page that is open."""
    return render(request, "overview/_live.html", _view(request, services, poll, was_busy=busy))


def deploy_row(invalidation: Invalidation) -> Deploy:
    """Lay out a finished invalidation."""
    buckets = invalidation.cause.buckets
    return Deploy(
        invalidation=invalidation,
        bucket=buckets[0] if len(buckets) == 1 else None,
        where=listed(buckets) if len(buckets) == 1 else invalidation.distribution_id,
        cause=cause(invalidation),
        paths=invalidation.path_count if invalidation.paths_known else None,
        kept=kept_cached(invalidation),
        seconds=live_after(invalidation) if invalidation.state == "completed" else None,
        badge=of_invalidation(invalidation),
    )


def moving_and_unchecked(services: Services, unfinished: Iterable[Invalidation]) -> tuple[int, int]:
    """Count the linked buckets whose distributions have work now, and of the others those nobody has looked at."""
    work = {one.distribution_id for one in unfinished}
    looks = Counter(of_link(link, Busy(moving=work)).look for link in all_links(services, "linked"))
    return looks["moving"], looks["unknown"]


def _view(request: Request, services: Services, polls: int, *, was_busy: bool) -> dict[str, object]:
    now, (summary, unfinished) = present(request), services.overview.look()
    tally_of(request).note(summary.failures, now)
    request.state.failures = summary.failures  # the navigation says what the finding says
    recent = services.history.page(limit=LOOKED_AT).items
    faulty, unlinked = all_links(services, "faulty"), all_buckets(services, "unlinked")
    known = services.inventory.known(paused={one.distribution_id for one in unfinished})
    return {
        "standing": standing(summary, *moving_and_unchecked(services, unfinished), now),
        "flights": flights(unfinished, known, recent, now, all_paused=summary.paused),
        "findings": findings(faulty, unlinked, summary.failures, may_link=shell_of(request).may("linker")),
        "linked": any(count for state, count in summary.links.items() if state != "unlinked"),
        "usage_known": summary.usage_known,
        "month_cost": month_cost(summary),
        "chart": month_chart(summary.paths_by_day, now.date()),
        "deploys": [deploy_row(one) for one in recent if one.state in FINAL][:DEPLOYS],
        "poll": next_poll("/overview/live", {}, polls, busy=bool(unfinished), was_busy=was_busy),
    }
