"""What HEAD and LIST show of objects, against the local S3 with a real client."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from invalidator.aws.objects import Objects
from invalidator.deadline import Deadline
from invalidator.errors import AccessDeniedError, NotFoundError, ThrottledError, UnavailableError
from invalidator.looks import MOST_DENIED, Looks
from tests.web.services.wire import CUT_OFF
from tests.web.services.world import World, make_world


@pytest.fixture
def world() -> Iterator[World]:
    world = make_world()
    world.bucket("site")
    yield world
    world.aws.close()


@pytest.fixture
def objects(world: World) -> Objects:
    return Objects(world.clients)


def put(world: World, key: str, body: bytes = b"abc", **more: Any) -> None:
    world.s3.put_object(Bucket="site", Key=key, Body=body, **more)


def second(world: World) -> datetime:
    """The time now as S3 tells it."""
    return world.clock.now().replace(microsecond=0)


def versioned(world: World, status: str = "Enabled") -> None:
    world.s3.put_bucket_versioning(Bucket="site", VersioningConfiguration={"Status": status})


def test_a_look_shows_bytes_headers_and_when_it_was(world: World, objects: Objects) -> None:
    put(world, "a ü+%.html", ContentType="text/html", Metadata={"by": "anna"})
    first = objects.look("site", "a ü+%.html")
    assert (first.present, first.size, first.in_parts, first.opaque, first.version_id) == (True, 3, False, False, None)
    assert first.etag == "900150983cd24fb0d6963f7d28e17f72"
    assert first.looked_at == first.last_modified == second(world)
    world.clock.sleep(60)
    put(world, "a ü+%.html", ContentType="text/html", Metadata={"by": "anna"})
    again = objects.look("site", "a ü+%.html")
    assert (again.etag, again.digest, again.checksum) == (first.etag, first.digest, first.checksum)
    assert again.last_modified == second(world)
    put(world, "a ü+%.html", ContentType="text/html", Metadata={"by": "ben"})
    assert objects.look("site", "a ü+%.html").digest != first.digest


def test_what_is_not_there_and_what_a_marker_hides_is_nothing(world: World, objects: Objects) -> None:
    assert not objects.look("site", "never").present
    versioned(world)
    put(world, "a")
    assert objects.look("site", "a").version_id
    world.s3.delete_object(Bucket="site", Key="a")
    hidden = objects.look("site", "a")
    assert (hidden.present, hidden.looked_at) == (False, second(world))


def test_the_version_null_is_none(world: World, objects: Objects) -> None:
    put(world, "a")
    versioned(world)
    assert objects.look("site", "a").version_id is None
    versioned(world, "Suspended")
    put(world, "b")
    assert objects.look("site", "b").version_id is None


def test_an_etag_under_kms_says_nothing_of_the_bytes(world: World, objects: Objects) -> None:
    put(world, "a", ServerSideEncryption="aws:kms", ChecksumAlgorithm="SHA256")
    seen = objects.look("site", "a")
    assert (seen.opaque, seen.in_parts) == (True, True)
    assert seen.checksum == "SHA256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="


def test_an_upload_in_parts_is_known_by_its_etag(world: World, objects: Objects) -> None:
    told = {"Bucket": "site", "Key": "m"}
    upload = world.s3.create_multipart_upload(**told)["UploadId"]
    part = world.s3.upload_part(**told, UploadId=upload, PartNumber=1, Body=b"abc")
    world.s3.complete_multipart_upload(
        **told, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )
    seen = objects.look("site", "m")
    assert (seen.in_parts, seen.opaque, str(seen.etag)[-2:]) == (True, False, "-1")


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (("AccessDenied", 403), AccessDeniedError),
        (("SlowDown", 503), ThrottledError),
        (("InternalError", 500), UnavailableError),
        (CUT_OFF, UnavailableError),
    ],
)
def test_refusals_are_ours(world: World, objects: Objects, refusal: tuple[str, int], error: type[Exception]) -> None:
    world.wire.refused["HeadObject"] = world.wire.refused["ListObjectsV2"] = refusal
    with pytest.raises(error):
        objects.look("site", "a")
    with pytest.raises(error):
        list(objects.listing("site"))


def test_a_listing_is_sorted_by_bytes_and_goes_on_behind_a_key(world: World, objects: Objects) -> None:
    keys = ["a", "a b", "a/b", "z", "é", "\U0001f600"]
    for key in reversed(keys):
        put(world, key)
    assert [one.key for page in objects.listing("site") for one in page] == keys
    assert [one.key for page in objects.listing("site", after="a/b") for one in page] == keys[3:]
    (first, *_), *_ = objects.listing("site")
    told = ("900150983cd24fb0d6963f7d28e17f72", 3, second(world))
    assert (first.etag, first.size, first.last_modified) == told
    with pytest.raises(NotFoundError):
        list(objects.listing("no-such-bucket"))


def test_many_are_looked_at_together(world: World, objects: Objects) -> None:
    keys = [f"k{number}" for number in range(70)]
    for key in keys[:40]:
        put(world, key)
    found = Looks(objects).at("site", None, keys, Deadline(world.clock, 60))
    assert {key for key, seen in found.items() if seen and seen.present} == set(keys[:40])
    assert {key for key, seen in found.items() if seen and not seen.present} == set(keys[40:])


def test_without_time_nothing_is_looked_at(world: World, objects: Objects) -> None:
    put(world, "a")
    assert Looks(objects).at("site", None, ["a"], Deadline(world.clock, 1)) == {"a": None}
    assert "HeadObject" not in world.wire.calls


def test_what_is_denied_again_and_again_is_given_up(world: World, objects: Objects) -> None:
    world.wire.denied.add("HeadObject")
    keys = [f"k{number}" for number in range(300)]
    assert set(Looks(objects).at("site", None, keys, Deadline(world.clock, 60)).values()) == {None}
    assert world.wire.calls.count("HeadObject") < 3 * MOST_DENIED


def test_one_that_fails_does_not_keep_others_from_being_seen(world: World, objects: Objects) -> None:
    put(world, "a")
    world.wire.failing[0] = ("InternalError", 500)
    found = Looks(objects).at("site", None, ["a", "b"], Deadline(world.clock, 60))
    assert sum(seen is None for seen in found.values()) == 1
