"""What stands around every page: who is signed in, where one is, what is paused, and errors that help."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from invalidator.errors import AccessDeniedError, ThrottledError, UnavailableError
from tests.web.pages.conftest import SETTINGS, Browser, ours
from tests.web.pages.html import Document
from tests.web.pages.twin import World
from tests.web.pages.worlds import DOCS
from web.access.person import ROLE_COOKIE
from web.access.roles import reads
from web.app import create_app
from web.extensions import Extension
from web.models import Stale
from web.pages.coming import came_from
from web.pages.render import render

PAGES = (
    "/",
    "/buckets",
    "/links",
    "/links/new",
    "/distributions",
    f"/distributions/{DOCS}",
    "/invalidations",
    "/failures",
    "/about",
)


@pytest.mark.parametrize("url", PAGES)
def test_every_page_says_who_is_signed_in(browser: Browser, url: str) -> None:
    page = browser.get(url)
    assert [each.text for each in page.all("summary") if each.inside("header")] == ["Signed in as demo · admin"]
    assert len(page.all("h1")) == 1
    assert page.all("title")[0].text.endswith("· freshedge")
    assert page.one("html").get("lang") == "en"


@pytest.mark.parametrize(
    ("url", "current"),
    [
        ("/", "Overview"),
        ("/buckets", "Buckets"),
        ("/links/docs-site", "Buckets"),
        (f"/distributions/{DOCS}", "Distributions"),
        ("/invalidations", "History"),
        ("/failures", "Failures"),
    ],
)
def test_the_navigation_says_where_one_is(browser: Browser, url: str, current: str) -> None:
    assert browser.get(url).one("a", aria_current="page").text.startswith(current)


@pytest.mark.parametrize("url", PAGES)
def test_a_banner_on_every_page_says_that_everything_is_paused(browser: Browser, world: World, url: str) -> None:
    assert not browser.get(url).all("div", aria_label="Everything is paused")
    world.paused = True
    page = browser.get(url)
    assert page.one("div", aria_label="Everything is paused").text.startswith("Everything is paused.")


@pytest.mark.parametrize("url", PAGES)
def test_a_banner_says_that_the_account_can_not_be_read_and_how_old_it_is(
    browser: Browser, world: World, url: str
) -> None:
    said = "cloudfront:ListDistributions on * was refused with ServiceUnavailable: Please try again."
    now = world.clock.now()
    world.stale = Stale(since=now - timedelta(minutes=4), as_of=now - timedelta(minutes=5), reason=said)
    banner = browser.get(url).one("div", aria_label="The account can't be read").text
    assert banner == (
        "The account can't be read again since 4 min ago. CloudFront is not available just now "
        "(ListDistributions: ServiceUnavailable). Buckets and distributions are shown as of 5 min ago; "
        "it is tried again by itself."
    )


@pytest.mark.parametrize("role", ["viewer", "operator", "linker"])
def test_the_banner_offers_resuming_to_an_admin_alone(browser: Browser, world: World, role: str) -> None:
    world.paused = True
    assert browser.get("/").form("/resume")
    browser.client.cookies.set(ROLE_COOKIE, role)
    page = browser.get("/")
    assert not page.all("form", action="/resume")
    assert "until an admin resumes" in page.one("div", aria_label="Everything is paused").text


def test_in_the_demo_a_role_is_chosen_on_every_page_and_leads_back(browser: Browser) -> None:
    page = browser.get("/buckets?q=press")
    form = page.form("/me/role")
    assert form.fields == {"back": ["/buckets?q=press"]}
    offered = [each.get("value") for each in page.all("button") if each.get("name") == "role"]
    assert offered == ["viewer", "operator", "linker", "admin"]
    answer = browser.client.post(form.action, data={**form.fields, "role": "viewer"}, headers=ours())
    assert (answer.status_code, answer.headers["location"]) == (303, "/buckets?q=press")
    page = browser.get("/buckets?q=press")
    assert page.one("button", aria_current="true").get("value") == "viewer"
    assert not page.all("a", href="/links/new")


def test_a_page_that_a_form_came_to_leads_back_to_the_one_before(browser: Browser, world: World) -> None:
    world.failing["pause"] = ThrottledError("Later.", 2)
    page = browser.post("/pause", status=503, Referer="http://localhost/about")
    assert page.form("/me/role").fields == {"back": ["/about"]}


def test_pausing_everything_and_resuming_come_back_to_where_one_was(browser: Browser, world: World) -> None:
    assert browser.get("/about").form("/pause")
    assert browser.send("/pause", Referer="http://localhost/about") == "/about"
    assert world.paused
    assert (
        browser.send("/resume", Referer="http://localhost/invalidations?state=failed") == "/invalidations?state=failed"
    )
    assert not world.paused
    assert world.audit == [("pause", None, "demo"), ("resume", None, "demo")]


@pytest.mark.parametrize(
    ("referer", "where"),
    [
        ("", "/"),
        ("http://localhost/buckets?q=a", "/buckets?q=a"),
        ("http://localhost//evil.example", "/"),
        ("http://localhost/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://[", "/"),
    ],
)
def test_coming_back_never_leads_elsewhere(referer: str, where: str) -> None:
    assert came_from(referer) == where


def test_a_page_that_does_not_exist_leads_on(browser: Browser) -> None:
    page = browser.get("/nothing", 404)
    assert page.one("h1").text == "There is nothing at this address"
    assert page.one("a", href="/", class_="button primary").text == "To the overview"
    assert page.one("details", class_="who").text.startswith("Signed in as demo · admin")


def test_a_denied_call_names_the_statement_to_add(browser: Browser, world: World) -> None:
    world.failing["summary"] = AccessDeniedError("s3:ListAllMyBuckets", "*")
    page = browser.get("/", 403)
    assert "AWS denied s3:ListAllMyBuckets on *." in page.text
    assert '"Action": "s3:ListAllMyBuckets"' in page.one("pre").text


def test_what_aws_wants_later_says_when(browser: Browser, world: World) -> None:
    world.failing["summary"] = UnavailableError("CloudFront does not answer. Load this again in a few seconds.", 3)
    answer = browser.client.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    assert "Load this again in a few seconds." in answer.text


def test_what_should_not_happen_says_what_to_report(
    browser: Browser, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.history = [None]  # type: ignore[list-item]
    page = browser.get("/invalidations", 500)
    name = page.one("code").text
    assert name in caplog.text
    assert "Say this when you report it" in page.text


def ways(page: Document) -> list[tuple[str, str]]:
    return [(each.text, each.get("href")) for each in page.all("a") if each.get("class").startswith("button")]


def test_what_may_pass_can_be_asked_again_from_the_page(browser: Browser, world: World) -> None:
    world.failing["buckets"] = ThrottledError("s3:ListBuckets on * was refused with SlowDown: Please reduce.", 2)
    page = browser.get("/buckets?q=a", 503)
    assert "S3 wants fewer requests a second just now (ListBuckets: SlowDown)." in page.text
    assert ways(page) == [("Try again", "/buckets?q=a"), ("All buckets", "/buckets"), ("To the overview", "/")]


def test_an_error_of_the_overview_does_not_lead_to_the_overview(browser: Browser, world: World) -> None:
    world.failing["summary"] = AccessDeniedError("s3:ListAllMyBuckets", "*")
    assert ways(browser.get("/", 403)) == [("About this installation", "/about")]


def test_a_form_that_failed_leads_back_to_its_page(browser: Browser, world: World) -> None:
    world.failing["pause"] = ThrottledError("Later.", 2)
    page = browser.post("/pause", status=503, Referer="http://localhost/about?x=1")
    assert ways(page)[0] == ("Back to the page before", "/about?x=1")
    assert ways(browser.post("/pause", status=503, Referer="http://localhost//evil.example")) == [
        ("To the overview", "/")
    ]


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("/buckets?state=sideways", "state"),
        ("/overview/live?poll=-1", "poll"),
        ("/failures?q=" + "x" * 201, "q"),
        ("/invalidations?kind=none", "kind"),
    ],
)
def test_rubbish_in_an_address_is_named_and_led_on_from(browser: Browser, url: str, where: str) -> None:
    page = browser.get(url, 422)
    assert "so nothing was done" in page.text
    assert [each.text for each in page.all("dt")] == [where]
    assert page.all("dd")[0].text
    assert ways(page)[-1] == ("To the overview", "/")


def test_a_form_without_its_fields_names_them(browser: Browser) -> None:
    page = browser.post("/me/role", status=422, Referer="http://localhost/links")
    assert [each.text for each in page.all("dt")] == ["role"]
    assert ways(page)[0] == ("Back to the page before", "/links")


def test_a_form_of_another_site_changes_nothing(browser: Browser, world: World) -> None:
    answer = browser.client.post("/pause", headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not world.paused


@pytest.mark.parametrize("url", ["/pause", "/links/docs-site/unlink", f"/distributions/{DOCS}/pause"])
def test_looking_never_changes_anything(browser: Browser, world: World, url: str) -> None:
    browser.client.get(url)
    browser.client.head(url)
    assert not world.audit


def test_extensions_join_the_navigation_with_templates_of_their_own(world: World, tmp_path: Path) -> None:
    (tmp_path / "extra.html").write_text('{% extends "base.html" %}{% block main %}<h1>{{ word }}</h1>{% endblock %}')
    router = APIRouter(dependencies=[reads("viewer")])

    @router.get("/publish")
    def publish(request: Request) -> HTMLResponse:
        return render(request, "extra.html", word="Publish <b>")

    extension = Extension("demo", "Publish", "/publish", [router], [tmp_path])
    app = create_app(SETTINGS, world.services(), extensions=[extension], clock=world.clock)
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1)) as client:
        page = Browser(client).get("/publish")
    assert page.one("h1").text == "Publish <b>"
    assert page.one("a", aria_current="page").text == "Publish"
