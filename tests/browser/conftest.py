"""A real Chromium in front of a whole sandbox: one of each for all tests of this room."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.options import Options
from sandbox.run import Sandbox
from tests.browser.pages import Place, all_places
from tests.browser.world import a_failure, a_long_record, docs_without_link
from web.access.person import ROLE_COOKIE
from web.models import Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

CHROMIUM = ("chromium", "/usr/bin/chromium")
WAIT_MS = 15_000
PATIENCE_MS = 30_000
"""For what takes a deploy, its invalidation and CloudFront."""


@pytest.fixture(scope="package")
def sandbox() -> Iterator[Sandbox]:
    """Everything of the demo on free ports, in a hurry."""
    hurry = {"FRESHEDGE_SETTLE_SECONDS": "0.5"}
    options = Options(port=0, aws_port=0, edge_port=0, environment=hurry, effect_seconds=0.3, completion_seconds=1.5)
    running = Sandbox(options)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator["Browser"]:
    import shutil

    from playwright.sync_api import sync_playwright

    path = shutil.which(CHROMIUM[0]) or CHROMIUM[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody with a browser. What the browser complains about is kept: errors, what the policy refused, failed loads.

    expected: texts of complaints that belong to the test, such as the status of a form that is redisplayed.
    """

    context: "BrowserContext"
    base: str
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def see_as(self, role: Role) -> None:
        """Choose the role that everything is seen with from now on, as the demo's switch does."""
        self.context.add_cookies([{"name": ROLE_COOKIE, "value": role, "url": self.base}])

    def page(self, path: str = "/") -> "Page":
        """Open a page in a tab of its own."""
        page = self.context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("requestfailed", self._failed)
        page.goto(self.base + path)
        return page

    def _heard(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning") and not any(text in message.text for text in self.expected):
            self.complaints.append(f"{message.type}: {message.text}")

    def _failed(self, request: Any) -> None:
        left = "ERR_ABORTED" in str(request.failure)  # a page that was left before its poll came back
        if not left and not any(text in str(request.failure) for text in self.expected):
            self.complaints.append(f"failed: {request.url} {request.failure}")


@pytest.fixture
def open_visitor(sandbox: Sandbox, chromium: "Browser") -> Iterator[Any]:
    """Open a browser window; at the end nothing may have been complained about."""
    visitors: list[Visitor] = []

    def opened(**options: Any) -> Visitor:
        visitors.append(Visitor(chromium.new_context(**options), sandbox.url))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def docs_unlinked(sandbox: Sandbox) -> str:
    """Begin with the bucket of the documentation not linked; return its distribution's id."""
    return docs_without_link(sandbox)


@pytest.fixture(scope="package")
def record(sandbox: Sandbox) -> str:
    """Return the id of an invalidation whose path is as long as a key may be."""
    return a_long_record(sandbox)


@pytest.fixture(scope="package")
def places(sandbox: Sandbox, record: str) -> list[Place]:
    """Every kind of page, with something on it."""
    docs_without_link(sandbox)
    return all_places(sandbox, record, a_failure(sandbox, "/relaunch/*"))
