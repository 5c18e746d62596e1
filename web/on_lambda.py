"""The dashboard as a Lambda function: people come through an HTTP API, and a schedule looks after the links.

API Gateway Developer Guide, `http-api-develop-integrations-lambda.html` (format 2.0); Lambda Developer Guide,
`gettingstarted-limits.html` (6 MB in and out).
"""

import json
import logging
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Receive, Scope, Send

from invalidator.errors import BadInputError
from invalidator.log import LOGGER, configure, log
from web.problems import MEDIA_TYPE, Problem, respond
from web.services import Services

if TYPE_CHECKING:
    from mangum import Mangum

TEXT_TYPES = ["text/", "application/json", MEDIA_TYPE, "application/javascript", "image/svg+xml"]
"""What API Gateway is given as text; all else, and what is compressed, goes as base64."""

LARGEST_ANSWER = 6 * 1024 * 1024 - 64 * 1024
"""Bytes of an answer as JSON that Lambda surely passes on; the rest of 6 MB is for what Lambda wraps around it."""

NO_LOGIN = (
    "No login is configured, so the dashboard does not start on Lambda: anybody could use it. "
    "Run `freshedge serve` on your own machine instead."
)
TOO_LARGE = "The answer is larger than the 6 MB that Lambda passes on. Ask for less: a smaller `limit`, or a filter."


class Entry:
    """Answers Lambda's events.

    app: the dashboard; None where no login is configured: then everybody is refused, and the log says why.
    services: what the schedule looks after. It shows nothing to anybody, so it needs no login.
    """

    def __init__(self, app: ASGIApp | None, services: Services) -> None:
        self._app = app
        self._services = services

    @cached_property
    def _http(self) -> "Mangum":
        return _mangum(self._app or _refuse)

    def handle(self, event: dict[str, Any], context: object = None) -> dict[str, Any]:
        """Answer one event.

        event: a request of an HTTP API in format 2.0, or any EventBridge `Scheduled Event`.

        Raises: BadInputError for any other event.
        """
        if event.get("detail-type") == "Scheduled Event":
            return self._look_after()
        if event.get("version") != "2.0" or "http" not in event.get("requestContext", {}):
            raise BadInputError("The dashboard answers requests of an HTTP API in format 2.0, and Scheduled Events.")
        if self._app is None:
            log(logging.ERROR, NO_LOGIN)
        answer: dict[str, Any] = self._http(without_stage(event), context)
        if event["requestContext"]["http"]["method"] == "HEAD":
            answer["body"] = ""  # a server of its own would leave it out (RFC 9110, 9.3.2)
        return answer if _fits(answer) else self._too_large(event, context)

    def _look_after(self) -> dict[str, Any]:
        report = self._services.linking.check_all()
        return {"checked": report.checked, "faulty": report.faulty}

    def _too_large(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        log(logging.WARNING, TOO_LARGE, path=event["requestContext"]["http"]["path"])
        answer: dict[str, Any] = _mangum(_saying(Problem(422, TOO_LARGE)))(event, context)
        return answer


def without_stage(event: dict[str, Any]) -> dict[str, Any]:
    """Return a request without the stage in its path, which API Gateway puts there for any but `$default`."""
    told = event["requestContext"]
    first = f"/{told.get('stage', '$default')}"
    path = told["http"]["path"]
    if path != first and not path.startswith(f"{first}/"):
        return event
    return event | {"requestContext": told | {"http": told["http"] | {"path": path.removeprefix(first) or "/"}}}


def configure_logs() -> None:
    """Write the lines of the invalidator's code and of the dashboard's as JSON."""
    configure()
    ours = logging.getLogger("web")
    ours.handlers, ours.propagate = LOGGER.handlers, False
    ours.setLevel(logging.INFO)


def _mangum(app: ASGIApp) -> "Mangum":
    from mangum import Mangum  # noqa: PLC0415 - a laptop never needs it

    return Mangum(app, lifespan="off", text_mime_types=TEXT_TYPES)


def _saying(problem: Problem) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(scope, problem)(scope, receive, send)

    return app


_refuse = _saying(Problem(503, NO_LOGIN))


def _fits(answer: Mapping[str, Any]) -> bool:
    body = answer.get("body", "")
    # As JSON a character takes up to six bytes; most answers are so small that nobody need count.
    return len(body) * 6 < LARGEST_ANSWER or len(json.dumps(body)) < LARGEST_ANSWER
