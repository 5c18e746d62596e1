"""Errors as answers: every failure becomes one `Problem`, said as RFC 9457 to programs and as a page to people."""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from invalidator.errors import (
    AccessDeniedError,
    BadInputError,
    FreshedgeError,
    IdempotencyConflictError,
    NotFoundError,
    TryLaterError,
)
from web.access.errors import NotAllowedError, NotSignedInError
from web.services.errors import BusyError, DestinationRefusedError, LinesRefusedError, OverlapError, StepFailedError

log = logging.getLogger(__name__)

API = "/api/"
MEDIA_TYPE = "application/problem+json"

# The first that an error is an instance of gives the status.
_STATUS: tuple[tuple[type[FreshedgeError], int], ...] = (
    (NotSignedInError, 401),
    (NotAllowedError, 403),
    (NotFoundError, 404),
    (AccessDeniedError, 403),
    (IdempotencyConflictError, 409),
    (OverlapError, 409),
    (BusyError, 409),
    (DestinationRefusedError, 409),
    (BadInputError, 422),
    (TryLaterError, 503),
    (FreshedgeError, 502),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with a request.

    detail: what happened and what to do, in words fit for people.
    more: further members of the JSON, such as `errors`, `statement` or `id`.
    headers: of the response, such as `Retry-After`.
    """

    status: int
    detail: str
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The status in words, such as `Not Found`."""
        return HTTPStatus(self.status).phrase

    def body(self) -> dict[str, object]:
        """Return the members of the problem document (RFC 9457, section 3)."""
        return {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail, **self.more}


ErrorPage = Callable[[Request, Problem], Response]


def problem_of(error: FreshedgeError) -> Problem:
    """Return how an error of ours is told."""
    cause = error.cause if isinstance(error, StepFailedError) else error
    status = next(status for kind, status in _STATUS if isinstance(cause, kind))
    more: dict[str, object] = {}
    headers = {}
    if isinstance(cause, AccessDeniedError | DestinationRefusedError) and cause.statement:
        more["statement"] = cause.statement
    if isinstance(cause, NotAllowedError):
        more |= {"role": cause.role, "needed": cause.needed}
    if isinstance(cause, OverlapError):
        more["overlaps"] = cause.others
    if isinstance(error, StepFailedError):
        more |= {"done": error.done, "failed": error.failed, "back": error.back}
    if isinstance(error, LinesRefusedError):
        more["errors"] = [{"given": given, "problem": why} for given, why in error.refused]
    if isinstance(cause, TryLaterError):
        headers["Retry-After"] = str(max(1, ceil(cause.retry_after)))
    return Problem(status, str(error), more, headers)


def respond(scope: Scope, problem: Problem) -> Response:
    """Return the problem document, or nothing but its headers for HEAD."""
    response = JSONResponse(problem.body(), problem.status, dict(problem.headers), media_type=MEDIA_TYPE)
    return Response(None, problem.status, dict(response.headers)) if scope["method"] == "HEAD" else response


def install(app: FastAPI, page: ErrorPage) -> None:
    """Tell every error of the app: as a problem document under `/api/`, as a page elsewhere."""

    def tell(request: Request, problem: Problem) -> Response:
        return respond(request.scope, problem) if request.url.path.startswith(API) else page(request, problem)

    @app.exception_handler(FreshedgeError)
    def ours(request: Request, error: FreshedgeError) -> Response:
        problem = problem_of(error)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning("%s %s: %s", request.method, request.url.path, error)
        return tell(request, problem)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return tell(request, _invalid(error.errors()))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's, for a body that it can't even begin to read
            return tell(request, Problem(422, "The body can't be read. Send JSON in UTF-8, or a form as browsers do."))
        return tell(request, Problem(error.status_code, _detail(request, error), headers=error.headers or {}))


def _detail(request: Request, error: HTTPException) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return f"There is nothing at {request.url.path}."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{request.method} does nothing at {request.url.path}."
    return str(error.detail)


def _invalid(errors: Sequence[Any]) -> Problem:
    """Return what is wrong with a request's shape; what was sent is not repeated: it may be of any size and text."""
    found = [{"at": _place(e["loc"]), "problem": str(e["msg"])} for e in errors]
    first = "; ".join(f"{e['at']}: {e['problem']}" for e in found[:3])
    return Problem(422, f"The request is not of the right shape. {first}.", {"errors": found})


def _place(location: Sequence[str | int]) -> str:
    """Where in the request, as text that any encoder takes: names of members are the sender's."""
    text = ".".join(str(part) for part in location if part != "body") or "body"
    return text.encode("utf8", "replace").decode("utf8")[:200]


class Unexpected:
    """Middleware: what nobody foresaw becomes a 500 with an id that stands in the log too, and nothing of our insides.

    It stands inside the middlewares that set headers, which Starlette's own, outermost one would escape.
    """

    def __init__(self, app: ASGIApp, *, page: ErrorPage) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer for whatever fails before the answer has begun."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            name = uuid.uuid4().hex[:12]
            log.exception("Unexpected error %s at %s %s", name, scope["method"], scope["path"])
            if begun:
                raise
            problem = Problem(
                500,
                f"Something failed that should not. The log has it under {name}; tell whoever runs this.",
                {"id": name},
            )
            await self._answer(scope, problem)(scope, receive, send)

    def _answer(self, scope: Scope, problem: Problem) -> Response:
        if scope["path"].startswith(API):
            return respond(scope, problem)
        return self._page(Request(scope), problem)
