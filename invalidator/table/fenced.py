"""What only the holder of a distribution's lease may write; every transaction here checks that it still is.

Each raises LeaseLostError, where another worker has the lease, and ConditionFailedError, where the attempt is not what
it was: then it was carried out already, and the caller reads again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from invalidator.errors import ConditionFailedError, LeaseLostError, LifeChangedError
from invalidator.rules.fingerprints import Fingerprint
from invalidator.table import attempts
from invalidator.table.attempts import Attempt, State
from invalidator.table.epochs import Epochs, Life
from invalidator.table.history import counting
from invalidator.table.journal import partition as journal_partition
from invalidator.table.leases import Lease
from invalidator.table.prints import Prints
from invalidator.table.store import MOST_ACTIONS, Action, Store
from invalidator.table.times import new_id, time_of

# A transaction that accepts an attempt needs a few actions besides those that delete the journal's entries.
_MOST_ENTRIES = MOST_ACTIONS - 10
# Beside the fingerprints: the checks of lease and life.
_MOST_PRINTS = MOST_ACTIONS - 2
Batches = Sequence[Sequence[str]]
_AS_IT_WAS = "#state = :was AND #reference = :reference"


class Fenced:
    """Writes on attempts and journal of one distribution, under its lease."""

    def __init__(self, store: Store, lease: Lease, epochs: Epochs, prints: Prints) -> None:
        self._store, self._lease = store, lease
        self._epochs, self._prints = epochs, prints

    def begin(self, attempt: Attempt, paths: Sequence[str], prints: Iterable[list[Any]] = ()) -> Attempt:
        """Write a new attempt down, with all its paths; return it with those that the record shows.

        prints: rows of bucket, key and fingerprint, to be written once it is accepted (`Attempts.prints`).

        A final one (`unneeded`, `failed`) takes its journal entries along: in one transaction, or where they are too
        many for one, after it was written down as open, so that they are never gone without a record.
        """
        if attempt.is_final and len(attempt.journal) > _MOST_ENTRIES // 2:
            return self.end(self.begin(replace(attempt, state="waiting"), paths), attempt.state)
        attempt = _showing(attempt, paths)
        self._store.put_many([*attempts.children(attempt, paths), *attempts.print_children(attempt, prints)])
        if not attempt.is_final:
            self._commit(attempts.adding(self._store, attempt))
            return attempt
        ended = replace(attempt, journal=())
        gone = self._deleting(attempt.distribution_id, attempt.journal)
        self._commit([*attempts.adding(self._store, ended), *gone])
        return ended

    def put_off(self, attempt: Attempt, error: str, next_try_at: datetime) -> None:
        """Keep an attempt for later, with the reason why CloudFront did not take it."""
        after = replace(attempt, state="queued", error=error, next_try_at=next_try_at, tries=attempt.tries + 1)
        self._commit([self._rewriting(attempt, after)])

    def rewrite(self, attempt: Attempt, batches: Batches, *, error: str, replaced: int) -> list[Attempt]:
        """Put others in the place of an attempt that CloudFront refused for its paths.

        The first takes over its record; each has a caller reference of its own, and the last one has the journal's
        entries, for it is sent when all before it were accepted.
        """
        family = _family(attempt, batches, error, replaced)
        for one, paths in zip(family, batches, strict=True):
            self._store.put_many(attempts.children(one, paths))
        added = [action for one in family[1:] for action in attempts.adding(self._store, one)]
        self._commit([self._rewriting(attempt, family[0]), *added])
        return family

    def accept(self, attempt: Attempt, cloudfront_id: str, at: datetime) -> Attempt:
        """Note that CloudFront accepted an attempt; count its paths, and let its journal entries go.

        at: when CloudFront did.
        """
        # Where fingerprints are to be written, they come first: a change is forgotten when both are done.
        most = 0 if attempt.lives else _MOST_ENTRIES
        now, later = attempt.journal[:most], attempt.journal[most:]
        after = replace(
            attempt,
            state="in_progress",
            cloudfront_id=cloudfront_id,
            submitted_at=at,
            next_try_at=None,
            error=attempt.error if attempt.replaced else None,
            journal=later,
        )
        self._commit(
            [
                self._rewriting(attempt, after),
                counting(self._store, at, attempt.path_count),
                attempts.accepting(self._store, attempt.distribution_id, cloudfront_id, attempt.id),
                *self._deleting(attempt.distribution_id, now),
            ]
        )
        return after if after.lives else self.clean(after)

    def clean(self, attempt: Attempt) -> Attempt:
        """Let the journal entries go that an accepted attempt still has, once its fingerprints are written."""
        if not attempt.journal and not attempt.lives:
            return attempt
        self._forget(attempt.distribution_id, attempt.journal)
        after = replace(attempt, journal=(), lives={})
        self._commit([self._rewriting(attempt, after)])
        return after

    def end(self, attempt: Attempt, state: State, *, error: str | None = None, at: datetime | None = None) -> Attempt:
        """Note how an attempt ended: `completed`, at that time, or `failed` and why; its journal entries go."""
        after = replace(
            attempt, state=state, error=error or attempt.error, completed_at=at, next_try_at=None, journal=(), lives={}
        )
        self._forget(attempt.distribution_id, attempt.journal[_MOST_ENTRIES:])
        self._commit(
            [
                self._rewriting(attempt, after),
                *attempts.ending(self._store, after),
                *self._deleting(attempt.distribution_id, attempt.journal[:_MOST_ENTRIES]),
            ]
        )
        return after

    def keep(self, life: Life, prints: Mapping[str, Fingerprint]) -> None:
        """Write fingerprints of a bucket's keys, while the life that they were judged in is still the one.

        In transactions of so many that some may be written where this raises; each holds by itself.

        Raises: LifeChangedError, where the life has risen or its word is another; LeaseLostError.
        """
        puts = [self._prints.putting(life, key, one) for key, one in prints.items()]
        for begin in range(0, len(puts), _MOST_PRINTS):
            try:
                self._commit([self._epochs.check(life), *puts[begin : begin + _MOST_PRINTS]])
            except ConditionFailedError as failed:
                said = f"The link of {life.bucket} with {life.distribution_id} was begun anew meanwhile."
                raise LifeChangedError(said) from failed

    def _rewriting(self, before: Attempt, after: Attempt) -> Action:
        told = {"was": before.state, "reference": before.reference}
        return self._store.putting(attempts.to_item(after), _AS_IT_WAS, told)

    def _forget(self, distribution_id: str, entries: Sequence[str]) -> None:
        for begin in range(0, len(entries), _MOST_ENTRIES):
            self._commit(self._deleting(distribution_id, entries[begin : begin + _MOST_ENTRIES]))

    def _deleting(self, distribution_id: str, entries: Sequence[str]) -> list[Action]:
        return [self._store.deleting(journal_partition(distribution_id), entry) for entry in entries]

    def _commit(self, actions: Sequence[Action]) -> None:
        try:
            self._store.transact([self._lease.check(), *actions])
        except ConditionFailedError as failed:
            if 0 in failed.indexes:
                raise LeaseLostError(f"Another worker looks after {self._lease.distribution_id} now.") from failed
            raise


def _showing(attempt: Attempt, paths: Sequence[str]) -> Attempt:
    return replace(attempt, paths=attempts.shown(paths), path_count=len(paths))


def _family(attempt: Attempt, batches: Batches, error: str, replaced: int) -> list[Attempt]:
    """Return the attempts that take the place of one; ids in the order of the batches."""
    common = {"state": "waiting", "error": error, "replaced": replaced, "family": attempt.family or attempt.id}
    family: list[Attempt] = []
    for number, paths in enumerate(batches):
        last = number == len(batches) - 1
        one = replace(
            attempt,
            **common,  # type: ignore[arg-type]
            id=new_id(time_of(attempt.id), after=family[-1].id) if family else attempt.id,
            reference=attempts.new_reference(),
            next_try_at=None,
            # What it covers is counted where the journal is: once.
            journal=attempt.journal if last else (),
            changes=attempt.changes if last else 0,
            lives=attempt.lives if last else {},
        )
        family.append(_showing(one, paths))
    return family
