"""Links: how healthy they are, made without fear, mended, ended."""

from collections.abc import Callable

import pytest

from invalidator.errors import AccessDeniedError, ThrottledError
from tests.web.pages.conftest import Browser
from tests.web.pages.html import MINUS
from tests.web.pages.twin import World
from tests.web.pages.worlds import BLOG, DOCS
from web.models import Link, StartProgress
from web.pages.link import start_sentence
from web.services.errors import BusyError, OverlapError, StepFailedError


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


def test_the_wizard_goes_from_bucket_to_distribution_to_diff_to_verified(browser: Browser, world: World) -> None:
    first = browser.get("/links/new")
    assert first.form("/links/new", holding="bucket").fields == {"bucket": ["blog-2026"]}
    second = browser.get("/links/new?bucket=blog-2026")
    chosen = second.form("/links/new").fields
    assert chosen == {"bucket": ["blog-2026"], "distribution": [BLOG], "via": ["queue"]}
    third = browser.get(f"/links/new?bucket=blog-2026&distribution={BLOG}&step=plan")
    assert [row.text for row in third.all("tr", class_="added")] == [
        f"+added distributionId {BLOG}",
        "+added freshedge ObjectCreated:*",
        "+added ObjectRemoved:*",
        "+added LifecycleExpiration:*",
        "+added → arn:aws:sqs:us-east-1:123456789012:freshedge-events",
    ]
    assert third.all("tr", class_="stays")[0].text == "stays team web"
    assert "1,284 objects are read once (under $0.01)" in third.text
    assert not world.audit, "nothing is written before the last click"
    where = browser.send("/links", third.form("/links").fields)
    assert where == "/links/blog-2026?done=linked"
    assert world.audit == [("link", "blog-2026", "demo")]
    last = browser.get(where)
    assert last.one("li", aria_current="step").text == "4 Verified"
    assert "Linked. Tag and notification were read back from AWS." in last.text


def test_the_wizard_wants_a_distribution(browser: Browser) -> None:
    page = browser.get("/links/new?bucket=blog-2026&step=plan", 422)
    assert page.one("div", role="alert").text == "Choose at least one distribution."


def test_the_wizard_refuses_what_can_not_be_linked_and_keeps_the_choice(browser: Browser, world: World) -> None:
    world.failing["plan"] = OverlapError("thumbnails listens to the same events already. Change it first.", [])
    page = browser.get(f"/links/new?bucket=blog-2026&distribution={DOCS}", 409)
    assert "thumbnails listens to the same events already." in page.one("div", role="alert").text
    assert page.form("/links/new").fields["distribution"] == [DOCS]


def test_a_link_that_fails_half_way_tells_what_was_done_on_the_same_page(browser: Browser, world: World) -> None:
    denied = AccessDeniedError("s3:PutBucketTagging", "arn:aws:s3:::blog-2026")
    world.failing["apply"] = StepFailedError(denied, ["notification written"], "write the tag", "Link again to go on.")
    page = browser.post("/links", {"bucket": ["blog-2026"], "distribution": [BLOG]}, 403)
    said = page.one("div", role="alert").text
    assert "It stopped at: write the tag." in said
    assert "Done: notification written." in said
    assert '"Action": "s3:PutBucketTagging"' in said
    assert page.form("/links").fields == {"bucket": ["blog-2026"], "distribution": [BLOG]}


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


def test_nobody_is_told_that_a_link_was_made_which_is_not(browser: Browser) -> None:
    assert "Linked." not in browser.get("/links/blog-2026?done=linked").text
    assert "Unlinked." not in browser.get("/links/docs-site?done=unlinked").text
    assert browser.get("/links/docs-site?done=<script>")


@pytest.mark.parametrize("url", ["/links/nope", "/links/nope/repair", "/links/nope/unlink", "/links/new?bucket=nope"])
def test_an_unknown_bucket_is_a_page_that_helps(browser: Browser, url: str) -> None:
    page = browser.get(url, 404)
    assert "There is no bucket nope in this account." in page.text
    assert page.one("a", href="/buckets", class_="button primary").text == "All buckets"


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
