"""AWS denies or throttles each single call in turn: what was written is said, nothing else, and both ways go on."""

from collections.abc import Callable
from typing import Any

import pytest

from invalidator.errors import AccessDeniedError, FreshedgeError, NotFoundError, TryLaterError
from tests.web.services.test_interleavings import STEPS, begin, calls_of
from tests.web.services.world import ANNA, World
from web.services.errors import BusyError, StepFailedError

CODES = {"denied": ("AccessDenied", 403), "throttled": ("SlowDown", 503)}


def disable(world: World) -> None:
    """Disable the distribution, as somebody may."""
    site = world.site  # type: ignore[attr-defined]
    got = world.cloudfront.get_distribution_config(Id=site)
    config = got["DistributionConfig"] | {"Enabled": False}
    world.cloudfront.update_distribution(Id=site, IfMatch=got["ETag"], DistributionConfig=config)


def everything(world: World) -> tuple[Any, ...]:
    """All that a link is made of."""
    events = world.others.events_in("us-east-1")
    rules = {rule["Name"]: rule for rule in events.list_rules()["Rules"]}
    return world.tags("docs"), world.notifications("docs"), rules


@pytest.mark.parametrize("how", CODES)
@pytest.mark.parametrize("step", STEPS)
def test_whichever_call_fails_what_was_written_is_said_and_doing_it_again_goes_on(
    world: World, step: str, how: str
) -> None:
    calls = calls_of(world, step, whole_set=False)
    finished = everything(world)
    for n in range(len(calls)):
        world.clock.sleep(61)  # a lock whose release failed ends by itself
        site = begin(world, step, whole_set=False)
        before = everything(world)
        world.wire.failing[n] = CODES[how]
        error = told(lambda site=site: STEPS[step](world, site))  # type: ignore[misc]
        world.wire.failing.clear()
        where = f"{step}: call {n}, {(world.wire.calls[n : n + 1] or ['none'])[0]}, {how}"
        changed = everything(world) != before
        if error is None:  # nothing depended on it
            continue
        if isinstance(error, StepFailedError):
            assert error.done, where
            assert error.failed in str(error), where
            assert isinstance(error.cause, (AccessDeniedError, TryLaterError, NotFoundError)), where
        else:
            assert not changed, where
            assert isinstance(error, (AccessDeniedError, TryLaterError, BusyError)), where
        world.clock.sleep(61)  # a lock whose release failed ends by itself
        # Whatever was done: doing it again ends where nothing had failed.
        again = told(lambda site=site: STEPS[step](world, site))  # type: ignore[misc]
        if step != "restore":  # which takes back what it has done, when done twice
            assert again is None, (where, again)
            assert everything(world)[:2] == finished[:2], where


def test_a_link_that_stopped_half_way_says_how_to_go_back_and_goes_back(world: World) -> None:
    site = begin(world, "link", whole_set=False)
    before = everything(world)
    world.wire.denied.update({"TagResource", "PutBucketTagging"})
    with pytest.raises(StepFailedError, match="unlink it") as caught:
        world.services.linking.apply("docs", [site], ANNA)
    assert (caught.value.done, caught.value.failed, caught.value.back) == (["the notification"], "the tag", "unlink")
    world.wire.denied.clear()
    world.services.linking.unlink("docs", ANNA)
    assert everything(world) == before


def test_a_repair_that_stopped_half_way_is_taken_back_by_restoring(world: World) -> None:
    begin(world, "repair", whole_set=False)
    world.tag("docs", distributionId="E0GONE00000000")
    before = everything(world)
    world.wire.denied.update({"TagResource", "PutBucketTagging"})
    with pytest.raises(StepFailedError, match="restore the notification") as caught:
        world.services.linking.repair("docs", ANNA)
    assert caught.value.back == "restore"
    world.wire.denied.clear()
    world.services.linking.restore("docs", ANNA)
    assert everything(world) == before


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda world: world.s3.delete_bucket(Bucket="docs"),
        disable,
    ],
    ids=["bucket deleted", "distribution disabled"],
)
def test_what_goes_between_two_steps_is_said(world: World, meanwhile: Callable[[World], object]) -> None:
    site = begin(world, "link", whole_set=False)
    world.wire.before["TagResource"] = [lambda: meanwhile(world)]
    error = told(lambda: world.services.linking.apply("docs", [site], ANNA))
    if "docs" not in world.aws.store.buckets:
        assert isinstance(error, StepFailedError)
        assert "There is no bucket 'docs'" in str(error)
    else:
        assert error is None
        assert "distribution_disabled" in [item.code for item in world.services.linking.link("docs").health]


def told(act: Callable[[], object]) -> FreshedgeError | None:
    """What an action says went wrong; anything that is no error of ours is a failure."""
    try:
        act()
    except FreshedgeError as error:
        return error
    return None
