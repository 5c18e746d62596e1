"""What did not really change is not invalidated; and nothing that did is ever dropped."""

import os
from collections.abc import Iterator

import pytest

from invalidator.table.epochs import Life, Word
from invalidator.table.settings import Chosen
from tests.invalidator.objects import HandObjects
from tests.invalidator.world import World, dying

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


@pytest.fixture
def objects(world: World) -> Iterator[HandObjects]:
    made = HandObjects(world)
    yield made
    made.close()


def lively(world: World, distribution_id: str, bucket: str, word: Word = "learning") -> Life:
    """Have a link be in a life in which fingerprints count, begun with its routes of now."""
    life = world.tables.epochs.rise(world.tables.epochs.of(distribution_id, bucket), "learning", "a test")
    world.run(60)
    return world.tables.epochs.change(life, word=word) if word != "learning" else life


def dropped(world: World) -> list[dict[str, int]]:
    return [one.dropped for one in world.history()]


def deploy(objects: HandObjects, bucket: str, **pages: str) -> None:
    for name, body in pages.items():
        objects.put(bucket, f"{name}.html", body)
    objects.world.run(60)


def test_while_a_life_is_unproved_every_change_is_invalidated_and_nothing_is_looked_at(
    world: World, objects: HandObjects
) -> None:
    bucket, site = world.site()
    deploy(objects, bucket, a="1")
    deploy(objects, bucket, a="1")
    assert world.sent(site) == [("/a.html",)] * 2
    assert objects.looks == []


def test_what_is_uploaded_again_unchanged_is_kept_cached(world: World, objects: HandObjects) -> None:
    bucket, site = world.site()
    lively(world, site, bucket)
    deploy(objects, bucket, a="1", b="1", c="1")
    assert world.sent(site) == [("/a.html", "/b.html", "/c.html")]
    deploy(objects, bucket, a="1", b="2", c="1")
    assert world.sent(site)[1:] == [("/b.html",)]
    latest = world.history()[0]
    assert latest.dropped == {"unchanged": 2}
    assert latest.summary == ("3 uploaded in 1 bucket, 1 changed, 2 kept cached: 1 path, none of them with a wildcard.")
    deploy(objects, bucket, a="1", b="2", c="1")
    assert len(world.sent(site)) == 2
    latest = world.history()[0]
    assert (latest.state, latest.dropped) == ("unneeded", {"unchanged": 3})
    assert latest.summary == "3 uploaded in 1 bucket, 0 changed, 3 kept cached: nothing to invalidate."
    assert world.tables.journal.busy() == []


def test_other_headers_are_a_change(world: World, objects: HandObjects) -> None:
    bucket, site = world.site()
    lively(world, site, bucket)
    deploy(objects, bucket, a="1")
    objects.put(bucket, "a.html", "1", **{"Cache-Control": "no-cache"})
    world.run(60)
    assert len(world.sent(site)) == 2


def test_a_b_a_with_the_event_of_b_long_delayed_is_a_change_in_the_end(world: World, objects: HandObjects) -> None:
    bucket, site = world.site()
    lively(world, site, bucket)
    deploy(objects, bucket, a="A")
    objects.put(bucket, "a.html", "B", late=True)
    world.clock.sleep(10)
    deploy(objects, bucket, a="A")
    assert len(world.sent(site)) == 1, "the same object again"
    objects.release()
    world.run(60)
    assert len(world.sent(site)) == 2, "an edge may have fetched B"


def test_a_new_key_is_kept_out_only_in_a_known_life(world: World, objects: HandObjects) -> None:
    bucket, site = world.site()
    life = lively(world, site, bucket)
    deploy(objects, bucket, a="1")
    world.tables.epochs.change(world.tables.epochs.of(site, bucket), word="known")
    deploy(objects, bucket, b="1")
    assert world.sent(site) == [("/a.html",)]
    assert dropped(world)[0] == {"new": 1}
    deploy(objects, bucket, b="2")
    assert world.sent(site)[1:] == [("/b.html",)]
    assert life.number < world.tables.epochs.of(site, bucket).number, "its routes were not known before"


