"""One distribution as its page shows it: head, invalidate form, what happens now, origins, settings."""

import uuid
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse

from invalidator.errors import FreshedgeError
from web.access.body import MAX_BYTES
from web.models import Distribution, Origin
from web.pages.inline import Trouble, trouble_of
from web.pages.listing import address
from web.pages.live import next_poll
from web.pages.preview import PreviewView, lines_of, preview_view
from web.pages.pricing import FILES_AT_ONCE, WILDCARDS_AT_ONCE
from web.pages.render import render
from web.pages.rows import history_rows, said_of
from web.pages.shell import present
from web.pages.states import of_distribution, unfinished
from web.pages.wording import counted
from web.services import Services

RECENT = 8
KINDS = {"rest": "S3", "website": "S3 website", "other": "custom"}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidateForm:
    """The invalidate form as it was filled in.

    key: makes a second click on the same form one request. confirmed: what was typed or ticked, asked: for which paths
    (`PreviewView.digest`). preview_problem: why there is no preview.
    """

    paths: str = ""
    reason: str = ""
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    problem: str | None = None
    confirmed: str = ""
    asked: str = ""
    confirm_problem: str | None = None
    reason_problem: str | None = None
    preview_problem: Trouble | None = None

    @property
    def most(self) -> int:
        """How many bytes of paths a request can bring, as forms encode them, beside its other fields."""
        return MAX_BYTES - 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsForm:
    """The settings form as it was filled in; `default` is what an empty field means."""

    settle_seconds: str
    default: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of one of CloudFront's quotas is in use."""

    name: str
    used: int
    most: int


@dataclass(frozen=True, slots=True)
class OriginRow:
    """An origin; `link_url` where its bucket could be linked to this distribution."""

    origin: Origin
    kind: str
    link_url: str | None


def show_distribution(
    request: Request,
    services: Services,
    distribution: Distribution,
    *,
    form: InvalidateForm | None = None,
    preview: PreviewView | None = None,
    settings: SettingsForm | None = None,
    problem: Trouble | None = None,
    done: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Show the page of a distribution, with forms as they were filled in and what came of them."""
    return render(
        request,
        "distributions/show.html",
        activity(request, services, distribution, 0, was_busy=False),
        status_code=status,
        distribution=distribution,
        badge=of_distribution(distribution),
        names=[*distribution.aliases, distribution.domain_name],
        status=status_words(distribution),
        edge_url=edge_url(request, distribution),
        done=done,
        problem=problem,
        form=form or InvalidateForm(),
        preview=preview,
        origins=[origin_row(origin, distribution) for origin in distribution.origins],
        root_sentence=root_sentence(distribution),
        settings=settings or settings_form(request, distribution),
        holds=request.app.state.settings.table is not None,
    )


def activity(
    request: Request, services: Services, distribution: Distribution, polls: int, *, was_busy: bool
) -> dict[str, object]:
    """Return what the part needs that follows what happens."""
    page = services.history.page(distribution=distribution.id, limit=RECENT)
    found = page.items
    rows = history_rows(found, present(request))
    busy = unfinished(found) or (distribution.waiting > 0 and not distribution.paused)
    url = f"/distributions/{quote(distribution.id, safe='')}/activity"
    return {
        "distribution": distribution,
        "rows": rows,
        "notes": page.notes,
        "where": None,
        "say": said_of(rows),
        "waiting_sentence": waiting_sentence(distribution),
        "quotas": (
            Quota("Files", distribution.in_progress.files, FILES_AT_ONCE),
            Quota("Wildcards", distribution.in_progress.wildcards, WILDCARDS_AT_ONCE),
        ),
        "poll": next_poll(url, {}, polls, busy=busy, was_busy=was_busy),
    }


def look_at(
    services: Services, distribution_id: str, form: InvalidateForm
) -> tuple[InvalidateForm, PreviewView | None]:
    """Return the form with what was pasted looked at; what was confirmed for other paths is not confirmed.

    Where it can't be looked at, the form says so where the preview would stand.
    """
    lines = lines_of(form.paths)
    if not lines:
        return form, None
    try:
        view = preview_view(services.invalidating.preview(distribution_id, lines), distribution_id)
    except FreshedgeError as error:
        return replace(form, preview_problem=trouble_of(error)), None
    return form if form.asked == view.digest else replace(form, confirmed=""), view


def settings_form(request: Request, distribution: Distribution) -> SettingsForm:
    """Fill in the settings form with what is set."""
    seconds = distribution.settings.settle_seconds
    default = f"{request.app.state.settings.settle_seconds:g}"
    return SettingsForm(settle_seconds="" if seconds is None else f"{seconds:g}", default=default)


def status_words(distribution: Distribution) -> str:
    """Say CloudFront's own state: `deployed`, `deploying`, and whether it is switched off."""
    words = "deployed" if distribution.status == "Deployed" else "deploying"
    return words if distribution.enabled else f"{words}, disabled"


def waiting_sentence(distribution: Distribution) -> str:
    """Say what waits in the journal."""
    if not distribution.waiting:
        return "nothing"
    waits = counted(distribution.waiting, "change")
    return f"{waits}, held back until you resume" if distribution.paused else f"{waits}, until nothing more comes"


def root_sentence(distribution: Distribution) -> str:
    """Say what answers for `/`."""
    root = distribution.default_root_object
    return f"/ answers {root}" if root else "no default root object"


def origin_row(origin: Origin, distribution: Distribution) -> OriginRow:
    """Lay out an origin; a bucket that is not linked to this distribution yet can be."""
    could = origin.bucket and origin.bucket not in distribution.buckets
    url = address("/links/new", {"bucket": origin.bucket}) if could else None
    return OriginRow(origin, KINDS[origin.kind], url)


def edge_url(request: Request, distribution: Distribution) -> str | None:
    """Return where the local edge serves a distribution; None without one."""
    host = request.app.state.settings.edge_host
    return f"http://{distribution.id.lower()}.{host}/" if host else None
