"""Whether a queue's policy lets S3 send to it for a bucket. Pure.

"Granting permissions to publish event notification messages to a destination" (grant-destinations-permissions-to-s3
.html); evaluation as in "Policy evaluation logic" (IAM User Guide): one fitting Allow, and no fitting Deny.
"""

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

S3 = "s3.amazonaws.com"
RULES = "events.amazonaws.com"


def lets_s3_send(policy: str | None, queue_arn: str, bucket: str, account: str) -> bool:
    """Whether S3 may send messages about a bucket of an account to a queue; see `lets_send`."""
    return lets_send(policy, queue_arn, S3, f"arn:aws:s3:::{bucket}", account)


def lets_send(policy: str | None, queue_arn: str, service: str, source_arn: str, account: str) -> bool:
    """Whether a service may send messages to a queue on behalf of a bucket or rule of an account.

    policy: the queue's `Policy` attribute; None without one. A condition that we don't know counts as fulfilled for
    an Allow, and as not fulfilled for a Deny: a fault that is none would send people looking for it.
    """
    allowed = False
    for statement in _statements(policy):
        if not _fits(statement, queue_arn, service):
            continue
        deny = statement.get("Effect") == "Deny"
        if _holds(statement.get("Condition") or {}, source_arn, account, unknown=not deny):
            if deny:
                return False
            allowed = True
    return allowed


def statement_for_s3(queue_arn: str, account: str) -> dict[str, object]:
    """Return the one statement that lets S3 send for all buckets of the account: a policy has room for 20."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"},
        },
    }


def statement_for_rules(queue_arn: str, account: str) -> dict[str, object]:
    """Return the statement that lets our rules send ("Using resource-based policies for EventBridge", Amazon SQS)."""
    region = queue_arn.split(":")[3]
    return {
        "Effect": "Allow",
        "Principal": {"Service": RULES},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:events:{region}:{account}:rule/freshedge-*"}},
    }


def _statements(policy: str | None) -> list[dict[str, Any]]:
    try:
        document = json.loads(policy) if policy else {}
    except ValueError:
        return []
    listed = _listed(document.get("Statement")) if isinstance(document, dict) else []
    return [s for s in listed if isinstance(s, dict) and _is_condition(s.get("Condition"))]


def _is_condition(condition: object) -> bool:
    """Whether it is of the shape that AWS takes; nothing else can stand in a queue's policy."""
    return not condition or (isinstance(condition, dict) and all(isinstance(c, dict) for c in condition.values()))


def _fits(statement: dict[str, Any], queue_arn: str, service: str) -> bool:
    principal = statement.get("Principal")
    named = principal if isinstance(principal, dict) else {"AWS": principal}
    anybody = "*" in _listed(named.get("AWS")) or "*" in _listed(named.get("Service"))
    return (
        (anybody or service in _listed(named.get("Service")))
        and _any_like("sqs:sendmessage", [str(a).lower() for a in _listed(statement.get("Action"))])
        and _any_like(queue_arn, _listed(statement.get("Resource")))
    )


def _holds(condition: dict[str, Any], source_arn: str, account: str, *, unknown: bool) -> bool:
    asked = {"aws:sourcearn": source_arn, "aws:sourceaccount": account}
    for operator, keys in condition.items():
        how = operator.lower().removesuffix("ifexists")
        for key, wanted in keys.items():
            value = asked.get(key.lower())
            if value is None or how not in _OPERATORS:
                fulfilled = unknown
            else:
                fulfilled = _OPERATORS[how](value, [str(w) for w in _listed(wanted)])
            if not fulfilled:
                return False
    return True


def _any_like(value: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(value, str(pattern).replace("[", "[[]")) for pattern in patterns)


def _any_equal(value: str, wanted: list[str]) -> bool:
    return value in wanted


def _any_ignoring_case(value: str, wanted: list[str]) -> bool:
    return value.lower() in [w.lower() for w in wanted]


_OPERATORS = {
    "arnequals": _any_like,
    "arnlike": _any_like,
    "stringequals": _any_equal,
    "stringequalsignorecase": _any_ignoring_case,
    "stringlike": _any_like,
}


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - policies have one or many of everything
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
