"""What others wrote into notifications, rules and keys is shown exactly and harmlessly where links are made."""

import pytest

from invalidator.errors import UnavailableError
from tests.web.pages import worlds
from tests.web.pages.conftest import Browser
from tests.web.pages.html import Document
from tests.web.pages.test_hostile import harmless
from tests.web.pages.test_templates import sound
from tests.web.pages.twin import World
from tests.web.pages.twin_linking import LinkFacts
from web.models import HealthItem, Station, Verification
from web.pages.names import pieces
from web.services.errors import OverlapError, StepFailedError


@pytest.fixture(params=worlds.HOSTILE)
def text(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def hostile(world: World, text: str) -> World:
    """A world in which somebody who means harm has written whatever others may write on a bucket."""
    rules = [{"Name": "prefix", "Value": text}]
    theirs = {"Id": text, "QueueArn": text, "Events": [text], "Filter": {"Key": {"FilterRules": rules}}}
    now = world.clock.now()
    world.link_facts["blog-2026"] = LinkFacts(overlaps=[theirs], kept_at=now)
    world.link_facts["press-kit"] = LinkFacts(kept_at=now)
    world.tags["blog-2026"] = {text[:128]: text[:256]}
    world.notes.append(text)
    world.unread["press-kit"] = text
    item = HealthItem(
        code="notification_overlapped", severity="fault", message=text, evidence={"configuration": theirs}
    )
    world.change("press-kit", health=[item])
    station = Station(name="edge", state="broken", message=text, evidence={text[:50]: text})
    world.probes["press-kit"] = Verification(
        id="p", bucket="press-kit", key=text, stations=[station], sentence=text, started_at=now, actor=text
    )
    stopped = StepFailedError(UnavailableError(text, 5), [text], text, text, "unlink")
    world.failing |= {"apply blog-2026": stopped, "unlink": stopped, "repair": OverlapError(text, [theirs])}
    return world


def looked_at(url: str, page: Document) -> None:
    """The page is sound, holds nothing of theirs as markup, and nothing that nobody sees outside of attributes."""
    harmless(page)
    sound(url, page)
    for each in page.elements:
        if each.name in ("h1", "h2", "td", "li", "p", "a", "button", "b"):
            assert not any(piece.code for piece in pieces(each.text)), f"{url}: <{each.name}> {each.text!r}"


@pytest.mark.usefixtures("hostile")
def test_pages_that_are_looked_at(browser: Browser) -> None:
    blog = f"bucket=blog-2026&distribution={worlds.BLOG}&step=plan"
    for url in (
        "/links",
        "/links/press-kit",
        "/links/press-kit/unlink",
        "/links/press-kit/restore",
        "/links/press-kit/verify",
        "/links/new?bucket=blog-2026",
        f"/links/new?{blog}&via=eventbridge",
        "/links/several?bucket=blog-2026&bucket=status-page",
        "/links/several?bucket=blog-2026&eventbridge=blog-2026",
    ):
        looked_at(url, browser.get(url))
    looked_at("conflict", browser.get(f"/links/new?{blog}&via=queue", 409))


@pytest.mark.usefixtures("hostile")
def test_pages_that_answer_a_click(browser: Browser) -> None:
    wanted = {"bucket": ["blog-2026"], "distribution": [worlds.BLOG], "via": ["eventbridge"]}
    looked_at("apply", browser.post("/links", wanted, 503))
    looked_at("unlink", browser.post("/links/press-kit/unlink", {}, 503))
    looked_at("repair", browser.post("/links/press-kit/repair", {}, 409))
    looked_at("check", browser.post("/links/check"))
    pairs = {"pair": [f"blog-2026 {worlds.BLOG}", f"status-page {worlds.STATUS}"]}
    looked_at("several", browser.post("/links/several", pairs))


def test_names_that_somebody_typed_into_an_address(browser: Browser, text: str) -> None:
    sent = browser.client.get("/links/several", params={"bucket": [text[:200]], "eventbridge": [text[:200]]})
    looked_at("several", Document(sent.text))
    refused = browser.post("/links/several", {"pair": [f"{text[:200]} {text[:200]}"]})
    harmless(refused)
    assert "0 of 1 bucket linked." in refused.text or "No bucket was chosen" in refused.text
