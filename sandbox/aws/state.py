"""The account's state as plain values, and back.

Order matters: what an event goes through first is read first, so that an event under way is in the state twice rather
than not at all: objects, events, queues, tables.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, Protocol

from sandbox.aws.dynamodb import Dynamo
from sandbox.aws.lambdas import Lambdas
from sandbox.aws.s3.delivery import Delivery
from sandbox.aws.s3.model import Bucket, Part, Upload, Version
from sandbox.aws.s3.settings import Settings
from sandbox.aws.s3.store import Store
from sandbox.aws.saving import Place
from sandbox.aws.sqs.mailbox import Letter

QUEUE_ATTRIBUTES = (
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "Policy",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "VisibilityTimeout",
    "FifoQueue",
    "ContentBasedDeduplication",
)


LETTER = tuple(one.name for one in fields(Letter))
"""What of a message is kept: everything."""


class Account(Protocol):
    """What of an account is kept."""

    store: Store
    settings: Settings
    delivery: Delivery
    lambdas: Lambdas
    dynamo: Dynamo
    regions: Mapping[str, Any]


def changes(account: Account) -> tuple[int, ...]:
    """Return numbers that differ once anything of the state has changed."""
    boxes = sum(queue.box.changes for backend in list(account.regions.values()) for queue in backend.boxes())
    queues = sum(backend.changes for backend in list(account.regions.values()))
    return (
        account.store.changes,
        account.delivery.changes,
        account.lambdas.changes,
        queues,
        boxes,
        account.dynamo.changes,
    )


def dump(account: Account) -> tuple[dict[str, Any], list[tuple[bytes, Place]]]:
    """Return the whole state, and the bytes of every object with the list in it that is to tell their place."""
    bodies: list[tuple[bytes, Place]] = []

    def place(body: bytes) -> Place:
        bodies.append((body, []))
        return bodies[-1][1]

    with account.store.lock:
        buckets = [_bucket(one, place) for one in account.store.buckets.values()]
    state = {
        "sequence": account.store.last_sequence,
        "buckets": buckets,
        "events": account.delivery.dump(),
        "calls": account.lambdas.dump(),
        "queues": [_queue(queue) for backend in list(account.regions.values()) for queue in backend.queues.values()],
        "tables": account.dynamo.dump(),
    }
    return state, bodies


def load(account: Account, state: Mapping[str, Any], read: Callable[[Place], bytes]) -> None:
    """Take a state over; the account is empty."""
    account.store.went_on_from(state["sequence"])
    for one in state["buckets"]:
        _load_bucket(account, one, read)
    # A queue comes after the one that its dead letters go to.
    for one in sorted(state["queues"], key=lambda queue: "RedrivePolicy" in queue["attributes"]):
        backend = account.regions[one["region"]]
        queue = backend.create_queue(one["name"], one["tags"], **one["attributes"])
        for letter in one["letters"]:
            queue.box.send(Letter(**letter))
    account.dynamo.load(state["tables"])
    account.lambdas.load(state["calls"])
    account.delivery.load(state["events"])


def _bucket(bucket: Bucket, place: Callable[[bytes], Place]) -> dict[str, Any]:
    return {
        "name": bucket.name,
        "region": bucket.region,
        "created": bucket.created,
        "tags": bucket.tags,
        "notification": bucket.notification,
        "replay": dict(bucket.replay),
        "locked": bool(bucket.config.object_lock_enabled),
        "objects": [_plain(one, place) for versions in bucket.objects.values() for one in versions],
        "uploads": [
            {
                "id": one.id,
                "algorithm": one.algorithm,
                "checksum_type": one.checksum_type,
                "template": _plain(one.template, place),
                "parts": [_plain(part, place) for part in one.parts.values()],
            }
            for one in bucket.uploads.values()
        ],
    }


def _load_bucket(account: Account, state: Mapping[str, Any], read: Callable[[Place], bytes]) -> None:
    config = account.settings.make(None, state["name"], state["region"])
    config.object_lock_enabled = state["locked"]
    bucket = Bucket(state["name"], state["region"], state["created"], config)
    bucket.tags, bucket.notification = state["tags"], state["notification"]
    for what, (headers, body) in state["replay"].items():
        account.settings.replay(bucket.name, headers, body)
        bucket.replay[what] = (headers, body)
    for one in state["objects"]:
        version = _version(one, read)
        bucket.objects.setdefault(version.key, []).append(version)
    bucket.sort()
    for one in state["uploads"]:
        parts = [Part(**(part | {"body": read(part["body"]), "checksum": _pair(part)})) for part in one["parts"]]
        rest = {"id": one["id"], "algorithm": one["algorithm"], "checksum_type": one["checksum_type"]}
        template = _version(one["template"], read)
        bucket.uploads[one["id"]] = Upload(**rest, template=template, parts={part.number: part for part in parts})
    account.store.buckets[bucket.name] = bucket


def _plain(thing: Version | Part, place: Callable[[bytes], Place]) -> dict[str, Any]:
    """Return what a record holds beyond its defaults, the place of its bytes for the bytes."""
    found = {}
    for one in fields(thing):
        value = getattr(thing, one.name)
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        if one.name == "body":
            found["body"] = place(value)
        elif value != default:
            found[one.name] = value
    return found


def _version(state: Mapping[str, Any], read: Callable[[Place], bytes]) -> Version:
    return Version(
        **{
            **state,
            "body": read(state["body"]),
            "checksum": _pair(state),
            "part_sizes": tuple(state.get("part_sizes", ())),
            "grants": tuple((who, what) for who, what in state.get("grants", ())),
        }
    )


def _pair(state: Mapping[str, Any]) -> Any:  # noqa: ANN401 - two or three texts, or None
    return tuple(state["checksum"]) if state.get("checksum") else None


def _queue(queue: Any) -> dict[str, Any]:  # noqa: ANN401 - moto is untyped
    attributes = {key: queue.attributes[key] for key in QUEUE_ATTRIBUTES if queue.attributes.get(key) is not None}
    return {
        "name": queue.name,
        "region": queue.region,
        "tags": queue.tags,
        "attributes": {key: str(value) for key, value in attributes.items()},
        "letters": [{name: getattr(letter, name) for name in LETTER} for letter in getattr(queue, "box", ())],
    }