def test_a_repeat_of_an_event_of_before_the_look_is_covered(world: World, objects: HandObjects) -> None:
    bucket, site = world.site()
    lively(world, site, bucket)
    objects.put(bucket, "a.html", "1")
    objects.put(bucket, "a.html", "2", late=True)
    objects.held *= 2
    world.run(2)
    objects.put(bucket, "b.html", "1")  # so that the deploy goes on, and the look comes 7 s after the writes
    world.run(30)
    objects.release()
    world.run(60)
    assert len(world.sent(site)) == 1
    assert dropped(world)[0] == {"covered": 2}


@pytest.mark.parametrize("status", [403, 503])
def test_what_can_not_be_looked_at_is_invalidated_each_time(world: World, objects: HandObjects, status: int) -> None:
    bucket, site = world.site()
    lively(world, site, bucket)
    deploy(objects, bucket, a="1")
    objects.refused = status
    deploy(objects, bucket, a="1")
    objects.refused = None
    deploy(objects, bucket, a="1")
    assert len(world.sent(site)) == 3, "what was made fresh unseen is unknown"
    deploy(objects, bucket, a="1")
    assert len(world.sent(site)) == 3


def test_with_dropping_off_every_change_is_invalidated_and_on_again_nothing_old_is_believed(
    world: World, objects: HandObjects
) -> None:
    bucket, site = world.site()
    lively(world, site, bucket)
    deploy(objects, bucket, a="A")
    world.tables.settings.save(site, Chosen(dropping=False))
    looks = len(objects.looks)
    deploy(objects, bucket, a="B")
    assert len(objects.looks) == looks
    world.tables.settings.save(site, Chosen(dropping=True))
    deploy(objects, bucket, a="A")
    assert len(world.sent(site)) == 3, "the edge was made fresh with B in between"


def test_changed_routes_begin_a_new_life_in_which_nothing_is_believed(world: World, objects: HandObjects) -> None:
    bucket, site = world.site()
    lively(world, site, bucket)
    deploy(objects, bucket, a="1")
    before = world.tables.epochs.of(site, bucket)
    _change_routes(world, site)
    deploy(objects, bucket, a="1")
    assert len(world.sent(site)) == 2
    after = world.tables.epochs.of(site, bucket)
    assert (after.number, after.word, after.why) == (before.number + 1, "learning", "the routes changed")
    deploy(objects, bucket, a="1")
    assert len(world.sent(site)) == 2


def test_routes_that_change_between_the_look_and_acceptance_leave_no_fingerprint(
    world: World, objects: HandObjects
) -> None:
    bucket, site = world.site()
    lively(world, site, bucket)
    deploy(objects, bucket, a="1")
    changed: list[bool] = []

    def while_sending(_params: dict[str, object]) -> None:
        if not changed:
            changed.append(True)
            _change_routes(world, site)

    world.refuse("CreateInvalidation", while_sending)
    before = world.tables.epochs.of(site, bucket)
    deploy(objects, bucket, a="2")
    assert changed
    after = world.tables.epochs.of(site, bucket)
    assert after.number > before.number
    assert not [key for key, _ in world.tables.prints.every(after)]
    deploy(objects, bucket, a="2")
    assert len(world.sent(site)) == 3


@pytest.mark.parametrize("nth", range(0, 60, 1 if DEEP else 5))
def test_wherever_a_worker_dies_nothing_stays_stale(world: World, objects: HandObjects, nth: int) -> None:
    bucket, site = world.site()
    lively(world, site, bucket)
    deploy(objects, bucket, a="1", b="1")
    calls: list[str] = []

    def when(name: str, done: bool) -> bool:
        calls.append(f"{name} {done}")
        return len(calls) == nth + 1

    with dying(world, when):
        deploy(objects, bucket, a="2", b="1")
        world.run(300)
    world.run(60)
    assert [key for key in world.stale(site, bucket) if key != "b.html"] == []
    assert world.tables.journal.busy() == []
    assert all(one.is_final for one in world.history())
    deploy(objects, bucket, a="1", b="2")
    assert world.stale(site, bucket) == []


def _change_routes(world: World, site: str) -> None:
    told = world.cloudfront.get_distribution_config(Id=site)
    config = told["DistributionConfig"] | {"DefaultRootObject": "a.html"}
    world.cloudfront.update_distribution(Id=site, IfMatch=told["ETag"], DistributionConfig=config)
