"""By keyboard, and without JavaScript for all that changes something."""

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.run import Sandbox
from tests.browser.visitors import PATIENCE_MS
from tests.browser.world import LONG, distribution_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.tool("chromium")]


def test_rows_of_tables_are_forty_pixels(open_visitor: Any) -> None:
    page = open_visitor(viewport={"width": 1280, "height": 800}).page("/buckets")
    heights = page.evaluate("[...document.querySelectorAll('tbody tr')].map(e => e.getBoundingClientRect().height)")
    assert heights
    assert all(40 <= height <= 42 for height in heights), heights


@pytest.mark.parametrize("path", ["/invalidations", "/"])
def test_a_reason_as_long_as_can_be_takes_three_lines_and_no_width_of_others(
    open_visitor: Any, record: str, path: str
) -> None:
    page = open_visitor(viewport={"width": 768, "height": 800}).page(path)
    row = page.locator(f"tbody tr:has(a[href='/invalidations/{record}'])")
    row.wait_for(timeout=PATIENCE_MS)
    assert row.evaluate("e => e.getBoundingClientRect().height") < 90
    assert row.locator("time").evaluate("e => e.getClientRects().length") == 1


def test_the_keyboard_leads_past_the_frame_and_shows_where_it_is(open_visitor: Any) -> None:
    page = open_visitor().page("/buckets")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_long_key_is_whole_once_it_has_the_focus(open_visitor: Any, record: str) -> None:
    page = open_visitor(viewport={"width": 360, "height": 800}).page(f"/invalidations/{record}")
    key = page.locator("bdi.key[tabindex]").first
    assert "…" in key.inner_text()
    key.focus()
    assert key.inner_text() == f"/{LONG}"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_one_click_copies(open_visitor: Any, sandbox: Sandbox) -> None:
    distribution = distribution_of(sandbox, "blog.example.org")
    visitor = open_visitor(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.page(f"/distributions/{distribution}")
    page.locator("button.copy").first.click()
    page.get_by_text("Copied", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == distribution


def test_without_javascript_somebody_links_invalidates_and_unlinks(
    open_visitor: Any, sandbox: Sandbox, docs_unlinked: str
) -> None:
    visitor = open_visitor(java_script_enabled=False)
    visitor.expected = ("the server responded with a status of 422",)
    page = visitor.page("/links/new?bucket=docs-site")
    page.get_by_role("button", name="See what changes").click()
    page.get_by_role("button", name="Link docs-site").click()
    page.get_by_text("Tag and notification were read back from AWS.").wait_for()
    invalidate(page, f"{visitor.base}/distributions/{docs_unlinked}")
    seen = page.url
    for _ in range(PATIENCE_MS // 500):  # somebody without JavaScript reloads
        if page.get_by_text("live after").count():
            break
        page.wait_for_timeout(500)
        page.goto(seen)
    assert page.get_by_text("live after").count()
    page.goto(f"{visitor.base}/links/docs-site")
    page.get_by_role("link", name="Unlink docs-site").click()
    page.get_by_role("button", name="Unlink docs-site").click()
    page.get_by_text("Unlinked.").wait_for()
    assert "QueueConfigurations" not in sandbox.clients.s3.get_bucket_notification_configuration(Bucket="docs-site")


def invalidate(page: "Page", url: str) -> None:
    """Look at what was typed, then send it, then confirm it: `/*` wants a second thought."""
    page.goto(url)
    page.get_by_label("Paths, addresses or keys").fill("/*")
    page.get_by_role("button", name="Preview").click()
    assert "throws out everything" in page.locator("#preview").inner_text()
    page.get_by_role("button", name="Invalidate 1 path").click()
    assert "Nothing was invalidated." in page.locator("#confirm-problem").inner_text()
    page.get_by_label("Go on, I have looked at it").check()
    page.get_by_role("button", name="Invalidate 1 path").click()
    page.wait_for_url("**/invalidations/*")
