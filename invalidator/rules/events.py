"""S3 events, as changes: what S3's own records and EventBridge's events say of one object.

Record shapes: S3 User Guide, "Event message structure" (notification-content-structure.html) and "EventBridge event
message structure" (ev-events.html). The envelopes they travel in are `envelopes`' business.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import unquote_plus

from invalidator.errors import UnknownEventError
from invalidator.rules.changes import Change
from invalidator.rules.envelopes import Message, decoded, messages

Kind = Literal["created", "deleted"]

# The prefixes of S3's event names that change what viewers get. ObjectRemoved leaves out what lifecycle rules delete.
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("ObjectCreated:", "created"),
    ("ObjectRemoved:", "deleted"),
    ("LifecycleExpiration:", "deleted"),
)
# EventBridge's `reason` of an object created, as the event name that S3's own form has for it.
_REASONS = {
    "PutObject": "Put",
    "POST Object": "Post",
    "CopyObject": "Copy",
    "CompleteMultipartUpload": "CompleteMultipartUpload",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What an event or a message says.

    changes: objects created and deleted, in the order told.
    ignored: how many records of each name change nothing for viewers, such as `ObjectTagging:Put` or `s3:TestEvent`.
    problems: a sentence for each record that can't be understood; the others of its message are still in `changes`.
    """

    changes: tuple[Change, ...] = ()
    ignored: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def parse(event: Mapping[str, Any]) -> Parsed:
    """Return what an event says, in whatever envelope it comes.

    Raises: UnknownEventError, where the whole is none of the shapes we understand.
    """
    return _read(messages(event))


def parse_body(body: str) -> Parsed:
    """Return what one SQS message says, or one SNS message: its text.

    Raises: UnknownEventError, where the whole is none of the shapes we understand.
    """
    return _read(messages(decoded(body)))


def merged(many: Iterable[Parsed]) -> Parsed:
    """Return what several messages say together."""
    changes: list[Change] = []
    ignored: Counter[str] = Counter()
    problems: list[str] = []
    for one in many:
        changes += one.changes
        ignored.update(one.ignored)
        problems += one.problems
    return Parsed(tuple(changes), dict(ignored), tuple(problems))


def _read(found: Iterator[Message | UnknownEventError]) -> Parsed:
    """Read every message, setting those aside that can't be read."""
    changes: list[Change] = []
    ignored: Counter[str] = Counter()
    problems: list[str] = []
    for message in found:
        told = message if isinstance(message, UnknownEventError) else _told(message)
        if isinstance(told, UnknownEventError):
            problems.append(str(told))
        elif isinstance(told, Change):
            changes.append(told)
        else:
            ignored[told] += 1
    return Parsed(tuple(changes), dict(ignored), tuple(problems))


def _told(message: Message) -> Change | str | UnknownEventError:
    """Return what one record tells, or why it can't be read."""
    try:
        return _READERS[message.form](message.content)
    except UnknownEventError as error:
        return error


def _from_record(record: Mapping[str, Any]) -> Change | str:
    """Return the change that a record of S3's own form tells, or the name of the event where it changes nothing."""
    _check_major("eventVersion", record.get("eventVersion"), 2, "S3 event record")
    name = _text(record, "eventName").removeprefix("s3:")
    kind = _kind(name)
    if kind is None:
        return name
    entity = _mapping(record, "s3")
    thing = _mapping(entity, "object")
    return Change(
        bucket=_text(_mapping(entity, "bucket"), "name"),
        key=_plain(_text(thing, "key")),
        kind=kind,
        event=name,
        time=_time(_text(record, "eventTime")),
        etag=_etag(thing.get("eTag")),
        size=_size(thing.get("size")),
        version_id=_version(thing.get("versionId")),
        sequencer=_optional(thing.get("sequencer")),
        region=_optional(record.get("awsRegion")),
    )


