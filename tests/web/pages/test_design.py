"""The demo's page of components shows one of everything, and no other dashboard has it."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.web.pages.conftest import SETTINGS, Browser
from tests.web.pages.html import Document
from tests.web.pages.twin import World
from web.app import create_app
from web.pages.templating import STATIC, template_directory
from web.settings import WebSettings

URL = "/about/design"
SHOWN_OTHERWISE = {"polling", "pager", "role_switch"}
"""Attributes only; part of `below`; in the header of every page of the demo."""


@pytest.fixture
def page(browser: Browser) -> Document:
    return browser.get(URL)


@pytest.mark.parametrize(
    ("look", "drawn"),
    [("fresh", "circle"), ("moving", "path"), ("waiting", "circle"), ("faulty", "path"), ("paused", "path")],
)
def test_each_of_the_five_states_has_word_shape_and_colour(page: Document, look: str, drawn: str) -> None:
    states = [each for each in page.all("span", class_=f"state {look}") if each.inside("dt")]
    assert states[0].text == look
    shapes = [each for each in page.elements if each.name == drawn and each.inside("span") is states[0]]
    assert shapes
    styles = (STATIC / "app.css").read_text("utf8")
    assert re.search(rf"\.{look}\b[^{{}}]*{{\s*color: var\(--{look}\)", styles)


def test_every_macro_of_the_components_is_shown(page: Document) -> None:
    macros = {
        name
        for file in (template_directory() / "components").glob("*.html")
        for name in re.findall(r"{% macro (\w+)\(", file.read_text("utf8"))
    }
    source = (template_directory() / "about/design.html").read_text("utf8")
    used = {name for name in macros if re.search(rf"\b{name}\(", source)}
    assert macros - used == SHOWN_OTHERWISE
    assert "to the first" in page.text


def test_every_colour_that_is_shown_is_a_token(page: Document) -> None:
    styles = (STATIC / "app.css").read_text("utf8")
    names = [each.text for each in page.all("span", class_="mono") if each.text.startswith("--")]
    assert len(names) == 10
    for name in names:
        assert f"{name}: " in styles
        assert f".of-{name.removeprefix('--')} " in styles


def test_what_can_not_be_seen_and_what_is_long_are_among_the_names(page: Document) -> None:
    assert "invoiceU+202Egpj.exe" in page.text
    assert page.all("bdi", class_="key", tabindex="0")


def test_about_leads_there_in_the_demo(browser: Browser) -> None:
    assert browser.get("/about").one("a", href=URL)


def test_another_dashboard_has_no_such_page(world: World) -> None:
    settings = WebSettings(local_person="anna", table="freshedge", target_arn=SETTINGS.target_arn)
    with TestClient(
        create_app(settings, world.services(), clock=world.clock),
        base_url="http://localhost",
        client=("127.0.0.1", 1),
    ) as client:
        browser = Browser(client)
        assert "is in the demo alone" in browser.get(URL, 404).text
        about = browser.get("/about")
        assert not about.all("a", href=URL)
        assert about.one("p", class_="who").text == "Signed in as anna · admin"
        assert not about.all("form", action="/me/role")
        refused = browser.post("/me/role", {"role": ["viewer"]}, 404)
        assert "Roles are chosen in the demo alone" in refused.text
        assert browser.get("/about").all("form", action="/pause"), "still an admin"
