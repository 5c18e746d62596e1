"""The way by EventBridge: a rule of ours that sends a bucket's events to our queue. Pure.

It goes beside any notification of others, which S3's own configurations can't where they share events. Events and
their fields: "EventBridge event message structure" (ev-events.html); patterns: "Event patterns"
(eb-event-patterns.html): a field that a pattern does not name may be anything.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from invalidator.errors import AccessDeniedError, BadInputError
from web.services.targets import Target, Targets

SOURCE = "aws.s3"
KINDS = ("Object Created", "Object Deleted")
"""What a link needs to be told of; `Object Deleted` has what lifecycle rules delete too (ev-mapping, S3 User Guide)."""

SWITCH = "EventBridgeConfiguration"
OWN_ID = "freshedge"
LONGEST_NAME = 64  # PutRule, `Name`
_CHANGING = ("Input", "InputPath", "InputTransformer")
_EVERYWHERE = {"source", "detail-type", "detail", "account", "region"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the default bus, which S3 sends to. pattern: None for one that only follows a schedule.

    targets: in AWS's shape.
    """

    name: str
    arn: str
    enabled: bool
    pattern: Mapping[str, Any] | None
    targets: tuple[Mapping[str, Any], ...] = ()

    @property
    def shown(self) -> dict[str, object]:
        """The rule as a plan shows it."""
        state = "ENABLED" if self.enabled else "DISABLED"
        return _shown(self.name, self.pattern or {}, state, [dict(one) for one in self.targets])


@dataclass(frozen=True, slots=True)
class Bridge:
    """What EventBridge does with a bucket's events.

    rules: those that may get them, all others left out; denied: the permission that was missing to read them.
    switched_on: whether it was us who had the bucket send to EventBridge; None where nobody wrote that down.
    """

    rules: tuple[Rule, ...] = ()
    denied: AccessDeniedError | None = None
    switched_on: bool | None = None

    def own(self, bucket: str) -> Rule | None:
        """Return the rule that has the name of ours; None without one."""
        return next((rule for rule in self.rules if rule.name == rule_name(bucket)), None)

    def to_us(self, targets: Targets) -> list[Rule]:
        """Return the rules that send the events to us as they are."""
        return [rule for rule in self.rules if any(_is_plain(one, targets) for one in rule.targets)]

    def others(self, bucket: str, targets: Targets) -> list[str]:
        """Return the names of rules that somebody else may rely on."""
        return [rule.name for rule in self.rules if rule.name != rule_name(bucket) or _shared(rule, targets)]


def rule_name(bucket: str) -> str:
    """Return the name of a bucket's rule.

    >>> rule_name("docs"), len(rule_name("d" * 63))
    ('freshedge-docs', 64)
    """
    name = f"{OWN_ID}-{bucket}"
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(bucket.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - 9]}-{digest}"


def pattern_of(bucket: str) -> dict[str, Any]:
    """Return the pattern that a bucket's creations and deletions fit."""
    return {"source": [SOURCE], "detail-type": list(KINDS), "detail": {"bucket": {"name": [bucket]}}}


def rule_as_we_make_it(bucket: str, target: Target, there: Rule | None) -> dict[str, object]:
    """Return a bucket's rule as a plan shows it. there: what has its name now; targets of others stay on it.

    Raises: BadInputError where links notify no queue: then a rule needs a permission of its own that we don't give.
    """
    if target.service != "sqs":
        raise BadInputError(
            "By EventBridge events go to a queue, and links here notify the Lambda itself. Deploy the queues first."
        )
    others = [dict(one) for one in there.targets if one["Id"] != OWN_ID] if there else []
    return _shown(rule_name(bucket), pattern_of(bucket), "ENABLED", [*others, {"Id": OWN_ID, "Arn": target.arn}])


def without_us(there: Rule) -> dict[str, object] | None:
    """Return what is left of our rule once we are gone; None for nothing."""
    others = [dict(one) for one in there.targets if one["Id"] != OWN_ID]
    return {**there.shown, "Targets": others} if others else None


def may_get(pattern: Mapping[str, Any] | None, bucket: str) -> bool:
    """Whether a rule may get any event of a bucket; in doubt it may."""
    if pattern is None:
        return False
    return _may_be(pattern.get("source"), SOURCE) and _may_be(_inside(pattern, "detail", "bucket", "name"), bucket)


def untold_by(rules: Iterable[Rule], bucket: str) -> list[str]:
    """Return the kinds of events of a bucket that none of the rules passes on for certain, all keys of them."""
    known = list(rules)
    return [kind for kind in KINDS if not any(_tells(rule.pattern or {}, bucket, kind) for rule in known)]


def _tells(pattern: Mapping[str, Any], bucket: str, kind: str) -> bool:
    detail = pattern.get("detail") or {}
    narrowed = set(pattern) - _EVERYWHERE or set(detail) - {"bucket"} or set(detail.get("bucket") or {}) - {"name"}
    return (
        not narrowed
        and _must_be(pattern.get("source"), SOURCE)
        and _must_be(pattern.get("detail-type"), kind)
        and _must_be(_inside(pattern, "detail", "bucket", "name"), bucket)
    )


def _inside(pattern: Mapping[str, Any], *names: str) -> Any:  # noqa: ANN401 - whatever the pattern holds there
    found: Any = pattern
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _may_be(wanted: object, value: str) -> bool:
    """Whether a field of a pattern may take a value: anything but texts (`prefix`, `anything-but`) is in doubt."""
    return not isinstance(wanted, list) or any(not isinstance(one, str) or one == value for one in wanted)


def _must_be(wanted: object, value: str) -> bool:
    if wanted is None:
        return True
    listed = wanted if isinstance(wanted, list) else []
    return any(
        one == value or (isinstance(one, dict) and list(one) == ["prefix"] and value.startswith(str(one["prefix"])))
        for one in listed
    )


def _is_plain(target: Mapping[str, Any], targets: Targets) -> bool:
    return targets.is_ours(str(target.get("Arn", ""))) and not any(name in target for name in _CHANGING)


def _shared(rule: Rule, targets: Targets) -> bool:
    """Whether somebody else put a target of theirs on our rule."""
    return any(one["Id"] != OWN_ID and not _is_plain(one, targets) for one in rule.targets)


def _shown(name: str, pattern: Mapping[str, Any], state: str, targets: list[dict[str, Any]]) -> dict[str, object]:
    return {"Name": name, "EventPattern": json.loads(json.dumps(pattern)), "State": state, "Targets": targets}
