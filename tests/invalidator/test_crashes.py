"""The heart of "nothing is lost": the worker dies at any AWS call, before or after it took effect. All ends fresh."""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from moto import mock_aws

from sandbox.cloudfront.settings import CloudFrontSettings
from tests.invalidator.world import World, dying, make_world

SEED = int(os.environ.get("FRESHEDGE_SEED", "7"))
# Each death is a world of its own; a few of each kind tell enough every day, the deep profile takes all.
SAMPLED = 20
QUICK = CloudFrontSettings(requests_per_second=float("inf"), completion_seconds=2)
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


def scene(world: World) -> tuple[str, str]:
    """Two distributions, three buckets (one linked late), a person's request, an upload in two parts."""
    one, two = world.distribution("site", "docs"), world.distribution("docs")
    world.bucket("site", one)
    world.bucket("docs", f"{one} {two}")
    world.bucket("late")
    world.upload("site", "index.html", "a.js", messages=1)
    world.upload("docs", "docs/x.html")
    world.queues.send_message(QueueUrl="queue/events", MessageBody="{}")
    world.run(3)
    world.tables.requests.submit(one, ["/by-hand/*"], actor="eva")
    world.upload("site", "index.html")
    world.upload("late", "late.html")
    world.tag("late", two)
    world.run(60)
    return one, two


def check(world: World, one: str, two: str) -> None:
    """Nothing of what was told is stale, left over, or counted twice."""
    world.run(1500)
    assert world.stale(one, "site") == []
    assert world.stale(one, "docs") == []
    assert world.stale(two, "docs") == []
    assert world.tables.journal.busy() == []
    assert world.tables.attempts.open_of(one) == world.tables.attempts.open_of(two) == []
    left = {item["pk"]["S"].partition("#")[0] for item in world.items()}
    assert left <= {"attempt", "history", "link", "usage"}
    assert not world.queues.held["queue/events"]
    assert not world.queues.held["queue/work"]
    assert [letter.body for letter in world.queues.held["queue/dead"].values()] >= ["{}"]
    records = world.history()
    assert {record.state for record in records} <= {"completed", "unneeded"}
    by_id = {record.cloudfront_id: record for record in records if record.cloudfront_id}
    accepted = [paths for distribution in (one, two) for paths in world.sent(distribution)]
    assert len(by_id) == len(accepted)  # each invalidation has its record, so history is whole
    assert sum(record.path_count for record in by_id.values()) == sum(map(len, accepted))
    assert world.tables.attempts.usage("2026-11").paths == sum(map(len, accepted))
    assert world.sent(one).count(("/by-hand/*",)) == 1


@dataclass
class Death:
    """Dies once, at one call of many."""

    nth: int
    after: bool
    calls: int = 0
    is_over: bool = False

    def __call__(self, _name: str, after: bool) -> bool:
        self.calls += not after
        if self.is_over or (self.calls, after) != (self.nth, self.after):
            return False
        self.is_over = True
        return True


def lived(world: World, death: Callable[[str, bool], bool]) -> None:
    with dying(world, death):
        ids = scene(world)
    check(world, *ids)


def test_nothing_is_lost_wherever_the_worker_dies() -> None:
    with mock_aws():
        world = make_world(cloudfront=QUICK)
        lived(world, lambda _name, _after: False)
        deaths = [Death(n, after) for n in range(1, len(world.calls) + 1) for after in (False, True)]
        assert len(deaths) > 200
        for death in deaths if DEEP else random.Random(SEED).sample(deaths, SAMPLED):
            world = make_world(cloudfront=QUICK, after=world)
            try:
                lived(world, death)
            except AssertionError as error:
                where = f"{'after' if death.after else 'before'} call {death.nth}, {world.calls[death.nth - 1]}"
                pytest.fail(f"The worker died {where} (seed {SEED}): {error}")
            assert death.is_over
