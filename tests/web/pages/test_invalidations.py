"""History: filters in the address, rows that follow what happens, and one record until it is final."""

from collections.abc import Callable

import pytest

from tests.web.pages.conftest import Browser
from tests.web.pages.html import Document
from tests.web.pages.twin import World
from tests.web.pages.worlds import DOCS, SHOP, record
from web.access.person import ROLE_COOKIE
from web.models import Cause


def rows(page: Document) -> list[str]:
    return [row.text for row in page.all("tr")][1:]


def test_rows_say_when_what_why_and_where_the_time_went(browser: Browser) -> None:
    found = rows(browser.get("/invalidations"))
    assert found[0].startswith(
        f"11 s ago in progress {DOCS} S3: 412 uploaded, 5 changed 3 settled 5 s · accepted 0.4 s"
    )
    assert found[3].startswith(f"1 h ago live after 11 s {SHOP} demo: “wrong price on /sale” 1")
    assert found[6].startswith(f"Sunday live after 6 s {DOCS} made outside freshedge 1")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (f"distribution={DOCS}", 4),
        ("bucket=landing", 1),
        ("actor=demo", 1),
        ("state=failed", 1),
        ("kind=outside", 1),
        ("from=2026-11-24", 5),
        ("to=2026-11-23", 2),
        ("from=2026-11-23&to=2026-11-23", 1),
        (f"distribution={DOCS}&state=completed&kind=s3&bucket=docs-site", 2),
        ("distribution=&bucket=&actor=&state=&kind=&from=&to=", 7),
        ("actor=%20demo%20", 1),
    ],
)
def test_filters_live_in_the_address(browser: Browser, query: str, count: int) -> None:
    assert len(rows(browser.get(f"/invalidations?{query}"))) == count


def test_the_form_shows_the_filters_that_the_address_says(browser: Browser) -> None:
    page = browser.get(f"/invalidations?distribution={DOCS}&state=failed&from=2026-11-01&to=2026-11-30")
    assert page.form("/invalidations").fields == {
        "distribution": [DOCS],
        "bucket": [""],
        "actor": [""],
        "state": ["failed"],
        "kind": [""],
        "from": ["2026-11-01"],
        "to": ["2026-11-30"],
    }
    assert page.all("a", href="/invalidations", class_="button light")


@pytest.mark.parametrize(
    "query", ["state=sideways", "kind=magic", "from=yesterday", "cursor=abc", "distribution=" + "x" * 300]
)
def test_filters_that_can_not_be_are_refused_with_a_way_on(browser: Browser, query: str) -> None:
    assert browser.get(f"/invalidations?{query}", 422).one("a", href="/invalidations", class_="button primary")


def test_nothing_matching_and_nothing_at_all_are_told_apart(
    browser: Browser, open_browser: Callable[[World], Browser]
) -> None:
    assert "Nothing matches this filter." in browser.get("/invalidations?actor=nobody").text
    assert "Nothing was invalidated yet." in open_browser(World()).get("/invalidations").text


def test_later_pages_keep_the_filters_and_do_not_poll(browser: Browser, world: World) -> None:
    world.history = [record(n, n) for n in range(1, 121)]
    page = browser.get(f"/invalidations?distribution={DOCS}")
    following = page.one("a", rel="next").get("href")
    assert following == f"/invalidations?distribution={DOCS}&cursor=50"
    second = browser.get(following)
    assert len(rows(second)) == 50
    assert not second.by_id("history").get("hx-get")
    assert second.one("a", rel="next").get("href") == f"/invalidations?distribution={DOCS}&cursor=100"


def test_a_poll_keeps_the_filters_and_returns_the_part_that_the_page_includes(browser: Browser) -> None:
    page = browser.get(f"/invalidations?distribution={DOCS}&state=in_progress")
    poll = page.by_id("history").get("hx-get")
    assert poll == f"/invalidations/rows?distribution={DOCS}&state=in_progress&poll=1&busy=1"
    part = browser.get(poll)
    assert part.elements[0].get("id") == "history"
    assert part.by_id("history").text == page.by_id("history").text


def test_a_record_tells_the_whole_story(browser: Browser, world: World) -> None:
    page = browser.get(f"/invalidations/{world.history[1].id}")
    assert page.one("h1").text == "S3: 412 uploaded, 5 changed"
    stations = [each.text for each in page.all("li") if each.inside("ol")]
    assert stations == [
        "First change 412 uploads and deletions; 407 unchanged 12 min ago",
        "Settled nothing more came; gathered for 5 s 11 min ago",
        "Accepted by CloudFront as I0000000000008 11 min ago",
        "Live after 11 s 11 min ago",
    ]
    assert [each.text for each in page.all("bdi", class_="key")] == ["/", "/index.html", "/guide/*"]
    assert "Kept cached 407 unchanged" in page.text
    assert "aws cloudfront create-invalidation --distribution-id E2QWRUHAPOMQZL --paths / /index.html '/guide/*'" in (
        page.one("pre").text
    )
    assert page.one("a", href=f"/distributions/{DOCS}?repeat={world.history[1].id}#invalidate")


