"""Failures that are told on the form they came from, with what was typed kept."""

from dataclasses import dataclass

from invalidator.errors import FreshedgeError
from web.pages.errors import pretty
from web.pages.refusals import plain
from web.problems import problem_of


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, what to do, and the IAM statement to add where one is missing."""

    message: str
    statement: str | None = None
    status: int = 422


def trouble_of(error: FreshedgeError) -> Trouble:
    """Return what a form says of an error of ours."""
    problem = problem_of(error)
    return Trouble(plain(problem.detail), pretty(problem.more.get("statement")), problem.status)
