"""What could not be done: seen, understood, tried again, discarded; and counted in the navigation of every page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from invalidator.errors import ThrottledError
from tests.web.pages.conftest import Browser
from tests.web.pages.twin import NOON, World
from tests.web.pages.worlds import DOCS, PRESS
from web.access.person import ROLE_COOKIE
from web.app import create_app
from web.models import Failure
from web.services.failures import NoFailures
from web.settings import WebSettings

LOST = "01KB0000000000000000000005"
STATEMENT: dict[str, object] = {
    "Effect": "Allow",
    "Action": "cloudfront:CreateInvalidation",
    "Resource": f"arn:aws:cloudfront::123456789012:distribution/{DOCS}",
}


def failure(name: str, **more: object) -> Failure:
    given: dict[str, object] = {
        "kind": "message",
        "title": "A message that nobody understood.",
        "message": "It is no event of S3.",
        "what_to_do": "Look who sends it.",
        "at": NOON - timedelta(minutes=3),
        "retryable": True,
        "discardable": True,
    }
    return Failure.model_validate({"id": name, **given, **more})


@pytest.fixture
def held_up(world: World) -> World:
    """One of each kind, and one that is only delayed."""
    world.failures = [
        failure(f"waiting-{DOCS}", kind="waiting", distribution_id=DOCS, discardable=False, statement=STATEMENT),
        failure("delayed", kind="invalidation", distribution_id=DOCS, bucket="docs-site", discardable=False),
        *world.failures,
        failure("message-1"),
    ]
    return world


def test_a_failure_says_what_why_since_when_and_what_to_do(browser: Browser) -> None:
    page = browser.get("/failures")
    (row,) = page.all("li", class_="line finding failure")
    assert row.text.startswith("failed 1 h ago An invalidation failed. press-kit →")
    assert f"{PRESS} press.example.org" in row.text
    assert "CloudFront has no distribution E3LPO01ZKX8VNM any more." in row.text
    assert "Mend the cause, then try again." in row.text
    assert page.one("a", href=f"/invalidations/{LOST}").text == "Its paths and times"


def test_each_kind_has_a_word_of_its_own(browser: Browser, held_up: World) -> None:
    rows = browser.get("/failures").all("li", class_="line finding failure")
    assert [row.text.split(" 3 min ago")[0] for row in rows[:2]] == ["held up", "delayed"]
    assert rows[2].text.startswith("failed")
    assert rows[3].text.startswith("not handled")
    assert len(held_up.failures) == len(rows)


def test_a_missing_permission_comes_with_its_statement(browser: Browser, held_up: World) -> None:
    page = browser.get("/failures")
    assert '"Action": "cloudfront:CreateInvalidation"' in page.one("pre").text
    assert len(held_up.failures) == 4


def test_trying_again_leads_back_with_what_came_of_it(browser: Browser, world: World) -> None:
    form = browser.get("/failures?q=press").form(f"/failures/{LOST}/retry")
    where = browser.send(form.action, form.fields)
    assert world.audit == [("retry", LOST, "demo")]
    page = browser.get(where)
    assert page.one("a", href=f"/invalidations/again-{LOST}").text == f"demo: “again, after {LOST} failed”"
    assert "queued" in page.one("div", class_="note fresh").text
    assert page.form("/failures").fields["q"] == ["press"]
    assert not page.all("li", class_="line finding failure")


@pytest.mark.parametrize("record", ["nothing", "%3Cscript%3E", "outside%3AE1%3AI1", "x" * 128])
def test_a_record_that_is_none_of_ours_is_not_named(browser: Browser, record: str) -> None:
    page = browser.get(f"/failures?done=retried&record={record}")
    assert "What comes of it shows on the overview" in page.one("div", class_="note fresh").text
    assert not [each for each in page.all("a") if each.inside("div") and "again" in each.get("href")]
    assert not browser.get(f"/failures?done=rubbish&record={record}").all("div", class_="note fresh")


def test_trying_changes_again_that_wait_says_where_it_shows(browser: Browser, held_up: World) -> None:
    page = browser.get(browser.send(f"/failures/waiting-{DOCS}/retry"))
    assert "What comes of it shows on the overview" in page.one("div", class_="note fresh").text
    assert held_up.audit == [("retry", f"waiting-{DOCS}", "demo")]


def test_discarding_leads_back_to_the_list_without_it(browser: Browser, world: World) -> None:
    form = browser.get("/failures").form(f"/failures/{LOST}/discard")
    page = browser.get(browser.send(form.action, form.fields))
    assert "Discarded." in page.text
    assert "Nothing failed." in page.text
    assert world.failures == []


def test_what_is_lost_for_good_is_asked_about_first(browser: Browser, held_up: World) -> None:
    page = browser.get("/failures")
    (asked,) = [each for each in page.all("summary") if each.text == "Discard…"]
    assert asked.inside("li") is not None
    assert "deleted from its queue for good" in (asked.inside("li") or asked).text
    assert browser.send(page.form("/failures/message-1/discard").action) == "/failures?done=discarded"
    assert "message-1" not in {one.id for one in held_up.failures}


def test_only_what_can_be_done_is_offered(browser: Browser, world: World) -> None:
    world.failures = [failure("a", retryable=False), failure("b", discardable=False)]
    forms = {each.get("action") for each in browser.get("/failures").all("form", method="post")}
    assert {"/failures/a/discard", "/failures/b/retry"} <= forms
    assert not {"/failures/a/retry", "/failures/b/discard"} & forms


@pytest.mark.parametrize("verb", ["retry", "discard"])
def test_a_second_click_says_that_it_is_dealt_with(browser: Browser, verb: str) -> None:
    browser.send(f"/failures/{LOST}/{verb}")
    page = browser.post(f"/failures/{LOST}/{verb}", status=404)
    assert "It may have been dealt with." in page.one("div", role="alert").text
    assert page.one("h1").text == "Failures"


def test_a_retry_that_fails_says_why_and_keeps_the_failure(browser: Browser, world: World) -> None:
    world.failing["retry"] = ThrottledError("sqs:SendMessage on q was refused with Throttling: slow", 2)
    page = browser.post(f"/failures/{LOST}/retry", {"q": ["press"]}, status=503)
    assert page.form("/failures").fields["q"] == ["press"]
    assert "SQS wants fewer requests a second just now" in page.one("div", role="alert").text
    assert len(page.all("li", class_="line finding failure")) == 1
    assert not world.audit


def test_a_viewer_sees_everything_and_no_button(browser: Browser, held_up: World) -> None:
    browser.client.cookies.set(ROLE_COOKIE, "viewer")
    page = browser.get("/failures")
    assert len(page.all("li", class_="line finding failure")) == len(held_up.failures)
    assert not [each for each in page.all("form") if each.get("action").startswith("/failures/")]
    assert browser.client.post(f"/failures/{LOST}/retry", headers={"Origin": "http://localhost"}).status_code == 403


def test_the_filter_is_kept_and_explains_an_empty_answer(browser: Browser) -> None:
    assert browser.get("/failures?q=press").all("li", class_="line finding failure")
    page = browser.get("/failures?q=nothing")
    assert "No failure matches “nothing”." in page.text
    assert page.one("a", href="/failures", class_="button").text == "Show all failures"


def test_pages_of_the_list_keep_the_filter(browser: Browser, world: World) -> None:
    world.failures = [failure(f"m-{number:03}") for number in range(120)]
    page = browser.get("/failures?q=m-")
    assert page.one("a", rel="next").get("href") == "/failures?q=m-&cursor=50"
    second = browser.get("/failures?q=m-&cursor=50")
    assert second.by_id("f-m-050")
    assert second.one("a", href="/failures?q=m-").text == "to the first"
    assert "Nothing to show on this page of the list." in browser.get("/failures?q=m-11").text
    browser.get("/failures?cursor=nonsense", 422)


def test_nothing_failed_teaches_what_would_come_here(browser: Browser, world: World) -> None:
    world.failures = []
    page = browser.get("/failures")
    assert "Nothing failed." in page.text
    assert "messages that nobody understands" in page.text
    assert "read now" in page.text


def test_without_a_table_nobody_says_that_nothing_failed(world: World) -> None:
    settings = WebSettings(demo_person="demo", function_arn="arn:aws:lambda:us-east-1:123456789012:function:freshedge")
    services = replace(world.services(), failures=NoFailures())
    app = create_app(settings, services, clock=world.clock)
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1)) as client:
        page = Browser(client).get("/failures")
    assert "Nobody keeps here what failed." in page.text
    assert "Nothing failed" not in page.text


def test_a_poll_returns_the_list_that_the_page_includes(browser: Browser, held_up: World) -> None:
    part = browser.get("/failures/live", hx_request="true")
    assert part.elements[0].get("id") == "failures"
    assert part.by_id("failures").text == browser.get("/failures").by_id("failures").text
    assert part.by_id("failures").get("hx-trigger") == "every 15s, wake"
    assert len(held_up.failures) == 4


@pytest.mark.parametrize("url", ["/", "/buckets", "/failures", "/about"])
def test_the_navigation_says_how_many_there_are(browser: Browser, held_up: World, url: str) -> None:
    (entry,) = [each for each in browser.get(url).all("a", href="/failures") if each.inside("nav")]
    assert entry.text == f"Failures {len(held_up.failures)} could not be done"


def test_without_failures_the_navigation_says_nothing_of_them(browser: Browser, world: World) -> None:
    world.failures = []
    (entry,) = [each for each in browser.get("/buckets").all("a", href="/failures") if each.inside("nav")]
    assert entry.text == "Failures"


@pytest.mark.parametrize("verb", ["retry", "discard"])
def test_what_was_done_shows_in_the_navigation_at_once(browser: Browser, verb: str) -> None:
    assert [each.text for each in browser.get("/buckets").all("span", class_="count")] == ["1 could not be done"]
    browser.send(f"/failures/{LOST}/{verb}")
    assert not browser.get("/buckets").all("span", class_="count")


def test_they_are_counted_now_and_then_and_not_with_every_page(browser: Browser, world: World) -> None:
    browser.get("/buckets")
    world.failures = []
    assert browser.get("/about").all("span", class_="count")
    assert not browser.get("/").all("span", class_="count"), "the overview counts them itself"
    assert not browser.get("/about").all("span", class_="count")


def test_a_poll_counts_nothing(browser: Browser, world: World) -> None:
    world.failing["count"] = ThrottledError("Later.", 2)
    browser.get("/failures/live", hx_request="true")
    world.failing.clear()
    assert browser.get("/buckets").one("span", class_="count").text == "1 could not be done"


def test_many_are_counted_up_to_a_hundred(browser: Browser, world: World) -> None:
    world.failures = [failure(f"m-{number}") for number in range(103)]
    assert browser.get("/").one("span", class_="count").text == "100+ could not be done"
    assert "100+ things could not be done." in browser.get("/").text


def test_a_number_that_can_not_be_told_is_said_to_be_unknown(
    open_browser: Callable[[World], Browser], world: World
) -> None:
    world.failing["count"] = ThrottledError("Later.", 2)
    browser = open_browser(world)
    assert browser.get("/buckets").one("span", class_="count").text == "? how many is unknown"
    world.failing.clear()
    world.clock.at += timedelta(seconds=31)
    assert browser.get("/buckets").one("span", class_="count").text == "1 could not be done"
