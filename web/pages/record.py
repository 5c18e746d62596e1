"""One invalidation as its own page: what happened when, which paths, what it cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from web.models import Invalidation
from web.pages.command import cli_command
from web.pages.errors import pretty
from web.pages.facts import Fact
from web.pages.refusals import plain
from web.pages.rows import HistoryRow, history_row
from web.pages.states import FINAL, Badge, Look, live_after
from web.pages.timebar import scale_of
from web.pages.wording import counted, duration, exact, money, number
from web.services.failure_words import parted

DROPPED = {
    "covered": "covered by an earlier invalidation",
    "behind": "old versions deleted",
    "unchanged": "unchanged",
    "new": "new, nothing of them was cached",
}
KINDS = {
    "s3": "S3 events",
    "person": "a person",
    "start": "the start of a link",
    "sweep": "a sweep",
    "probe": "a probe",
    "outside": "somebody outside freshedge",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A station on the way; `at` None where it has no time of its own."""

    badge: Badge
    title: str
    message: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    """What is wrong: `strong` and `rest` are what happened and what follows; `statement`: to add to the role."""

    look: Look
    strong: str
    rest: str
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record laid out. `command` is None where not all paths are at hand; then `all_paths_url` leads to them."""

    row: HistoryRow
    path_count: str
    cost: str
    trouble: Note | None
    steps: tuple[Step, ...]
    paths_sentence: str
    all_paths_url: str | None
    no_paths: str
    command: str | None
    facts: tuple[Fact, ...]


def record_view(invalidation: Invalidation, now: datetime) -> RecordView:
    """Lay out a record."""
    whole, url = 0 < invalidation.path_count == len(invalidation.paths), url_of(invalidation.id)
    return RecordView(
        row=history_row(invalidation, now, scale_of([invalidation], now)),
        path_count=counted(invalidation.path_count, "path")
        if invalidation.paths_known
        else "an unknown number of paths",
        cost=_cost(invalidation),
        trouble=_trouble(invalidation),
        steps=tuple(_steps(invalidation)),
        paths_sentence="" if whole or not invalidation.paths else _first(invalidation),
        all_paths_url=f"{url}/paths" if invalidation.paths and not whole else None,
        no_paths=_no_paths(invalidation),
        command=cli_command(invalidation.distribution_id, invalidation.paths) if whole else None,
        facts=tuple(_facts(invalidation)),
    )


def url_of(invalidation_id: str) -> str:
    """Return the address of a record's page."""
    return f"/invalidations/{quote(invalidation_id, safe='')}"


def _cost(invalidation: Invalidation) -> str:
    if invalidation.cause.kind == "outside":
        return "its price is not counted here"
    return money(invalidation.price_usd) if invalidation.price_usd else "free"


def _no_paths(invalidation: Invalidation) -> str:
    if not invalidation.paths_known:
        return "CloudFront could not be asked for its paths. Look again."
    if invalidation.state == "unneeded":
        return "No path was needed: what was uploaded is what the edge was last made fresh with."
    if invalidation.state in FINAL:
        return "No path was sent."
    return "Which paths these are is decided once nothing more comes."


def _first(invalidation: Invalidation) -> str:
    return f"the first {len(invalidation.paths)} of {number(invalidation.path_count)}"


def _trouble(invalidation: Invalidation) -> Note | None:
    words, statement = parted(invalidation.error or "")
    told, added = plain(words), pretty(statement)
    if invalidation.state == "failed":
        return Note("faulty", "This could not be done.", told or "The log says why.", added)
    if told and invalidation.state not in FINAL:
        return Note("waiting", "Not yet.", f"{told} It is tried again by itself.", added)
    if told:
        return Note("waiting", "Not quite as it should be.", told, added)
    return None


