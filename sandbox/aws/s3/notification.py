"""A bucket's notification configuration: its XML, its rules, and which part of it an event meets.

API Reference, PutBucketNotificationConfiguration; User Guide, "Event notification types and destinations" and
"Configuring event notifications using object key name filtering". In memory it has boto3's shape.
"""

import itertools
import secrets
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from sandbox.aws.errors import AwsError
from sandbox.aws.s3.call import invalid, malformed
from sandbox.aws.xml import Item, MalformedError, parse, text

MOST = 100
"""Most configurations of one bucket (`aws-facts`: User Guide, "Amazon S3 Event Notifications")."""

KINDS = {
    "TopicConfigurations": ("TopicConfiguration", "Topic", "TopicArn"),
    "QueueConfigurations": ("QueueConfiguration", "Queue", "QueueArn"),
    "LambdaFunctionConfigurations": ("CloudFunctionConfiguration", "CloudFunction", "LambdaFunctionArn"),
}
"""boto3's list, the XML's element of it, the element of the ARN, and boto3's name of the ARN."""

EVENTS = {
    "s3:ObjectCreated": ("Put", "Post", "Copy", "CompleteMultipartUpload"),
    "s3:ObjectRemoved": ("Delete", "DeleteMarkerCreated"),
    "s3:ObjectRestore": ("Post", "Completed", "Delete"),
    "s3:Replication": (
        "OperationFailedReplication",
        "OperationMissedThreshold",
        "OperationReplicatedAfterThreshold",
        "OperationNotTracked",
    ),
    "s3:LifecycleExpiration": ("Delete", "DeleteMarkerCreated"),
    "s3:ObjectTagging": ("Put", "Delete"),
}
_SINGLE = (
    "s3:ReducedRedundancyLostObject",
    "s3:LifecycleTransition",
    "s3:IntelligentTiering",
    "s3:ObjectAcl:Put",
)


def expand(event: str) -> frozenset[str]:
    """Return the events that a name stands for; none where S3 knows no such name.

    >>> sorted(expand("s3:ObjectRemoved:*"))
    ['s3:ObjectRemoved:Delete', 's3:ObjectRemoved:DeleteMarkerCreated']
    """
    if event in _SINGLE:
        return frozenset({event})
    family, _, name = event.rpartition(":")
    names = EVENTS.get(family, ())
    if name == "*":
        return frozenset(f"{family}:{one}" for one in names)
    return frozenset({event} if name in names else ())


def read(body: bytes) -> dict[str, Any]:
    """Return a configuration from its XML, ids made where they are missing; raise what S3 refuses of it alone."""
    try:
        root = parse(body) if body else ET.Element("NotificationConfiguration")
    except MalformedError:
        raise malformed() from None
    if root.tag != "NotificationConfiguration":
        raise malformed()
    found: dict[str, Any] = {}
    for kind, (element, target, name) in KINDS.items():
        if configurations := [_read_one(one, target, name) for one in root.iterfind(element)]:
            found[kind] = configurations
    if root.find("EventBridgeConfiguration") is not None:
        found["EventBridgeConfiguration"] = {}
    return found


def write(configuration: Mapping[str, Any]) -> list[Item]:
    """Return the elements of a configuration's XML."""
    items: list[Item] = []
    for kind, (element, target, name) in KINDS.items():
        for one in configuration.get(kind, ()):
            events: list[Item] = [("Event", event) for event in one["Events"]]
            inner: list[Item] = [("Id", one["Id"]), (target, one[name]), *events]
            if rules := one.get("Filter", {}).get("Key", {}).get("FilterRules"):
                written: list[Item] = [("FilterRule", [("Name", r["Name"]), ("Value", r["Value"])]) for r in rules]
                inner.append(("Filter", [("S3Key", written)]))
            items.append((element, inner))
    if "EventBridgeConfiguration" in configuration:
        items.append(("EventBridgeConfiguration", []))
    return items


