"""Several buckets linked at once: each for itself, so that one that fails keeps none of the others from it."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from invalidator.errors import FreshedgeError
from web.models import Link, LinkPlan, LinkWay, Person
from web.services import Linking

AT_ONCE = 5
"""Buckets at the same time: each takes some ten calls, and a request on Lambda has 30 s."""

MOST = 20
"""Buckets in one request."""

Result = TypeVar("Result", bound=LinkPlan | Link)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Result]):
    """What one bucket came to: its plan or its link, or why there is none.

    via: the way that was asked for, None for the one that there is.
    """

    bucket: str
    ids: tuple[str, ...]
    via: LinkWay | None
    result: Result | None
    error: FreshedgeError | None = None


def plan_many(
    linking: Linking, wanted: Mapping[str, Sequence[str]], ways: Mapping[str, LinkWay]
) -> list[Outcome[LinkPlan]]:
    """Plan the link of each bucket with its distributions. ways: those chosen already, by bucket."""

    def plan(bucket: str) -> LinkPlan:
        return linking.plan(bucket, wanted[bucket], via=ways.get(bucket))

    return _each(wanted, ways, plan)


def link_many(
    linking: Linking, wanted: Mapping[str, Sequence[str]], ways: Mapping[str, LinkWay], person: Person
) -> list[Outcome[Link]]:
    """Link each bucket with its distributions; what failed is told with the error that it failed with."""

    def link(bucket: str) -> Link:
        return linking.apply(bucket, wanted[bucket], person, via=ways.get(bucket))

    return _each(wanted, ways, link)


def _each(
    wanted: Mapping[str, Sequence[str]], ways: Mapping[str, LinkWay], do: Callable[[str], Result]
) -> list[Outcome[Result]]:
    def outcome(bucket: str) -> Outcome[Result]:
        ids, via = tuple(wanted[bucket]), ways.get(bucket)
        try:
            return Outcome(bucket, ids, via, do(bucket))
        except FreshedgeError as error:
            return Outcome(bucket, ids, via, None, error)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(outcome, wanted))
