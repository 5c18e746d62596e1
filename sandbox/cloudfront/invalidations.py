"""Invalidations: accepted within CloudFront's limits, in progress for a while, then completed.

Rules: CloudFront Developer Guide, `Invalidation.html` and the pages that `limits` and `paths` name; API Reference,
`CreateInvalidation` and `InvalidationBatch`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from sandbox.cloudfront import limits, paths
from sandbox.cloudfront.errors import (
    BatchTooLargeError,
    InvalidationBatchAlreadyExistsError,
    NoSuchInvalidationError,
    TooManyInvalidationsInProgressError,
)
from sandbox.cloudfront.ids import Ids
from sandbox.cloudfront.paging import listing
from sandbox.cloudfront.refusal import InvalidArgumentError
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.shelf import Params


@dataclass(frozen=True, slots=True)
class Invalidation:
    """One accepted batch.

    target: the id of the distribution or distribution tenant that it was made for.
    distribution_id: the distribution whose limits it counts towards and whose cache it empties.
    created_at, effective_at, completed_at: unix seconds; from the second on no edge serves what it names.
    """

    id: str
    target: str
    distribution_id: str
    reference: str
    paths: tuple[str, ...]
    created_at: float
    effective_at: float
    completed_at: float

    def status(self, now: float) -> str:
        """Return CloudFront's word for its state."""
        return "Completed" if now >= self.completed_at else "InProgress"


class Invalidations:
    """The account's invalidations, by what they were made for. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], float], ids: Ids, settings: Callable[[], CloudFrontSettings]) -> None:
        self._clock, self._ids, self._settings = clock, ids, settings
        self._by_target: dict[str, list[Invalidation]] = {}
        self._open: dict[str, list[Invalidation]] = {}

    def create(self, target: str, distribution_id: str, batch: Params) -> tuple[Invalidation, bool]:
        """Accept a batch, or return the earlier one of the same reference and paths; True where it is new.

        Raises:
            InvalidArgumentError: no paths, no reference, or a path that CloudFront does not accept.
            BatchTooLargeError: more paths than may be in progress at all.
            InvalidationBatchAlreadyExistsError: the reference has other paths already.
            TooManyInvalidationsInProgressError: too many files or wildcards with those in progress.
        """
        reference, items = batch["CallerReference"], tuple(batch["Paths"].get("Items", []))
        _check_batch(reference, items)
        for earlier in self._by_target.get(target, []):
            if earlier.reference == reference:
                if sorted(earlier.paths) != sorted(items):
                    raise InvalidationBatchAlreadyExistsError
                return earlier, False
        self._check_limits(distribution_id, items)
        made = self._made(target, distribution_id, reference, items)
        self._by_target.setdefault(target, []).append(made)
        self._open.setdefault(distribution_id, []).append(made)
        return made, True

    def get(self, target: str, invalidation_id: str) -> Invalidation:
        """Return one invalidation of a distribution or tenant; raise `NoSuchInvalidation`."""
        found = (one for one in self._by_target.get(target, []) if one.id == invalidation_id)
        one = next(found, None)
        if one is None:
            raise NoSuchInvalidationError
        return one

    def page(self, target: str, params: Params) -> Params:
        """Return a page of the invalidations of a distribution or tenant, newest first, without their paths."""
        newest_first = self._by_target.get(target, [])[::-1]
        return {"InvalidationList": listing(newest_first, params, lambda one: one.id, self._summary)}

    def shown(self, one: Invalidation) -> Params:
        """Return an invalidation in boto3's shape."""
        batch = {
            "Paths": {"Quantity": len(one.paths), "Items": list(one.paths)},
            "CallerReference": one.reference,
        }
        return {**self._summary(one), "InvalidationBatch": batch}

    def in_progress(self, distribution_id: str) -> list[Invalidation]:
        """Return what is in progress for a distribution and its tenants."""
        now = self._clock()
        still = [one for one in self._open.get(distribution_id, []) if now < one.completed_at]
        self._open[distribution_id] = still
        return still

    def forget(self, target: str) -> None:
        """Drop the invalidations of a deleted distribution or tenant."""
        self._by_target.pop(target, None)

    def dump(self) -> list[Params]:
        """Return everything as plain values; quickly, since a batch may have 3,000 paths and the lock is held."""
        return [
            {field.name: getattr(one, field.name) for field in fields(one)}
            for made in self._by_target.values()
            for one in made
        ]

    def load(self, saved: list[Params]) -> None:
        """Replace everything by what `dump` returned."""
        self._by_target, self._open = {}, {}
        for values in saved:
            one = Invalidation(**{**values, "paths": tuple(values["paths"])})
            self._by_target.setdefault(one.target, []).append(one)
            self._open.setdefault(one.distribution_id, []).append(one)

    def _made(self, target: str, distribution_id: str, reference: str, items: tuple[str, ...]) -> Invalidation:
        now, settings = self._clock(), self._settings()
        return Invalidation(
            self._ids.invalidation(),
            target,
            distribution_id,
            reference,
            items,
            created_at=now,
            effective_at=now + settings.effect_seconds,
            completed_at=now + settings.completion_seconds,
        )

    def _check_limits(self, distribution_id: str, items: Sequence[str]) -> None:
        """Files and wildcards have limits of their own (`InvalidationLimits.html`)."""
        present = [path for one in self.in_progress(distribution_id) for path in one.paths]
        wildcards_now, wildcards_more = _wildcards(present), _wildcards(items)
        if wildcards_more and wildcards_now + wildcards_more > limits.WILDCARDS_IN_PROGRESS:
            raise TooManyInvalidationsInProgressError(
                "Processing your request will cause you to exceed the maximum number of in-progress wildcard "
                "invalidations."
            )
        files_more = len(items) - wildcards_more
        if files_more and len(present) - wildcards_now + files_more > limits.FILES_IN_PROGRESS:
            raise TooManyInvalidationsInProgressError

    def _summary(self, one: Invalidation) -> Params:
        return {"Id": one.id, "CreateTime": one.created_at, "Status": one.status(self._clock())}


def _wildcards(items: Sequence[str]) -> int:
    return sum(map(paths.is_wildcard, items))


def _check_batch(reference: str, items: Sequence[str]) -> None:
    """One bad path fails the whole batch; AWS does not say which it was."""
    if not reference:
        raise InvalidArgumentError("Your request contains an empty CallerReference.")
    if not items:
        raise InvalidArgumentError("Your request contains no invalidation paths.")
    if len(items) > limits.BATCH_PATHS:
        raise BatchTooLargeError
    if any(paths.problem(item) for item in items):
        raise InvalidArgumentError("Your request contains one or more invalid invalidation paths.")
