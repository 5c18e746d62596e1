"""The envelopes in which S3's events arrive, opened down to single records.

An event may come straight from S3 or EventBridge, in SQS, in SNS, in SNS in SQS (raw or wrapped delivery), and each
of these again as the `requestPayload` of a Lambda on-failure destination, which may be a bus of EventBridge too
(invocation-async-retain-records.html). Shapes: `tests/events/`, one a file.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from invalidator.errors import UnknownEventError

# SNS in SQS in a destination's record in SQS is five deep; more is no envelope of AWS.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Message:
    """One record out of its envelopes.

    form: S3's own record, an EventBridge event of S3, the test that S3 sends when a notification is configured, or a
        call of the schedule that Lambda gave up on.
    """

    form: Literal["s3", "eventbridge", "test", "schedule"]
    content: Mapping[str, Any]


def decoded(text: str) -> Mapping[str, Any]:
    """Return the JSON object that a message's text holds.

    Raises: UnknownEventError.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:  # the latter for thousands of brackets
        raise UnknownEventError(f"A message is not JSON: it begins with {text[:60]!r}. {_EXPECTED}") from error
    if not isinstance(content, Mapping):
        raise UnknownEventError(f"A message is JSON but no object: it begins with {text[:60]!r}. {_EXPECTED}")
    return content


def queue_messages(event: Mapping[str, Any]) -> list[tuple[str, str]] | None:
    """Return id and body of each message of an SQS batch (with-sqs.html, Lambda); None where the event is none."""
    records = event.get("Records")
    if not isinstance(records, list) or not records:
        return None
    found = [(record.get("messageId"), record.get("body")) for record in records if _is_from_queue(record)]
    whole = [(name, body) for name, body in found if isinstance(name, str) and isinstance(body, str)]
    return whole if len(whole) == len(records) else None


def _is_from_queue(record: object) -> bool:
    return isinstance(record, Mapping) and record.get("eventSource") == "aws:sqs"


def messages(event: Mapping[str, Any], depth: int = 0) -> Iterator[Message | UnknownEventError]:
    """Yield the records of an event, out of all envelopes; in place of one that can't be opened, the reason.

    Raises: UnknownEventError, where the event as a whole is no envelope that we know.
    """
    if not isinstance(event, Mapping):
        raise UnknownEventError(f"An event is {event!r:.60} and no object. {_EXPECTED}")
    if depth > _DEEPEST:
        raise UnknownEventError(f"An event lies in more than {_DEEPEST} envelopes. {_EXPECTED}")
    if isinstance(event.get("Records"), list):
        for record in event["Records"]:
            try:
                yield from _record(record, depth)
            except UnknownEventError as error:
                yield error
    elif event.get("Event") == "s3:TestEvent":
        yield Message("test", event)
    elif event.get("source") == "aws.s3" and "detail-type" in event:
        yield Message("eventbridge", event)
    elif depth and event.get("detail-type") == "Scheduled Event":
        yield Message("schedule", event)
    elif (inside := _inside(event)) is not None:
        yield from messages(inside, depth + 1)
    else:
        raise UnknownEventError(f"An event with {_what(event)} came. {_EXPECTED}")


def _inside(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what SNS's own message or a destination's record holds; None where it is neither."""
    if event.get("Type") == "Notification" and isinstance(event.get("Message"), str):
        return decoded(event["Message"])
    name = "detail" if event.get("source") == "lambda" else "requestPayload"
    found = event.get(name)
    return found if isinstance(found, Mapping) else None


def _record(record: object, depth: int) -> Iterator[Message | UnknownEventError]:
    """Open one of `Records`; each service names itself, SNS with a capital letter."""
    if not isinstance(record, Mapping):
        raise UnknownEventError(f"A record is {record!r:.60} and no object. {_EXPECTED}")
    source = record.get("eventSource") or record.get("EventSource")
    if source == "aws:s3":
        yield Message("s3", record)
    elif source == "aws:sqs" and isinstance(record.get("body"), str):
        yield from messages(decoded(record["body"]), depth + 1)
    elif (
        source == "aws:sns" and isinstance(record.get("Sns"), Mapping) and isinstance(record["Sns"].get("Message"), str)
    ):
        yield from messages(decoded(record["Sns"]["Message"]), depth + 1)
    else:
        raise UnknownEventError(f"A record of {str(source or 'no source')[:60]} with {_what(record)} came. {_EXPECTED}")


_EXPECTED = (
    "Expected: an S3 event notification or an EventBridge event of S3, straight, through SQS or SNS, or in the record "
    "of a Lambda on-failure destination."
)


def _what(event: Mapping[str, Any]) -> str:
    """Say what stands in an event, by its names only: contents may be anybody's."""
    names = ", ".join(sorted(map(repr, event))[:8])
    return f"the fields {names}" if names else "no fields"
