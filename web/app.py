"""The dashboard as an ASGI app, and its entry for Lambda."""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from invalidator.clock import Clock, SystemClock
from web import api, pages, problems
from web.access.body import BodyLimit
from web.access.headers import SecurityHeaders, content_security_policy
from web.access.origin import SameOrigin
from web.access.person import Identify, local_person
from web.access.roles import declared_somewhere
from web.deps import note_pause
from web.extensions import Extension
from web.on_lambda import Entry, configure_logs
from web.pages.errors import error_page
from web.pages.tally import note_failures
from web.services import Services
from web.settings import WebSettings

STATIC = Path(__file__).parent / "static"


def create_app(
    settings: WebSettings,
    services: Services,
    *,
    extensions: Sequence[Extension] = (),
    clock: Clock | None = None,
    identify: Identify = local_person,
) -> FastAPI:
    """Return the dashboard: pages, `/api/v1`, static files and `/healthz`, behind the checks of `web.access`.

    extensions: further pages, shown in the navigation after ours; their routes declare roles as ours do.
    identify: tells who sent a request. By default whoever is at this machine, where the settings name them.
    """
    policy = content_security_policy(_sources(extensions))
    app = FastAPI(
        title="freshedge",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[  # the outermost first
            Middleware(SecurityHeaders, policy=policy, secure=(settings.public_url or "").startswith("https:")),
            Middleware(problems.Unexpected, page=error_page),
            Middleware(SameOrigin, settings=settings),
            Middleware(BodyLimit, page=error_page),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
        ],
    )
    app.state.settings, app.state.services = settings, services
    app.state.extensions, app.state.clock = tuple(extensions), clock or SystemClock()
    app.state.identify = identify
    problems.install(app, error_page)
    app.include_router(api.router())
    for router in (*pages.routers(), *(router for extension in extensions for router in extension.routers)):
        app.include_router(
            router,
            dependencies=[Depends(declared_somewhere), Depends(note_pause), Depends(note_failures)],
            include_in_schema=False,
        )
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_api_route("/healthz", _healthz, methods=["GET", "HEAD"], include_in_schema=False)
    return app


def _healthz() -> JSONResponse:
    """Say that the dashboard can serve; it asks nothing of AWS, so that a bad day there does not restart us."""
    return JSONResponse({"status": "ok"})


def _sources(extensions: Sequence[Extension]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for extension in extensions:
        for directive, sources in extension.csp.items():
            found.setdefault(directive, []).extend(sources)
    return found


def make_handler(
    settings: WebSettings, services: Services, *, identify: Identify | None, clock: Clock | None = None
) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    """Return what answers Lambda's events.

    identify: tells who sent a request; None where no login is configured: then nobody is let in, and the log says so.
    """
    app = create_app(settings, services, clock=clock, identify=identify) if identify else None
    return Entry(app, services).handle


@lru_cache(maxsize=1)
def _wired() -> Callable[[dict[str, Any], object], dict[str, Any]]:
    """Make everything once a process, on the first event."""
    from invalidator.aws.clients import make_clients  # noqa: PLC0415 - nothing of AWS where an app is made for tests
    from web.services.wiring import make_services  # noqa: PLC0415 - as above

    configure_logs()
    settings, clock = WebSettings.from_environment(os.environ), SystemClock()
    # There is no login to configure yet. `local_person` is none: behind API Gateway nobody is on this machine.
    return make_handler(settings, make_services(settings, make_clients(), clock), identify=None, clock=clock)


def handler(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    """Answer one event of Lambda's: a request of an HTTP API, or the schedule."""
    return _wired()(event, context)
