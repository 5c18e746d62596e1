"""Distributions: what reads what, what waits, how much of CloudFront's quotas is in use, and settings."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from invalidator.errors import AccessDeniedError, FreshedgeError, UnavailableError
from tests.web.pages.conftest import SETTINGS, Browser
from tests.web.pages.html import NONE, Document
from tests.web.pages.twin import World
from tests.web.pages.worlds import BLOG, DOCS, LANDING, PRESS, SHOP
from web.access.person import ROLE_COOKIE
from web.app import create_app


def test_the_list_says_state_site_and_what_feeds_it(browser: Browser) -> None:
    rows = [row.text for row in browser.get("/distributions").all("tr")]
    assert rows[1:] == [
        f"{DOCS} moving docs.example.org docs-site 0",
        f"{SHOP} waiting cdn.shop.example shop-assets 1,204",
        f"{PRESS} fresh press.example.org press-kit 0",
        f"{BLOG} not linked blog.example.org its bucket is not linked 0",
        "EKQ02PPM1XAZ77 not linked status.example.org its bucket is not linked 0",
        f"{LANDING} paused www.example.org landing 0",
    ]


def test_the_list_filters_and_says_when_nothing_matches(browser: Browser) -> None:
    assert len(browser.get("/distributions?q=shop").all("tr")) == 2
    page = browser.get("/distributions?q=nothing")
    assert "No distribution matches “nothing”." in page.text
    assert page.form("/distributions").fields == {"q": ["nothing"]}


def test_an_account_without_distributions_names_the_permission(open_browser: Callable[[World], Browser]) -> None:
    assert "cloudfront:ListDistributions" in open_browser(World()).get("/distributions").text


def test_refresh_comes_back(browser: Browser, world: World) -> None:
    assert browser.send("/distributions/refresh", {"back": ["/distributions?q=a"]}) == "/distributions?q=a"
    assert browser.send("/distributions/refresh", {"back": ["https://evil.example"]}) == "/distributions"
    assert world.refreshed == 2


def test_one_says_names_origins_quotas_and_history(browser: Browser) -> None:
    page = browser.get(f"/distributions/{DOCS}")
    assert "docs.example.org · d011111abcdef8.cloudfront.net · deployed · fed by docs-site" in page.text
    assert "3 of 3,000 in progress" in page.text
    assert "1 of 15 in progress" in page.text
    assert "/ answers index.html" in page.text
    rows = [row.text for row in page.all("tr")]
    assert "s3-docs-site docs-site.s3.us-east-1.amazonaws.com S3 docs-site /site" in rows
    assert f"api api.example.org custom {NONE} /" in rows
    assert any(row.startswith("12 min ago live after 11 s S3: 412 uploaded, 5 changed 3") for row in rows)
    assert page.one("a", href="http://e2qwruhapomqzl.localhost:8002/").text == "open the site"


def test_an_origin_whose_bucket_is_not_linked_offers_to_be(browser: Browser) -> None:
    assert browser.get(f"/distributions/{BLOG}").one("a", href="/links/new?bucket=blog-2026").text == "Link blog-2026"


def test_what_happens_is_followed_by_the_part_that_the_page_includes(browser: Browser) -> None:
    page, part = browser.get(f"/distributions/{SHOP}"), browser.get(f"/distributions/{SHOP}/activity?poll=0&busy=1")
    assert part.elements[0].get("id") == "activity"
    assert part.by_id("activity").text == page.by_id("activity").text
    assert "1,204 changes, until nothing more comes" in part.by_id("activity").text


def test_pause_and_resume_are_one_click_each(browser: Browser, world: World) -> None:
    page = browser.get(f"/distributions/{DOCS}")
    where = browser.send(f"/distributions/{DOCS}/pause", page.form(f"/distributions/{DOCS}/pause").fields)
    assert where == f"/distributions/{DOCS}"
    paused = browser.get(where)
    assert "Paused. Changes are recorded; nothing is invalidated until you resume." in paused.text
    assert not paused.all("form", action=f"/distributions/{DOCS}/pause")
    browser.send(f"/distributions/{DOCS}/resume", paused.form(f"/distributions/{DOCS}/resume").fields)
    assert world.audit == [("pause", DOCS, "demo"), ("resume", DOCS, "demo")]
    assert not world.distributions[DOCS].paused


def test_settings_are_saved_and_said_to_be(browser: Browser, world: World) -> None:
    form = browser.get(f"/distributions/{DOCS}").form(f"/distributions/{DOCS}/settings")
    assert form.fields == {"settle_seconds": [""]}
    where = browser.send(form.action, form.filled(settle_seconds=" 0.5 "))
    assert world.distributions[DOCS].settings.settle_seconds == 0.5
    page = browser.get(where)
    assert "The settings are saved" in page.one("div", role="status", class_="note fresh").text
    assert page.form(form.action).fields == {"settle_seconds": ["0.5"]}


def test_empty_goes_back_to_the_default_and_touches_nothing_else(browser: Browser, world: World) -> None:
    chosen = world.distributions[DOCS].settings.model_copy(update={"settle_seconds": 9.0, "strategy": "frugal"})
    world.distributions[DOCS] = world.distributions[DOCS].model_copy(update={"settings": chosen})
    browser.send(f"/distributions/{DOCS}/settings", {"settle_seconds": [""]})
    saved = world.distributions[DOCS].settings
    assert (saved.settle_seconds, saved.strategy) == (None, "frugal")


@pytest.mark.parametrize("typed", ["901", "-1", "soon", "nan", "1e999"])
def test_settings_that_can_not_be_are_refused_with_what_was_typed_kept(
    browser: Browser, world: World, typed: str
) -> None:
    page = browser.post(f"/distributions/{DOCS}/settings", {"settle_seconds": [typed]}, 422)
    assert "from 0 to 900" in page.by_id("settle-problem").text
    assert page.form(f"/distributions/{DOCS}/settings").fields == {"settle_seconds": [typed]}
    assert world.distributions[DOCS].settings.settle_seconds is None


@pytest.mark.parametrize("url", ["/distributions/E0", "/distributions/E0/activity"])
def test_an_unknown_one_is_a_page_that_helps(browser: Browser, url: str) -> None:
    page = browser.get(url, 404)
    assert "There is no distribution E0 in this account." in page.text
    assert page.one("a", href="/distributions", class_="button primary")


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("viewer", set()),
        ("operator", {"invalidate", "pause"}),
        ("linker", {"invalidate", "pause"}),
        ("admin", {"invalidate", "pause", "settings"}),
    ],
)
def test_a_role_is_offered_only_what_it_may_do(browser: Browser, role: str, offered: set[str]) -> None:
    page = browser.get(f"/distributions/{BLOG}", cookie=f"{ROLE_COOKIE}={role}")
    ours = [form.get("action") for form in page.all("form") if form.get("action").startswith("/distributions/")]
    assert {action.rpartition("/")[2] for action in ours} == offered
    assert bool(page.all("a", href="/links/new?bucket=blog-2026")) == (role in ("linker", "admin"))
    assert "Quiet seconds before a deploy counts as over" in page.text


def test_a_viewer_sees_that_one_is_paused_and_no_button_that_fails(browser: Browser) -> None:
    page = browser.get(f"/distributions/{LANDING}", cookie=f"{ROLE_COOKIE}=viewer")
    assert "Paused. Changes are recorded" in page.text
    assert not page.all("form", action=f"/distributions/{LANDING}/resume")


def test_without_a_table_nothing_is_offered_that_would_fail(world: World) -> None:
    settings = replace(SETTINGS, table=None)
    app = create_app(settings, world.services(), clock=world.clock)
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50000)) as client:
        page = Document(client.get(f"/distributions/{DOCS}").text)
    ours = {form.get("action").rpartition("/")[2] for form in page.all("form")}
    assert "invalidate" in ours
    assert not ours & {"pause", "settings"}
    assert "no table is set" in page.text


@pytest.mark.parametrize(
    ("error", "status"),
    [(AccessDeniedError("dynamodb:PutItem", "*"), 403), (UnavailableError("The table does not answer.", 1), 503)],
)
def test_settings_that_could_not_be_saved_say_why_and_keep_what_was_typed(
    browser: Browser, world: World, error: FreshedgeError, status: int
) -> None:
    world.failing["save_settings"] = error
    page = browser.post(f"/distributions/{DOCS}/settings", {"settle_seconds": ["7"]}, status)
    assert str(error).split(".")[0] in page.one("div", role="alert").text
    assert page.form(f"/distributions/{DOCS}/settings").fields == {"settle_seconds": ["7"]}


def test_what_the_list_leaves_out_is_said(browser: Browser, world: World) -> None:
    world.history_note = "What was made elsewhere is not shown: AWS denied cloudfront:ListInvalidations."
    assert world.history_note in browser.get(f"/distributions/{DOCS}").by_id("activity").text
