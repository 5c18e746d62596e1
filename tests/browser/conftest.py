"""A real Chromium in front of a whole sandbox: one of each for all tests of this room."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.run import Sandbox
from tests.browser.pages import Place, furnished
from tests.browser.visitors import Visitor, launched, quick
from tests.browser.world import a_dead_letter, a_long_record, docs_without_link

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="package")
def sandbox() -> Iterator[Sandbox]:
    """Everything of the demo on free ports, in a hurry."""
    running = Sandbox(quick())
    running.start()
    a_dead_letter(running)  # before anybody looks
    yield running
    running.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator["Browser"]:
    with launched() as browser:
        yield browser


@pytest.fixture
def open_visitor(sandbox: Sandbox, chromium: "Browser") -> Iterator[Any]:
    """Open a browser window; at the end nothing may have been complained about."""
    visitors: list[Visitor] = []

    def opened(**options: Any) -> Visitor:
        visitors.append(Visitor(chromium.new_context(**options), sandbox.url))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def docs_unlinked(sandbox: Sandbox) -> str:
    """Begin with the bucket of the documentation not linked; return its distribution's id."""
    return docs_without_link(sandbox)


@pytest.fixture(scope="package")
def record(sandbox: Sandbox) -> str:
    """Return the id of an invalidation whose path is as long as a key may be."""
    return a_long_record(sandbox)


@pytest.fixture(scope="package")
def places(sandbox: Sandbox) -> list[Place]:
    """Every kind of page, with something on it."""
    return furnished(sandbox)
