"""Try it: publish a change to a sample site, watch it arrive at the edge, and make the way there hard."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from invalidator.errors import BadInputError, NotFoundError
from sandbox.pages import switches
from sandbox.pages.stage import Stage
from sandbox.pages.views import page_rows, site_views, watch_views
from sandbox.sites.catalog import site_named
from web.access.roles import reads, requires
from web.deps import CurrentServices
from web.pages.live import next_poll
from web.pages.render import render
from web.pages.shell import present
from web.services import Services

WATCHED = "/demo#watch"
LONGEST_POLL_S = 5


def demo_router(stage: Stage) -> APIRouter:
    """Return the demo's routes."""
    router = APIRouter(dependencies=[reads("viewer")])

    @router.get("/demo")
    def index(request: Request, services: CurrentServices) -> HTMLResponse:
        """Show the page."""
        live = _live(request, stage, services, 0, was_busy=False)
        sites, rows = site_views(stage, services), switches.rows(stage.faults.now)
        return render(request, "demo/index.html", live, sites=sites, switches=rows)

    @router.get("/demo/live")
    def live(
        request: Request, services: CurrentServices, poll: Annotated[int, Query(ge=0)] = 0, busy: bool = False
    ) -> HTMLResponse:
        """Return what changes by itself."""
        return render(request, "demo/_live.html", _live(request, stage, services, poll, was_busy=busy))

    @router.post("/demo/publish", dependencies=[requires("viewer")])
    def publish(
        site: Annotated[str, Form()], change: Annotated[str, Form()], text: Annotated[str, Form()] = ""
    ) -> Response:
        """Publish a change, and show what becomes of it."""
        _publish(stage, site, change, text)
        return RedirectResponse(WATCHED, 303)

    @router.post("/demo/faults", dependencies=[requires("viewer")])
    async def set_faults(request: Request) -> Response:
        """Switch faults as the form says."""
        switches.apply(stage.faults, dict(parse_qsl((await request.body()).decode("utf8", "replace"))))
        return RedirectResponse("/demo#faults", 303)

    @router.post("/demo/faults/reset", dependencies=[requires("viewer")])
    def reset_faults() -> Response:
        """Switch all faults off."""
        stage.faults.reset()
        return RedirectResponse("/demo#faults", 303)

    return router


def _live(request: Request, stage: Stage, services: Services, polls: int, *, was_busy: bool) -> dict[str, object]:
    views = watch_views(stage, services, present(request))
    pages = page_rows(stage, views[0] if views else None)
    busy = any(not view.watch.done for view in views[:1]) or not all(row.look.agree for row in pages)
    poll = next_poll("/demo/live", {}, polls, busy=busy, was_busy=was_busy)
    return {
        "watches": views,
        "pages": pages,
        "on": [row.switch.title for row in switches.rows(stage.faults.now) if row.on],
        # People look here while they upload elsewhere.
        "poll": replace(poll, seconds=min(poll.seconds, LONGEST_POLL_S)),
    }


def _publish(stage: Stage, name: str, change_name: str, text: str) -> None:
    site = site_named(name)
    change = site.change(change_name) if site else None
    if site is None or change is None:
        raise BadInputError("There is no such change to publish. Use a button of the page.")
    distribution_id = stage.distribution_id(site)
    if distribution_id is None:
        raise NotFoundError(f"No distribution has the name {site.alias} any more, so there is no edge to watch.")
    stage.publisher.publish(
        site,
        change,
        text,
        before=lambda uris: stage.watcher.visit(distribution_id, uris),
        after=lambda done: stage.watcher.add(distribution_id, done),
    )
