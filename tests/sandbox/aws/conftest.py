"""One local AWS for all tests of a module: each takes buckets of its own."""

from collections.abc import Iterator

import pytest

from tests.sandbox.aws.world import World, running


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    with running() as world:
        yield world


@pytest.fixture
def world(shared: World) -> World:
    """The module's local AWS, without faults and with an empty events queue."""
    shared.calm()
    return shared
