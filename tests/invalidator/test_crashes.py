"""The heart of "nothing is lost": the worker dies at any AWS call, before or after it took effect. All ends fresh."""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from moto import mock_aws

from sandbox.cloudfront.settings import CloudFrontSettings
from tests.invalidator.world import DEAD, EVENTS, WORK, World, dying, make_world

SEED = int(os.environ.get("FRESHEDGE_SEED", "7"))
# Each death is a world of its own; a few of each kind tell enough every day, the deep profile takes all.
SAMPLED = 12
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
    world.queues.send_message(QueueUrl=EVENTS, MessageBody="{}")
    world.run(3)
    world.tables.requests.submit(one, ["/by-hand/*"], actor="eva")
    world.upload("site", "index.html")
    world.upload("late", "late.html")
    world.tag("late", two)
    world.run(60)
    return one, two


def check(world: World, one: str, two: str) -> None:
    """The scene's own ends, after those of every world."""
    settle(world)
    assert world.stale(one, "site") == world.stale(one, "docs") == world.stale(two, "docs") == []
    assert [letter.body for letter in world.queues.held[DEAD].values()] >= ["{}"]
    assert world.sent(one).count(("/by-hand/*",)) == 1


def settle(world: World) -> None:
    """Let everything come to its end; nothing may be left over, nothing be counted twice."""
    world.run(1500)
    assert world.tables.journal.busy() == []
    left = {item["pk"]["S"].partition("#")[0] for item in world.items()}
    assert left <= {"accepted", "attempt", "history", "link", "request", "usage"}
    assert not world.queues.held[EVENTS]
    assert not world.queues.held[WORK]
    records = world.history(limit=200)
    assert {record.state for record in records} <= {"completed", "unneeded"}
    by_id = {record.cloudfront_id: record for record in records if record.cloudfront_id}
    accepted = [one.paths for all_ in world.accepted.values() for one in all_]
    assert len(by_id) == len(accepted)  # each invalidation has its record, so history is whole
    assert sum(record.path_count for record in by_id.values()) == sum(map(len, accepted))
    assert world.tables.attempts.usage("2026-11").paths == sum(map(len, accepted))


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


@pytest.mark.parametrize("seed", range(SEED, SEED + (20 if DEEP else 1)))
def test_a_bad_day_of_deaths_repeats_and_refusals_ends_fresh(seed: int) -> None:
    luck = random.Random(seed)
    with mock_aws():
        world = make_world(cloudfront=QUICK)
        sites = [world.site(f"site-{n}") for n in range(3)]
        with dying(world, lambda _name, _after: luck.random() < 0.01):
            for step in range(24):
                bucket, distribution_id = luck.choice(sites)
                world.upload(bucket, *(f"{luck.randrange(20)}.html" for _ in range(luck.randrange(1, 5))))
                for held in luck.choices([*world.queues.held[EVENTS].values()], k=2):
                    again = world.clock.now() + timedelta(seconds=luck.randrange(90))
                    world.queues.put(EVENTS, held.body, again)
                if step % 10 == 5:
                    world.tables.requests.submit(distribution_id, [f"/by-hand/{step}"], actor="eva", key=str(step))
                faults = {name: luck.random() < 0.2 for name in ("throttle", "too_many", "time_out", "unavailable")}
                world.faults.set(**faults)
                world.run(luck.choice([0, 0.5, 3, 20]))
            world.faults.set(**dict.fromkeys(faults, False))
        settle(world)
        assert [world.stale(distribution_id, bucket) for bucket, distribution_id in sites] == [[], [], []]
        by_hand = [paths for _, distribution_id in sites for paths in world.sent(distribution_id) if "/by" in paths[0]]
        assert sorted(by_hand) == sorted((f"/by-hand/{step}",) for step in (5, 15))