def check(configuration: Mapping[str, Any]) -> None:
    """Raise what S3 refuses of a configuration without looking at its destinations."""
    every = list(each(configuration))
    if len(every) > MOST:
        words = f"The notification configuration has too many configurations. The maximum is {MOST}."
        raise invalid("NotificationConfiguration", len(every), words)
    ids = [one["Id"] for _, one in every]
    if len(set(ids)) < len(ids):
        raise invalid("Id", ", ".join(ids), "Same ID used for multiple configurations. IDs must be unique")
    for (_, one), (_, other) in itertools.combinations(every, 2):
        _refuse_overlap(one, other)


def each(configuration: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give every configuration with the ARN of its destination."""
    for kind, (_, _, name) in KINDS.items():
        for one in configuration.get(kind, ()):
            yield one[name], one


def matching(configuration: Mapping[str, Any], event: str, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the configurations that an event of a key meets, each with the ARN of its destination.

    event: with `s3:`.
    """
    for arn, one in each(configuration):
        prefix, suffix = affixes(one)
        if key.startswith(prefix) and key.endswith(suffix) and any(event in expand(name) for name in one["Events"]):
            yield arn, one


def affixes(one: Mapping[str, Any]) -> tuple[str, str]:
    """Return the prefix and the suffix of a configuration's filter, empty for none."""
    rules = {rule["Name"]: rule["Value"] for rule in one.get("Filter", {}).get("Key", {}).get("FilterRules", ())}
    return rules.get("Prefix", ""), rules.get("Suffix", "")


def _read_one(element: ET.Element, target: str, name: str) -> dict[str, Any]:
    arn = text(element, target)
    events = [event.text or "" for event in element.iterfind("Event")]
    if not arn or not events:
        raise malformed()
    for event in events:
        if not expand(event):
            raise invalid("Event", event, "The event is not supported for notifications")
    one: dict[str, Any] = {"Id": text(element, "Id") or secrets.token_urlsafe(36), name: arn, "Events": events}
    if rules := [_rule(rule) for rule in element.iterfind("Filter/S3Key/FilterRule")]:
        names = [rule["Name"] for rule in rules]
        if len(set(names)) < len(names):
            words = "Cannot specify more than one prefix rule in a filter."
            raise invalid(
                "FilterRule.Name", names[0], words if names[0] == "Prefix" else words.replace("prefix", "suffix")
            )
        one["Filter"] = {"Key": {"FilterRules": rules}}
    return one


def _rule(rule: ET.Element) -> dict[str, str]:
    name, value = text(rule, "Name") or "", text(rule, "Value") or ""
    if name.lower() not in ("prefix", "suffix"):
        raise invalid("FilterRule.Name", name, "filter rule name must be either prefix or suffix")
    if len(value) > 1024:  # noqa: PLR2004 - a key is never longer
        raise invalid(
            "FilterRule.Value", value, "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation"
        )
    return {"Name": name.lower().capitalize(), "Value": value}


def _refuse_overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    """Two configurations may not share an event type and overlap in prefix and in suffix, whatever they notify."""
    shared = frozenset().union(*map(expand, one["Events"])) & frozenset().union(*map(expand, other["Events"]))
    if not shared:
        return
    (prefix, suffix), (prefix_2, suffix_2) = affixes(one), affixes(other)
    prefixes = prefix.startswith(prefix_2) or prefix_2.startswith(prefix)
    suffixes = suffix.endswith(suffix_2) or suffix_2.endswith(suffix)
    if not (prefixes and suffixes):
        return
    if any((prefix, suffix, prefix_2, suffix_2)):
        words = (
            "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
            "overlapping for the same event type."
        )
        raise AwsError("InvalidArgument", words)
    words = "Configurations overlap. Configurations on the same bucket cannot share a common event type."
    raise invalid("Event", ", ".join([*one["Events"], *other["Events"]]), words)
