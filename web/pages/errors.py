"""Error pages for people: what happened, what to do, and a way on."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from web.access.roles import READING
from web.pages.coming import came_from
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
NOT_OF_THAT_SHAPE = "What was sent has something in it that can't be used, so nothing was done. It is named below."
LISTS = {
    "buckets": ("All buckets", "/buckets"),
    "links": ("All links", "/links"),
    "distributions": ("All distributions", "/distributions"),
    "invalidations": ("History", "/invalidations"),
    "failures": ("All failures", "/failures"),
    "about": ("About this installation", "/about"),
}
MOST_DETAILS = 20
_INPUT = re.compile(r"^(Input|String|Value|List) should ")
AGAIN = {401, 500, 502, 503}
"""What may pass: asking the same again is a way on."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from an error page."""

    word: str
    url: str


@dataclass(frozen=True, slots=True)
class ErrorView:
    """What an error page shows.

    details: what exactly was wrong with what was sent, as place (or text) and reason.
    id: only there where the log has more under it. typed: what was written into a form that can't be shown again.
    """

    title: str
    message: str
    statement: str | None
    details: tuple[tuple[str, str], ...]
    ways: tuple[Way, ...]
    id: str | None
    typed: str = ""


def error_page(request: Request, problem: Problem, typed: str = "") -> HTMLResponse:
    """Show a problem as a page, with its headers (`Retry-After`), and what somebody had written for nothing."""
    identifier = problem.more.get("id")
    details = details_of(problem)
    shape = problem.status == HTTPStatus.UNPROCESSABLE_ENTITY and details and "at" in _first(problem.more["errors"])
    view = ErrorView(
        title=TITLES.get(problem.status, "That did not work"),
        message=NOT_OF_THAT_SHAPE if shape else plain(problem.detail),
        statement=pretty(problem.more.get("statement")),
        details=details,
        ways=ways_on(request, problem),
        id=str(identifier) if identifier else None,
        typed=typed,
    )
    response = render(request, "errors/index.html", status_code=problem.status, problem=view)
    response.headers.update(problem.headers)
    return response


def pretty(statement: object) -> str | None:
    """Lay out an IAM statement for reading and copying; None where there is none."""
    return json.dumps(statement, indent=2, ensure_ascii=False) if statement else None


def details_of(problem: Problem) -> tuple[tuple[str, str], ...]:
    """Return what was wrong with what was sent: where in the request, or the text itself, and why; each place once."""
    errors = problem.more.get("errors")
    found = [one for one in errors if isinstance(one, Mapping)] if isinstance(errors, Sequence) else []
    told: dict[str, str] = {}
    for one in found:
        place = _place(str(one["at"])) if "at" in one else str(one.get("given", ""))
        told.setdefault(place, reason(str(one.get("problem", ""))))
    return tuple(told.items())[:MOST_DETAILS]


def reason(problem: str) -> str:
    """Say in our words what a library says of a value.

    >>> reason("Input should be 'linked' or 'faulty'"), reason("Field required"), reason("A path begins with /.")
    ("It should be 'linked' or 'faulty'.", 'It is missing.', 'A path begins with /.')
    """
    if problem == "Field required":
        return "It is missing."
    said = _INPUT.sub("It should ", problem)
    return said if said == problem or said.endswith(".") else f"{said}."


def ways_on(request: Request, problem: Problem) -> tuple[Way, ...]:
    """Offer to ask again where that may help, the page that a form came from, the list around it, and the overview."""
    path, found = request.url.path, []
    here = path + (f"?{request.url.query}" if request.url.query else "")
    if request.method in READING and problem.status in AGAIN:
        found.append(Way("Try again", here))
    if request.method not in READING:
        before = came_from(request.headers.get("referer", ""))
        found += [Way("Back to the page before", before)] if before not in ("/", path) else []
    first = path.strip("/").split("/")[0]
    if first in LISTS and not (LISTS[first][1] == path and request.method in READING and not request.url.query):
        found.append(Way(*LISTS[first]))
    if first == "links":  # a bucket that is not there may have been looked for among the links
        found.append(Way(*LISTS["buckets"]))
    return (*found, Way("To the overview", "/") if path != "/" else Way(*LISTS["about"]))


def _place(where: str) -> str:
    """Name a field: `state` for `query.state`, and for each of the shapes that it might have had."""
    return where.removeprefix("query.").removeprefix("path.").partition(".")[0]


def _first(errors: object) -> Mapping[str, object]:
    return next((one for one in errors if isinstance(one, Mapping)), {}) if isinstance(errors, Sequence) else {}
