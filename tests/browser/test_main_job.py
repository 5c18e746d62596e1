"""The main job in a browser: link a bucket, publish, see the edge turn fresh and the history fill."""

from typing import Any

import pytest

from sandbox.run import Sandbox
from tests.browser.visitors import PATIENCE_MS
from tests.browser.world import distribution_of

pytestmark = [pytest.mark.browser, pytest.mark.tool("chromium")]


def test_somebody_links_a_bucket_publishes_and_sees_the_edge_turn_fresh(
    open_visitor: Any, sandbox: Sandbox, docs_unlinked: str
) -> None:
    somebody = open_visitor()
    page = somebody.page("/links/docs-site")
    page.get_by_role("link", name="Link docs-site").click()
    assert page.get_by_role("checkbox", name=docs_unlinked).is_checked(), "the distribution that reads it is suggested"
    page.get_by_role("button", name="See what changes").click()
    added = page.locator("tr.added").all_inner_texts()
    assert any("distributionId" in row and docs_unlinked in row for row in added)
    assert any("ObjectRemoved:*" in row for row in added)
    tags = sandbox.clients.s3.get_bucket_tagging(Bucket="docs-site")["TagSet"]
    assert tags == [{"Key": "team", "Value": "web"}], "nothing is written before the last click"
    page.get_by_role("button", name="Link docs-site").click()
    page.get_by_text("Tag and notification were read back from AWS.").wait_for()

    history = somebody.page("/invalidations?bucket=docs-site")
    page.goto(f"{somebody.base}/demo")
    headline = "Written in a browser"
    page.get_by_label("New title").fill(headline)
    page.get_by_role("button", name="Change the title").click()
    watch = page.locator("#watch")
    row = watch.get_by_role("row").filter(has_text=headline)
    row.get_by_text("agree", exact=True).wait_for(timeout=PATIENCE_MS)
    assert watch.get_by_text(headline).count() >= 2, "in the bucket and at the edge"

    row = history.locator("#history tbody tr").first
    row.get_by_text("live after").wait_for(timeout=PATIENCE_MS)
    assert docs_unlinked in row.inner_text()
    row.get_by_role("link", name="S3:").click()
    history.get_by_text("by CloudFront as").wait_for()


def test_an_invalidation_by_hand_is_looked_at_sent_and_followed_to_its_end(open_visitor: Any, sandbox: Sandbox) -> None:
    page = open_visitor().page(f"/distributions/{distribution_of(sandbox, 'blog.example.org')}")
    page.get_by_label("Paths, addresses or keys").press_sequentially("index.html\nhttps://evil.example/")
    preview = page.locator("#preview")
    preview.get_by_text("/index.html").wait_for()
    preview.locator("td.faulty").wait_for()
    assert page.evaluate("document.activeElement.id") == "paths", "typing goes on while the preview comes and goes"
    page.get_by_label("Paths, addresses or keys").fill("/index.html")
    preview.locator("td.faulty").wait_for(state="detached")
    assert "free paths of this month left after this" in preview.inner_text()
    page.get_by_label("Reason").fill("a typo")
    page.get_by_role("button", name="Invalidate 1 path").click()
    page.wait_for_url("**/invalidations/*")
    record = page.locator("#invalidation")
    record.locator(".state.fresh").wait_for(timeout=PATIENCE_MS)
    assert "demo: “a typo”" in page.get_by_role("heading", level=1).inner_text()
    assert "live after" in page.locator("#live").inner_text(), "the live region said so"
    assert record.get_attribute("hx-get") is None, "what is final asks no more"


def test_focus_and_what_was_opened_stay_over_updates(open_visitor: Any, sandbox: Sandbox) -> None:
    page = open_visitor().page(f"/distributions/{distribution_of(sandbox, 'blog.example.org')}")
    page.get_by_label("Reason").fill("half a sen")
    with page.expect_response(lambda answer: "/activity" in answer.url):
        pass
    page.keyboard.type("tence")
    assert page.get_by_label("Reason").input_value() == "half a sentence"
    page.goto(page.url.split("/distributions")[0])
    page.get_by_text("as a table").click()
    with page.expect_response(lambda answer: "/overview/live" in answer.url):
        pass
    page.wait_for_function("document.querySelector('#overview').getAttribute('hx-get').includes('poll=2')")
    assert page.locator("figure table").is_visible()


@pytest.mark.parametrize("how", ["refused", "gone"])
def test_a_page_says_when_it_is_not_up_to_date_and_recovers(open_visitor: Any, how: str) -> None:
    somebody = open_visitor()
    somebody.expected = ("status of 503", "ERR_FAILED", "Failed to fetch")
    page = somebody.page("/")
    assert not page.locator("#stale").is_visible()
    answers = {"refused": lambda route: route.fulfill(status=503, body="later"), "gone": lambda route: route.abort()}
    page.route("**/overview/live*", answers[how])
    page.locator("#stale").wait_for()
    assert "Not up to date." in page.locator("#live").inner_text()
    page.unroute("**/overview/live*")
    page.locator("#stale").wait_for(state="hidden")
