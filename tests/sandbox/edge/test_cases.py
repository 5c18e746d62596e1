"""What AWS's documentation says of the edge, as cases; `tests/sandbox/cases/README.md` tells their form."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

from tests.sandbox.edge.world import (
    BUCKET,
    SERVICE,
    Config,
    World,
    allow,
    behavior,
    config_of,
    items,
    make_world,
    rest_origin,
    website_origin,
    x_cache,
)

FOLDER = Path(__file__).parent.parent / "cases"
EDGE = json.loads((FOLDER / "edge.json").read_text("utf8"))
INVALIDATION = json.loads((FOLDER / "invalidation.json").read_text("utf8"))


def config_from(told: dict[str, Any]) -> Config:
    """Read a case's distribution."""
    origin = website_origin if told["origin"] == "website" else rest_origin
    listed = told.get("behaviors") or [["*", {"query": "none", "min": 0, "default": 86400, "max": 31536000}]]
    behaviors = [
        behavior(one["query"], (one["min"], one["default"], one["max"]), PathPattern=pattern) for pattern, one in listed
    ]
    del behaviors[-1]["PathPattern"]
    errors = [
        {
            "ErrorCode": int(code),
            "ErrorCachingMinTTL": one["ttl"],
            "ResponsePagePath": one.get("page", ""),
            "ResponseCode": str(one.get("status", "")),
        }
        for code, one in told.get("errors", {}).items()
    ]
    return config_of(
        origin(told.get("path", "")),
        *behaviors,
        DefaultRootObject=told.get("root", ""),
        CustomErrorResponses=items(errors),
    )


def world_of(told: dict[str, Any]) -> World:
    """Make a case's world: CloudFront's principal reads a REST endpoint, everybody a website."""
    world = make_world()
    world.distribution(config_from(told))
    actions = ["s3:GetObject", "s3:ListBucket"] if told.get("list") else ["s3:GetObject"]
    world.buckets.policies[BUCKET] = allow("*" if told["origin"] == "website" else SERVICE, *actions)
    if told["origin"] == "website":
        world.buckets.websites[BUCKET] = {
            "IndexDocument": {"Suffix": told["index"]},
            **({"ErrorDocument": {"Key": told["error_document"]}} if "error_document" in told else {}),
        }
    return world


def take(world: World, step: dict[str, Any]) -> None:
    """Take one step of a case, and hold what it expects."""
    ((verb, given),) = step.items()
    if verb == "put":
        for key, (body, headers) in given.items():
            world.buckets.put(key, body, **headers)
    elif verb == "delete":
        for key in given:
            world.buckets.delete(key)
    elif verb == "invalidate":
        world.invalidate(*given)
    elif verb == "pass":
        world.clock.advance(given)
    else:
        assert verb == "get"
        uri, status, body, source = given
        answer = world.get(uri)
        assert answer.status == status, uri
        assert body is None or answer.body.decode() == body, uri
        assert source is None or x_cache(answer) == source, uri


@pytest.mark.parametrize("case", EDGE, ids=lambda case: case["name"])
def test_the_edge_serves_as_documented(case: dict[str, Any]) -> None:
    world = world_of(case["distribution"])
    for step in case["steps"]:
        take(world, step)


@pytest.mark.parametrize("case", INVALIDATION, ids=lambda case: case["name"])
def test_an_invalidation_drops_what_is_documented(case: dict[str, Any]) -> None:
    for uri in case["drops"] + case["keeps"]:
        world = make_world()
        world.distribution(config_of(None, behavior("all"), DefaultRootObject="index.html"))
        world.buckets.put(unquote_plus(uri.partition("?")[0])[1:] or "index.html", "here")
        assert not world.cached(uri)
        assert world.cached(uri)
        world.invalidate(case["path"])
        assert world.cached(uri) == (uri in case["keeps"]), uri


def test_all_cases_are_there() -> None:
    assert (len(EDGE), len(INVALIDATION)) == (22, 18)
