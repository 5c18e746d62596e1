"""What a link, repair or unlink changes, row by row: added, removed, or stays as it is.

Tags are maps of key to value. Notifications are AWS's own shape (API_NotificationConfiguration): lists of
configurations by kind of destination, and `EventBridgeConfiguration`, which is there or is not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from web.models import BeforeAfter

Sign = Literal["added", "removed", "stays"]
DESTINATIONS = {
    "QueueConfigurations": "QueueArn",
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
    "TopicConfigurations": "TopicArn",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of a bucket: its name, and what it says, one line each."""

    sign: Sign
    name: str
    lines: tuple[str, ...]


def tag_rows(tags: BeforeAfter) -> list[Row]:
    """Compare two sets of tags; what stays comes first."""
    return _rows(_tags(tags.before), _tags(tags.after))


def notification_rows(notifications: BeforeAfter) -> list[Row]:
    """Compare two notification configurations; each configuration is shown with its events, filter and destination."""
    return _rows(_notifications(notifications.before), _notifications(notifications.after))


def staying(rows: list[Row]) -> int:
    """How many stay as they are."""
    return sum(row.sign == "stays" for row in rows)


def _rows(before: list[tuple[str, tuple[str, ...]]], after: list[tuple[str, tuple[str, ...]]]) -> list[Row]:
    stays = [Row("stays", *entry) for entry in before if entry in after]
    removed = [Row("removed", *entry) for entry in before if entry not in after]
    added = [Row("added", *entry) for entry in after if entry not in before]
    return stays + removed + added


def _tags(tags: Mapping[str, object]) -> list[tuple[str, tuple[str, ...]]]:
    return [(key, (str(value),)) for key, value in sorted(tags.items())]


def _notifications(configuration: Mapping[str, object]) -> list[tuple[str, tuple[str, ...]]]:
    entries: list[tuple[str, tuple[str, ...]]] = []
    for kind, destination in DESTINATIONS.items():
        listed = configuration.get(kind)
        found = listed if isinstance(listed, list) else []
        entries += [(str(one.get("Id", "(no name)")), _lines(one, destination)) for one in found]
    if configuration.get("EventBridgeConfiguration") is not None:
        entries.append(("EventBridge", ("all events",)))
    return entries


def _lines(one: Mapping[str, object], destination: str) -> tuple[str, ...]:
    events = one.get("Events")
    names = [str(event).removeprefix("s3:") for event in events] if isinstance(events, list) else []
    return (*names, *_filters(one.get("Filter")), f"→ {one.get(destination, '')}")


def _filters(found: object) -> list[str]:
    if not found:
        return []
    key = found.get("Key") if isinstance(found, Mapping) else None
    rules = key.get("FilterRules") if isinstance(key, Mapping) else None
    if not isinstance(rules, list):
        return [f"filter {json.dumps(found, sort_keys=True)}"]
    return [f"{str(rule.get('Name', '')).lower()} “{rule.get('Value', '')}”" for rule in rules if rule.get("Value")]
