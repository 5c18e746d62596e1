"""Chromium, and somebody who uses it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.options import Options
from web.access.person import ROLE_COOKIE
from web.models import Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

CHROMIUM = ("chromium", "/usr/bin/chromium")
WAIT_MS = 15_000
PATIENCE_MS = 30_000
"""For what takes a deploy, its invalidation and CloudFront."""


def quick() -> Options:
    """Everything of the demo on free ports, in a hurry."""
    hurry = {"FRESHEDGE_SETTLE_SECONDS": "0.5"}
    return Options(port=0, aws_port=0, edge_port=0, environment=hurry, effect_seconds=0.3, completion_seconds=1.5)


@contextmanager
def launched() -> Iterator["Browser"]:
    """A Chromium without a window."""
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
