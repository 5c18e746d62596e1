"""Finishing: what an accepted attempt leaves to be written. Fingerprints first, only then its journal entries go.

The routes are read again before: a fingerprint says what the edge was made fresh with through those that it was judged
by. Whoever has the lease finishes what a worker that died left open.
"""

import logging

from invalidator.errors import ConditionFailedError, LifeChangedError, NotFoundError
from invalidator.judging import ROUTES_CHANGED
from invalidator.log import log
from invalidator.routing import Routing
from invalidator.table.attempts import Attempt
from invalidator.table.fenced import Fenced
from invalidator.table.prints import from_row
from invalidator.table.tables import Tables


class Finisher:
    """Finishes accepted attempts."""

    def __init__(self, tables: Tables, routing: Routing) -> None:
        self._tables, self._routing = tables, routing

    def finish(self, fenced: Fenced, attempt: Attempt) -> Attempt:
        """Write what is to be written of an accepted attempt, and return it as it is then.

        Raises: LeaseLostError; ThrottledError and UnavailableError: then it is to be finished later.
        """
        if attempt.lives:
            self._write_prints(fenced, attempt)
        return fenced.clean(attempt)

    def _write_prints(self, fenced: Fenced, attempt: Attempt) -> None:
        lives = self._tables.epochs.of_buckets(attempt.distribution_id, list(attempt.lives))
        digests = self._digests(attempt)
        rows = self._tables.attempts.prints(attempt)
        for bucket, (number, word, digest) in attempt.lives.items():
            life = lives[bucket]
            if (life.number, life.word) != (number, word):
                continue  # begun anew since: what was judged then counts for nothing
            if digest is not None and digests.get(bucket) != digest:
                self._begin_anew(attempt, bucket)
                continue
            prints = {key: from_row(row, number) for key, row in rows.get(bucket, {}).items()}
            try:
                fenced.keep(life, prints)
            except LifeChangedError as changed:
                log(logging.INFO, str(changed), distribution_id=attempt.distribution_id, bucket=bucket)

    def _digests(self, attempt: Attempt) -> dict[str, str | None]:
        """Return the digests of the routes as they are now; none where the distribution is gone."""
        try:
            return dict(self._routing.ways(attempt.distribution_id, dict.fromkeys(attempt.lives)).digests)
        except NotFoundError:
            return {}

    def _begin_anew(self, attempt: Attempt, bucket: str) -> None:
        """Have the life rise, so that no fingerprint of before counts, nor any of this attempt."""
        life = self._tables.epochs.of(attempt.distribution_id, bucket)
        number, word, _ = attempt.lives[bucket]
        if (life.number, life.word) != (number, word):
            return
        try:
            self._tables.epochs.rise(life, "learning", ROUTES_CHANGED)
        except ConditionFailedError:
            return  # somebody else saw it too
        message = "The routes of a distribution changed while it was made fresh. Its keys are learned anew."
        log(logging.WARNING, message, distribution_id=attempt.distribution_id, bucket=bucket)
