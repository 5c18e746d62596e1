"""A change of a link that did not come through: what was written, what was not, and the ways on and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from invalidator.errors import FreshedgeError, NotFoundError
from web.pages.diff import DESTINATIONS, lines_of
from web.pages.errors import pretty
from web.pages.listing import address
from web.pages.refusals import plain
from web.pages.states import Look
from web.problems import problem_of
from web.services.errors import OverlapError, StepFailedError
from web.services.progress import UNANSWERED

KINDS = {"QueueArn": "the queue", "LambdaFunctionArn": "the Lambda function", "TopicArn": "the topic"}
IN_THE_WAY = (
    "Somebody's notification listens to the same events. S3 tells of an event only once, so no notification of ours "
    "can stand beside it. A rule of EventBridge can, and that configuration stays as it is."
)
MAY_PASS = {403, 409, 502, 503}
"""Statuses of what may go better once a statement is added, somebody else is done, or AWS is back."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A configuration of somebody else that is in the way.

    whose: what it notifies, by kind and name; lines: its events, filter and destination, one each.
    """

    name: str
    whose: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a change that stopped. look: as of states; word: whether it was done."""

    look: Look
    word: str
    name: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way on: `word` is what the link says."""

    word: str
    url: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """What went wrong with a change of a link.

    steps: what was written, and what was not, in order; failed: the step that did not come through, None where it was
        refused before anything was written. statement: an IAM statement to add, laid out.
    tried: whether anything was to be written; a plan alone writes nothing.
    again: whether doing the same once more can help; ways: what else there is to do.
    """

    message: str
    status: int
    steps: tuple[Step, ...] = ()
    failed: str | None = None
    statement: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    ways: tuple[Way, ...] = ()
    tried: bool = False
    again: bool = False


def stopped_by(error: FreshedgeError, bucket: str, ids: Sequence[str] = (), *, tried: bool = True) -> Stopped:
    """Return what a page says of a change of a bucket's link that failed.

    ids: what it was to be linked to. tried: whether it was to be carried out, and not only planned.
    """
    problem = problem_of(error)
    half = error if isinstance(error, StepFailedError) else None
    cause = half.cause if half else error
    ways = [by_event_bridge(bucket, ids)] if isinstance(cause, OverlapError) else []
    if half and half.back:
        ways.append(_back(half.back, bucket))
    if tried and not isinstance(cause, NotFoundError):
        ways.append(Way(f"See how {bucket} is now", link_url(bucket)))
    return Stopped(
        message=IN_THE_WAY if isinstance(cause, OverlapError) else plain(str(cause)),
        status=problem.status,
        steps=steps_of(half.done, half.failed) if half else (),
        failed=half.failed if half else None,
        statement=pretty(problem.more.get("statement")),
        conflicts=conflicts_of(cause.others) if isinstance(cause, OverlapError) else (),
        ways=tuple(ways),
        tried=tried,
        again=tried and (half is not None or (problem.status in MAY_PASS and not isinstance(cause, OverlapError))),
    )


def steps_of(done: Sequence[str], failed: str) -> tuple[Step, ...]:
    """Tell each step apart: one whose answer never came may have been carried out, and that is not known."""
    steps = [Step("unknown", "Perhaps done", one) if UNANSWERED in one else Step("fresh", "Done", one) for one in done]
    if not any(step.look == "unknown" and step.name.startswith(failed) for step in steps):
        steps.append(Step("faulty", "Not done", failed))
    return tuple(steps)


def conflicts_of(others: Sequence[Mapping[str, object]]) -> tuple[Conflict, ...]:
    """Lay out configurations of others, given in AWS's shape."""
    return tuple(_conflict(one) for one in others)


def link_url(bucket: str) -> str:
    """Return the address of a bucket's link."""
    return f"/links/{quote(bucket, safe='')}"


def by_event_bridge(bucket: str, ids: Sequence[str]) -> Way:
    """Return the way to the plan of a link by EventBridge; without ids, to their choice."""
    chosen = [("distribution", one) for one in ids]
    start = address("/links/new", {"bucket": bucket, "via": "eventbridge", "step": "plan" if chosen else None})
    return Way("Link it by EventBridge", start + "".join(f"&{name}={quote(value, safe='')}" for name, value in chosen))


def _back(back: str, bucket: str) -> Way:
    if back == "unlink":
        return Way(f"Go back: unlink {bucket}…", f"{link_url(bucket)}/unlink")
    return Way("Go back: restore what was there…", f"{link_url(bucket)}/restore")


def _conflict(one: Mapping[str, object]) -> Conflict:
    member = next((name for name in DESTINATIONS.values() if name in one), "")
    arn = str(one.get(member, ""))
    named = f"{KINDS.get(member, 'the destination')} {arn.rpartition(':')[2]}"
    return Conflict(str(one.get("Id") or "(no name)"), named, lines_of(one, member))
