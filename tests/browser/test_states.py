"""What is seen only after a click or while typing: as narrow, wide, light, dark and usable as the pages themselves."""

from typing import Any

import pytest

from sandbox.run import Sandbox
from tests.browser.states import STATES, Reach
from tests.browser.test_pages import WIDE, look

pytestmark = [pytest.mark.browser, pytest.mark.tool("chromium")]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.usefixtures("docs_unlinked")
def test_every_state_holds(open_visitor: Any, sandbox: Sandbox, state: Reach) -> None:
    visitor = open_visitor(viewport={"width": WIDE, "height": 800}, color_scheme="light", reduced_motion="reduce")
    visitor.expected = ("status of 404", "status of 409", "status of 422")
    page = visitor.page("/about")
    state(page, visitor.base, sandbox)
    assert not look(page, state.__name__)
