"""What stands around every page: navigation, who is signed in, the banner while everything is paused."""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from fastapi import Request

from web.access.errors import NotSignedInError
from web.access.person import person
from web.access.roles import reaches
from web.models import Person, Role, Stale
from web.pages.coming import came_from
from web.pages.refusals import plain
from web.services import Services

FAILURES = "/failures"
PAGES = (
    ("/", "Overview"),
    ("/buckets", "Buckets"),
    ("/distributions", "Distributions"),
    ("/invalidations", "History"),
    (FAILURES, "Failures"),
)
MOST_COUNTED = 100
ROLES: tuple[tuple[Role, str], ...] = (
    ("viewer", "sees everything and changes nothing"),
    ("operator", "sees everything and invalidates"),
    ("linker", "sees everything, invalidates and links"),
    ("admin", "may do everything here"),
)
UNDER = {"/links": "/buckets"}
"""Pages without an entry of their own in the navigation, and the one that they stand under."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the navigation; `current` where the page shown is this one or under it.

    number, said: what stands behind the title, and what it is, in words; both empty where there is nothing to say.
    """

    path: str
    title: str
    current: bool
    number: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """What the base template needs. `demo`: everybody here is signed in under the demo's name, and chooses a role.

    stale: that the account can't be read again, with what AWS answered in words; None while all is well.
    back: where a form of the frame leads back to: this page, or the one that a form came from which is shown again.
    """

    nav: tuple[NavItem, ...]
    person: Person | None
    demo: bool
    paused: bool
    stale: Stale | None
    version: str
    back: str
    roles: tuple[tuple[Role, str], ...] = ROLES

    def may(self, role: Role) -> bool:
        """Say whether who asks may what takes this role; what they may not is not offered."""
        return self.person is not None and reaches(self.person.role, role)


def shell_of(request: Request) -> Shell:
    """Gather the frame of a page; it never fails, so that error pages can always be shown."""
    state = request.app.state
    return Shell(
        nav=navigation(request.url.path, [(e.path, e.title) for e in state.extensions], _failures(request)),
        person=_person(request),
        demo=state.settings.demo_person is not None,
        paused=_paused(request),
        stale=_stale(state.services),
        version=installed_version(),
        back=_back(request),
    )


def navigation(path: str, extensions: list[tuple[str, str]], failures: int | None = 0) -> tuple[NavItem, ...]:
    """Return the entries, marking the one that `path` belongs to. failures: how many; None where that is unknown."""
    entries = [*PAGES, *extensions]
    first = "/" + path.strip("/").split("/")[0]
    shown = UNDER.get(first, first)
    number, said = ("?", "how many is unknown") if failures is None else (number_of(failures), "could not be done")
    behind = {FAILURES: (number, said)} if failures != 0 else {}
    return tuple(
        NavItem(p, title, p.rstrip("/") == shown.rstrip("/"), *behind.get(p, ("", ""))) for p, title in entries
    )


def number_of(failures: int) -> str:
    """Write how many there are; they are counted up to a hundred."""
    return str(failures) if failures < MOST_COUNTED else f"{MOST_COUNTED}+"


def installed_version() -> str:
    """Return the version of freshedge that runs."""
    try:
        return version("freshedge")
    except PackageNotFoundError:
        return "unpackaged"


def present(request: Request) -> datetime:
    """Return the time of the app's clock."""
    clock = getattr(request.app.state, "clock", None)
    return clock.now() if clock is not None else datetime.now(UTC)


def _back(request: Request) -> str:
    if request.method not in ("GET", "HEAD"):
        return came_from(request.headers.get("referer", ""))
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _stale(services: Services) -> Stale | None:
    stale = services.inventory.stale
    return stale.model_copy(update={"reason": plain(stale.reason)}) if stale else None


def _paused(request: Request) -> bool:
    return bool(getattr(request.state, "paused", False))  # not noted yet where an error page comes first


def _failures(request: Request) -> int | None:
    found: int | None = getattr(
        request.state, "failures", 0
    )  # not noted where an error page comes first, nor for parts
    return found


def _person(request: Request) -> Person | None:
    try:
        return person(request)
    except NotSignedInError:
        return None
