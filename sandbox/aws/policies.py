"""Resource policies, as far as they decide here: who may read an object, whether S3 may send to a queue or a topic.

IAM User Guide, "Policy evaluation logic": a deny wins, without an allow nothing is allowed. Conditions are known by the
operators for texts and ARNs; an operator or a key that is not known here never holds.
"""

import fnmatch
import json
from collections.abc import Mapping
from typing import Any

_EXACT = ("stringequals", "stringequalsignorecase")
_LIKE = ("stringlike", "arnlike", "arnequals")


def parsed(policy: str | bytes | None) -> Mapping[str, Any]:
    """Return a policy from its text; empty for none."""
    found: Mapping[str, Any] = json.loads(policy) if policy else {}
    return found


def allows(
    policy: Mapping[str, Any],
    action: str,
    resource: str,
    *,
    service: str = "",
    context: Mapping[str, str] | None = None,
) -> bool:
    """Whether a policy allows an action on a resource.

    action: like `s3:GetObject`.
    service: the AWS service that asks, like `s3.amazonaws.com`; anybody where it is empty.
    context: what conditions may ask for, names in lower case.
    """
    effects = {
        statement.get("Effect")
        for statement in _many(policy.get("Statement"))
        if _meets(statement, action, resource, service) and _holds(statement.get("Condition") or {}, context or {})
    }
    return "Allow" in effects and "Deny" not in effects


def _meets(statement: Mapping[str, Any], action: str, resource: str, service: str) -> bool:
    principal = statement.get("Principal")
    services = _many(principal.get("Service")) if isinstance(principal, dict) else []
    everybody = principal == "*" or (isinstance(principal, dict) and "*" in _many(principal.get("AWS")))
    return (
        (everybody or service in services)
        and any(_like(action.lower(), pattern.lower()) for pattern in _many(statement.get("Action")))
        and any(_like(resource, pattern) for pattern in _many(statement.get("Resource", "*")))
    )


def _holds(condition: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    return all(
        _one_holds(operator, context.get(name.lower()), _many(values))
        for operator, wanted in condition.items()
        for name, values in wanted.items()
    )


def _one_holds(operator: str, actual: str | None, values: list[Any]) -> bool:
    base = operator.removeprefix("ForAnyValue:").removesuffix("IfExists").lower()
    if actual is None:
        return operator.endswith("IfExists")
    if base in _EXACT:
        return actual in values
    return base in _LIKE and any(_like(actual, value) for value in values)


def _many(value: Any) -> list[Any]:  # noqa: ANN401 - policies hold one thing or a list of them
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def _like(actual: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(actual, pattern.replace("[", "[[]"))
