"""The dashboard as an ASGI app, and its entry for Lambda."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from mangum import Mangum
from starlette.middleware import Middleware
from starlette.types import Receive, Scope, Send

from invalidator.clock import Clock, SystemClock
from web import api, pages, problems
from web.access.body import BodyLimit
from web.access.headers import SecurityHeaders, content_security_policy
from web.access.origin import SameOrigin
from web.access.person import Identify, local_person
from web.access.roles import declared_somewhere
from web.deps import note_pause
from web.extensions import Extension
from web.pages.errors import error_page
from web.services import Services
from web.settings import WebSettings

log = logging.getLogger(__name__)

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
            Middleware(BodyLimit),
        ],
    )
    app.state.settings, app.state.services = settings, services
    app.state.extensions, app.state.clock = tuple(extensions), clock or SystemClock()
    app.state.identify = identify
    problems.install(app, error_page)
    app.include_router(api.router())
    for router in (*pages.routers(), *(router for extension in extensions for router in extension.routers)):
        app.include_router(
            router, dependencies=[Depends(declared_somewhere), Depends(note_pause)], include_in_schema=False
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


TEXT_TYPES = ["text/", "application/json", problems.MEDIA_TYPE, "application/javascript", "image/svg+xml"]
"""What API Gateway is given as text; all else goes as base64."""

NO_LOGIN = (
    "No login is configured, so the dashboard does not start on Lambda: anybody could use it. "
    "Run `freshedge serve` on your own machine instead."
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own object
    """Answer for Lambda: as there is no login to configure yet, refuse, in the log and to the caller."""
    log.error(NO_LOGIN)
    answer: dict[str, Any] = Mangum(_refusing, lifespan="off", text_mime_types=TEXT_TYPES)(event, context)
    return answer


async def _refusing(scope: Scope, receive: Receive, send: Send) -> None:
    await problems.respond(scope, problems.Problem(503, NO_LOGIN))(scope, receive, send)
