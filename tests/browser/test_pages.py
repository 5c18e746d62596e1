"""Every page for every role: narrow and wide, light and dark, nothing cut off, and usable by everybody (axe)."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.axe import ALL, COLOURS, LAYOUT, violations
from tests.browser.pages import Place
from web.access.roles import ROLES
from web.models import Role

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.tool("chromium")]

LIGHT, DARK = "light", "dark"
WIDE, MIDDLE, NARROW = 1280, 768, 360
STICKING_OUT = """() => [...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.unseen, .skip, thead') && e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.outerHTML.slice(0, 120))"""
OPEN_ALL = "document.querySelectorAll('main details').forEach(e => { e.open = true })"
MARKUP = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll('header .who').forEach(e => e.remove());
  return copy.innerHTML;
}"""


@pytest.fixture(scope="module")
def looked_at() -> dict[str, Role]:
    """The markup that was looked at already, and the role it was looked at with: axe would say the same of it."""
    return {}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_holds(open_visitor: Any, places: list[Place], looked_at: dict[str, Role], role: Role) -> None:
    visitor = open_visitor(viewport={"width": WIDE, "height": 800}, color_scheme=LIGHT, reduced_motion="reduce")
    visitor.see_as(role)
    visitor.expected = ("status of 404",)
    page = visitor.page("/")
    wrong = []
    for place in [one for one in places if one.open_to(role)]:
        answer = page.goto(visitor.base + place.path)
        if answer.status != place.status:
            wrong.append(f"{place.path} as {role}: answered {answer.status}")
        elif looked_at.setdefault(signature(page), role) == role:
            wrong += look(page, f"{place.path} as {role}")
    assert not wrong, "\n".join(wrong)


def look(page: "Page", where: str) -> list[str]:
    """Look at a page in both themes and three widths, with all of it open; say what is wrong."""
    page.evaluate(OPEN_ALL)
    wrong = []
    for width, scheme, rules in (
        (WIDE, LIGHT, COLOURS),
        (WIDE, DARK, ALL),
        (MIDDLE, DARK, LAYOUT),
        (NARROW, DARK, COLOURS),
        (NARROW, LIGHT, ALL),
    ):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        found = violations(page, rules)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found += [f"sticks out: {element}" for element in page.evaluate(STICKING_OUT)] or ["it scrolls sideways"]
        wrong += [f"{where}, {width} px, {scheme}: {one}" for one in found]
    page.set_viewport_size({"width": WIDE, "height": 800})
    return wrong


def signature(page: "Page") -> str:
    """Return the markup of a page but for what passes with time; who is signed in is looked at on its own."""
    return re.sub(r"\d+", "0", page.evaluate(MARKUP))
