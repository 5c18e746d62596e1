import pytest

from tests.sandbox.cloudfront.world import World, make_world


@pytest.fixture
def world() -> World:
    """A CloudFront without throttling, its clock standing still."""
    return make_world()
