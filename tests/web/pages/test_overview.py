"""The overview answers in its first line, and follows what happens."""

from collections.abc import Callable
from datetime import timedelta

from tests.web.pages.conftest import Browser
from tests.web.pages.html import NONE
from tests.web.pages.twin import World
from tests.web.pages.worlds import DOCS, LANDING, SHOP, record
from web.models import Cause, HealthItem


def test_the_first_line_says_how_everything_stands(browser: Browser) -> None:
    lead = browser.get("/").one("h1").text
    assert lead == "0 of 4 links fresh, 2 moving, 1 faulty, 1 paused. 301 of 1,000 free paths used this month."


def test_what_is_beyond_the_free_paths_is_said_with_its_price(browser: Browser, world: World) -> None:
    world.usage = {"2026-11-03": 1600, "2026-11-24": 95}
    lead = browser.get("/").one("h1").text
    assert lead.endswith(". All 1,000 free paths of this month are used, and 695 more for $3.48.")
    world.usage = {"2026-11-03": 1000}
    assert browser.get("/").one("h1").text.endswith(". 1,000 of 1,000 free paths used this month.")


def test_where_nobody_counts_paths_nothing_is_said_to_be_free(browser: Browser, world: World) -> None:
    world.usage, world.usage_known = {}, False
    page = browser.get("/")
    assert page.one("h1").text.endswith(
        "How many paths this month took is not known: without a table nobody counts them."
    )
    assert "This month" not in [each.text for each in page.all("h2")]
    assert "$" not in page.text


def test_at_rest_all_links_are_fresh(browser: Browser, world: World) -> None:
    world.history = [one for one in world.history if one.state == "completed"]
    world.journal = {}
    for name, bucket in world.buckets.items():
        if bucket.distribution_ids:
            world.change(name, state="linked", health=[])
    page = browser.get("/")
    assert page.one("h1").text.startswith("All 4 links fresh. ")
    assert "Nothing is on its way." in page.text
    assert "nothing waits" in page.text


def test_an_empty_account_is_told_what_to_do(open_browser: Callable[[World], Browser]) -> None:
    page = open_browser(World()).get("/")
    assert page.one("h1").text.startswith("No bucket is linked yet.")
    assert page.one("a", href="/links/new").text == "Link a bucket"
    assert "No paths yet this month." in page.text


def test_where_there_are_links_but_no_deploy_nobody_is_told_to_link(browser: Browser, world: World) -> None:
    world.history = []
    page = browser.get("/")
    assert "Upload to a linked bucket, and each deploy becomes one row here." in page.text
    assert not page.all("a", href="/links/new")


def test_what_is_in_flight_says_how_far_it_is_and_when_it_ends(browser: Browser) -> None:
    rows = [row.text for row in browser.get("/").all("li", class_="line")]
    assert (
        "moving docs-site → E2QWRUHAPOMQZL docs.example.org 412 uploaded, 5 changed → 3 paths "
        "settled 5 s · accepted 0.4 s · edge 6 s… live in ~2 s" in rows
    )
    assert "waiting shop-assets → E1MTV0ZQAXB3JK cdn.shop.example 1,204 changed so far waits 2 s…" in rows


def test_changes_without_a_record_lead_nowhere_that_does_not_exist(browser: Browser) -> None:
    for link in browser.get("/").all("a"):
        if link.inside("main"):
            answer = browser.client.get(link.get("href"))
            assert answer.status_code in (200, 303), link.get("href")


def test_what_waits_while_paused_is_said_to_be_held_back(browser: Browser, world: World) -> None:
    world.journal = {LANDING: 3}
    (row,) = [row.text for row in browser.get("/").all("li", class_="line") if LANDING in row.text]
    assert row.startswith("paused landing")
    assert row.endswith("held back")


def test_a_broken_link_is_a_finding_with_one_button(browser: Browser) -> None:
    page = browser.get("/")
    assert "press-kit: Its notification leaves out s3:ObjectRemoved:*" in page.text
    assert page.one("a", href="/links/press-kit#health").text == "Show the fix of press-kit"


def test_failures_and_buckets_that_could_be_linked_are_findings(browser: Browser) -> None:
    page = browser.get("/")
    assert "1 thing could not be done. Each says why, and what to do." in page.text
    assert page.one("a", href="/failures", class_="button light").text == "Show of 1 thing"
    assert "2 buckets feed a distribution and are not linked: blog-2026 and status-page." in page.text


