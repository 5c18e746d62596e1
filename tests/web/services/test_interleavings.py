"""Somebody else writes before each single call of ours in turn: nothing of theirs is lost, nothing of ours half done.

The one moment that AWS leaves open is between our last reading and our writing of a whole configuration or tag set.
"""

from collections.abc import Callable
from contextlib import nullcontext, suppress

import pytest

from invalidator.errors import BadInputError
from tests.web.services.world import ACCOUNT, ANNA, OURS, World
from web.models import Link

THEIRS = {"Id": "theirs", "QueueArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:theirs", "Events": ["s3:ObjectTagging:*"]}
Step = Callable[[World, str], Link]
STEPS: dict[str, Step] = {
    "link": lambda world, site: world.services.linking.apply("docs", [site], ANNA),
    "repair": lambda world, _site: world.services.linking.repair("docs", ANNA),
    "unlink": lambda world, _site: world.services.linking.unlink("docs", ANNA),
}


def begin(world: World, step: str, *, whole_set: bool) -> str:
    """Bring an account to where a step has something to do, and return the distribution."""
    if "docs" not in world.aws.store.buckets:
        world.bucket("docs")
        world.queue("theirs")
        world.site = world.distribution("docs")  # type: ignore[attr-defined]
        world.services.inventory.refresh()
    site: str = world.site  # type: ignore[attr-defined]
    world.wire.denied.clear()
    world.tag("docs", owner="web team")
    world.notify("docs", {})
    if step == "unlink":
        world.services.linking.apply("docs", [site], ANNA)
    if step == "repair":
        world.notify("docs", {"QueueConfigurations": [OURS | {"Events": ["s3:ObjectCreated:*"]}]})
    if whole_set:
        world.wire.denied.update({"TagResource", "UntagResource"})
    world.wire.calls.clear()
    return site


def careful(world: World) -> None:
    """Somebody who reads first, and writes back what they read with something of theirs."""
    world.tag("docs", **world.tags("docs"), cost="42")
    now = world.notifications("docs")
    world.notify("docs", now | {"QueueConfigurations": [*now.get("QueueConfigurations", []), THEIRS]})


def careless(world: World) -> None:
    """Somebody who writes what they think is right, whatever is there."""
    world.tag("docs", owner="web team", cost="42")
    world.notify("docs", {"QueueConfigurations": [THEIRS]})


def calls_of(world: World, step: str, *, whole_set: bool) -> list[str]:
    """The calls that a step makes when nobody else is there."""
    site = begin(world, step, whole_set=whole_set)
    STEPS[step](world, site)
    return list(world.wire.calls)


OPEN = {"PutBucketNotificationConfiguration", "PutBucketTagging", "DeleteBucketTagging"}
WRITING = OPEN | {"TagResource", "UntagResource"}


@pytest.mark.parametrize("whole_set", [False, True], ids=["one tag", "whole set"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("somebody", [careful, careless])
def test_whoever_writes_before_any_call_of_ours_is_kept_and_ours_is_done(
    world: World, somebody: Callable[[World], None], step: str, whole_set: bool
) -> None:
    calls = calls_of(world, step, whole_set=whole_set)
    assert len(calls) > 8
    for n in range(len(calls)):
        site = begin(world, step, whole_set=whole_set)
        world.wire.at[n] = lambda: somebody(world)
        said = "faulty"
        # Where a careless one took the link away before we looked, there is none to mend.
        with suppress(BadInputError) if step == "repair" and somebody is careless else nullcontext():
            said = STEPS[step](world, site).state
        made = world.wire.calls
        if n >= len(made) or not set(made) & WRITING:
            continue
        name, released = made[n], len(made) - made[::-1].index("DeleteItem") - 1
        where = f"{step}: {somebody.__name__} before call {n}, {name}"
        if name not in OPEN:
            assert world.tags("docs").get("cost") == "42", where
            assert THEIRS in world.notifications("docs").get("QueueConfigurations", []), where
        assert world.tags("docs")["owner"] == "web team", where
        if somebody is careful or n < released:
            done(world, step, site, where)
        elif n == released and step != "unlink":
            assert said != "linked", where  # after the last of our readings for writing it is only told
        world.wire.at.clear()


def done(world: World, step: str, site: str, where: str) -> None:
    """What the step was for is there."""
    ours = [one for one in world.notifications("docs").get("QueueConfigurations", []) if one["Id"] == "freshedge"]
    if step == "link":
        assert world.tags("docs").get("distributionId") == site, where
    if step == "unlink":
        assert "distributionId" not in world.tags("docs"), where
    assert ours == ([] if step == "unlink" else [OURS]), where
