"""One distribution's paths on their way to CloudFront: normally one invalidation, more where parts were refused."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from invalidator.aws.cloudfront import CloudFront, Created
from invalidator.errors import BatchTooLargeError, FreshedgeError, InvalidPathError
from invalidator.log import log
from invalidator.rules.refused import MOST_REPLACED, halves, instead

Paths = tuple[str, ...]

# Enough to find one path of 3,000 by halving; every call counts, at one in two seconds for the account.
MOST_REFUSALS = 14


@dataclass(frozen=True, slots=True)
class Sent:
    """An invalidation that CloudFront accepted, and the paths in it."""

    created: Created
    paths: Paths
    reference: str


class Submission:
    """The paths of one distribution, kept between tries until all of them were accepted.

    plan: makes the paths, once, on the first try; empty where nothing is to be invalidated.
    reference: the caller reference of a batch of them.
    replacing: whether a wildcard goes in place of a path that CloudFront refuses; otherwise the refusal is raised.
    """

    def __init__(
        self,
        cloudfront: CloudFront,
        distribution_id: str,
        plan: Callable[[], Paths],
        reference: Callable[[Sequence[str]], str],
        *,
        replacing: bool = True,
    ) -> None:
        self.distribution_id = distribution_id
        self.sent: list[Sent] = []
        self._cloudfront = cloudfront
        self._plan, self._reference, self._replacing = plan, reference, replacing
        self._batches: deque[Paths] | None = None
        self._replaced = self._refusals = 0
        self._hopeless: FreshedgeError | None = None

    def go_on(self) -> None:
        """Send what has not been accepted yet.

        Raises: TryLaterError, to be called again; NotFoundError, AccessDeniedError, ReferenceReusedError and other
            refusals, where it makes no sense to.
        """
        if self._batches is None:
            self._batches = deque(filter(None, [self._plan()]))
        while self._batches:
            self._send(self._batches)
        if self._hopeless:
            raise self._hopeless

    def _send(self, batches: deque[Paths]) -> None:
        """Send the first batch; what is accepted or refused for its paths is taken off, the latter for its parts."""
        paths = batches[0]
        reference = self._reference(paths)
        try:
            created = self._cloudfront.create_invalidation(self.distribution_id, paths, reference)
        except (BatchTooLargeError, InvalidPathError) as refusal:
            batches.extendleft(reversed(self._parts(self._taken(batches, refusal), refusal)))
            return
        batches.popleft()
        self.sent.append(Sent(created, paths, reference))
        log(
            logging.INFO,
            "CloudFront accepted an invalidation.",
            distribution_id=self.distribution_id,
            invalidation_id=created.id,
            caller_reference=reference,
            paths=paths,
        )

    def _taken(self, batches: deque[Paths], refusal: FreshedgeError) -> Paths:
        """Take the refused batch off; with it all that waits, once the search for bad paths has gone on too long."""
        paths = batches.popleft()
        if isinstance(refusal, InvalidPathError):
            self._refusals += 1
            if self._replacing and self._is_tired():
                paths = tuple(dict.fromkeys(chain(paths, *batches)))
                batches.clear()
        return paths

    def _is_tired(self) -> bool:
        return self._replaced >= MOST_REPLACED or self._refusals > MOST_REFUSALS

    def _parts(self, paths: Paths, refusal: BatchTooLargeError | InvalidPathError) -> tuple[Paths, ...]:
        """Return what to send in place of a refused batch; where there is nothing, the refusal is kept for the end."""
        if isinstance(refusal, BatchTooLargeError) and len(paths) > 1:
            return halves(paths)
        parts = instead(paths, MOST_REPLACED if self._is_tired() else 0) if self._replacing else ()
        if not parts:
            self._hopeless = refusal
        if len(parts) == 1:
            self._replaced += 1
            log(
                logging.WARNING,
                "CloudFront refused a path; a wildcard before it goes in its place. Please report the path.",
                distribution_id=self.distribution_id,
                paths=paths,
                instead=parts[0],
                reason=str(refusal),
            )
        return parts
