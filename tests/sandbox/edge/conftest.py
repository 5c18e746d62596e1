import pytest

from tests.sandbox.edge.world import World, config_of, make_world


@pytest.fixture
def world() -> World:
    """An edge with one distribution over one bucket that everybody may read."""
    world = make_world()
    world.distribution(config_of())
    return world
