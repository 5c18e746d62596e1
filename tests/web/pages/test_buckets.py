"""All buckets: which are linked, to what, and which could be."""

from collections.abc import Callable

import pytest

from invalidator.errors import AccessDeniedError
from tests.web.pages.conftest import Browser
from tests.web.pages.html import NONE
from tests.web.pages.twin import World
from web.access.person import ROLE_COOKIE
from web.models import Bucket, HealthItem


def test_each_bucket_says_its_state_and_offers_what_helps(browser: Browser) -> None:
    rows = [row.text for row in browser.get("/buckets").all("tr")]
    assert rows[1:] == [
        f"blog-2026 us-east-1 not linked E9TTRUE81LKQAP blog.example.org {NONE} Link blog-2026",
        "docs-site eu-west-1 moving E2QWRUHAPOMQZL docs.example.org 12 s ago",
        "landing us-east-1 paused E77ALKZZ0QWERT www.example.org 38 min ago",
        "press-kit eu-west-1 faulty E3LPO01ZKX8VNM press.example.org yesterday Fix press-kit",
        f"raw-logs-prod us-east-1 no distribution reads it {NONE} {NONE}",
        "shop-assets us-east-1 waiting E1MTV0ZQAXB3JK cdn.shop.example now",
        f"status-page us-east-1 not linked EKQ02PPM1XAZ77 status.example.org {NONE} Link status-page",
        f"terraform-state no distribution reads it {NONE} {NONE}",
    ]


def test_the_states_are_chips_with_counts_that_keep_the_filter(browser: Browser) -> None:
    chips = {
        each.text: each.get("href") for each in browser.get("/buckets?q=e").all("a") if each.get("class") == "chip"
    }
    assert chips["All"] == "/buckets?q=e"
    assert chips["Not linked 4"] == "/buckets?q=e&state=unlinked"
    assert "Starting 0" not in chips


def test_filters_narrow_the_list_and_stay_in_the_form(browser: Browser) -> None:
    page = browser.get("/buckets?q=press&state=faulty")
    assert [each.text for each in page.all("a", class_="name plain")] == ["press-kit"]
    assert page.form("/buckets").fields == {"q": ["press"], "state": ["faulty"]}
    assert page.one("a", class_="chip", aria_current="true").text == "Faulty 1"


def test_no_match_says_so_and_leads_back(browser: Browser) -> None:
    page = browser.get("/buckets?q=nothing-like-it")
    assert "No bucket matches this filter." in page.text
    assert page.one("a", href="/buckets", class_="button")


def test_an_account_without_buckets_names_the_permission(open_browser: Callable[[World], Browser]) -> None:
    assert "s3:ListAllMyBuckets" in open_browser(World()).get("/buckets").text


def test_a_long_list_pages_by_cursor_and_keeps_the_filter(browser: Browser, world: World) -> None:
    for number in range(70):
        world.buckets[f"many-{number:02}"] = Bucket(name=f"many-{number:02}", region="us-east-1", state="unlinked")
    page = browser.get("/buckets?q=many")
    assert "50 of 70 buckets" in page.text
    following = page.one("a", rel="next").get("href")
    assert following == "/buckets?q=many&cursor=50"
    second = browser.get(following)
    assert second.all("a", class_="name plain")[0].text == "many-50"
    assert not second.all("a", rel="next")
    assert "to the first" in second.text


def test_a_cursor_of_somebody_else_is_refused_with_a_way_on(browser: Browser) -> None:
    page = browser.get("/buckets?cursor=nonsense", 422)
    assert "This cursor is none of ours." in page.text
    assert page.all("a", href="/buckets", class_="button primary")


def test_refresh_reads_the_account_anew_and_comes_back(browser: Browser, world: World) -> None:
    page = browser.get("/buckets?q=press")
    assert "read 40 s ago" in page.text
    form = page.form("/buckets/refresh")
    assert browser.send("/buckets/refresh", form.fields) == "/buckets?q=press"
    assert world.refreshed == 1


@pytest.mark.parametrize("url", ["/", "/about"])
def test_other_pages_that_show_the_account_offer_to_read_it_anew(browser: Browser, world: World, url: str) -> None:
    form = browser.get(url).form("/buckets/refresh")
    assert browser.send(form.action, form.fields) == url
    assert world.refreshed == 1


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/distributions"])
def test_refresh_leads_nowhere_else(browser: Browser, back: str) -> None:
    assert browser.send("/buckets/refresh", {"back": [back]}) == "/buckets"


def test_a_bucket_is_shown_by_its_link(browser: Browser) -> None:
    answer = browser.client.get("/buckets/docs-site")
    assert (answer.status_code, answer.headers["location"]) == (303, "/links/docs-site")


def test_an_unknown_state_is_refused(browser: Browser) -> None:
    browser.get("/buckets?state=sideways", 422)


def denied(name: str, code: str = "tag_unreadable", **more: object) -> Bucket:
    item = HealthItem(
        code=code,
        severity="warning",
        message="AWS denied it.",
        statement=AccessDeniedError("s3:GetBucketTagging", f"arn:aws:s3:::{name}").statement,
    )
    given: dict[str, object] = {"name": name, "region": "us-east-1", "state": "unlinked", "health": [item]}
    return Bucket.model_validate({**given, **more})


def test_a_bucket_that_we_may_not_read_names_the_permission_and_is_unknown(browser: Browser, world: World) -> None:
    world.buckets = {"secret": denied("secret")}
    page = browser.get("/buckets")
    (row,) = [row for row in page.all("tr") if row.inside("tbody")]
    assert row.text.startswith("secret us-east-1 missing: s3:GetBucketTagging")
    assert '"Resource": "arn:aws:s3:::secret"' in row.text
    assert " unknown " in row.text
    assert "1 bucket in 1 region · 0 linked · 1 unknown" in page.text
    overview = browser.get("/")
    assert "secret: AWS denies us its tags, so it is unknown whether it is linked." in overview.text
    assert overview.one("a", href="/about#permissions").text == "Show the statement of secret"


def test_a_link_that_nobody_looked_at_is_not_said_to_be_fresh(browser: Browser, world: World) -> None:
    world.buckets = {"a": denied("a", "not_checked", state="linked", distribution_ids=["E1"])}
    (row,) = [row for row in browser.get("/buckets").all("tr") if row.inside("tbody")]
    assert " not checked " in row.text
    assert browser.get("/").one("h1").text.startswith("0 of 1 link fresh, 1 not checked.")


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_who_may_not_link_is_offered_no_link(browser: Browser, role: str) -> None:
    browser.client.cookies.set(ROLE_COOKIE, role)
    for url in ("/buckets", "/"):
        page = browser.get(url)
        assert not [each for each in page.all("a") if each.get("href").startswith("/links/new")]
    rows = [row.text for row in browser.get("/buckets").all("tr")]
    assert any(row.endswith("Show press-kit") for row in rows)


def test_the_head_counts_regions_links_and_what_could_be(browser: Browser) -> None:
    assert "8 buckets in 2 regions · 4 linked · 2 could be" in browser.get("/buckets").text
