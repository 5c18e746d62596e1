"""CloudFront as the invalidator needs it, against the strict local one."""

import pytest

from invalidator.aws.cloudfront import CloudFront
from invalidator.errors import (
    BatchTooLargeError,
    InvalidPathError,
    NotFoundError,
    ReferenceReusedError,
    ThrottledError,
    TooManyInProgressError,
    UnavailableError,
)
from tests.sandbox.cloudfront.world import OPTIMIZED, World, make_world


@pytest.fixture
def aws() -> World:
    return make_world()


@pytest.fixture
def cloudfront(aws: World) -> CloudFront:
    return CloudFront(aws.client)


def test_an_invalidation_is_accepted_and_followed_until_it_is_completed(aws: World, cloudfront: CloudFront) -> None:
    one = aws.create()
    made = cloudfront.create_invalidation(one, ("/a", "/b*"), "r1")
    assert made.status == "InProgress"
    assert made.created_at.utcoffset() is not None
    assert made.created_at.timestamp() == aws.clock()
    aws.clock.advance(60)
    assert cloudfront.status(one, made.id) == "Completed"


def test_the_same_reference_and_paths_are_the_earlier_invalidation(aws: World, cloudfront: CloudFront) -> None:
    one = aws.create()
    made = cloudfront.create_invalidation(one, ["/a"], "r1")
    aws.clock.advance(60)
    again = cloudfront.create_invalidation(one, ["/a"], "r1")
    assert (again.id, again.status) == (made.id, "Completed")


@pytest.mark.parametrize(
    ("paths", "error"),
    [
        (["no slash"], InvalidPathError),
        ([], InvalidPathError),
        (["/other"], ReferenceReusedError),
        ([f"/{n}" for n in range(3001)], BatchTooLargeError),
        ([f"/{n}*" for n in range(16)], TooManyInProgressError),
    ],
)
def test_refusals_are_ours(aws: World, cloudfront: CloudFront, paths: list[str], error: type[Exception]) -> None:
    one = aws.create()
    cloudfront.create_invalidation(one, ["/first"], "first")
    with pytest.raises(error):
        cloudfront.create_invalidation(one, paths, "first" if paths == ["/other"] else "second")


def test_an_unknown_distribution_is_not_found(cloudfront: CloudFront) -> None:
    for call in (
        lambda: cloudfront.create_invalidation("E0", ["/a"], "r"),
        lambda: cloudfront.status("E0", "I0"),
        lambda: cloudfront.distribution_config("E0"),
        lambda: cloudfront.cache_policy("11111111-2222-3333-4444-555555555555"),
    ):
        with pytest.raises(NotFoundError):
            call()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("throttle", ThrottledError),
        ("too_many", TooManyInProgressError),
        ("unavailable", UnavailableError),
        ("time_out", UnavailableError),
    ],
)
def test_bad_days_are_to_be_tried_later(aws: World, cloudfront: CloudFront, fault: str, error: type[Exception]) -> None:
    one = aws.create()
    aws.faults.set(**{fault: True})
    with pytest.raises(error):
        cloudfront.create_invalidation(one, ["/a"], "r")


def test_configurations_come_in_boto3s_shape(aws: World, cloudfront: CloudFront) -> None:
    one = aws.create(DefaultRootObject="index.html")
    assert cloudfront.distribution_config(one)["DefaultRootObject"] == "index.html"
    assert cloudfront.cache_policy(OPTIMIZED)["Name"] == "Managed-CachingOptimized"
