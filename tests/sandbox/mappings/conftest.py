"""A world for each test, and the proof that nothing of it is left running."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.mappings.world import World


@pytest.fixture
def start() -> Iterator[Callable[..., World]]:
    """Start a world around a handler; it is stopped after the test, and no thread of it may be left."""
    before = set(threading.enumerate())
    made: list[World] = []

    def begin(handle: Callable[..., Any], **options: Any) -> World:
        world = World(handle, **options)
        made.append(world)
        world.sources.start()
        return world

    yield begin
    for world in made:
        world.sources.stop(grace_s=0.2)
    assert set(threading.enumerate()) - before == set()
