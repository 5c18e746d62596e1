"""Names that others chose are shown exactly and harmlessly, on every page."""

import pytest

from tests.web.pages import worlds
from tests.web.pages.conftest import Browser
from tests.web.pages.html import Document
from tests.web.pages.twin import World
from web.pages.names import INVISIBLE, pieces

ALLOWED = {"html", "head", "body", "meta", "title", "link", "script", "a", "header", "nav", "ul", "ol", "li", "p"} | {
    "main", "footer", "span", "div", "section", "h1", "h2", "b", "s", "bdi", "time", "code", "pre", "dl", "dt", "dd",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "form", "input", "label", "button", "textarea", "select",
    "option", "fieldset", "legend", "details", "summary", "figure", "meter", "svg", "g",
    "path", "circle", "rect", "line",
}  # fmt: skip
ON_EVERY_PAGE = 2
"""Scripts of ours: htmx and app.js."""


@pytest.fixture
def world() -> World:
    return worlds.hostile()


def every_page(world: World) -> list[str]:
    return [
        *("/", "/buckets", "/links", "/links/new", "/distributions", "/invalidations", "/failures", "/about"),
        *(f"/links/{name}{then}" for name in world.buckets for then in ("", "/repair", "/unlink")),
        *(f"/links/new?bucket={name}" for name in world.buckets),
        *(f"/links/new?bucket={name}&distribution=EHOSTILE000000" for name in world.buckets),
        *(f"/distributions/{one}" for one in world.distributions),
        *(f"/invalidations/{one.id}" for one in world.history),
        *(f"/distributions/{one.distribution_id}?repeat={one.id}" for one in world.history),
    ]


def harmless(page: Document) -> None:
    """No element, attribute or script that is not ours, and nothing that nobody sees outside of titles and values."""
    assert {each.name for each in page.elements} <= ALLOWED
    assert len(page.all("script")) == ON_EVERY_PAGE
    for each in page.elements:
        bad = [name for name in each.attributes if name.startswith("on") or name in ("style", "srcdoc")]
        assert not bad, f"<{each.name}> has {bad}"
        for name in ("href", "action", "src", "formaction", "hx-get", "hx-post"):
            value = each.get(name, "/")
            assert value.startswith(("/", "#", "http://ehostile")), f"{name}={value}"


def test_nothing_of_theirs_becomes_markup(browser: Browser, world: World) -> None:
    for url in every_page(world):
        harmless(browser.get(url))


def test_what_can_not_be_seen_is_shown_by_its_code(browser: Browser, world: World) -> None:
    page = browser.get(f"/invalidations/{world.history[1].id}")
    assert "invoiceU+202Egpj.exe" in page.text
    control = browser.get(f"/invalidations/{world.history[2].id}")
    assert "aU+0000bU+001B[31mcU+000Ad" in control.text


@pytest.mark.parametrize("index", [1, 2])
def test_headings_and_cells_hold_nothing_invisible(browser: Browser, world: World, index: int) -> None:
    record = world.history[index]
    for url in ("/", "/invalidations", f"/invalidations/{record.id}", f"/distributions/{record.distribution_id}"):
        for each in browser.get(url).elements:
            if each.name in ("h1", "h2", "td", "li", "dd", "p", "a", "title"):
                assert not any(piece.code for piece in pieces(each.text)), f"{url}: <{each.name}> {each.text!r}"


def test_what_was_typed_comes_back_as_it_was(browser: Browser, world: World) -> None:
    distribution = next(iter(world.distributions))
    for text in ("</textarea><script>alert(1)</script>", "\u202e/a", '"><img src=x>', "{{7*7}}"):
        typed = {"paths": [f"?{text}"], "reason": [text], "key": ["k"]}
        page = browser.post(f"/distributions/{distribution}/invalidate", typed, 422)
        harmless(page)
        form = page.form(f"/distributions/{distribution}/invalidate")
        assert form.fields["paths"] == [f"?{text}"]
        assert form.fields["reason"] == [text]


def test_filters_come_back_as_they_were(browser: Browser) -> None:
    for url, name in (("/buckets", "q"), ("/distributions", "q"), ("/links", "q"), ("/invalidations", "actor")):
        page = browser.get(f"{url}?{name}=%3Cscript%3E%22'%E2%80%AE")
        harmless(page)
        assert page.form(url).fields[name] == ["<script>\"'\u202e"]


def test_long_keys_are_shortened_in_the_middle_and_whole_on_focus(browser: Browser, world: World) -> None:
    page = browser.get(f"/invalidations/{world.history[3].id}")
    key = page.one("bdi", class_="key", tabindex="0")
    assert key.get("title") == worlds.LONG
    short = page.one("span", class_="short").text
    assert len(short) <= 120
    assert short.startswith("/part-000")
    assert short.endswith(worlds.LONG[-40:])
    assert page.one("span", class_="whole").text == worlds.LONG


def test_an_error_page_says_a_hostile_address_harmlessly(browser: Browser) -> None:
    for url in ("/links/%3Cscript%3E", "/invalidations/%3Cimg%20src=x%3E", "/nothing/%E2%80%AE%00"):
        harmless(browser.get(url, 404))


def test_the_categories_that_are_shown_by_code_are_all_that_nobody_sees() -> None:
    assert {"Cc", "Cf", "Zl", "Zp"} <= INVISIBLE
