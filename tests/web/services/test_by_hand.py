"""An invalidation by hand on its whole way: from what was pasted to what CloudFront was asked."""

import time
from collections.abc import Callable

import pytest

from invalidator.handler import make_handler
from tests.web.services.test_history import site, work  # noqa: F401 - fixtures
from tests.web.services.world import ANNA, QUEUE, World
from web.models import Person

BOB = Person(name="bob", role="operator")


def asked(world: World, distribution: str) -> list[list[str]]:
    """What CloudFront was asked to invalidate, in the order in which it was."""
    listed = world.cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"].get("Items", [])
    found = [
        world.cloudfront.get_invalidation(DistributionId=distribution, Id=one["Id"])["Invalidation"] for one in listed
    ]
    return [one["InvalidationBatch"]["Paths"]["Items"] for one in reversed(found)]


def uploaded(world: World, key: str) -> None:
    """Write an object, and let the invalidator read what S3 told of it."""
    world.s3.put_object(Bucket="docs", Key=key, Body=b"new")
    handle = make_handler(world.settings, world.others, world.clock)
    deadline = time.monotonic() + 10
    while not world.tables.journal.busy():
        assert time.monotonic() < deadline, "S3 told nothing"
        for message in world.aws.queues.receive("freshedge-events", 10, 0):
            told = {"messageId": message.id, "body": message.body, "attributes": message.attributes}
            handle({"Records": [told | {"eventSource": "aws:sqs", "eventSourceARN": QUEUE}]}, None)
            world.aws.queues.delete("freshedge-events", message.receipt)
        world.clock.sleep(0.5)


def test_a_request_goes_before_changes_that_waited_longer(world: World, site: str, work: Callable[[], None]) -> None:  # noqa: F811
    uploaded(world, "a.html")
    world.clock.sleep(60)
    world.services.invalidating.submit(site, ["/by/hand"], reason=None, person=BOB)
    work()
    assert asked(world, site) == [["/by/hand"], ["/a.html"]]


def test_a_request_does_not_wait_until_a_deploy_is_over(world: World, site: str, work: Callable[[], None]) -> None:  # noqa: F811
    uploaded(world, "a.html")
    world.services.invalidating.submit(site, ["/by/hand"], reason=None, person=BOB)
    work()
    assert asked(world, site) == [["/by/hand"]]
    (waiting,) = [one for one in world.services.history.open() if not one.id]
    assert (waiting.state, waiting.changes) == ("waiting", 1)


def test_while_a_distribution_is_paused_a_request_waits_and_says_so(
    world: World,
    site: str,  # noqa: F811
    work: Callable[[], None],  # noqa: F811
) -> None:
    world.services.invalidating.pause(site, ANNA)
    record = world.services.invalidating.submit(site, ["/a"], reason=None, person=BOB)
    work()
    assert asked(world, site) == []
    assert world.services.history.get(record.id).state == "waiting"
    world.services.invalidating.resume(site, ANNA)
    work()
    assert asked(world, site) == [["/a"]]


def test_a_cache_tag_reaches_cloudfront_beside_paths(world: World, work: Callable[[], None]) -> None:  # noqa: F811
    kept = world.distribution(world.bucket("shop"), CacheTagConfig={"HeaderName": "x-amz-meta-cache-tag"})
    record = world.services.invalidating.submit(kept, ["#News", "/a"], reason=None, person=BOB)
    work()
    assert asked(world, kept) == [["#news", "/a"]]
    done = world.services.history.get(record.id)
    assert (done.state, done.paths) == ("in_progress", ["#news", "/a"])
    assert world.services.invalidating.preview(kept, ["/b"]).in_progress.model_dump() == {"files": 2, "wildcards": 0}


@pytest.mark.parametrize("paths", [["/*"], ["/a b", "/c?d=1"], ["/%7Bx%7D"]])
def test_what_was_asked_for_is_asked_for_as_it_was_shown(
    world: World,
    site: str,  # noqa: F811
    work: Callable[[], None],  # noqa: F811
    paths: list[str],
) -> None:
    shown = [one.path for one in world.services.invalidating.preview(site, paths).paths]
    world.services.invalidating.submit(site, paths, reason=None, person=BOB)
    work()
    assert asked(world, site) == [shown]
