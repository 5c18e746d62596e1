"""What stands around every page: navigation, who is signed in, the banner while everything is paused."""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from fastapi import Request

from web.access.errors import NotSignedInError
from web.access.person import person
from web.access.roles import reaches
from web.models import Person, Role

PAGES = (
    ("/", "Overview"),
    ("/buckets", "Buckets"),
    ("/distributions", "Distributions"),
    ("/invalidations", "History"),
)
UNDER = {"/links": "/buckets"}
"""Pages without an entry of their own in the navigation, and the one that they stand under."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the navigation; `current` where the page shown is this one or under it."""

    path: str
    title: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """What the base template needs. `demo`: everybody here is signed in under the demo's name."""

    nav: tuple[NavItem, ...]
    person: Person | None
    demo: bool
    paused: bool
    version: str

    def may(self, role: Role) -> bool:
        """Say whether who asks may what takes this role; what they may not is not offered."""
        return self.person is not None and reaches(self.person.role, role)


def shell_of(request: Request) -> Shell:
    """Gather the frame of a page; it never fails, so that error pages can always be shown."""
    state = request.app.state
    return Shell(
        nav=navigation(request.url.path, [(e.path, e.title) for e in state.extensions]),
        person=_person(request),
        demo=state.settings.demo_person is not None,
        paused=_paused(request),
        version=installed_version(),
    )


def navigation(path: str, extensions: list[tuple[str, str]]) -> tuple[NavItem, ...]:
    """Return the entries, marking the one that `path` belongs to."""
    entries = [*PAGES, *extensions]
    first = "/" + path.strip("/").split("/")[0]
    shown = UNDER.get(first, first)
    return tuple(NavItem(p, title, p.rstrip("/") == shown.rstrip("/")) for p, title in entries)


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


def _paused(request: Request) -> bool:
    return bool(getattr(request.state, "paused", False))  # not noted yet where an error page comes first


def _person(request: Request) -> Person | None:
    try:
        return person(request)
    except NotSignedInError:
        return None
