"""Whether a bucket lets CloudFront read.

Rules: CloudFront Developer Guide, `private-content-restricting-access-to-s3.html` (origin access control: the service
principal with `AWS:SourceArn` or `AWS:SourceAccount`; origin access identity: its user or its canonical user); Amazon
S3 User Guide, bucket policy language; IAM User Guide, condition operators. A condition that is not understood here is
not fulfilled.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from sandbox.cloudfront.access import canonical_user

SERVICE = "cloudfront.amazonaws.com"
IDENTITY_USER = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity "

Verdict = Literal["allow", "deny", "none"]
Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks a bucket.

    identity: id of an origin access identity, or empty.
    signed: whether the request is CloudFront's own, by an origin access control; neither means anonymous.
    context: condition keys in lower case.
    """

    identity: str = ""
    signed: bool = False
    context: Mapping[str, str] = field(default_factory=dict)

    def is_meant(self, principal: object) -> bool:
        """Tell whether a statement's Principal is this one."""
        if principal == "*":
            return True
        if not isinstance(principal, Mapping):
            return False
        if "*" in _texts(principal.get("AWS")):
            return True
        if self.signed:
            return SERVICE in _texts(principal.get("Service"))
        if self.identity:
            user, canonical = IDENTITY_USER + self.identity, canonical_user(self.identity)
            return user in _texts(principal.get("AWS")) or canonical in _texts(principal.get("CanonicalUser"))
        return False


def verdict(policy: Statement | None, asker: Asker, action: str, resource: str) -> Verdict:
    """Tell what a bucket policy says: an explicit deny wins, and "none" is that no statement allows it.

    Args:
        policy: the bucket's, None for none.
        asker: who asks.
        action: for example `s3:GetObject`.
        resource: an ARN.
    """
    effects = {
        str(one.get("Effect")).lower()
        for one in _statements(policy)
        if _is_about(one, action, resource) and _is_for(one, asker) and _holds(one.get("Condition"), asker.context)
    }
    if "deny" in effects:
        return "deny"
    return "allow" if "allow" in effects else "none"


def _statements(policy: Statement | None) -> list[Statement]:
    found = (policy or {}).get("Statement") or []
    return [found] if isinstance(found, Mapping) else list(found)


def _is_for(statement: Statement, asker: Asker) -> bool:
    if "NotPrincipal" in statement:
        return not asker.is_meant(statement["NotPrincipal"])
    return asker.is_meant(statement.get("Principal"))


def _is_about(statement: Statement, action: str, resource: str) -> bool:
    if "NotAction" in statement:
        acts = not any(_like(action.lower(), one.lower()) for one in _texts(statement["NotAction"]))
    else:
        acts = any(_like(action.lower(), one.lower()) for one in _texts(statement.get("Action")))
    if "NotResource" in statement:
        return acts and not any(_like(resource, one) for one in _texts(statement["NotResource"]))
    return acts and any(_like(resource, one) for one in _texts(statement.get("Resource")))


def _holds(conditions: object, context: Mapping[str, str]) -> bool:
    if not isinstance(conditions, Mapping):
        return True
    return all(
        _fulfilled(operator.lower(), context.get(key.lower()), _texts(values))
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _fulfilled(operator: str, actual: str | None, wanted: list[str]) -> bool:
    name = operator.removesuffix("ifexists")
    if name == "null":
        return wanted == ["true" if actual is None else "false"]
    is_negative = "not" in name
    if actual is None:
        return is_negative or name != operator
    matches = _OPERATORS.get(name.replace("not", ""))
    return matches is not None and any(matches(actual, value) for value in wanted) != is_negative


def _like(text: str, pattern: str) -> bool:
    return fnmatchcase(text, pattern.replace("[", "[[]"))


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "bool": lambda actual, wanted: actual == wanted.lower(),
    "stringequals": lambda actual, wanted: actual == wanted,
    "stringequalsignorecase": lambda actual, wanted: actual.lower() == wanted.lower(),
    "stringlike": _like,
    "arnlike": _like,
    "arnequals": _like,
}
"""Condition operators in lower case, without `Not` and `IfExists`."""


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    items = value if isinstance(value, list | tuple) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]
