"""Caller references: the same for the same changes, whatever way they come; else another one."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invalidator.rules.changes import Change
from invalidator.rules.events import parse
from invalidator.rules.references import caller_reference, identity, part_reference, request_reference

NOON = datetime(2026, 11, 25, 12, 0, 0, 250_000, tzinfo=UTC)
CHANGE = Change("site", "a.html", "created", "ObjectCreated:Put", NOON, "abc", 3, "v1", "0A", "us-east-1")
EVENTS = Path(__file__).parents[2] / "events"


def event(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text("utf8"))["event"]


@pytest.mark.parametrize(
    "another",
    ["sqs-sns-s3", "sqs-sns-raw-s3", "sns-s3", "destination-s3", "sqs-destination-s3", "eventbridge-destination-s3"],
)
def test_an_event_has_one_identity_in_all_its_envelopes(another: str) -> None:
    assert identity(parse(event(another)).changes[0]) == identity(parse(event("s3-put")).changes[0])


def test_an_event_that_comes_both_ways_is_one() -> None:
    """EventBridge names no `ObjectCreated:Put`, and its time has whole seconds."""
    by_eventbridge = replace(
        CHANGE, event="ObjectCreated:Post", time=NOON.replace(microsecond=0), size=None, region=None
    )
    assert identity(by_eventbridge) == identity(CHANGE)


@pytest.mark.parametrize(
    "difference",
    [
        {"bucket": "other"},
        {"key": "b.html"},
        {"kind": "deleted"},
        {"time": NOON + timedelta(seconds=1)},
        {"etag": "abd"},
        {"version_id": "v2"},
        {"sequencer": "0B"},
    ],
)
def test_what_tells_two_events_apart_makes_two_references(difference: dict[str, Any]) -> None:
    other = replace(CHANGE, **difference)
    assert caller_reference("E1", [CHANGE], ["/a"]) != caller_reference("E1", [other], ["/a"])


@given(st.permutations([replace(CHANGE, key=key) for key in "abc"]), st.permutations(["/a", "/b", "/c"]))
def test_order_and_repeats_do_not_count(changes: list[Change], paths: list[str]) -> None:
    reference = caller_reference("E1", changes, ["/a", "/b", "/c"])
    assert caller_reference("E1", [*changes, changes[0]], paths) == reference
    assert caller_reference("E1", changes[:2], paths) != reference
    assert caller_reference("E2", changes, paths) != reference
    assert caller_reference("E1", changes, paths[:2]) != reference


def test_lists_that_run_together_alike_are_told_apart() -> None:
    one = replace(CHANGE, bucket="a", key="bc")
    assert caller_reference("E1", [one], []) != caller_reference("E1", [replace(one, bucket="ab", key="c")], [])


def test_a_persons_requests_at_two_times_are_two() -> None:
    assert request_reference("E1", ["/a"], NOON) == request_reference("E1", ["/a"], NOON)
    assert request_reference("E1", ["/a"], NOON) != request_reference("E1", ["/a"], NOON + timedelta(seconds=1))
    assert part_reference("one", ["/a"]) != part_reference("one", ["/b"])
    assert part_reference("one", ["/a"]) != part_reference("two", ["/a"])


def test_a_reference_tells_whose_it_is_and_is_short() -> None:
    assert caller_reference("E1", [CHANGE], ["/a"]).startswith("freshedge-s3-")
    assert request_reference("E1", ["/a"], NOON).startswith("freshedge-person-")
    assert len(caller_reference("E1", [CHANGE] * 1000, ["/a"] * 1000)) < 128
