"""Verify a link: a probe object followed from the bucket to the edge, station by station, live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from invalidator.errors import FreshedgeError
from web.access.roles import reads, requires
from web.deps import CurrentPerson, CurrentServices
from web.models import Link, Station, StationState, Verification
from web.pages.checks import evidence_lines
from web.pages.errors import pretty
from web.pages.inline import Trouble, trouble_of
from web.pages.live import Poll, next_poll
from web.pages.refusals import plain
from web.pages.render import render
from web.pages.states import Badge
from web.pages.stopped import link_url
from web.services import Services

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
TITLES = {
    "written": "Probe written",
    "event": "S3's event",
    "journaled": "Recorded",
    "accepted": "CloudFront asked",
    "completed": "Edge cleared",
    "edge": "The edge's answer",
    "deleted": "Probe deleted",
}
NAMED = {"distribution_id", "invalidation_id"}
BADGES: dict[StationState, Badge] = {
    "ok": Badge("fresh", "ok"),
    "broken": Badge("faulty", "broken"),
    "waiting": Badge("waiting", "waiting"),
    "unknown": Badge("unknown", "unknown"),
}


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station as it is shown.

    evidence: a line each; statement: an IAM statement to add, laid out; record: the address of its invalidation.
    """

    badge: Badge
    title: str
    message: str
    evidence: list[str]
    statement: str | None
    at: datetime | None
    record: str | None


@dataclass(frozen=True, slots=True)
class VerificationView:
    """A probe on its way: how it stands in a badge and a sentence, and what became of the object in another."""

    probe: Verification
    badge: Badge
    sentence: str
    stations: list[StationRow]
    leftover: str


@router.get("/links/{bucket}/verify", dependencies=[requires("linker")])
def show(request: Request, services: CurrentServices, bucket: str) -> HTMLResponse:
    """Show how far the last probe is; without one, what a probe does and the button that sends it."""
    try:
        probe = services.verifying.look(bucket)
    except FreshedgeError as error:
        return _page(request, _link(services, bucket), None, trouble_of(error), bucket)
    # Who looks at a probe need not ask AWS about the link each time.
    return _page(request, None if probe else services.linking.link(bucket), probe, bucket=bucket)


@router.post("/links/{bucket}/verify", dependencies=[requires("linker")])
def start(request: Request, services: CurrentServices, person: CurrentPerson, bucket: str) -> Response:
    """Send a probe, and show it on its way."""
    try:
        services.verifying.start(bucket, person)
    except FreshedgeError as error:
        return _page(request, _link(services, bucket), None, trouble_of(error), bucket)
    return RedirectResponse(f"{link_url(bucket)}/verify", 303)


@router.get("/links/{bucket}/verify/live", dependencies=[requires("linker")])
def live(
    request: Request,
    services: CurrentServices,
    bucket: str,
    poll: Annotated[int, Query(ge=0)] = 0,
) -> HTMLResponse:
    """Return the stations, for a page that is open."""
    return render(request, "links/_verification.html", _part(bucket, services.verifying.look(bucket), poll))


def verification_view(probe: Verification) -> VerificationView:
    """Lay out a probe on its way."""
    return VerificationView(
        probe=probe,
        badge=badge_of(probe),
        sentence=plain(probe.sentence),
        stations=[_row(one) for one in probe.stations],
        leftover=_leftover(probe),
    )


def badge_of(probe: Verification) -> Badge:
    """Say in a word how far a probe is."""
    if not probe.done:
        return Badge("moving", "on its way")
    return Badge("fresh", "came through") if probe.ok else Badge("faulty", "did not come through")


def _leftover(probe: Verification) -> str:
    """Say what became of the probe object: nobody is left wondering what lies in their bucket."""
    if probe.deleted_at:
        return "The probe object is deleted." if _written(probe.stations) else "No probe object was left in the bucket."
    if not probe.done:
        return "The probe object is deleted at the end, also when something fails, and when this page is closed."
    return f"The object {probe.key} is still in the bucket. Deleting it is tried again by itself for a day."


def _written(stations: Sequence[Station]) -> bool:
    return any(one.name == "written" and one.state == "ok" for one in stations)


def _row(station: Station) -> StationRow:
    # The message names the distribution, and the invalidation has a page of its own.
    evidence = {name: value for name, value in station.evidence.items() if name not in NAMED}
    record = station.evidence.get("invalidation_id")
    return StationRow(
        badge=BADGES[station.state],
        title=TITLES.get(station.name, station.name.capitalize()),
        message=plain(station.message),
        evidence=evidence_lines(evidence),
        statement=pretty(station.statement),
        at=station.at if station.state == "ok" else None,  # what came before is no time of what is awaited
        record=f"/invalidations/{quote(str(record), safe='')}" if record else None,
    )


def _link(services: Services, bucket: str) -> Link | None:
    """Return the link; None where it can't be read just now: what failed before is what is told."""
    try:
        return services.linking.link(bucket)
    except FreshedgeError:
        return None


def _part(bucket: str, probe: Verification | None, polls: int) -> dict[str, object]:
    poll: Poll | None = None
    if probe and not probe.done:
        poll = next_poll(f"{link_url(bucket)}/verify/live", {}, polls, busy=True, was_busy=True)
    return {"bucket": bucket, "view": verification_view(probe) if probe else None, "poll": poll}


def _page(
    request: Request,
    link: Link | None,
    probe: Verification | None,
    problem: Trouble | None = None,
    bucket: str = "",
) -> HTMLResponse:
    name = link.bucket if link else bucket
    return render(
        request,
        "links/verify.html",
        _part(name, probe, 0),
        status_code=problem.status if problem else 200,
        linked=link is None or bool(link.distribution_ids),
        problem=problem,
        asked=request.method == "GET",
    )
