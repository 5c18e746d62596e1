from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.invalidator.world import World, make_world


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield make_world()
