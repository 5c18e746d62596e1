"""Links: how healthy they are, made without fear, mended, ended."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from invalidator.errors import AccessDeniedError, ThrottledError
from tests.web.pages.conftest import Browser
from tests.web.pages.twin import World
from tests.web.pages.twin_linking import THUMBNAILS, LinkFacts
from tests.web.pages.worlds import DOCS
from web.access.person import ROLE_COOKIE
from web.models import HealthItem, Link, StartProgress
from web.pages.link import start_sentence


def test_the_list_tells_links_and_what_could_be_linked(browser: Browser) -> None:
    page = browser.get("/links")
    rows = [row.text for row in page.all("li", class_="line finding")]
    assert any(row.startswith("faulty press-kit → E3LPO01ZKX8VNM Its notification leaves out") for row in rows)
    assert any(row.startswith("blog-2026 → E9TTRUE81LKQAP Link") for row in rows)
    assert page.by_id("discovered").text == "Could be linked"


def test_an_account_without_links_is_told_why_to_link(open_browser: Callable[[World], Browser]) -> None:
    assert "No bucket is linked yet." in open_browser(World()).get("/links").text


def test_a_link_shows_its_findings_the_worst_first_with_evidence(browser: Browser) -> None:
    page = browser.get("/links/press-kit")
    checks = [each.text for each in page.all("li") if each.inside("ul") and "track" in each.inside("ul").get("class")]
    assert checks[0].startswith("faulty Event types incomplete Its notification leaves out s3:ObjectRemoved:*")
    assert "events: s3:ObjectCreated:*" in checks[0]
    assert '"Action": "s3:GetBucketPolicy"' in checks[1]
    assert page.one("a", href="/links/press-kit/repair", class_="button primary").text == "Show what the repair changes"


def test_a_healthy_link_says_that_it_was_looked_at(browser: Browser) -> None:
    page = browser.get("/links/docs-site")
    assert "Healthy The tag, the notification and the distributions are as they should be." in page.text
    assert not page.all("a", href="/links/docs-site/repair")


def test_a_bucket_without_a_link_offers_one(browser: Browser) -> None:
    page = browser.get("/links/blog-2026")
    assert "This bucket is not linked." in page.text
    assert page.one("a", href="/links/new?bucket=blog-2026").text == "Link blog-2026"
    assert not page.all("a", href="/links/blog-2026/unlink")


def test_recent_invalidations_of_the_bucket_are_followed(browser: Browser) -> None:
    page, part = browser.get("/links/docs-site"), browser.get("/links/docs-site/recent?poll=0&busy=1")
    assert part.elements[0].get("id") == "recent-list"
    assert part.by_id("recent-list").text == page.by_id("recent-list").text
    assert "412 uploaded, 5 changed" in page.by_id("recent-list").text


def test_nobody_is_told_that_a_link_was_made_which_is_not(browser: Browser) -> None:
    assert "Linked." not in browser.get("/links/blog-2026?done=linked").text
    assert "Unlinked." not in browser.get("/links/docs-site?done=unlinked").text
    assert browser.get("/links/docs-site?done=<script>")


@pytest.mark.parametrize("url", ["/links/nope", "/links/nope/repair", "/links/nope/unlink", "/links/new?bucket=nope"])
def test_an_unknown_bucket_is_a_page_that_helps(browser: Browser, url: str) -> None:
    page = browser.get(url, 404)
    assert "There is no bucket nope in this account." in page.text
    assert page.one("a", href="/links", class_="button primary").text == "All links"


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (StartProgress(), None),
        (StartProgress(state="done", read=3, total=3), None),
        (StartProgress(state="reading", read=512, total=1284), "512 of 1,284 objects read."),
        (StartProgress(state="clearing"), "All objects are read; the whole distribution is invalidated once."),
        (StartProgress(state="none", error="S3 denied s3:ListBucket."), "S3 denied s3:ListBucket."),
    ],
)
def test_a_start_says_how_far_it_is(start: StartProgress, said: str | None) -> None:
    assert start_sentence(start) == said


def test_a_link_whose_distribution_is_unknown_still_shows(browser: Browser, world: World) -> None:
    world.change("docs-site", distribution_ids=["EGONE00000000"])
    assert isinstance(world.services().linking.link("docs-site"), Link)
    assert "EGONE00000000" in browser.get("/links/docs-site").text
    assert "EGONE00000000" in browser.get("/buckets").text


def test_all_links_are_looked_at_by_one_click(browser: Browser, world: World) -> None:
    world.unread["shop-assets"] = "S3 wants this later. Try again in 2 s."
    page = browser.get("/links")
    assert page.one("button", form="check").text == "Check all now"
    checked = browser.post("/links/check", page.form("/links/check").fields)
    assert world.audit == [("check", None, "demo")]
    said = checked.one("div", class_="note waiting").text
    assert said.startswith("3 links were looked at just now: 1 faulty. 1 bucket could not be looked at;")
    assert "shop-assets: S3 wants this later." in said


def test_a_look_at_all_that_fails_says_so_over_what_is_known(browser: Browser, world: World) -> None:
    world.failing["check_all"] = ThrottledError("S3 wants this later. Try again in 2 s.", 2)
    page = browser.post("/links/check", {}, 503)
    assert page.one("div", role="alert").text == "S3 wants this later. Try again in 2 s."
    assert page.all("li", class_="line finding"), "the list as it was"


def test_the_list_says_how_old_it_is_and_is_read_anew_by_a_click(browser: Browser, world: World) -> None:
    page = browser.get("/links?q=docs")
    assert "1 link read now · refresh" in page.text
    fields = page.form("/links/refresh").fields
    assert browser.send("/links/refresh", fields) == "/links?q=docs"
    assert world.refreshed == 1
    assert browser.send("/links/refresh", {"back": ["//elsewhere.example/links"]}) == "/links"


def test_the_filter_finds_what_could_be_linked_too(browser: Browser) -> None:
    page = browser.get("/links?q=status")
    assert [each.get("value") for each in page.all("input", name_="bucket")] == ["status-page"]


@pytest.mark.parametrize(
    ("code", "fix", "url"),
    [
        ("events_incomplete", "Fix… Events incomplete", "/links/docs-site/repair"),
        ("lambda_straight", "Move it to the queue… Lambda straight", "/links/docs-site/repair"),
    ],
)
def test_a_finding_that_can_be_mended_leads_to_what_mends_it(
    browser: Browser, world: World, code: str, fix: str, url: str
) -> None:
    world.change("docs-site", health=[HealthItem(code=code, severity="note", message="So it is.", repairable=True)])
    page = browser.get("/links/docs-site")
    assert fix in [each.text for each in page.all("a", href=url, class_="button")]


def test_a_link_in_the_way_of_others_leads_to_event_bridge(browser: Browser, world: World) -> None:
    item = HealthItem(code="notification_overlapped", severity="fault", message="Thumbnails are in the way.")
    world.change("docs-site", health=[item], state="faulty")
    fix = next(
        each for each in browser.get("/links/docs-site").all("a") if each.text.startswith("Link it by EventBridge")
    )
    assert f"distribution={DOCS}" in fix.get("href")
    assert "EventBridge rule freshedge-docs-site" in browser.get(fix.get("href")).text


def test_a_link_says_how_its_events_come(browser: Browser, world: World) -> None:
    assert "events come by a notification of the bucket" in browser.get("/links/docs-site").text
    world.link_facts["docs-site"] = LinkFacts(via="eventbridge")
    assert "events come by a rule of EventBridge" in browser.get("/links/docs-site").text


@pytest.mark.parametrize("role", ["viewer", "operator"])
@pytest.mark.parametrize("path", ["/links", "/links/press-kit", "/links/blog-2026"])
def test_who_may_not_link_sees_everything_and_no_button_that_would_fail(
    browser: Browser, world: World, role: str, path: str
) -> None:
    world.link_facts["press-kit"] = LinkFacts(kept_at=world.clock.now())
    whole, page = browser.get(path), browser.get(path, Cookie=f"{ROLE_COOKIE}={role}")
    offered = {each.get("href") or each.get("form") or each.get("action") for each in whole.elements} - {
        each.get("href") or each.get("form") or each.get("action") for each in page.elements
    }
    assert offered, "a linker is offered more"
    inside = [each for each in page.elements if each.inside("main")]
    for each in inside:
        if (url := each.get("href")).startswith("/links"):
            browser.get(url.partition("#")[0], Cookie=f"{ROLE_COOKIE}={role}")
        if each.name == "form" and each.get("method") == "post":
            assert each.get("action") == "/links/refresh"
        assert not each.get("form"), f"{each.text} sends a form"


@pytest.mark.parametrize("path", ["repair", "unlink", "restore", "verify", "verify/live"])
def test_pages_that_only_a_linker_can_use_are_closed_to_others(browser: Browser, path: str) -> None:
    browser.get(f"/links/press-kit/{path}", 403, Cookie=f"{ROLE_COOKIE}=operator")
    browser.get(f"/links/press-kit/{path}", 422 if path == "restore" else 200, Cookie=f"{ROLE_COOKIE}=linker")


def test_a_link_by_hand_is_offered_to_be_taken_over_and_not_called_wrong(browser: Browser, world: World) -> None:
    note = HealthItem(code="lambda_straight", severity="note", message="It works.", repairable=True)
    world.change("docs-site", health=[note])
    page = browser.get("/links/docs-site")
    assert page.one("a", class_="button ", href="/links/docs-site/repair").text == (
        "Show what taking this link over changes"
    )
    assert not page.all("a", class_="button primary")


def test_a_note_that_can_be_mended_is_no_alarm(browser: Browser, world: World) -> None:
    note = HealthItem(code="lifecycle_untold", severity="note", message="Lifecycle.", repairable=True)
    world.change("docs-site", health=[note])
    assert "Show what could be better" in browser.get("/links/docs-site").text


def test_a_configuration_in_the_way_is_said_as_the_wizard_says_it(browser: Browser, world: World) -> None:
    evidence = {"configuration": dict(THUMBNAILS), "shared": ["s3:ObjectCreated:*"]}
    item = HealthItem(code="notification_overlapped", severity="fault", message="In the way.", evidence=evidence)
    world.change("docs-site", health=[item], state="faulty")
    assert "thumbnails tells the Lambda function thumbnails ObjectCreated:* prefix “img/”" in (
        browser.get("/links/docs-site").text
    )


def test_a_bucket_whose_tags_may_not_be_read_is_not_called_unlinked(browser: Browser, world: World) -> None:
    denied = AccessDeniedError("s3:GetBucketTagging", "arn:aws:s3:::blog-2026")
    item = HealthItem(code="tag_unreadable", severity="warning", message=str(denied), statement=denied.statement)
    world.change("blog-2026", health=[item])
    page = browser.get("/links/blog-2026?done=unlinked")
    assert "Whether this bucket is linked is unknown." in page.text
    assert "not linked" not in page.text
    assert "Unlinked." not in page.text
    assert '"Action": "s3:GetBucketTagging"' in page.text
    assert not page.all("a", class_="button primary")


def test_a_bucket_without_a_link_says_who_reads_it(browser: Browser) -> None:
    assert "blog.example.org reads it: what is uploaded stays old" in browser.get("/links/blog-2026").text
    assert "No distribution of this account reads it" in browser.get("/links/raw-logs-prod").text


def test_a_link_that_was_looked_at_long_before_the_list_says_when(browser: Browser, world: World) -> None:
    now = world.clock.now()
    world.link_facts["docs-site"] = LinkFacts(checked_at=now - timedelta(hours=3))
    world.link_facts["landing"] = LinkFacts(checked_at=now - timedelta(seconds=30))
    rows = {row.text for row in browser.get("/links").all("li", class_="line finding")}
    assert any("docs-site" in row and "Looked at 3 h ago." in row for row in rows)
    assert not any("landing" in row and "Looked at" in row for row in rows)


def test_links_are_filtered_by_their_state_in_the_address(browser: Browser) -> None:
    page = browser.get("/links")
    chips = {each.text: each.get("href") for each in page.all("a", class_="chip")}
    assert chips == {
        "All": "/links",
        "Linked 2": "/links?state=linked",
        "Faulty 1": "/links?state=faulty",
        "Paused 1": "/links?state=paused",
    }
    faulty = browser.get(chips["Faulty 1"])
    assert [row.text.split()[1] for row in faulty.all("li", class_="line finding")] == ["press-kit"]
    assert faulty.form("/links").fields == {"q": [""], "state": ["faulty"]}, "a search keeps the state"
    assert "discovered" not in {each.get("id") for each in faulty.elements}
    assert "No faulty link matches “docs”." in browser.get("/links?state=faulty&q=docs").text
    assert "No starting link is there." in browser.get("/links?state=starting").text
    browser.get("/links?state=odd", 422)
