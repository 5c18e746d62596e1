"""What is done to a link on a page of its own: repair, unlink, restore; shown first, and honest where it fails."""

from datetime import timedelta

import pytest

from invalidator.errors import AccessDeniedError, NotFoundError, ThrottledError
from tests.web.pages.conftest import Browser
from tests.web.pages.html import MINUS
from tests.web.pages.test_wizard import alert, ways
from tests.web.pages.twin import World
from tests.web.pages.twin_linking import THUMBNAILS, LinkFacts
from tests.web.pages.worlds import PRESS
from web.services.errors import BusyError, OverlapError, StepFailedError

VERBS = ["repair", "unlink", "restore"]


@pytest.fixture
def kept(world: World) -> World:
    """A world in which something was kept of `press-kit` that can be restored."""
    world.link_facts["press-kit"] = LinkFacts(kept_at=world.clock.now() - timedelta(minutes=3))
    return world


def test_repair_shows_what_it_changes_then_does_it(browser: Browser, world: World) -> None:
    plan = browser.get("/links/press-kit/repair")
    assert "+added ObjectRemoved:*" in [row.text for row in plan.all("tr", class_="added")]
    where = browser.send("/links/press-kit/repair", plan.form("/links/press-kit/repair").fields)
    assert where == "/links/press-kit?done=repaired"
    assert world.audit == [("repair", "press-kit", "demo")]
    assert "Repaired." in browser.get(where).text


def test_a_repair_that_fails_says_so_beside_its_plan(browser: Browser, world: World) -> None:
    world.failing["repair"] = BusyError("Somebody else writes to press-kit just now. Try again in a few seconds.")
    page = browser.post("/links/press-kit/repair", {}, 409)
    assert "Somebody else writes to press-kit just now." in page.one("div", role="alert").text
    assert page.form("/links/press-kit/repair")


def test_nothing_to_repair_has_no_button(browser: Browser) -> None:
    page = browser.get("/links/docs-site/repair")
    assert "Nothing needs to change" in page.text
    assert not page.all("button", class_="button primary")


def test_unlink_shows_what_it_changes_then_does_it(browser: Browser, world: World) -> None:
    plan = browser.get("/links/docs-site/unlink")
    assert f"{MINUS}removed distributionId E2QWRUHAPOMQZL" in [row.text for row in plan.all("tr", class_="removed")]
    assert plan.one("button", class_="button danger").text == "Unlink docs-site"
    where = browser.send("/links/docs-site/unlink")
    assert world.audit == [("unlink", "docs-site", "demo")]
    assert "Unlinked." in browser.get(where).text


def test_an_unlink_that_fails_says_so_beside_its_plan(browser: Browser, world: World) -> None:
    world.failing["unlink"] = ThrottledError("S3 wants this later. Try again in 2 s.", 2)
    page = browser.post("/links/docs-site/unlink", {}, 503)
    assert "S3 wants this later." in page.one("div", role="alert").text


def test_what_was_kept_can_be_restored_from_the_link(browser: Browser, kept: World) -> None:
    link = browser.get("/links/press-kit")
    assert link.one("a", href="/links/press-kit/restore").text == "Restore the notifications of before…"
    assert "Our last write of the notifications was 3 min ago." in link.text
    plan = browser.get("/links/press-kit/restore")
    assert f"{MINUS}removed freshedge ObjectCreated:*" in [row.text for row in plan.all("tr", class_="removed")]
    where = browser.send("/links/press-kit/restore", plan.form("/links/press-kit/restore").fields)
    assert where == "/links/press-kit?done=restored"
    assert kept.audit == [("restore", "press-kit", "demo")]
    assert "Restored." in browser.get(where).text


def test_what_was_kept_of_a_bucket_that_is_linked_no_more_can_be_restored_too(browser: Browser, world: World) -> None:
    world.link_facts["blog-2026"] = LinkFacts(kept_at=world.clock.now())
    assert browser.get("/links/blog-2026").one("a", href="/links/blog-2026/restore")


def test_nothing_kept_offers_no_restore_and_says_so_to_who_asks(browser: Browser) -> None:
    assert not browser.get("/links/docs-site").all("a", href="/links/docs-site/restore")
    page = browser.get("/links/docs-site/restore", 422)
    assert alert(page) == "No notification configuration of docs-site was kept, so none can be restored."
    assert not page.all("button", class_="button primary")


@pytest.mark.parametrize("verb", VERBS)
def test_a_change_that_stops_half_way_tells_what_was_written_and_the_ways_on_and_back(
    browser: Browser, kept: World, verb: str
) -> None:
    denied = AccessDeniedError("s3:PutBucketTagging", "arn:aws:s3:::press-kit")
    kept.failing[verb] = StepFailedError(denied, ["the notification"], "the tag", "Do it again.", "restore")
    page = browser.post(f"/links/press-kit/{verb}", {}, 403)
    assert "It stopped at: the tag." in alert(page)
    assert "Done: the notification." in alert(page)
    assert '"Action": "s3:PutBucketTagging"' in alert(page)
    assert ways(page)["Go back: restore what was there…"] == "/links/press-kit/restore"
    assert page.one("button", form="change").text == "Go on"
    assert page.form(f"/links/press-kit/{verb}"), "going on is the same click"


@pytest.mark.parametrize("verb", VERBS)
def test_what_was_written_is_told_even_where_nothing_can_be_read_any_more(
    browser: Browser, kept: World, verb: str
) -> None:
    gone = NotFoundError("There is no bucket press-kit any more.")
    kept.failing |= {verb: StepFailedError(gone, ["the notification"], "the tag", ""), f"{verb}_plan": gone}
    page = browser.post(f"/links/press-kit/{verb}", {}, 404)
    assert "Done: the notification." in alert(page)
    assert "What it changes can't be shown just now." in page.text


@pytest.mark.parametrize("verb", VERBS)
def test_a_plan_that_can_not_be_made_says_why_on_its_page(browser: Browser, kept: World, verb: str) -> None:
    kept.failing[f"{verb}_plan"] = ThrottledError("S3 wants this later. Try again in 2 s.", 2)
    page = browser.get(f"/links/press-kit/{verb}", 503)
    assert alert(page) == "S3 wants this later. Try again in 2 s."
    assert page.one("a", href=f"/links/press-kit/{verb}").text == "Look again"
    assert not page.all("button", class_="button primary")


def test_a_repair_in_the_way_of_others_leads_to_event_bridge(browser: Browser, world: World) -> None:
    world.failing["repair_plan"] = OverlapError("…", [THUMBNAILS])
    page = browser.get("/links/press-kit/repair", 409)
    assert "tells the Lambda function thumbnails" in alert(page)
    assert ways(page) == {"Link it by EventBridge": "/links/new?bucket=press-kit&via=eventbridge"}
    assert browser.get(ways(page)["Link it by EventBridge"]).form("/links/new").fields["distribution"] == [PRESS]