def test_one_bucket_that_could_be_linked_leads_to_its_own_wizard(browser: Browser, world: World) -> None:
    world.change("status-page", suggested_distribution_ids=[])
    page = browser.get("/")
    assert "blog-2026 feeds a distribution and is not linked." in page.text
    assert page.one("a", href="/links/new?bucket=blog-2026").text == "Link of blog-2026"


def test_of_many_broken_links_the_first_ten_are_told(browser: Browser, world: World) -> None:
    for number in range(13):
        world.buckets[f"broken-{number:02}"] = world.buckets["press-kit"].model_copy(
            update={"name": f"broken-{number:02}"}
        )
    page = browser.get("/")
    assert len([each for each in page.all("a") if each.text.startswith("Show the fix of")]) == 10
    assert "4 more links are faulty." in page.text
    assert page.one("a", href="/buckets?state=faulty").text == "Show all of 4 more links"


def test_what_can_not_be_read_is_not_offered_for_linking(browser: Browser, world: World) -> None:
    denied = HealthItem(code="tag_unreadable", severity="warning", message="Denied.")
    world.change("blog-2026", health=[denied])
    page = browser.get("/")
    assert "blog-2026: AWS denies us its tags" in page.text
    assert "status-page feeds a distribution and is not linked." in page.text


def test_the_month_is_a_drawing_and_a_table(browser: Browser) -> None:
    page = browser.get("/")
    drawing = page.one("svg", role="img")
    assert drawing.get("aria-label") == "Paths by day. Most on 16 Nov: 36."
    assert len([each for each in page.all("rect") if each.inside("figure")]) == 24
    (table,) = [each for each in page.all("details") if each.inside("figure")]
    assert "24 Nov 30" in table.text


def test_the_last_deploys_say_what_was_kept_and_how_long_it_took(browser: Browser) -> None:
    rows = [row.text for row in browser.get("/").all("tr")]
    assert "12 min ago docs-site 412 uploaded, 5 changed 3 407 11 s" in rows
    assert "38 min ago landing 18 uploaded, none changed 0 18 not needed" in rows
    assert f"1 h ago {SHOP} demo: “wrong price on /sale” 1 {NONE} 11 s" in rows
    assert f"2 h ago press-kit 5 changed 3 {NONE} failed" in rows


def test_how_many_paths_somebody_elsewhere_invalidated_may_be_unknown(browser: Browser, world: World) -> None:
    elsewhere = record(1, 3, cause=Cause(kind="outside"), path_count=0, paths=[], changes=0)
    world.history = [elsewhere.model_copy(update={"id": f"outside:{DOCS}:I1", "paths_known": False})]
    page = browser.get("/")
    (row,) = [row for row in page.all("tr") if "made outside freshedge" in row.text]
    assert f"made outside freshedge unknown {NONE}" in row.text
    assert page.one("a", href=f"/invalidations/outside%3A{DOCS}%3AI1")


def test_a_poll_returns_the_part_that_the_page_includes(browser: Browser) -> None:
    page, part = browser.get("/"), browser.get("/overview/live?poll=0&busy=1")
    assert part.elements[0].get("id") == "overview"
    assert part.by_id("overview").text == page.by_id("overview").text


def test_the_time_left_is_what_cloudfront_took_of_late(browser: Browser, world: World) -> None:
    world.history = [record(1, 30, edge=4), record(2, 20, edge=9), record(3, 10, edge=60)]
    world.history.insert(0, record(4, 0, state="in_progress", settle=0, accept=0))
    world.clock.at += timedelta(seconds=3)
    assert "live in ~6 s" in browser.get("/").text
    world.clock.at += timedelta(seconds=6)
    assert "live any moment" in browser.get("/").text


def test_a_throttled_one_says_what_cloudfront_said(browser: Browser, world: World) -> None:
    said = (
        f"cloudfront:CreateInvalidation on arn:aws:cloudfront::123456789012:distribution/{DOCS} was refused with "
        "TooManyInvalidationsInProgress: Processing your request will cause you to exceed the maximum."
    )
    world.history = [record(1, 0.5, state="queued", error=said)]
    row = next(row.text for row in browser.get("/").all("li", class_="line") if DOCS in row.text)
    assert "CloudFront has as many files or wildcards in progress as it takes" in row
    assert "We go on by ourselves." in row
    assert row.startswith("queued")
