"""Lambdas in direct mode."""

from collections.abc import Iterator

import pytest

from sandbox.cloudfront.settings import CloudFrontSettings
from tests.invalidator.direct.world import DirectWorld, logged, make_direct_world


@pytest.fixture
def direct() -> Iterator[DirectWorld]:
    """A Lambda in direct mode, with no throttling."""
    with logged() as lines:
        yield make_direct_world(lines)


@pytest.fixture
def throttled() -> Iterator[DirectWorld]:
    """The same under CloudFront's own request rate."""
    with logged() as lines:
        yield make_direct_world(lines, CloudFrontSettings())
