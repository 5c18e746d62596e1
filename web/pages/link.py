"""One link, read live: its health check by check, what was invalidated of it lately, and what can be done with it."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from invalidator.errors import FreshedgeError
from web.access.roles import reads
from web.deps import CurrentServices
from web.models import Distribution, Link, StartProgress
from web.pages.checks import checks_of
from web.pages.live import next_poll
from web.pages.looking import busy_now
from web.pages.refusals import plain
from web.pages.render import render
from web.pages.rows import history_rows, said_of
from web.pages.shell import present
from web.pages.sites import reading, site_of, sites
from web.pages.states import UNREADABLE, Badge, of_link, unfinished
from web.pages.stopped import link_url
from web.pages.verifying import badge_of
from web.pages.wording import counted, listed, number
from web.services import Services

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])
RECENT = 8
WAYS = {"queue": "by a notification of the bucket", "eventbridge": "by a rule of EventBridge"}


@dataclass(frozen=True, slots=True)
class Unlinked:
    """What is said of a bucket without a link: `strong` and `rest` are what is so and what follows."""

    strong: str
    rest: str


@dataclass(frozen=True, slots=True)
class Mending:
    """The button that leads to the repair. pressing: whether something is wrong, not only less good."""

    word: str
    pressing: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What was done on the way here: `strong` and `rest` are what happened and what follows.

    steps: whether it was the wizard's last step.
    """

    strong: str
    rest: str
    steps: bool = False


@dataclass(frozen=True, slots=True)
class LastProbe:
    """How the last probe object fared: as a badge and a sentence; when it was sent, and by whom."""

    badge: Badge
    sentence: str
    at: datetime
    actor: str | None


@router.get("/links/{bucket}")
def show(request: Request, services: CurrentServices, bucket: str, done: str = "") -> HTMLResponse:
    """Show one link, read live."""
    return _show(request, services, services.linking.link(bucket), done=done)


@router.get("/links/{bucket}/recent")
def recent(
    request: Request,
    services: CurrentServices,
    bucket: str,
    poll: Annotated[int, Query(ge=0)] = 0,
    busy: bool = False,
) -> HTMLResponse:
    """Return a bucket's last invalidations, for a page that is open."""
    return render(request, "invalidations/_recent.html", _recent(request, services, bucket, poll, was_busy=busy))


def mending(link: Link) -> Mending | None:
    """Tell what the button to the repair says; None where a repair changes nothing."""
    codes = {item.code for item in link.health if item.repairable}
    if not codes:
        return None
    if any(item.repairable and item.severity != "note" for item in link.health):
        return Mending("Show what the repair changes", pressing=True)
    if "lambda_straight" in codes:
        return Mending("Show what taking this link over changes", pressing=False)
    return Mending("Show what could be better", pressing=False)


def done_words(done: str, link: Link) -> Done | None:
    """Say what was done, unless what was read since says otherwise."""
    linked = link.state != "unlinked"
    if not is_readable(link):
        return None
    well = "Tag and notification were read back from AWS."
    said = {
        "linked": (linked, Done("Linked.", f"{well} Upload something, and it shows below by itself.", steps=True)),
        "restored": (True, Done("Restored.", "The notifications are as they were before our last write, read back.")),
        "repaired": (linked, Done("Repaired.", f"{well} What is left to do stands below.")),
        "unlinked": (
            not linked,
            Done("Unlinked.", "Its own notification and its tag are gone; everything else on the bucket stayed."),
        ),
    }
    fits, words = said.get(done, (False, None))
    return words if fits else None


def is_readable(link: Link) -> bool:
    """Whether it is known at all if the bucket is linked, and to what."""
    return all(item.code != UNREADABLE for item in link.health)


def unlinked_words(link: Link, known: Iterable[Distribution]) -> Unlinked | None:
    """Say what it means that a bucket is not linked, or that nobody can tell; None for a link."""
    if not is_readable(link):
        return Unlinked(
            "Whether this bucket is linked is unknown.", "AWS denies us its tags; what to add stands below."
        )
    if link.state != "unlinked":
        return None
    readers = [site_of(one) for one in known if reading(one, link.bucket)]
    if not readers:
        return Unlinked("This bucket is not linked.", "No distribution of this account reads it, as far as is known.")
    read = f"{listed(readers)} {'reads' if len(readers) == 1 else 'read'} it"
    return Unlinked(
        "This bucket is not linked.", f"{read}: what is uploaded stays old at the edge until its cache ends."
    )


def start_sentence(start: StartProgress) -> str | None:
    """Say how far a link's start is; None where there is nothing to say."""
    sentences = {
        "waiting": "It waits until events are proved to come. Until then every change is invalidated.",
        "reading": f"{number(start.read)} of {counted(start.total or start.read, 'object')} read.",
        "clearing": "All objects are read; the whole distribution is invalidated once.",
    }
    if start.error:
        return f"{sentences.get(start.state, '')} {start.error}".strip()
    return sentences.get(start.state)


def last_probe(services: Services, bucket: str) -> LastProbe | None:
    """Return how the last probe of a bucket fared; None without one, or where that can't be told just now."""
    try:
        probe = services.verifying.look(bucket)
    except FreshedgeError as error:
        log.warning("It could not be told how the last probe fared: %s", error)
        return None
    return LastProbe(badge_of(probe), plain(probe.sentence), probe.started_at, probe.actor) if probe else None


def _show(request: Request, services: Services, link: Link, *, done: str = "") -> HTMLResponse:
    known = services.inventory.known()
    return render(
        request,
        "links/show.html",
        _recent(request, services, link.bucket, 0, was_busy=False),
        link=link,
        badge=of_link(link, busy_now(services)),
        distributions=sites(link.distribution_ids, known),
        unlinked=unlinked_words(link, known.values()),
        readable=is_readable(link),
        done=done_words(done, link),
        way=WAYS[link.via] if link.via else None,
        start_sentence=start_sentence(link.start),
        checks=checks_of(link),
        mending=mending(link),
        probe=last_probe(services, link.bucket),
    )


def _recent(request: Request, services: Services, bucket: str, polls: int, *, was_busy: bool) -> dict[str, object]:
    found = services.history.page(bucket=bucket, limit=RECENT).items
    rows = history_rows(found, present(request))
    url = f"{link_url(bucket)}/recent"
    return {
        "rows": rows,
        "where": "Distribution",
        "say": said_of(rows),
        "poll": next_poll(url, {}, polls, busy=unfinished(found), was_busy=was_busy),
    }
