"""Events in every envelope in which they arrive: recorded shapes, and any JSON at all."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from invalidator.errors import UnknownEventError
from invalidator.rules.envelopes import queue_messages
from invalidator.rules.events import Parsed, merged, parse, parse_body

EVENTS = Path(__file__).parents[2] / "events"
RECORDED = {path.stem: json.loads(path.read_text("utf8")) for path in sorted(EVENTS.glob("*.json"))}
UNDERSTOOD = {name: one for name, one in RECORDED.items() if "refused" not in one["says"]}
REFUSED = {name: one for name, one in RECORDED.items() if "refused" in one["says"]}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def shown(parsed: Parsed) -> list[dict[str, Any]]:
    return [asdict(change) | {"time": change.time.isoformat()} for change in parsed.changes]


def test_every_recorded_event_names_the_page_that_shows_its_shape() -> None:
    assert len(RECORDED) > 40
    assert all(one["origin"] for one in RECORDED.values())


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_a_recorded_event_says_what_its_file_says(name: str) -> None:
    says = UNDERSTOOD[name]["says"]
    parsed = parse(UNDERSTOOD[name]["event"])
    assert shown(parsed) == says["changes"]
    assert parsed.ignored == says["ignored"]
    assert len(parsed.problems) == len(says["problems"])
    for problem, part in zip(parsed.problems, says["problems"], strict=True):
        assert part in problem


@pytest.mark.parametrize("name", REFUSED)
def test_an_event_of_no_known_shape_is_refused_with_what_it_is(name: str) -> None:
    with pytest.raises(UnknownEventError) as refused:
        parse(REFUSED[name]["event"])
    assert REFUSED[name]["says"]["refused"] in str(refused.value)
    assert "Expected: an S3 event" in str(refused.value)


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_an_event_says_the_same_inside_every_further_envelope(name: str) -> None:
    event = UNDERSTOOD[name]["event"]
    text = json.dumps(event)
    plain = parse(event)
    assert parse_body(text) == plain
    assert parse({"requestPayload": event, "version": "1.0"}) == plain
    assert parse({"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": text}]}) == plain
    assert parse_body(json.dumps({"Type": "Notification", "Message": text})) == plain
    assert parse({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": text}}]}) == plain


def test_several_messages_say_together_what_each_says() -> None:
    one, two = (parse(RECORDED[name]["event"]) for name in ("s3-put", "sqs-not-json"))
    tagging = parse(RECORDED["s3-tagging"]["event"])
    assert merged([one, two, tagging, tagging]) == Parsed(
        one.changes + two.changes, {"ObjectTagging:Put": 4, "ObjectAcl:Put": 2}, two.problems
    )
    assert merged([]) == Parsed()


def test_a_batch_of_a_queue_gives_ids_and_bodies() -> None:
    batch = RECORDED["sqs-not-json"]["event"]
    bodies = [record["body"] for record in batch["Records"]]
    assert queue_messages(batch) == [(record["messageId"], record["body"]) for record in batch["Records"]]
    assert [body for _, body in queue_messages(batch) or []] == bodies


@pytest.mark.parametrize("name", ["s3-put", "sns-s3", "eventbridge-created", "destination-s3", "unknown-empty"])
def test_what_comes_from_no_queue_is_no_batch(name: str) -> None:
    assert queue_messages(RECORDED[name]["event"]) is None
    assert queue_messages({"Records": []}) is None


def anything_or_unknown(event: Any) -> None:
    try:
        parsed = parse(event)
    except UnknownEventError:
        return
    assert isinstance(parsed, Parsed)
    assert all(change.time.utcoffset() is not None for change in parsed.changes)


@given(JSON)
@example([])
@example(None)
@example({"Records": [{"eventSource": "aws:s3"}]})
@example({"Records": [[], 1, None, {"eventSource": ["aws:s3"]}, {"eventSource": "aws:sns", "Sns": 1}]})
@example({"Records": {"eventSource": "aws:s3"}})
@example({"source": "aws.s3", "detail-type": 1})
@example({"source": "aws.s3", "detail-type": "Object Created", "detail": []})
@example({"source": "lambda", "detail": {"source": "lambda", "detail": {}}})
def test_any_json_at_all_is_understood_or_refused_by_our_own_error(event: Any) -> None:
    anything_or_unknown(event)


SHAPES = [one["event"] for one in RECORDED.values()]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, as the way to it."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path else []
    for name, inner in inside:
        found += places(inner, (*path, name))
    return found


@given(st.data())
def test_a_recorded_event_with_anything_in_one_place_is_understood_or_refused(data: st.DataObject) -> None:
    event = json.loads(json.dumps(data.draw(st.sampled_from(SHAPES))))
    if not (all_places := places(event)):
        return
    *way, last = data.draw(st.sampled_from(all_places))
    inner = event
    for name in way:
        inner = inner[name]
    inner[last] = data.draw(JSON)
    anything_or_unknown(event)


@given(st.text())
@example("[" * 200_000)
@example('{"a":' * 200_000)
@example("1" * 5000)
@example("NaN")
def test_any_text_at_all_is_understood_or_refused_in_a_short_sentence(body: str) -> None:
    refusal = ""
    try:
        parse_body(body)
    except UnknownEventError as refused:
        refusal = str(refused)
    assert len(refusal) < 2000
