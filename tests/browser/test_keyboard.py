"""The journeys with the keyboard alone: every control is reached by Tab, shows that it has the focus, and acts."""

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.run import Sandbox
from tests.browser.visitors import PATIENCE_MS
from tests.browser.world import a_failure, distribution_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.tool("chromium")]

STOPS = 120
SHOWN = """e => {
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 1 && box.height > 1;
}"""


def tab_to(page: "Page", wanted: "Locator") -> None:
    """Press Tab until something has the focus, and see that it shows it."""
    wanted.first.wait_for()
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if wanted.first.evaluate("e => e === document.activeElement"):
            assert wanted.first.evaluate(SHOWN), f"{wanted} does not show that it has the focus"
            return
    pytest.fail(f"{wanted} on {page.url} is not reached by {STOPS} presses of Tab")


def act(page: "Page", wanted: "Locator", key: str = "Enter") -> None:
    """Go to something by Tab, and press a key there."""
    tab_to(page, wanted)
    page.keyboard.press(key)


def test_a_bucket_is_linked_by_keyboard(open_visitor: Any, docs_unlinked: str) -> None:
    page = open_visitor().page("/buckets")
    act(page, page.get_by_role("row").filter(has_text="docs-site").get_by_role("link", name="Link"))
    box = page.get_by_role("checkbox", name=docs_unlinked)
    act(page, box, "Space")
    assert not box.is_checked()
    page.keyboard.press("Space")
    act(page, page.get_by_role("button", name="See what changes"))
    act(page, page.get_by_role("button", name="Link docs-site"))
    page.get_by_text("Tag and notification were read back from AWS.").wait_for()


def test_somebody_invalidates_by_keyboard_and_keeps_the_focus_while_it_goes_live(
    open_visitor: Any, sandbox: Sandbox
) -> None:
    page = open_visitor().page(f"/distributions/{distribution_of(sandbox, 'blog.example.org')}")
    tab_to(page, page.get_by_label("Paths, addresses or keys"))
    page.keyboard.type("/style.css")
    page.locator("#preview bdi.key").get_by_text("/style.css").wait_for()
    act(page, page.get_by_role("button", name="Invalidate 1 path"))
    page.wait_for_url("**/invalidations/*")
    again = page.get_by_role("link", name="Invalidate the same paths again")
    tab_to(page, again)
    page.get_by_text("live after").first.wait_for(timeout=PATIENCE_MS)
    assert again.evaluate("e => e === document.activeElement"), "the updates left the focus where it was"


def test_what_failed_is_tried_again_by_keyboard(open_visitor: Any, sandbox: Sandbox) -> None:
    failed = a_failure(sandbox, "/keys.html")
    page = open_visitor().page(f"/failures?q={failed}")
    act(page, page.locator(f"#f-{failed}").get_by_role("button", name="Try again"))
    page.get_by_text("Tried again").wait_for()


def test_the_role_is_switched_by_keyboard_and_takes_away_what_it_may_not(open_visitor: Any) -> None:
    page = open_visitor().page("/buckets")
    assert page.get_by_role("link", name="Link a bucket").count()
    act(page, page.locator("details.who summary"))
    act(page, page.locator("details.who").get_by_role("button", name="viewer"))
    page.locator("details.who summary").get_by_text("viewer").wait_for()
    assert page.get_by_role("link", name="Link a bucket").count() == 0
