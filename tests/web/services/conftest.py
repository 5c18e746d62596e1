"""An account for every test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.web.services.world import World, make_world


@pytest.fixture
def world() -> Iterator[World]:
    """An account with a table, queues and nothing else, and a dashboard over it."""
    made = make_world()
    yield made
    made.aws.close()
