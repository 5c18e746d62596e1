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
    "other ids": lambda world, site: world.services.linking.apply("docs", [world.other, site], ANNA),  # type: ignore[attr-defined]
    "restore": lambda world, _site: world.services.linking.restore("docs", ANNA),
    "eventbridge": lambda world, site: world.services.linking.apply("docs", [site], ANNA, via="eventbridge"),
    "unlink eventbridge": lambda world, _site: world.services.linking.unlink("docs", ANNA),
}
LINKED_BEFORE = {"unlink", "other ids", "restore"}


def begin(world: World, step: str, *, whole_set: bool) -> str:
    """Bring an account to where a step has something to do, and return the distribution."""
    if "docs" not in world.aws.store.buckets:
        world.bucket("docs")
        world.queue("theirs")
        world.site = world.distribution("docs")  # type: ignore[attr-defined]
        world.other = world.distribution("docs")  # type: ignore[attr-defined]
        world.services.inventory.refresh()
    site: str = world.site  # type: ignore[attr-defined]
    world.wire.denied.clear()
    world.tag("docs", owner="web team")
    world.notify("docs", {})
    forget_rule(world)
    if step in LINKED_BEFORE:
        world.services.linking.apply("docs", [site], ANNA)
    if step == "unlink eventbridge":
        world.services.linking.apply("docs", [site], ANNA, via="eventbridge")
    if step == "repair":
        world.notify("docs", {"QueueConfigurations": [OURS | {"Events": ["s3:ObjectCreated:*"]}]})
    if whole_set:
        world.wire.denied.update({"TagResource", "UntagResource"})
    world.wire.calls.clear()
    return site


def forget_rule(world: World) -> None:
    """Remove what an earlier round left at EventBridge."""
    events = world.others.events_in("us-east-1")
    for rule in events.list_rules()["Rules"]:
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
            events.remove_targets(Rule=rule["Name"], Ids=[target["Id"]])
        events.delete_rule(Name=rule["Name"])
    world.tables.bridges.forget("docs")


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
        elif n == released and not step.startswith("unlink"):
            assert said != "linked", where  # after the last of our readings for writing it is only told
        world.wire.at.clear()


def done(world: World, step: str, site: str, where: str) -> None:
    """What the step was for is there."""
    ours = [one for one in world.notifications("docs").get("QueueConfigurations", []) if one["Id"] == "freshedge"]
    rules = [rule["Name"] for rule in world.others.events_in("us-east-1").list_rules()["Rules"]]
    if step in ("link", "eventbridge"):
        assert world.tags("docs").get("distributionId") == site, where
    if step == "other ids":
        assert world.tags("docs").get("distributionId") == f"{world.other} {site}", where  # type: ignore[attr-defined]
    if step.startswith("unlink"):
        assert "distributionId" not in world.tags("docs"), where
    assert ours == ([OURS] if step in ("link", "repair", "other ids") else []), where
    assert rules == (["freshedge-docs"] if step == "eventbridge" else []), where
    assert ("EventBridgeConfiguration" in world.notifications("docs")) == (step == "eventbridge"), where
