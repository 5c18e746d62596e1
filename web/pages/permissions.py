"""Which permissions are missing: what AWS denied wherever it was noticed, by call, with the statement to add."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from invalidator.errors import AccessDeniedError
from web.models import Bucket, Failure
from web.pages.errors import pretty
from web.pages.wording import counted, listed

NO_ROLE = {"queue_refuses"}
"""Findings whose statement belongs into a queue's policy and into no role."""

DASHBOARD, INVALIDATOR = "dashboard", "invalidator"


@dataclass(frozen=True, slots=True)
class Missing:
    """A call that AWS denied. whose: the function whose role lacks it; where: what it was noticed on."""

    action: str
    whose: str
    where: str
    statement: str


@dataclass
class _Denied:
    resources: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)


def missing(
    buckets: Iterable[Bucket], failures: Iterable[Failure], denied: AccessDeniedError | None = None
) -> list[Missing]:
    """Gather what is missing, the dashboard's first. denied: what kept the account from being read at all."""
    found: dict[tuple[str, str], _Denied] = {}
    if denied:
        _note(found, DASHBOARD, denied.statement, "the list of the whole account")
    for bucket in buckets:
        for item in bucket.health:
            if item.statement and item.code not in NO_ROLE:
                _note(found, DASHBOARD, item.statement, bucket.name)
    for failure in failures:
        if failure.statement:
            whose = DASHBOARD if failure.kind == "message" else INVALIDATOR  # it is we who look at dead letters
            _note(found, whose, failure.statement, failure.distribution_id or failure.bucket or failure.id)
    return [_row(whose, action, one) for (whose, action), one in sorted(found.items())]


def _note(found: dict[tuple[str, str], _Denied], whose: str, statement: Mapping[str, object], subject: str) -> None:
    for action in _texts(statement.get("Action")):
        one = found.setdefault((whose, action), _Denied())
        one.resources += [each for each in _texts(statement.get("Resource")) if each not in one.resources]
        one.subjects += [subject] if subject not in one.subjects else []


def _row(whose: str, action: str, denied: _Denied) -> Missing:
    resources = sorted(denied.resources)
    resource = resources[0] if len(resources) == 1 else resources
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    where = listed(sorted(denied.subjects))
    many = f" ({counted(len(denied.subjects), 'place')})" if len(denied.subjects) > 1 else ""
    return Missing(action, whose, where + many, pretty(statement) or "")


def _texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value] if isinstance(value, list) else []
