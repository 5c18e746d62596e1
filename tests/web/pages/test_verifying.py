"""A probe followed on its page: begun by a click, told station by station, quiet once it is over."""

import pytest

from invalidator.errors import AccessDeniedError, ThrottledError
from tests.web.pages.conftest import Browser
from tests.web.pages.twin import World
from web.models import Station, StationState, Verification

PAGE = "/links/docs-site/verify"


def station(name: str, state: StationState, message: str, **more: object) -> Station:
    return Station.model_validate({"name": name, "state": state, "message": message, **more})


@pytest.fixture
def begun(browser: Browser, world: World) -> Verification:
    """A probe that somebody sent just now."""
    browser.send(PAGE)
    return world.probes["docs-site"]


def came_to(world: World, begun: Verification, *stations: Station, **update: object) -> None:
    """Have the probe be over."""
    more = {"stations": [begun.stations[0], *stations], "done": True, "ok": True, "deleted_at": world.clock.now()}
    world.probes["docs-site"] = begun.model_copy(update={**more, **update})


def test_the_page_says_what_a_probe_does_before_it_is_sent(browser: Browser, world: World) -> None:
    page = browser.get(PAGE)
    assert "A small object is written into the bucket and followed" in page.text
    assert "It is deleted at the end, whatever came of it." in page.text
    assert page.one("button", class_="button primary").text == "Verify docs-site"
    assert not world.probes, "looking sends nothing"
    assert "hx-get" not in page.by_id("verification").attributes


def test_a_click_sends_a_probe_and_leads_to_its_stations(browser: Browser, world: World) -> None:
    assert browser.send(PAGE, browser.get(PAGE).form(PAGE).fields) == PAGE
    assert world.audit == [("verify", "docs-site", "demo")]
    page = browser.get(PAGE)
    assert [each.text for each in page.all("li") if each.inside("ol")] == [
        "ok Probe written The probe object was written. now",
        "waiting S3's event S3's event of it has not reached us yet. waiting",
    ]
    assert "on its way" in page.text
    assert "freshedge-probe-1.txt · begun now by demo" in page.text
    assert page.one("a", href=PAGE, class_="more").text == "look again", "for who has no JavaScript"
    assert not page.all("button", class_="button primary"), "one at a time"


def test_a_second_click_shows_the_probe_that_is_under_way(browser: Browser, world: World, begun: Verification) -> None:
    assert browser.send(PAGE) == PAGE
    assert world.probes["docs-site"] == begun


@pytest.mark.usefixtures("begun")
def test_an_open_page_asks_again_and_ever_more_slowly(browser: Browser) -> None:
    first = browser.get(PAGE).by_id("verification")
    assert first.get("hx-get") == "/links/docs-site/verify/live?poll=1&busy=1"
    assert first.get("hx-trigger") == "every 2s, wake"
    part = browser.get("/links/docs-site/verify/live?poll=20&busy=1")
    assert part.elements[0].get("id") == "verification"
    assert part.elements[0].get("hx-trigger") == "every 5s, wake"
    late = browser.get("/links/docs-site/verify/live?poll=60&busy=1").elements[0]
    assert late.get("hx-trigger") == "every 15s, wake"


def test_a_probe_that_came_through_is_told_and_asks_no_more(
    browser: Browser, world: World, begun: Verification
) -> None:
    accepted = station("accepted", "ok", "Accepted.", evidence={"invalidation_id": "01KB9", "paths": ["/probe.txt"]})
    came_to(world, begun, accepted, sentence="The probe came through in 9 s.")
    part = browser.get("/links/docs-site/verify/live?poll=4&busy=1")
    verification = part.by_id("verification")
    assert "hx-get" not in verification.attributes
    assert verification.get("data-say") == "The probe came through in 9 s."
    assert "came through" in verification.text
    assert "CloudFront asked Accepted. Show it paths: /probe.txt" in verification.text
    assert part.one("a", href="/invalidations/01KB9")
    assert "The probe object is deleted." in verification.text
    assert part.one("button").text == "Verify again"
    assert part.form(PAGE)


def test_a_broken_station_says_why_with_the_statement_to_add(
    browser: Browser, world: World, begun: Verification
) -> None:
    denied = AccessDeniedError("s3:PutObject", "arn:aws:s3:::docs-site/*")
    broken = station("written", "broken", str(denied), statement=denied.statement)
    came_to(world, begun.model_copy(update={"stations": [broken]}), ok=False, sentence=str(denied))
    page = browser.get(PAGE)
    assert "did not come through" in page.text
    assert '"Action": "s3:PutObject"' in page.text
    assert "No probe object was left in the bucket." in page.text


def test_the_page_of_a_link_tells_how_the_last_probe_fared(browser: Browser, world: World, begun: Verification) -> None:
    assert f"on its way {begun.sentence} Probe sent now by demo." in browser.get("/links/docs-site").text
    came_to(world, begun, sentence="The probe came through in 9 s.")
    page = browser.get("/links/docs-site")
    assert "came through The probe came through in 9 s. Probe sent now by demo. Its stations" in page.text
    assert [each.text for each in page.all("a", href=PAGE)] == ["Its stations", "Verify with a probe…"]
    world.failing["look"] = ThrottledError("Later.", 2)
    assert "came through" not in browser.get("/links/docs-site").text, "the rest of the page is there all the same"


def test_an_object_that_could_not_be_deleted_is_named(browser: Browser, world: World, begun: Verification) -> None:
    left = station("deleted", "broken", "The probe object could not be deleted.")
    came_to(world, begun, left, deleted_at=None, sentence="The probe came through in 9 s.")
    page = browser.get(PAGE)
    assert "Probe deleted The probe object could not be deleted." in page.text
    assert "The object freshedge-probe-1.txt is still in the bucket. Deleting it is tried again by itself" in page.text
    assert "hx-get" not in page.by_id("verification").attributes


def test_a_bucket_that_is_not_linked_is_offered_its_link_first(browser: Browser) -> None:
    page = browser.get("/links/blog-2026/verify")
    assert "This bucket is not linked, so nothing would follow." in page.text
    assert page.one("a", class_="button primary").get("href") == "/links/new?bucket=blog-2026"
    refused = browser.post("/links/blog-2026/verify", {}, 422)
    assert refused.one("div", role="alert").text == "blog-2026 is not linked, so nothing would follow. Link it first."


def test_an_unknown_bucket_is_no_page_to_verify(browser: Browser) -> None:
    browser.get("/links/nope/verify", 404)
    browser.post("/links/nope/verify", {}, 404)


def test_a_probe_that_can_not_be_sent_says_so(browser: Browser, world: World) -> None:
    world.failing["verify"] = ThrottledError("S3 wants this later. Try again in 2 s.", 2)
    page = browser.post(PAGE, {}, 503)
    assert page.one("div", role="alert").text == "S3 wants this later. Try again in 2 s."
    assert page.form(PAGE), "it can be tried again"


def test_a_look_that_fails_says_so_and_can_be_repeated(browser: Browser, world: World) -> None:
    world.failing["look"] = ThrottledError("CloudFront wants this later. Try again in 2 s.", 2)
    page = browser.get(PAGE, 503)
    assert page.one("div", role="alert").text == "CloudFront wants this later. Try again in 2 s."
    assert page.one("a", href=PAGE).text == "look again"
    browser.get("/links/docs-site/verify/live", 503)


def test_a_link_leads_to_its_verification(browser: Browser) -> None:
    assert browser.get("/links/docs-site").one("a", href=PAGE).text == "Verify with a probe…"
    assert not browser.get("/links/blog-2026").all("a", href="/links/blog-2026/verify")
