"""Who am I, what may I do, what runs here, what it lacks, and the switch that pauses everything."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from invalidator.errors import AccessDeniedError, FreshedgeError
from web.access.roles import reads
from web.deps import CurrentPerson, CurrentServices, CurrentSettings
from web.pages.facts import Fact
from web.pages.inline import Trouble, trouble_of
from web.pages.looking import all_buckets, all_links
from web.pages.permissions import Missing, missing
from web.pages.render import render
from web.pages.shell import ROLES, installed_version
from web.pages.targets import RegionRow, region_rows
from web.pages.wording import duration
from web.services import Services
from web.services.targets import Targets
from web.settings import WebSettings

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is known of targets and permissions. problems: why something of it is not known."""

    regions: list[RegionRow]
    missing: list[Missing]
    as_of: datetime | None
    problems: list[Trouble]


@router.get("/about")
def index(
    request: Request, settings: CurrentSettings, services: CurrentServices, person: CurrentPerson
) -> HTMLResponse:
    """Show this installation."""
    return render(
        request,
        "about/index.html",
        facts=facts(settings),
        role_sentence=dict(ROLES)[person.role],
        lacking=lacking(settings, services),
        no_regions=no_regions(settings),
        durable=settings.table is not None,
    )


def lacking(settings: WebSettings, services: Services) -> Lacking:
    """Gather what is known of targets and permissions; what can't be read is said so and keeps nothing else away."""
    problems: list[Trouble] = []
    denied: AccessDeniedError | None = None
    regions: list[RegionRow] = []
    found: list[Missing] = []
    as_of = None
    try:
        failures = services.failures.page().items
    except FreshedgeError as error:
        failures, problems = [], [trouble_of(error)]
    try:
        buckets = list(all_buckets(services))
        regions = region_rows(buckets, all_links(services), Targets(settings.target_arn, settings.function_arn))
        as_of = services.inventory.as_of
    except AccessDeniedError as error:
        buckets, denied = [], error
    except FreshedgeError as error:
        buckets = []
        problems.append(trouble_of(error))
    found = missing(buckets, failures, denied)
    return Lacking(regions, found, as_of, problems)


def no_regions(settings: WebSettings) -> str:
    """Say why no target is shown."""
    if not (settings.target_arn or settings.function_arn):
        return "It is not configured what buckets notify. Set FRESHEDGE_TARGET_ARN to the events queue."
    return "There is no bucket whose region is known, so there is no target to speak of."


def facts(settings: WebSettings) -> list[Fact]:
    """Say how this installation is set up; what is not configured is said so."""
    durable = settings.table is not None
    mode = "durable: changes are recorded before they are acknowledged" if durable else "direct: there is no table"
    return [
        Fact("Version", f"freshedge {installed_version()}"),
        Fact("Mode", mode),
        *_arn("Links notify", settings.target_arn),
        *_arn("Invalidator", settings.function_arn),
        *_arn("Table", settings.table),
        *_arn("Work queue", settings.work_queue_url),
        Fact("Settle", settle(settings)),
        Fact("Public address", settings.public_url or "none: it answers on this machine alone"),
    ]


def settle(settings: WebSettings) -> str:
    """Say how long changes are gathered before they are invalidated."""
    if settings.table is None:
        return "none: every event is invalidated at once"
    return f"{duration(settings.settle_seconds)} without a change, at most {duration(settings.max_wait_seconds)}"


def _arn(name: str, value: str | None) -> list[Fact]:
    return [Fact(name, value, mono=True)] if value else []
