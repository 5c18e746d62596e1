"""Error pages for people: what happened, what to do, and a way on."""

import json
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse

from web.pages.refusals import plain
from web.pages.render import render
from web.problems import Problem

TITLES = {
    401: "Please sign in",
    403: "That was not allowed",
    404: "There is nothing at this address",
    405: "That can't be done here",
    409: "That does not fit with what is there",
    413: "That is too much at once",
    421: "Not by that name",
    422: "Something in what you sent can't be used",
    500: "Something failed on our side",
    502: "AWS refused",
    503: "AWS wants this later",
}
OVERVIEW = ("To the overview", "/")


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from an error page."""

    word: str
    url: str


@dataclass(frozen=True, slots=True)
class ErrorView:
    """What an error page shows. `id` is only there where the log has more under it."""

    title: str
    message: str
    statement: str | None
    ways: tuple[Way, ...]
    id: str | None


def error_page(request: Request, problem: Problem) -> HTMLResponse:
    """Show a problem as a page, with its headers (`Retry-After`)."""
    identifier = problem.more.get("id")
    view = ErrorView(
        title=TITLES.get(problem.status, "That did not work"),
        message=plain(problem.detail),
        statement=pretty(problem.more.get("statement")),
        ways=ways_on(request.url.path),
        id=str(identifier) if identifier else None,
    )
    response = render(request, "errors/index.html", status_code=problem.status, problem=view)
    response.headers.update(problem.headers)
    return response


def pretty(statement: object) -> str | None:
    """Lay out an IAM statement for reading and copying; None where there is none."""
    return json.dumps(statement, indent=2, ensure_ascii=False) if statement else None


def ways_on(path: str) -> tuple[Way, ...]:
    """Offer the list that a page belongs to, whole, and the overview."""
    lists = {
        "buckets": ("All buckets", "/buckets"),
        "links": ("All buckets", "/buckets"),
        "distributions": ("All distributions", "/distributions"),
        "invalidations": ("History", "/invalidations"),
    }
    first = path.strip("/").split("/")[0]
    return (*([Way(*lists[first])] if first in lists else []), Way(*OVERVIEW))
