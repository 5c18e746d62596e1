"""Who am I, what may I do, what runs here, and the switch that pauses everything."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.access.roles import reads
from web.deps import CurrentPerson, CurrentSettings
from web.pages.facts import Fact
from web.pages.render import render
from web.pages.shell import ROLES, installed_version
from web.pages.wording import duration
from web.settings import WebSettings

router = APIRouter(include_in_schema=False, dependencies=[reads("viewer")])


@router.get("/about")
def index(request: Request, settings: CurrentSettings, person: CurrentPerson) -> HTMLResponse:
    """Show this installation."""
    return render(request, "about/index.html", facts=facts(settings), role_sentence=dict(ROLES)[person.role])


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
        Fact(
            "Settle",
            f"{duration(settings.settle_seconds)} without a change, at most {duration(settings.max_wait_seconds)}",
        ),
        Fact("Public address", settings.public_url or "none: it answers on this machine alone"),
    ]


def _arn(name: str, value: str | None) -> list[Fact]:
    return [Fact(name, value, mono=True)] if value else []
