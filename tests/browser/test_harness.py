"""The browser tests hear and see what they are there for: a page that is put wrong is complained about."""

from typing import Any

import pytest

from tests.browser.axe import COLOURS, violations

pytestmark = [pytest.mark.browser, pytest.mark.tool("chromium")]


@pytest.mark.parametrize(
    "breach",
    [
        "document.body.setAttribute('style', 'color: red')",
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = true'}))",
        "fetch('https://elsewhere.example/').catch(() => {})",
    ],
    ids=["style", "script", "elsewhere"],
)
def test_what_the_policy_refuses_is_heard(open_visitor: Any, breach: str) -> None:
    visitor = open_visitor()
    page = visitor.page("/about")
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate(f"() => {{ {breach} }}")
    assert any("Content Security Policy" in complaint for complaint in visitor.complaints)
    assert page.evaluate("window.ran") is None
    visitor.complaints.clear()  # they were this test's own


def test_what_nobody_can_read_or_name_is_seen(open_visitor: Any) -> None:
    page = open_visitor().page("/about")
    assert violations(page) == []
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(one.startswith("label (critical): <input>") for one in violations(page))
    page.evaluate("document.querySelector('h1').style.color = 'rgb(230, 230, 230)'")
    assert [one.split()[0] for one in violations(page, COLOURS)] == ["color-contrast"]
