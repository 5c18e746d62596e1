"""A bucket's notification configuration: which part is ours, and what it becomes. Pure.

Configurations are in AWS's shape (API_NotificationConfiguration). Whatever is not ours is passed on as it was read:
the same objects in the same order, `EventBridgeConfiguration` too, which is there or not and always empty.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from web.services.targets import KINDS, Target

LISTS = {kind for kind, _ in KINDS.values()}

EVENTS = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*")
"""What a link listens to; `ObjectRemoved` leaves out what lifecycle rules delete (notification-how-to-event-types)."""

NEEDED = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
OWN_ID = "freshedge"
Configuration = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One configuration of a bucket.

    kind: the list that it stands in. id: its name, which S3 makes up where nobody gave one. arn: its destination.
    prefix, suffix: its filter; empty for none. raw: as it was read.
    """

    kind: str
    id: str
    arn: str
    events: tuple[str, ...]
    prefix: str
    suffix: str
    raw: Mapping[str, Any]

    @property
    def filtered(self) -> bool:
        """Whether it tells of some keys only."""
        return bool(self.prefix or self.suffix)


def entries(configuration: Configuration) -> list[Entry]:
    """Return all configurations that have a destination, in their order."""
    return [
        _entry(kind, member, raw) for kind, member in KINDS.values() for raw in configuration.get(kind) or [] if raw
    ]


def our_entries(configuration: Configuration, is_ours: Callable[[str], bool]) -> list[Entry]:
    """Return those that are ours: by their destination alone, since anybody may give theirs the name that ours have."""
    return [entry for entry in entries(configuration) if is_ours(entry.arn)]


def named_as_ours(configuration: Configuration, is_ours: Callable[[str], bool]) -> list[Entry]:
    """Return those that have our name and go elsewhere: another installation's, or ours of an earlier target."""
    return [entry for entry in entries(configuration) if entry.id == OWN_ID and not is_ours(entry.arn)]


def listens(entry: Entry, event: str) -> bool:
    """Whether an entry is told of an event type, which may itself be a whole family such as `s3:ObjectRemoved:*`.

    A family counts as told only if every type of it is.
    """
    if any(own == event or (own.endswith(":*") and event.startswith(own[:-1])) for own in entry.events):
        return True
    return event in _FAMILIES and all(listens(entry, member) for member in _FAMILIES[event])


# "Supported event types for SQS, SNS, and Lambda", notification-how-to-event-types-and-destinations.html.
_FAMILIES = {
    "s3:ObjectCreated:*": (
        "s3:ObjectCreated:Put",
        "s3:ObjectCreated:Post",
        "s3:ObjectCreated:Copy",
        "s3:ObjectCreated:CompleteMultipartUpload",
    ),
    "s3:ObjectRemoved:*": ("s3:ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated"),
    "s3:LifecycleExpiration:*": ("s3:LifecycleExpiration:Delete", "s3:LifecycleExpiration:DeleteMarkerCreated"),
}


def untold(ours: Iterable[Entry], events: Iterable[str]) -> list[str]:
    """Return those of the events that none of our entries is told of, filters left aside."""
    known = list(ours)
    return [event for event in events if not _told(known, event)]


def _told(ours: list[Entry], event: str) -> bool:
    if any(listens(entry, event) for entry in ours):
        return True
    members = _FAMILIES.get(event, ())
    return bool(members) and all(any(listens(entry, member) for entry in ours) for member in members)


def share_events(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """Return the event types of `one` that stand for something that `other` stands for too."""
    others = list(other)
    return [a for a in one if any(_meet(a, b) for b in others)]


def _meet(a: str, b: str) -> bool:
    if a == b:
        return True
    return (a.endswith(":*") and b.startswith(a[:-1])) or (b.endswith(":*") and a.startswith(b[:-1]))


def in_the_way(configuration: Configuration, is_ours: Callable[[str], bool]) -> list[Entry]:
    """Return others' entries that S3 would refuse ours beside: they share an event type, and ours has no filter.

    "Examples of notification configurations with … invalid overlaps", notification-how-to-filtering.html.
    """
    own = {id(entry.raw) for entry in our_entries(configuration, is_ours)}
    return [
        entry for entry in entries(configuration) if id(entry.raw) not in own and share_events(entry.events, EVENTS)
    ]


def complete(ours: list[Entry], target: Target, is_straight: Callable[[str], bool]) -> bool:
    """Whether our entries tell everything needed, unfiltered, to a destination that reaches us from this region."""
    return (
        bool(ours)
        and not untold([e for e in ours if not e.filtered], NEEDED)
        and all(e.arn == target.arn or is_straight(e.arn) for e in ours)
    )


def with_ours(configuration: Configuration, target: Target, is_ours: Callable[[str], bool]) -> dict[str, Any]:
    """Return the configuration with exactly one entry of ours, in the place of the first one that there was."""
    after = {**configuration}
    own = {id(e.raw) for e in our_entries(configuration, is_ours)}
    taken = {e.id for e in entries(configuration) if id(e.raw) not in own}
    name = next(name for name in chain((OWN_ID,), (f"{OWN_ID}-{n}" for n in count(2))) if name not in taken)
    entry: list[Any] = [{"Id": name, target.member: target.arn, "Events": list(EVENTS)}]
    for kind in LISTS & after.keys():
        place = next((n for n, raw in enumerate(after[kind]) if id(raw) in own), len(after[kind]))
        before = [raw for raw in after[kind][:place] if id(raw) not in own]
        behind = [raw for raw in after[kind][place:] if id(raw) not in own]
        after[kind] = [*before, *(entry if kind == target.kind else []), *behind]
    after.setdefault(target.kind, entry)
    return _without_empty(after)


def without_ours(configuration: Configuration, is_ours: Callable[[str], bool]) -> dict[str, Any]:
    """Return the configuration without any entry of ours."""
    own = {id(e.raw) for e in our_entries(configuration, is_ours)}
    after = {**configuration}
    for name in LISTS & after.keys():
        after[name] = [raw for raw in after[name] if id(raw) not in own]
    return _without_empty(after)


def _without_empty(configuration: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in configuration.items() if value or name not in LISTS}


def _entry(kind: str, member: str, raw: Mapping[str, Any]) -> Entry:
    rules = ((raw.get("Filter") or {}).get("Key") or {}).get("FilterRules") or []
    # Names come back as they were sent or as `Prefix`, `Suffix`.
    named = {str(rule.get("Name", "")).lower(): str(rule.get("Value", "")) for rule in rules}
    return Entry(
        kind=kind,
        id=str(raw.get("Id", "")),
        arn=str(raw.get(member, "")),
        events=tuple(raw.get("Events") or ()),
        prefix=named.get("prefix", ""),
        suffix=named.get("suffix", ""),
        raw=raw,
    )
