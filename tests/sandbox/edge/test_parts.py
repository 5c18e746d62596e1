"""Conditional requests and byte ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.edge.ranges import read_spans
from tests.sandbox.edge.world import BUCKET, World, headers_of, x_cache

ONE = '"f97c5d29941bfb1b2fdab0874906ab82"'  # MD5 of "one"
OTHER = '"00000000000000000000000000000000"'
MADE, BEFORE, AFTER = "Mon, 21 Sep 2026 14:13:20 GMT", "Mon, 21 Sep 2026 14:13:19 GMT", "Mon, 21 Sep 2026 14:13:21 GMT"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_None_Match": ONE}, 304),
        ({"If_None_Match": f"W/{ONE}"}, 304),
        ({"If_None_Match": f"{OTHER}, {ONE}"}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": OTHER}, 200),
        ({"If_Modified_Since": MADE}, 304),
        ({"If_Modified_Since": AFTER}, 304),
        ({"If_Modified_Since": BEFORE}, 200),
        ({"If_Modified_Since": "yesterday"}, 200),
        ({"If_None_Match": OTHER, "If_Modified_Since": AFTER}, 200),
        ({"If_Match": ONE}, 200),
        ({"If_Match": "*"}, 200),
        ({"If_Match": OTHER}, 412),
        ({"If_Unmodified_Since": MADE}, 200),
        ({"If_Unmodified_Since": BEFORE}, 412),
        ({"If_Match": ONE, "If_Unmodified_Since": BEFORE}, 200),
        ({"If_None_Match": ONE, "Range": "bytes=0-0"}, 304),
    ],
)
@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditions_are_answered(world: World, headers: dict[str, str], status: int, warm: bool, method: str) -> None:
    world.buckets.put("a", "one", Cache_Control="max-age=60")
    if warm:
        world.get("/a")
    answer = world.get("/a", method, **headers)
    assert answer.status == status
    assert x_cache(answer) == ("Hit" if warm else "Miss")
    if status == 304:
        assert answer.body == b""
        assert headers_of(answer)["etag"] == ONE
        assert headers_of(answer)["cache-control"] == "max-age=60"
        assert "content-length" not in headers_of(answer)


@pytest.mark.parametrize(
    ("ask", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=-20", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=8-20", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-4", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=a-b", 200, b"0123456789", None),
        ("bytes=3-4,1-2", 200, b"0123456789", None),
        ("bytes=1-4,3-6", 200, b"0123456789", None),
        ("bytes=1-4,4-6", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes", 200, b"0123456789", None),
    ],
)
@pytest.mark.parametrize("warm", [True, False])
def test_a_range_is_answered(
    world: World, ask: str, status: int, body: bytes, content_range: str | None, warm: bool
) -> None:
    world.buckets.put("a", "0123456789")
    if warm:
        world.get("/a")
    answer = world.get("/a", Range=ask)
    told = headers_of(answer)
    assert (answer.status, answer.body, told.get("content-range")) == (status, body, content_range)
    assert told["content-length"] == str(len(body))
    assert world.cached("/a"), "the whole object is kept, whatever was asked of it"


def test_several_ranges_come_as_parts(world: World) -> None:
    world.buckets.put("a", "0123456789")
    answer = world.get("/a", Range="bytes=0-1, 5-5,-1")
    kind, _, boundary = headers_of(answer)["content-type"].partition("; boundary=")
    assert (answer.status, kind) == (206, "multipart/byteranges")
    parts = answer.body.decode().split(f"--{boundary}")[1:-1]
    assert [part.strip().split("\r\n\r\n")[1] for part in parts] == ["01", "5", "9"]
    assert all("Content-Type: text/html" in part for part in parts)
    assert "Content-Range: bytes 5-5/10" in parts[1]


@pytest.mark.parametrize(
    ("condition", "status"), [(ONE, 206), (OTHER, 200), (f"W/{ONE}", 200), (MADE, 206), (BEFORE, 200), ("x", 200)]
)
def test_if_range_wants_the_same_object(world: World, condition: str, status: int) -> None:
    world.buckets.put("a", "one")
    assert world.get("/a", Range="bytes=0-0", If_Range=condition).status == status


def test_a_range_of_a_head_is_the_whole(world: World) -> None:
    world.buckets.put("a", "one")
    answer = world.get("/a", "HEAD", Range="bytes=0-0")
    assert (answer.status, headers_of(answer)["content-length"]) == (200, "3")


def test_errors_have_neither_parts_nor_conditions(world: World) -> None:
    assert world.get("/new", Range="bytes=0-0", If_None_Match="*").status == 403
    assert (BUCKET, "new") not in world.buckets.things


@given(st.text("0123456789-,= bytes", max_size=20), st.integers(0, 12))
def test_spans_are_inside_ascending_and_apart(header: str, size: int) -> None:
    spans = read_spans(f"bytes={header}", size)
    for first, last in spans or []:
        assert 0 <= first <= last < size
    assert all(one[1] < other[0] for one, other in zip(spans or [], (spans or [])[1:], strict=False))