def _steps(one: Invalidation) -> Iterator[Step]:
    if one.cause.kind == "outside":
        yield from _outside(one)
        return
    yield Step(
        Badge("fresh", "done"),
        "Asked for" if one.cause.kind == "person" else "First change",
        _begun(one),
        one.created_at,
    )
    if one.settled_at:
        quiet = duration((one.settled_at - one.created_at).total_seconds())
        yield Step(Badge("fresh", "done"), "Settled", f"nothing more came; gathered for {quiet}", one.settled_at)
    if one.state == "unneeded":
        yield Step(
            Badge("unknown", "not needed"), "Nothing to do", _dropped(one) or "nothing had changed", one.completed_at
        )
        return
    yield _sent(one)
    yield _live(one)


def _outside(one: Invalidation) -> Iterator[Step]:
    """Steps of what others made: CloudFront tells when it took it and whether it is done, not by whom or when."""
    yield Step(Badge("fresh", "done"), "Accepted", f"by CloudFront as {one.cloudfront_id}", one.submitted_at)
    if one.state == "completed":
        yield Step(Badge("fresh", "done"), "Live", "since when, CloudFront does not tell", None)
    else:
        yield _live(one)


def _begun(one: Invalidation) -> str:
    if one.cause.kind == "person":
        by = one.cause.actor or "somebody"
        return f"by {by}: {one.cause.reason}" if one.cause.reason else f"by {by}, without a reason"
    if one.cause.kind != "s3":
        return f"by {KINDS[one.cause.kind]}"
    dropped = f"; {_dropped(one)}" if one.dropped else ""
    return f"{counted(one.changes + sum(one.dropped.values()), 'upload or deletion', 'uploads and deletions')}{dropped}"


def _sent(one: Invalidation) -> Step:
    if one.submitted_at:
        name = f"as {one.cloudfront_id}" if one.cloudfront_id else ""
        return Step(Badge("fresh", "done"), "Accepted", f"by CloudFront {name}".strip(), one.submitted_at)
    if one.state == "failed":
        return Step(Badge("faulty", "failed"), "Not accepted", plain(one.error or ""), one.completed_at)
    word = "being sent" if one.state != "waiting" else "waits for its turn"
    return Step(Badge("waiting", "waiting"), "Send to CloudFront", word, None)


def _live(one: Invalidation) -> Step:
    after = live_after(one)
    if one.state == "completed":
        message = f"after {duration(after)}" if after is not None else "everywhere"
        return Step(Badge("fresh", "done"), "Live", message, one.completed_at)
    if one.state == "in_progress":
        return Step(Badge("moving", "moving"), "Live", "CloudFront is at it; this page follows", None)
    return Step(Badge("unknown", "not yet"), "Live", "not reached" if one.state == "failed" else "after that", None)


def _dropped(one: Invalidation) -> str:
    return ", ".join(
        f"{number(count)} {DROPPED.get(verdict, verdict)}" for verdict, count in one.dropped.items() if count
    )


def _facts(one: Invalidation) -> Iterator[Fact]:
    yield Fact("Record", one.id, mono=True)
    if one.cloudfront_id:
        yield Fact("At CloudFront", one.cloudfront_id, mono=True)
    yield Fact("Distribution", one.distribution_id, mono=True)
    yield Fact("Caused by", KINDS[one.cause.kind] + (f", {one.cause.actor}" if one.cause.actor else ""))
    if one.cause.reason:
        yield Fact("Reason", one.cause.reason)
    if one.cause.kind == "outside":
        yield Fact("Who made it", "CloudTrail tells for 90 days: events named CreateInvalidation, in us-east-1")
    if one.cause.kind != "outside":
        yield Fact("Changes covered", number(one.changes))
    if dropped := _dropped(one):
        yield Fact("Kept cached", dropped)
    if one.needless_evictions:
        yield Fact("Evicted needlessly", counted(one.needless_evictions, "object"))
    if one.cause.kind != "outside":
        yield Fact("Began", exact(one.created_at))
    if one.submitted_at:
        yield Fact("Accepted", exact(one.submitted_at))
    if one.completed_at:
        yield Fact("Ended", exact(one.completed_at))
