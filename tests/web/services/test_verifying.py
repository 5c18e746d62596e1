"""A probe object: written where the role may, followed, told of in words, and deleted whatever came of it."""

import pytest

from invalidator.errors import AccessDeniedError, BadInputError, NotFoundError
from tests.web.services.world import ANNA, World


@pytest.fixture
def site(world: World) -> str:
    """A distribution that `docs` is linked to, below the path `/site`."""
    one = world.distribution(world.bucket("docs"), path="/site")
    world.services.linking.apply("docs", [one], ANNA)
    return one


def keys(world: World) -> list[str]:
    """The objects of the bucket."""
    return [one["Key"] for one in world.s3.list_objects_v2(Bucket="docs").get("Contents", [])]


def states(world: World) -> dict[str, str]:
    """How each station stands now."""
    told = world.services.verifying.look("docs")
    assert told is not None
    return {one.name: one.state for one in told.stations}


@pytest.mark.usefixtures("site")
def test_a_probe_lies_where_the_distribution_reads_and_waits_for_its_event(world: World) -> None:
    told = world.services.verifying.start("docs", ANNA)
    assert keys(world) == [told.key]
    assert told.key.startswith("site/freshedge-probe-")
    assert (told.done, told.ok, told.actor) == (False, None, "anna")
    assert states(world) == {
        "written": "ok",
        "event": "waiting",
        "journaled": "waiting",
        "accepted": "waiting",
        "completed": "waiting",
        "edge": "waiting",
    }
    assert world.services.verifying.start("docs", ANNA).id == told.id


@pytest.mark.usefixtures("site")
def test_a_role_that_may_not_write_objects_is_told_with_the_statement(world: World) -> None:
    world.wire.denied.add("PutObject")
    told = world.services.verifying.start("docs", ANNA)
    assert (told.done, told.ok) == (True, False)
    (station,) = told.stations
    assert station.statement == {
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::docs/*freshedge-probe-*",
    }
    assert keys(world) == []


@pytest.mark.usefixtures("site")
def test_a_probe_that_nobody_looks_after_is_deleted_by_the_schedule(world: World) -> None:
    world.services.verifying.start("docs", ANNA)
    world.services.linking.check_all()
    assert len(keys(world)) == 1
    world.clock.sleep(601)
    world.services.linking.check_all()
    assert keys(world) == []
    told = world.services.verifying.look("docs")
    assert told is not None
    assert (told.done, told.ok) == (True, False)
    assert told.sentence.startswith("After 10 minutes: S3's event of it has not reached us")


@pytest.mark.usefixtures("site")
def test_an_object_that_can_not_be_deleted_is_said_and_tried_again(world: World) -> None:
    told = world.services.verifying.start("docs", ANNA)
    world.clock.sleep(601)
    world.wire.denied.add("DeleteObject")
    looked = world.services.verifying.look("docs")
    assert looked is not None
    assert (looked.stations[-1].name, looked.stations[-1].state, looked.deleted_at) == ("deleted", "broken", None)
    assert looked.stations[-1].statement is not None
    assert keys(world) == [told.key]
    world.wire.denied.clear()
    assert world.services.verifying.tidy() == 1
    assert keys(world) == []


@pytest.mark.usefixtures("site")
def test_in_a_bucket_with_versions_nothing_is_left(world: World) -> None:
    world.s3.put_bucket_versioning(Bucket="docs", VersioningConfiguration={"Status": "Enabled"})
    world.services.verifying.start("docs", ANNA)
    world.clock.sleep(601)
    world.services.verifying.look("docs")
    found = world.s3.list_object_versions(Bucket="docs")
    assert (found.get("Versions", []), found.get("DeleteMarkers", [])) == ([], [])


def test_a_pause_is_told_as_what_holds_the_probe(world: World, site: str) -> None:
    world.services.invalidating.pause(site, ANNA)
    world.services.verifying.start("docs", ANNA)
    told = world.services.verifying.look("docs")
    assert told is not None
    assert "is paused" in next(one.message for one in told.stations if one.name == "accepted")


def test_a_bucket_without_a_link_or_none_at_all_is_refused(world: World) -> None:
    world.bucket("docs")
    with pytest.raises(BadInputError, match="not linked"):
        world.services.verifying.start("docs", ANNA)
    with pytest.raises(NotFoundError):
        world.services.verifying.start("nobodys", ANNA)
    assert world.services.verifying.look("docs") is None


@pytest.mark.usefixtures("site")
def test_where_the_tags_may_not_be_read_the_statement_is_told(world: World) -> None:
    world.wire.denied.add("GetBucketTagging")
    with pytest.raises(AccessDeniedError) as caught:
        world.services.verifying.start("docs", ANNA)
    assert caught.value.statement["Action"] == "s3:GetBucketTagging"