def test_polling_ends_when_the_record_is_final(browser: Browser, world: World) -> None:
    moving = world.history[0]
    page = browser.get(f"/invalidations/{moving.id}")
    poll = page.by_id("invalidation").get("hx-get")
    assert poll == f"/invalidations/{moving.id}/live?poll=1&busy=1"
    assert page.by_id("invalidation").get("hx-trigger") == "every 2s, wake"
    part = browser.get(poll)
    assert part.by_id("invalidation").get("hx-get") == f"/invalidations/{moving.id}/live?poll=2&busy=1"
    world.history[0] = record(9, 0.19)
    ended = browser.get(poll).by_id("invalidation")
    assert "hx-get" not in ended.attributes
    assert ended.get("data-say") == "live after 11 s"


def test_polling_slows_down(browser: Browser, world: World) -> None:
    url = f"/invalidations/{world.history[0].id}/live?busy=1&poll="
    triggers = [browser.get(f"{url}{n}").by_id("invalidation").get("hx-trigger") for n in (0, 13, 14, 37, 38, 500)]
    assert [each.split(",")[0] for each in triggers] == [
        "every 2s",
        "every 2s",
        "every 5s",
        "every 5s",
        "every 15s",
        "every 15s",
    ]


def test_what_failed_says_why(browser: Browser, world: World) -> None:
    page = browser.get(f"/invalidations/{world.history[4].id}")
    assert "This could not be done. CloudFront has no distribution E3LPO01ZKX8VNM any more." in page.text
    assert "Not accepted" in page.text


def test_what_is_tried_again_says_so(browser: Browser, world: World) -> None:
    world.history = [record(1, 1, state="queued", error="CloudFront refused: 15 wildcards are in progress.")]
    page = browser.get(f"/invalidations/{world.history[0].id}")
    assert "Not yet. CloudFront refused: 15 wildcards are in progress. It is tried again by itself." in page.text


def test_what_was_not_needed_says_what_was_kept(browser: Browser, world: World) -> None:
    page = browser.get(f"/invalidations/{world.history[2].id}")
    assert "No path was needed" in page.text
    assert "Nothing to do 18 unchanged" in page.text
    assert not page.all("pre")


def test_what_waits_has_no_paths_yet(browser: Browser, world: World) -> None:
    world.history = [record(1, 0, state="waiting", settle=0, paths=[], path_count=0)]
    assert (
        "Which paths these are is decided once nothing more comes."
        in browser.get(f"/invalidations/{world.history[0].id}").text
    )


def test_more_paths_than_the_record_holds_have_pages_and_a_text(browser: Browser, world: World) -> None:
    every = [f"/page-{n}.html" for n in range(412)]
    world.history = [record(1, 5, paths=every[:100], path_count=412, cause=Cause(kind="sweep", buckets=["docs-site"]))]
    identifier = world.history[0].id
    world.all_paths[identifier] = every
    page = browser.get(f"/invalidations/{identifier}")
    assert "the first 100 of 412" in page.text
    assert not page.all("pre"), "a command with some of the paths would be wrong"
    first = browser.get(page.one("a", class_="more").get("href"))
    second = browser.get(first.one("a", rel="next").get("href"))
    shown = [each.text for part in (first, second) for each in part.all("bdi", class_="key")]
    assert shown == every
    assert "paths 1 to 250 of 412" in first.text
    assert not second.all("a", rel="next")
    assert second.one("ol").get("start") == "251"
    answer = browser.client.get(f"/invalidations/{identifier}/paths.txt")
    assert answer.text.splitlines() == every
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_text_of_very_long_paths_goes_on_in_the_next_answer(browser: Browser, world: World) -> None:
    every = [f"/{n:04}{'x' * 3990}" for n in range(1500)]
    world.history = [record(1, 5, paths=every[:12], path_count=1500)]
    world.all_paths[world.history[0].id] = every
    url, lines = f"/invalidations/{world.history[0].id}/paths.txt", []
    while url:
        answer = browser.client.get(url)
        assert len(answer.content) <= 4_000_000
        lines += answer.text.splitlines()
        url = answer.links["next"]["url"] if "next" in answer.links else ""
    assert lines == every


