"""Link several buckets at once with the distributions that read them: what each changes first, then one click."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse

from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import Bucket, Link, LinkPlan, LinkWay
from web.pages.listing import all_of
from web.pages.looking import AT_ONCE, all_buckets
from web.pages.plans import PlanView, plan_view
from web.pages.render import render
from web.pages.states import Badge, Busy, of_link
from web.pages.stopped import Stopped, link_url, stopped_by
from web.pages.wording import counted
from web.services import Services
from web.services.link_many import MOST, Outcome, link_many, plan_many

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
NO_PLAN = Badge("faulty", "left out")
FAILED = Badge("faulty", "failed")
PLANNED = Badge("unknown", "planned")


@dataclass(frozen=True, slots=True)
class Row:
    """One bucket: its plan, or what stands against it. way: how its events are to come, where that was chosen."""

    bucket: str
    ids: tuple[str, ...]
    way: LinkWay | None
    badge: Badge
    view: PlanView | None
    stopped: Stopped | None
    url: str

    @property
    def pair(self) -> str:
        """The bucket and its distributions, blanks between them: names and ids have none."""
        return " ".join((self.bucket, *self.ids))


@router.get("/links/several", dependencies=[requires("linker")])
def plan(
    request: Request,
    services: CurrentServices,
    bucket: Annotated[list[str], Query(default_factory=list, max_length=1000)],
    eventbridge: Annotated[list[str], Query(default_factory=list, max_length=1000)],
    every: bool = False,
    q: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Show what linking each of these buckets with the distributions that read it would change.

    every: all that could be linked and that the text `q` finds, in place of those named.
    """
    names = could_be_linked(services, q) if every else list(dict.fromkeys(bucket))
    wanted = wanted_of(services, names[:MOST])
    rows = [plan_row(one) for one in plan_many(services.linking, wanted, dict.fromkeys(eventbridge, "eventbridge"))]
    return render(
        request,
        "links/several.html",
        rows=rows,
        ready=[row for row in rows if row.view],
        missing=[name for name in names[:MOST] if name not in wanted],
        left=names[MOST:],
        most=MOST,
        chosen=names[:MOST],
        eventbridge=eventbridge,
    )


@router.post("/links/several", dependencies=[requires("linker")])
def apply(
    request: Request,
    services: CurrentServices,
    person: CurrentPerson,
    pair: Annotated[list[str], Form(default_factory=list, max_length=MOST)],
    eventbridge: Annotated[list[str], Form(default_factory=list, max_length=MOST)],
) -> HTMLResponse:
    """Link each, and tell what each came to: one that fails keeps none of the others from it."""
    wanted = {words[0]: words[1:] for each in pair if (words := each.split())}
    ways: dict[str, LinkWay] = dict.fromkeys(eventbridge, "eventbridge")
    rows = [done_row(one) for one in link_many(services.linking, wanted, ways, person)]
    failed = sum(row.stopped is not None for row in rows)
    return render(request, "links/several_done.html", rows=rows, failed=failed, sentence=sentence(len(rows), failed))


def could_be_linked(services: Services, q: str) -> list[str]:
    """Return the buckets that a distribution reads without being linked to it."""
    buckets = all_of(lambda at: services.inventory.buckets(q=q, cursor=at, limit=AT_ONCE))
    return [bucket.name for bucket in buckets if bucket.suggested_distribution_ids]


def wanted_of(services: Services, names: Sequence[str]) -> dict[str, list[str]]:
    """Return what each bucket is to be linked to: what it is, and the distributions that read it beside that.

    A bucket that is not in the account's list, or that nothing reads, is left out.
    """
    known: Mapping[str, Bucket] = {bucket.name: bucket for bucket in all_buckets(services)}
    found = {name: known[name] for name in names if name in known}
    ids = {name: [*one.distribution_ids, *one.suggested_distribution_ids] for name, one in found.items()}
    return {name: each for name, each in ids.items() if each}


def plan_row(outcome: Outcome[LinkPlan]) -> Row:
    """Lay out what one bucket's link would change, or why it can't be."""
    stopped = stopped_by(outcome.error, outcome.bucket, outcome.ids, tried=False) if outcome.error else None
    view = plan_view(outcome.result) if outcome.result else None
    return _row(outcome, PLANNED if view else NO_PLAN, view, stopped)


def done_row(outcome: Outcome[Link]) -> Row:
    """Lay out what one bucket came to."""
    stopped = stopped_by(outcome.error, outcome.bucket, outcome.ids) if outcome.error else None
    badge = of_link(outcome.result, Busy()) if outcome.result else FAILED
    return _row(outcome, badge, None, stopped)


def sentence(count: int, failed: int) -> str:
    """Say what all came to."""
    if not count:
        return "No bucket was chosen, so nothing was linked."
    if not failed:
        return f"{counted(count, 'bucket is', 'buckets are')} linked. Tags and notifications were read back from AWS."
    said = "The other says where it stopped." if failed == 1 else "The others say where they stopped."
    return f"{count - failed} of {counted(count, 'bucket')} linked. {said if failed < count else 'Each says why.'}"


def _row(
    outcome: Outcome[LinkPlan] | Outcome[Link], badge: Badge, view: PlanView | None, stopped: Stopped | None
) -> Row:
    way = outcome.via
    return Row(outcome.bucket, outcome.ids, way, badge, view, stopped, link_url(outcome.bucket))
