"""A person's request in direct mode."""

from typing import Any

import pytest

from invalidator.errors import BadInputError
from invalidator.rules.requests import Request, read_request

GOOD: dict[str, Any] = {"distribution_id": "E1ABCDEFGHIJKL", "paths": ["/a", "/b/*", "/a"], "caller_reference": "k1"}


def test_a_request_has_its_paths_once_in_their_order() -> None:
    assert read_request({"manual_request": GOOD}) == Request("E1ABCDEFGHIJKL", ("/a", "/b/*"), "k1")


def test_a_request_may_name_cache_tags_beside_paths() -> None:
    assert read_request({"manual_request": GOOD | {"paths": ["#news", "/a"]}}).paths == ("#news", "/a")


def test_a_request_may_leave_the_reference_out() -> None:
    without = {name: value for name, value in GOOD.items() if name != "caller_reference"}
    assert read_request({"manual_request": without}).caller_reference is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"distribution_id": None}, "by its id"),
        ({"distribution_id": "arn:aws:cloudfront::1:distribution/E1"}, "by its id"),
        ({"paths": []}, "one or more paths"),
        ({"paths": "/a"}, "one or more paths"),
        ({"paths": ["/a", 1]}, "one or more paths"),
        ({"paths": ["a"]}, "begins with a slash"),
        ({"paths": ["/a*b"]}, "only at the end"),
        ({"paths": ["#"]}, "no name"),
        ({"paths": ["#news*"]}, "no wildcard"),
        ({"paths": [f"/{n}" for n in range(3001)]}, "at most 3,000 paths"),
        ({"paths": [f"/{n}*" for n in range(16)]}, "15 wildcards"),
        ({"caller_reference": ""}, "caller reference"),
        ({"caller_reference": 7}, "caller reference"),
    ],
)
def test_what_is_wrong_with_a_request_is_told(change: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        read_request({"manual_request": GOOD | change})


@pytest.mark.parametrize("payload", [{}, {"manual_request": None}, {"manual_request": []}])
def test_what_is_no_request_is_told_how_one_looks(payload: dict[str, Any]) -> None:
    with pytest.raises(BadInputError, match="A manual request looks like"):
        read_request(payload)


def test_as_many_as_cloudfront_takes_at_once_are_taken() -> None:
    paths = [*(f"/{n}" for n in range(3000)), *(f"/{n}*" for n in range(15))]
    assert read_request({"manual_request": GOOD | {"paths": paths}}).paths == tuple(paths)