def test_what_was_made_elsewhere_says_what_is_not_known(browser: Browser, world: World) -> None:
    made = record(1, 5, settle=0, accept=0, cause=Cause(kind="outside"), paths=[], path_count=0, changes=0)
    world.history = [made.model_copy(update={"id": "outside:E1:I1", "completed_at": None, "paths_known": False})]
    [row] = rows(browser.get("/invalidations"))
    assert row.startswith(f"5 min ago live {DOCS} made outside freshedge unknown ")
    assert "edge 0" not in row
    page = browser.get(browser.get("/invalidations").one("a", href="/invalidations/outside%3AE1%3AI1").get("href"))
    assert "an unknown number of paths" in page.text
    assert "its price is not counted here" in page.text
    assert "since when, CloudFront does not tell" in page.text
    assert "CloudFront could not be asked for its paths. Look again." in page.text
    assert "free" not in page.text
    assert "Asked for" not in page.text


def test_the_file_holds_what_the_filter_shows(browser: Browser) -> None:
    page = browser.get(f"/invalidations?distribution={DOCS}&state=completed")
    answer = browser.client.get(page.one("a", download="").get("href"))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="invalidations.csv"'
    assert len(answer.text.splitlines()) == 1 + len(rows(page))
    assert not browser.get("/invalidations?actor=nobody").all("a", download="")


def test_a_page_that_found_nothing_and_is_not_the_last_leads_on(browser: Browser, world: World) -> None:
    world.history_note, world.empty_first = "What was invalidated elsewhere can't be listed. <b>", True
    page = browser.get("/invalidations?actor=demo")
    assert "None among those that were looked through. Older ones are on the next page." in page.text
    assert "What was invalidated elsewhere can't be listed. <b>" in page.text
    assert page.one("a", rel="next")


@pytest.mark.parametrize(
    "url",
    ["/invalidations/nope", "/invalidations/nope/live", "/invalidations/nope/paths", "/invalidations/nope/paths.txt"],
)
def test_an_unknown_record_is_a_page_that_helps(browser: Browser, url: str) -> None:
    page = browser.get(url, 404)
    assert "There is no record nope." in page.text
    assert page.one("a", href="/invalidations", class_="button primary").text == "History"


def test_a_missing_permission_is_told_with_the_statement_apart(browser: Browser, world: World) -> None:
    told = 'AWS denied it. {"Effect": "Allow", "Action": "cloudfront:CreateInvalidation", "Resource": "*"}'
    world.history = [record(1, 1, state="queued", error=told)]
    page = browser.get(f"/invalidations/{world.history[0].id}")
    assert "Not yet. AWS denied it. It is tried again by itself." in page.text
    assert '"Action": "cloudfront:CreateInvalidation"' in page.all("pre")[0].text


def test_what_cloudfront_refused_for_a_while_is_said_in_words(browser: Browser, world: World) -> None:
    refusal = "cloudfront:CreateInvalidation on arn:aws:cloudfront::1:distribution/E1 was refused with Throttling: x"
    world.history = [record(1, 1, state="queued", error=refusal)]
    page = browser.get(f"/invalidations/{world.history[0].id}")
    assert "CloudFront wants fewer requests a second just now" in page.text
    assert "was refused with" not in page.text


def test_what_was_done_otherwise_than_asked_is_told_also_when_it_is_over(browser: Browser, world: World) -> None:
    world.history = [record(1, 1, error="CloudFront refused /a~b; /a* went in its place.")]
    assert "/a* went in its place." in browser.get(f"/invalidations/{world.history[0].id}").text


def test_a_viewer_sees_a_record_and_no_button_that_would_fail(browser: Browser, world: World) -> None:
    moving, failed = world.history[1], world.history[4]
    for role, buttons in (("operator", 1), ("viewer", 0)):
        cookie = f"{ROLE_COOKIE}={role}"
        page = browser.get(f"/invalidations/{moving.id}", cookie=cookie)
        assert len([one for one in page.all("a", class_="button") if "again" in one.text]) == buttons
        assert page.one("pre", class_="command"), "what can be copied does nothing here"
        page = browser.get(f"/invalidations/{failed.id}", cookie=cookie)
        assert len(page.all("a", href=f"/failures?q={failed.id}")) == buttons


def test_a_row_says_why_it_failed_and_what_it_cost(browser: Browser, world: World) -> None:
    refusal = "cloudfront:CreateInvalidation on arn:aws:cloudfront::1:distribution/E1 was refused with Throttling: x"
    world.history = [
        record(1, 1, state="failed", error="CloudFront has no such distribution."),
        record(2, 2, state="queued", error=refusal),
        record(3, 3, price_usd=0.25, error="CloudFront refused /a~b; /a* went in its place."),
    ]
    failed, queued, done = rows(browser.get("/invalidations"))
    assert "5 changed CloudFront has no such distribution." in failed
    assert "CloudFront wants fewer requests a second just now" in queued
    assert "3 $0.25" in done
    assert "/a~b" not in done
