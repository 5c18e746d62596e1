"""What each role may do: a rule on every route, and nothing where no rule stands.

A route declares its role with `requires`, or its router declares with `reads` what all of its readings take. A route
that declares neither for the method it is asked with is refused to everybody (`declared_somewhere`), so that one that
was forgotten is closed and not open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from fastapi import Depends, Request

from web.access.errors import NotAllowedError
from web.access.person import CurrentPerson
from web.models import Role

ROLES: tuple[Role, ...] = get_args(Role)
"""From the least to the most; each may what those before it may.

viewer: look. operator: invalidate, retry, pause and resume a distribution. linker: link, repair, unlink, verify.
admin: settings of a distribution, which all share, and the switch that pauses everything.
"""

READING = frozenset({"GET", "HEAD"})


def reaches(role: Role, needed: Role) -> bool:
    """Say whether a role may what `needed` may."""
    return ROLES.index(role) >= ROLES.index(needed)


@dataclass(frozen=True, slots=True)
class Rule:
    """A route's rule: who asks must reach `role`; `reading_only`: it says nothing of methods that change something."""

    role: Role
    reading_only: bool = False

    def covers(self, method: str) -> bool:
        """Say whether the rule is one for this method."""
        return not self.reading_only or method in READING

    def __call__(self, request: Request, person: CurrentPerson) -> None:
        """Refuse whoever does not reach the role.

        Raises: NotAllowedError.
        """
        if self.covers(request.method) and not reaches(person.role, self.role):
            raise NotAllowedError(person.role, self.role)


def requires(role: Role) -> Any:  # noqa: ANN401 - FastAPI's own `Depends` is typed so
    """Return the dependency by which a route declares its role, whatever the method."""
    return Depends(Rule(role))


def reads(role: Role) -> Any:  # noqa: ANN401 - as above
    """Return the dependency by which a router declares what its readings take; what changes something needs its own."""
    return Depends(Rule(role, reading_only=True))


def rule_for(route: Any, method: str) -> Role | None:  # noqa: ANN401 - Starlette's routes have no common type
    """Return the role that a route takes for a method, the strictest that is declared; None where none is."""
    rules = (depends.dependency for depends in getattr(route, "dependencies", ()))
    return _strictest(rule.role for rule in rules if isinstance(rule, Rule) and rule.covers(method))


def declared_somewhere(request: Request, _: CurrentPerson) -> None:
    """Refuse a route that declares no role for this method: what is not allowed is forbidden.

    Raises: NotSignedInError, NotAllowedError.
    """
    if rule_for(request.scope["route"], request.method) is None:
        raise NotAllowedError(None, None)


def _strictest(roles: Iterable[Role]) -> Role | None:
    return max(roles, key=ROLES.index, default=None)
