"""One attempt on its way: sent under its own caller reference, put off, parted, accepted; then followed to its end.

Nothing is computed anew under an old reference. Whatever CloudFront answers ends as a state that people see.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from invalidator.aws.cloudfront import CloudFront
from invalidator.clock import Clock
from invalidator.deadline import Jitter
from invalidator.errors import (
    AccessDeniedError,
    BatchTooLargeError,
    FreshedgeError,
    InvalidPathError,
    NotFoundError,
    ReferenceReusedError,
    TooManyInProgressError,
    TryLaterError,
)
from invalidator.finishing import Finisher
from invalidator.log import log
from invalidator.rules.folding import MOST_FILES, MOST_WILDCARDS
from invalidator.rules.refused import halves, instead
from invalidator.table.attempts import Attempt
from invalidator.table.fenced import Fenced
from invalidator.table.leases import Lease
from invalidator.table.tables import Tables

# A refusal for now: a hint from the refusal, then twice, four times … up to this.
LONGEST_WAIT = timedelta(seconds=30)
# After so many refusals for what is in progress, smaller batches are tried.
PATIENT_TRIES = 5
# A refusal that a person must mend: ever more slowly, up to an hour.
FIRST_SLOW_WAIT = timedelta(seconds=60)
LONGEST_SLOW_WAIT = timedelta(hours=1)
# The status is read this often, by how long ago CloudFront accepted: it completes in about 25 s (What's New,
# 2026-04-29), a local one sooner.
CHECKS = (
    (timedelta(seconds=6), timedelta(seconds=2)),
    (timedelta(seconds=60), timedelta(seconds=5)),
    (timedelta(minutes=10), timedelta(seconds=30)),
)
LATE_CHECK = timedelta(minutes=10)
# Where the status can't be read, an invalidation counts as done after this.
SURELY_DONE = timedelta(minutes=15)

Paths = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a worker works with while it has a distribution's lease."""

    lease: Lease
    fenced: Fenced


class Sender:
    """Sends attempts, and follows them."""

    def __init__(
        self, tables: Tables, cloudfront: CloudFront, finisher: Finisher, clock: Clock, jitter: Jitter
    ) -> None:
        self._tables, self._cloudfront, self._finisher = tables, cloudfront, finisher
        self._clock, self._jitter = clock, jitter

    def send(self, desk: Desk, attempt: Attempt, family: Iterable[Attempt] = ()) -> datetime | None:
        """Send an attempt; return when CloudFront wants to hear of this account again, None where at once.

        family: open attempts that were one with it before.

        Raises: LeaseLostError; ThrottledError and UnavailableError of the table, and then it was perhaps sent.
        """
        desk.lease.keep()
        paths = self._tables.attempts.all_paths(attempt)
        if not paths:  # a worker died while it noted that there is nothing to send
            desk.fenced.end(attempt, "failed" if attempt.error else "unneeded")
            return None
        try:
            created = self._cloudfront.create_invalidation(attempt.distribution_id, paths, attempt.reference)
        except FreshedgeError as refusal:
            replaced = sum(one.replaced for one in (attempt, *family))
            parts = parts_of(paths, refusal, attempt.tries, replaced)
            if parts:
                self._part(desk, attempt, paths, parts, refusal)
                return None
            return self._give_up(desk, attempt, refusal)
        accepted = desk.fenced.accept(attempt, created.id, created.created_at)
        self._tell(logging.INFO, accepted.summary or "CloudFront accepted a manual request.", accepted)
        self.finish(desk, accepted)
        return None

    def finish(self, desk: Desk, attempt: Attempt) -> Attempt:
        """Write what is to be written of an accepted attempt, and let its journal entries go; return it as it is then.

        Raises: LeaseLostError; ThrottledError and UnavailableError.
        """
        return self._finisher.finish(desk.fenced, attempt)

    def follow(self, desk: Desk, attempt: Attempt) -> Attempt:
        """Read how far an accepted attempt is; return it as it is then.

        Raises: LeaseLostError; ThrottledError and UnavailableError of the table.
        """
        assert attempt.cloudfront_id is not None
        desk.lease.keep()
        now = self._clock.now()
        try:
            status = self._cloudfront.status(attempt.distribution_id, attempt.cloudfront_id)
        except NotFoundError:
            gone = "CloudFront no longer knows this invalidation, or its distribution. It had accepted it."
            return desk.fenced.end(attempt, "failed", error=gone)
        except TryLaterError:
            return attempt
        except FreshedgeError as refusal:
            if now - (attempt.submitted_at or now) < SURELY_DONE:
                return attempt
            said = "Its status can't be read, so it counts as done after a quarter of an hour."
            return desk.fenced.end(attempt, "completed", error=f"{said} {_mendable(refusal)}", at=now)
        if status != "Completed":
            return attempt
        done = desk.fenced.end(attempt, "completed", at=now)
        self._tell(logging.INFO, "CloudFront completed an invalidation.", done)
        return done

    def check_at(self, attempt: Attempt) -> datetime:
        """Return when to read next how far an accepted attempt is."""
        now = self._clock.now()
        age = now - (attempt.submitted_at or now)
        return now + next((step for limit, step in CHECKS if age < limit), LATE_CHECK)

    def _part(
        self, desk: Desk, attempt: Attempt, paths: Paths, parts: Sequence[Paths], refusal: FreshedgeError
    ) -> None:
        """Put what CloudFront may take in the place of an attempt that it refused."""
        widened = len(parts) == 1 and parts[0] != paths
        said = _instead(paths, parts, refusal)
        error = " ".join(filter(None, [attempt.error if attempt.replaced else None, said]))
        desk.fenced.rewrite(attempt, parts, error=error, replaced=attempt.replaced + widened)
        self._tell(logging.WARNING if widened else logging.INFO, said, attempt, reason=str(refusal))

    def _give_up(self, desk: Desk, attempt: Attempt, refusal: FreshedgeError) -> datetime | None:
        """Put an attempt off or let it fail; return as `send` does."""
        if isinstance(refusal, TryLaterError):
            until = self._soon(attempt, refusal.retry_after)
            self._put_off(desk, attempt, str(refusal), until)
            return until
        if isinstance(refusal, NotFoundError):
            desk.fenced.end(attempt, "failed", error=f"{refusal} Unlink its buckets, or mend their tags.")
            self._tell(logging.ERROR, "An invalidation failed: there is no such distribution.", attempt)
        elif attempt.kind == "person" and isinstance(refusal, InvalidPathError):
            desk.fenced.end(attempt, "failed", error=str(refusal))
            self._tell(logging.ERROR, "CloudFront refused a manual request.", attempt, reason=str(refusal))
        else:
            self._put_off(desk, attempt, _mendable(refusal), self._slowly(attempt))
        return None

    def _put_off(self, desk: Desk, attempt: Attempt, why: str, until: datetime) -> None:
        desk.fenced.put_off(attempt, why, until)
        self._tell(logging.WARNING, "An invalidation waits for CloudFront.", attempt, reason=why, next_try_at=until)

    def _soon(self, attempt: Attempt, retry_after: float) -> datetime:
        """Return when to try again: equal jitter, so that never less than half of the hint is waited."""
        ceiling = min(LONGEST_WAIT.total_seconds(), retry_after * 2 ** min(attempt.tries, 10))
        return self._clock.now() + timedelta(seconds=self._jitter(ceiling / 2, ceiling))

    def _slowly(self, attempt: Attempt) -> datetime:
        doubled: timedelta = FIRST_SLOW_WAIT * 2 ** min(attempt.tries, 10)
        return self._clock.now() + min(LONGEST_SLOW_WAIT, doubled)

    def _tell(self, level: int, message: str, attempt: Attempt, **fields: object) -> None:
        log(
            level,
            message,
            distribution_id=attempt.distribution_id,
            attempt_id=attempt.id,
            invalidation_id=attempt.cloudfront_id,
            kind=attempt.kind,
            path_count=attempt.path_count,
            **fields,
        )


