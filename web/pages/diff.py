"""What a link, repair, restore or unlink changes, row by row: added, removed, or stays as it is.

Tags are maps of key to value. Notifications are AWS's own shape (API_NotificationConfiguration): lists of
configurations by kind of destination, and `EventBridgeConfiguration`, which is there or is not. A rule of EventBridge
is `Name`, `EventPattern`, `State` and `Targets` (API_PutRule, API_PutTargets).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from web.models import BeforeAfter, RuleChange

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


def rule_rows(rule: RuleChange) -> list[Row]:
    """Compare a rule of EventBridge as it is and as it will be: its state, its pattern and each of its targets."""
    return _rows(_rule(rule.before), _rule(rule.after))


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
        entries += [(str(one.get("Id", "(no name)")), lines_of(one, destination)) for one in found]
    if configuration.get("EventBridgeConfiguration") is not None:
        entries.append(("EventBridge", ("all events",)))
    return entries


def lines_of(one: Mapping[str, object], destination: str) -> tuple[str, ...]:
    """Say what a configuration does, a line each: its events, its filter, where it goes (the member `destination`)."""
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


def _rule(rule: Mapping[str, object] | None) -> list[tuple[str, tuple[str, ...]]]:
    if rule is None:
        return []
    listed = rule.get("Targets")
    targets = listed if isinstance(listed, list) else []
    return [
        ("State", (str(rule.get("State", "")),)),
        ("Pattern", tuple(_pattern(rule.get("EventPattern")))),
        *((f"Target {one.get('Id', '')}", _target(one)) for one in targets),
    ]


def _pattern(found: object, path: str = "") -> list[str]:
    """Say a pattern a field a line: `detail.bucket.name: docs`."""
    if isinstance(found, Mapping) and found:
        return [line for name, value in found.items() for line in _pattern(value, f"{path}.{name}" if path else name)]
    plain = isinstance(found, list) and all(isinstance(one, str) for one in found)
    said = ", ".join(found) if plain and isinstance(found, list) else json.dumps(found, ensure_ascii=False)
    return [f"{path}: {said}" if path else said]


def _target(one: Mapping[str, object]) -> tuple[str, ...]:
    more = {name: value for name, value in one.items() if name not in ("Id", "Arn")}
    return (f"→ {one.get('Arn', '')}", *([json.dumps(more, sort_keys=True, ensure_ascii=False)] if more else []))
