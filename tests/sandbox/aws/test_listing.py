"""Lists of objects agree with the simplest list there is: all keys, sorted, filtered, folded."""

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from sandbox.aws.messages import Request
from sandbox.aws.s3.call import Call
from sandbox.aws.s3.listing import Listing
from sandbox.aws.s3.model import Bucket, Version
from sandbox.aws.s3.store import Store
from sandbox.aws.xml import parse
from tests.sandbox.aws.world import World


def test_pages_of_keys_and_folders_hold_everything_once(world: World) -> None:
    bucket = world.bucket()
    names = [f"{folder}{n}.html" for folder in ("", "a/", "b/c/", "z ü+/") for n in range(3)]
    for name in names:
        world.s3.put_object(Bucket=bucket, Key=name)
    for call in ("list_objects", "list_objects_v2"):
        pages = list(world.s3.get_paginator(call).paginate(Bucket=bucket, PaginationConfig={"PageSize": 2}))
        assert [one["Key"] for page in pages for one in page["Contents"]] == sorted(names)
        folded = list(
            world.s3.get_paginator(call).paginate(Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 2})
        )
        assert [one["Key"] for page in folded for one in page.get("Contents", [])] == ["0.html", "1.html", "2.html"]
        assert [one["Prefix"] for page in folded for one in page.get("CommonPrefixes", [])] == ["a/", "b/", "z ü+/"]
        assert max(len(page.get("Contents", [])) + len(page.get("CommonPrefixes", [])) for page in folded) == 2


def test_the_count_prefix_and_start_are_told(world: World) -> None:
    bucket = world.bucket()
    for name in ("a/1", "a/2", "b/1"):
        world.s3.put_object(Bucket=bucket, Key=name)
    told = world.s3.list_objects_v2(Bucket=bucket, Prefix="a/", StartAfter="a/1", FetchOwner=True)
    assert [one["Key"] for one in told["Contents"]] == ["a/2"]
    assert (told["KeyCount"], told["Prefix"], told["StartAfter"]) == (1, "a/", "a/1")
    assert told["Contents"][0]["Owner"]["ID"]
    assert world.s3.list_objects_v2(Bucket=bucket, MaxKeys=0)["KeyCount"] == 0
    with pytest.raises(ClientError, match="InvalidArgument"):
        world.s3.list_objects_v2(Bucket=bucket, ContinuationToken="nonsense")
    with pytest.raises(ClientError, match="InvalidArgument"):
        world.s3.list_objects_v2(Bucket=bucket, MaxKeys=-1)


def test_pages_of_versions_hold_everything_once(world: World) -> None:
    bucket = world.bucket(versioned=True)
    made = [
        (key, world.s3.put_object(Bucket=bucket, Key=key)["VersionId"]) for key in ("a", "b/1", "b/2") for _ in range(3)
    ]
    made += [(key, world.s3.delete_object(Bucket=bucket, Key=key)["VersionId"]) for key in ("a", "b/1")]
    pages = world.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    found = [
        (one["Key"], one["VersionId"])
        for page in pages
        for one in page.get("Versions", []) + page.get("DeleteMarkers", [])
    ]
    assert sorted(found) == sorted(made)
    folded = world.s3.list_object_versions(Bucket=bucket, Delimiter="/")
    assert [one["Prefix"] for one in folded["CommonPrefixes"]] == ["b/"]


NAMES = st.text("ab/é", min_size=1, max_size=5)


@given(st.sets(NAMES, max_size=12), st.text("ab/", max_size=2), st.sampled_from(["", "/", "b"]), st.integers(1, 4))
def test_every_page_of_every_bucket_is_right(keys: set[str], prefix: str, delimiter: str, most: int) -> None:
    expected_keys, expected_prefixes = [], []
    for key in sorted(keys):
        if not key.startswith(prefix):
            continue
        at = key.find(delimiter, len(prefix)) if delimiter else -1
        if at < 0:
            expected_keys.append(key)
        elif (folded := key[: at + len(delimiter)]) not in expected_prefixes:
            expected_prefixes.append(folded)
    listing = _listing(keys)
    query = {"list-type": "2", "prefix": prefix, "delimiter": delimiter, "max-keys": str(most)}
    got_keys: list[str] = []
    got_prefixes: list[str] = []
    for _ in range(50):
        root = parse(listing.objects_v2(_call(query)).body)
        page_keys = [one.text or "" for one in root.iterfind("Contents/Key")]
        page_prefixes = [one.text or "" for one in root.iterfind("CommonPrefixes/Prefix")]
        assert len(page_keys) + len(page_prefixes) <= most
        got_keys += page_keys
        got_prefixes += page_prefixes
        token = root.findtext("NextContinuationToken")
        if token is None:
            break
        query["continuation-token"] = token
    assert (got_keys, got_prefixes) == (expected_keys, expected_prefixes)


class _Config:
    versioning_status = ""


def _listing(keys: set[str]) -> Listing:
    store = Store(lambda: 0.0)
    bucket = Bucket("b", "us-east-1", 0.0, _Config())
    for key in keys:
        bucket.add(Version(key=key, modified=0.0))
    store.buckets["b"] = bucket
    return Listing(store)


def _call(query: dict[str, str]) -> Call:
    return Call(Request("GET", "/b", "", {}, b""), "b", "", query, b"", {}, signed=True, region="us-east-1")