def _mendable(refusal: FreshedgeError) -> str:
    """Return what a person has to know of a refusal; where a permission is missing, the statement to add."""
    if isinstance(refusal, AccessDeniedError):
        return f"{refusal} {json.dumps(refusal.statement)}"
    return str(refusal)


def parts_of(paths: Paths, refusal: FreshedgeError, tries: int, replaced: int) -> tuple[Paths, ...]:
    """Return the batches to send in place of a refused one; none where it must wait, or is hopeless.

    tries: how often it was refused for now. replaced: how many bad paths of its family were replaced before.
    """
    if isinstance(refusal, ReferenceReusedError):
        return (paths,)
    if isinstance(refusal, TooManyInProgressError):
        wild = sum(path.endswith("*") for path in paths)
        never = wild > MOST_WILDCARDS or len(paths) - wild > MOST_FILES
        # Others may keep the quota half full for long: then halves get through where the whole never would.
        return halves(paths) if len(paths) > 1 and (never or tries >= PATIENT_TRIES) else ()
    if isinstance(refusal, BatchTooLargeError) and len(paths) > 1:
        return halves(paths)
    if isinstance(refusal, BatchTooLargeError | InvalidPathError):
        return instead(paths, replaced)
    return ()


def _instead(paths: Paths, parts: Sequence[Paths], refusal: FreshedgeError) -> str:
    """Return what people read of a refused batch and of what goes in its place."""
    if isinstance(refusal, ReferenceReusedError):
        return "Its caller reference was in use for other paths, so it got another."
    if isinstance(refusal, BatchTooLargeError | TooManyInProgressError):
        return f"CloudFront did not take {len(paths):,} paths at once; they go in parts."
    if len(parts) != 1:
        return f"CloudFront refused a path among {len(paths):,}; they go in parts, to find it."
    if len(paths) == 1:
        return f"CloudFront refused {paths[0]}; {parts[0][0]} went in its place."
    return f"CloudFront refused too many paths, so {len(paths):,} of them were folded into {len(parts[0]):,}."