def _from_eventbridge(event: Mapping[str, Any]) -> Change | str:
    """Return the change that an event of EventBridge's form tells, or its detail-type where it changes nothing."""
    name = _eventbridge_name(event)
    kind = _kind(name)
    if kind is None:
        return name
    detail = _mapping(event, "detail")
    if "event-version" in detail:  # newer than the form itself, whose `version` stays 0
        _check_major("event-version", detail["event-version"], 1, "EventBridge event of S3")
    thing = _mapping(detail, "object")
    return Change(
        bucket=_text(_mapping(detail, "bucket"), "name"),
        key=_whole(_text(thing, "key")),
        kind=kind,
        event=name,
        time=_time(_text(event, "time")),
        etag=_etag(thing.get("etag")),
        size=_size(thing.get("size")),
        version_id=_version(thing.get("version-id")),
        sequencer=_optional(thing.get("sequencer")),
        region=_optional(event.get("region")),
    )


def _eventbridge_name(event: Mapping[str, Any]) -> str:
    """Return S3's own name for an EventBridge event; the detail-type where it is of no interest."""
    what = _text(event, "detail-type")
    detail = event.get("detail")
    reason = str(detail.get("reason", "")) if isinstance(detail, Mapping) else ""
    if what == "Object Created":
        return "ObjectCreated:" + _REASONS.get(reason, "Put")
    if what == "Object Deleted":
        marker = isinstance(detail, Mapping) and detail.get("deletion-type") == "Delete Marker Created"
        family = "LifecycleExpiration" if reason == "Lifecycle Expiration" else "ObjectRemoved"
        return f"{family}:{'DeleteMarkerCreated' if marker else 'Delete'}"
    return what


def _from_test(_message: Mapping[str, Any]) -> Change | str:
    """S3 sends one to each new target of a notification configuration, whatever happens in the bucket."""
    return "s3:TestEvent"


def _from_schedule(_event: Mapping[str, Any]) -> Change | str:
    """A call of the schedule that Lambda gave up on says nothing any more: the next one has come since."""
    return "Scheduled Event"


_READERS: dict[str, Callable[[Mapping[str, Any]], Change | str]] = {
    "s3": _from_record,
    "eventbridge": _from_eventbridge,
    "test": _from_test,
    "schedule": _from_schedule,
}


def _kind(name: str) -> Kind | None:
    return next((kind for prefix, kind in _KINDS if name.startswith(prefix)), None)


def _check_major(name: str, version: object, major: int, what: str) -> None:
    """Accept growth within a major version ("the minor version is incremented when fields are added"), no other."""
    told = version if isinstance(version, str) else ""
    if told.partition(".")[0] != str(major):
        raise UnknownEventError(
            f"An {what} has {name} {json.dumps(version)}; this version understands {major}.x. Update freshedge."
        )


def _mapping(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    if not isinstance(value, Mapping):
        raise UnknownEventError(f"An S3 event has no object {name!r}: it is not of the documented shape.")
    return value


def _text(parent: Mapping[str, Any], name: str) -> str:
    value = parent.get(name)
    if not isinstance(value, str) or not value:
        raise UnknownEventError(f"An S3 event has no text {name!r}: it is not of the documented shape.")
    return value


def _plain(encoded: str) -> str:
    """Decode a key of S3's own form, which is URL-encoded with `+` for a blank."""
    try:
        return _whole(unquote_plus(encoded, errors="strict"))
    except UnicodeDecodeError as error:
        raise UnknownEventError(f"The key {encoded!r} of an S3 event is not URL-encoded UTF-8.") from error


def _whole(key: str) -> str:
    """Return the key; refuse one with half a character, which no URI and no S3 key can hold."""
    try:
        key.encode()
    except UnicodeEncodeError as error:
        raise UnknownEventError(f"The key {key!r} of an S3 event holds half a character.") from error
    return key


def _time(text: str) -> datetime:
    """Read an ISO 8601 time, with or without a fraction, as aware UTC."""
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the latter at the ends of the calendar
        raise UnknownEventError(f"The time {text!r:.60} of an S3 event is not an ISO 8601 time.") from error


def _etag(value: object) -> str | None:
    return value.strip('"') or None if isinstance(value, str) else None


def _size(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _version(value: object) -> str | None:
    """Return a version's id; objects of before versioning have the id `null`, which is none."""
    return value if isinstance(value, str) and value not in ("", "null") else None


def _optional(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
