"""What people come for, with JavaScript and without: each journey begins at a list and ends where its outcome shows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.run import Sandbox
from tests.browser.visitors import PATIENCE_MS
from tests.browser.world import ANNA, a_broken_link, a_failure, distribution_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.tool("chromium")]

GLANCE_MS = 250


@dataclass(frozen=True)
class Journey:
    """Somebody on the way. scripted: whether their browser runs scripts."""

    page: "Page"
    base: str
    scripted: bool

    def begin(self, path: str) -> "Page":
        """Open the page at which a journey begins."""
        self.page.goto(self.base + path)
        return self.page

    def see(self, found: "Locator") -> None:
        """Wait until something shows: by itself with JavaScript, by loading the page again without."""
        if self.scripted:
            found.first.wait_for(timeout=PATIENCE_MS)
            return
        for _ in range(PATIENCE_MS // GLANCE_MS):
            if found.count():
                return
            self.page.wait_for_timeout(GLANCE_MS)
            self.page.goto(self.page.url)
        pytest.fail(f"{found} does not show on {self.page.url}, however often it is loaded again")


@pytest.fixture(params=[True, False], ids=["scripted", "plain"])
def journey(request: pytest.FixtureRequest, open_visitor: Any) -> Journey:
    visitor = open_visitor(java_script_enabled=request.param)
    visitor.expected = ("the server responded with a status of 422",)
    return Journey(visitor.page("/about"), visitor.base, request.param)


def notifications(sandbox: Sandbox, bucket: str) -> set[str]:
    """The events that a bucket tells of now."""
    written = sandbox.clients.s3.get_bucket_notification_configuration(Bucket=bucket)
    return {event for each in written.get("QueueConfigurations", []) for event in each["Events"]}


def tags(sandbox: Sandbox, bucket: str) -> dict[str, str]:
    """The tags of a bucket now."""
    return {one["Key"]: one["Value"] for one in sandbox.clients.s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}


def test_a_bucket_is_linked_and_unlinked_again(journey: Journey, sandbox: Sandbox, docs_unlinked: str) -> None:
    page = journey.begin("/buckets")
    page.get_by_role("row").filter(has_text="docs-site").get_by_role("link", name="Link").click()
    assert page.get_by_role("checkbox", name=docs_unlinked).is_checked(), "the distribution that reads it is suggested"
    page.get_by_role("button", name="See what changes").click()
    assert docs_unlinked in page.locator("tr.added").first.inner_text()
    assert tags(sandbox, "docs-site") == {"team": "web"}, "nothing is written before the last click"
    page.get_by_role("button", name="Link docs-site").click()
    journey.see(page.get_by_text("Tag and notification were read back from AWS."))
    assert tags(sandbox, "docs-site") == {"team": "web", "distributionId": docs_unlinked}
    assert notifications(sandbox, "docs-site") >= {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"}

    page.get_by_role("link", name="Unlink docs-site").click()
    assert docs_unlinked in page.locator("tr.removed").first.inner_text()
    page.get_by_role("button", name="Unlink docs-site").click()
    journey.see(page.get_by_text("Unlinked."))
    assert tags(sandbox, "docs-site") == {"team": "web"}
    assert notifications(sandbox, "docs-site") == set()


def test_a_broken_link_is_found_on_the_overview_and_repaired(journey: Journey, sandbox: Sandbox) -> None:
    a_broken_link(sandbox)
    page = journey.begin("/")
    page.get_by_role("link", name="Show the fix of app-site").click()
    if "/repair" not in page.url:
        page.get_by_role("link", name="Show what the repair changes").click()
    assert any("ObjectRemoved:*" in row for row in page.locator("tr.added").all_inner_texts())
    page.get_by_role("button", name="Repair app-site").click()
    journey.see(page.get_by_text("Repaired."))
    assert notifications(sandbox, "app-site") >= {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"}


def test_a_link_is_verified_by_a_probe_that_is_gone_afterwards(journey: Journey, sandbox: Sandbox) -> None:
    page = journey.begin("/links/blog-site")
    page.get_by_role("link", name="Verify with a probe").click()
    page.get_by_role("button", name="Verify").click()
    journey.see(page.locator("#verification").get_by_text("The probe came through in"))
    assert page.locator("#verification li").count() >= 4, "each station is told"
    left = sandbox.clients.s3.list_objects_v2(Bucket="blog-site").get("Contents", [])
    assert [one["Key"] for one in left if "probe" in one["Key"]] == []


def test_the_notifications_of_before_are_restored(journey: Journey, sandbox: Sandbox) -> None:
    a_broken_link(sandbox)
    sandbox.services.linking.repair("app-site", ANNA)
    page = journey.begin("/links/app-site")
    page.get_by_role("link", name="Restore the notifications of before").click()
    assert page.locator("tr.added, tr.removed").count(), "what a restore changes is shown first"
    assert "s3:ObjectRemoved:*" in notifications(sandbox, "app-site")
    page.get_by_role("button", name="Restore the notifications of app-site").click()
    page.wait_for_url("**/links/app-site?*")
    assert notifications(sandbox, "app-site") == {"s3:ObjectCreated:*"}


def test_somebody_invalidates_and_watches_it_complete(journey: Journey, sandbox: Sandbox) -> None:
    page = journey.begin(f"/distributions/{distribution_of(sandbox, 'blog.example.org')}")
    paths = page.get_by_label("Paths, addresses or keys")
    paths.fill("index.html\nhttps://evil.example/")
    page.get_by_role("button", name="Preview").click()
    preview = page.locator("#preview")
    journey.see(preview.locator(".faulty"))
    assert "/index.html" in preview.inner_text(), "a bare key was mended"
    paths.fill("style.css")
    page.get_by_label("Reason").fill("a typo on the front page")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Invalidate 1 path").click()
    page.wait_for_url("**/invalidations/*")
    assert "demo: “a typo on the front page”" in page.get_by_role("heading", level=1).inner_text()
    journey.see(page.get_by_text("live after"))


def test_the_history_is_filtered_and_the_filter_is_in_the_address(journey: Journey, sandbox: Sandbox) -> None:
    failed = a_failure(sandbox, "/history/*")
    page = journey.begin("/invalidations")
    page.get_by_label("Person").fill("anna")
    page.get_by_label("State").select_option(label="failed")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**actor=anna*")
    assert "state=failed" in page.url
    rows = page.locator("#history tbody tr").all_inner_texts()
    assert rows
    assert all("failed" in row and "anna" in row for row in rows), rows
    page.goto(page.url)
    assert page.get_by_label("Person").input_value() == "anna", "a bookmark shows the same"
    page.locator(f"a[href='/invalidations/{failed}']").click()
    assert "/history/*" in page.locator("#invalidation").inner_text()
    page.goto(f"{journey.base}/invalidations?actor=nobody-of-that-name")
    page.get_by_role("link", name="Show everything").click()
    page.wait_for_url("**/invalidations")


def test_what_failed_is_tried_again_and_goes_live(journey: Journey, sandbox: Sandbox) -> None:
    failed = a_failure(sandbox, "/again.html", why="CloudFront was <b>not</b> there.")
    page = journey.begin("/")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Failures").click()
    row = page.locator(f"#f-{failed}")
    assert "CloudFront was <b>not</b> there." in row.inner_text()
    row.get_by_role("button", name="Try again").click()
    page.get_by_role("status").get_by_role("link").click()
    journey.see(page.get_by_text("live after"))
    page.goto(f"{journey.base}/failures")
    assert page.locator(f"#f-{failed}").count() == 0


def test_what_failed_is_discarded_and_stays_in_the_history(journey: Journey, sandbox: Sandbox) -> None:
    failed = a_failure(sandbox, "/given-up.html")
    page = journey.begin(f"/failures?q={failed}")
    page.locator(f"#f-{failed}").get_by_role("button", name="Discard").click()
    journey.see(page.get_by_text("Discarded."))
    assert page.locator(f"#f-{failed}").count() == 0
    page.goto(f"{journey.base}/invalidations/{failed}")
    assert page.get_by_text("failed").count()


def test_everything_is_paused_and_every_page_says_so(journey: Journey, sandbox: Sandbox) -> None:
    page = journey.begin("/about")
    page.get_by_role("button", name="Pause everything").click()
    try:
        for path in ("/", "/buckets", "/invalidations"):
            page.goto(journey.base + path)
            assert page.get_by_text("Everything is paused.").count(), path
        page.get_by_role("button", name="Resume everything").click()
        page.goto(f"{journey.base}/buckets")
        assert page.get_by_text("Everything is paused.").count() == 0
        assert not sandbox.services.invalidating.all_paused()
    finally:
        sandbox.services.invalidating.resume(None, ANNA)
