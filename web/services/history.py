"""What was invalidated, from the table."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from invalidator.clock import Clock
from invalidator.errors import NotFoundError
from web.models import Cause, CauseKind, Invalidation, InvalidationState, Page
from web.services.names import shown
from web.services.price import share_of
from web.services.work import AtWork

if TYPE_CHECKING:
    from invalidator.table.attempts import Attempt
    from invalidator.table.tables import Tables


class TableHistory:
    """The history; see `web.services.History`.

    at_work: what there is to do, for those who show more of it than what is open.
    """

    def __init__(self, tables: "Tables", at_work: AtWork, clock: Clock) -> None:
        self._tables = tables
        self.at_work = at_work
        self._clock = clock

    def page(
        self,
        *,
        distribution: str | None = None,
        bucket: str | None = None,
        actor: str | None = None,
        state: InvalidationState | None = None,
        kind: CauseKind | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Invalidation]:
        """Return the invalidations that match."""
        found = self._tables.attempts.page(
            distribution_id=distribution,
            bucket=bucket,
            actor=actor,
            state=state,
            kind=kind,
            since=since,
            until=until,
            cursor=cursor,
            limit=limit,
        )
        return Page(items=self.shown(found.items), next_cursor=found.next_cursor, as_of=self._clock.now())

    def get(self, invalidation_id: str) -> Invalidation:
        """Return one invalidation."""
        return self.shown([self._attempt(invalidation_id)])[0]

    def paths(self, invalidation_id: str) -> list[str]:
        """Return all paths of one invalidation."""
        return list(self._tables.attempts.all_paths(self._attempt(invalidation_id)))

    def open(self) -> list[Invalidation]:
        """Return everything that is not final; journals that wait without a record first."""
        waiting: list[Invalidation] = []
        attempts: list[Attempt] = []
        for work in self.at_work.read():
            if work.changes:
                since = work.oldest or self._clock.now()
                waiting.append(_unrecorded(work.distribution_id, work.changes, since, work.why))
            attempts += work.attempts
        attempts.sort(key=lambda one: one.id, reverse=True)
        return [*waiting, *self.shown(attempts)]

    def shown(self, attempts: Iterable["Attempt"]) -> list[Invalidation]:
        """Return attempts as the API shows them; each month's use is asked for once."""
        use: dict[str, int] = {}
        found = []
        for attempt in attempts:
            price = 0.0
            if attempt.submitted_at is not None:
                month = f"{attempt.submitted_at:%Y-%m}"
                if month not in use:
                    use[month] = self._tables.attempts.usage(month).paths
                price = share_of(attempt.path_count, use[month])
            found.append(invalidation_of(attempt, price))
        return found

    def _attempt(self, invalidation_id: str) -> "Attempt":
        found = self._tables.attempts.get(invalidation_id) if invalidation_id.isalnum() else None
        if found is None:
            raise NotFoundError(f"There is no invalidation {shown(invalidation_id)} in the history.")
        return found


def invalidation_of(attempt: "Attempt", price_usd: float) -> Invalidation:
    """Return an attempt as the API shows it."""
    return Invalidation(
        id=attempt.id,
        cloudfront_id=attempt.cloudfront_id,
        distribution_id=attempt.distribution_id,
        state=attempt.state,
        cause=Cause(kind=attempt.kind, actor=attempt.actor, reason=attempt.reason, buckets=list(attempt.buckets)),
        paths=list(attempt.paths),
        path_count=attempt.path_count,
        changes=attempt.changes,
        dropped=dict(attempt.dropped),
        needless_evictions=attempt.needless_evictions,
        price_usd=price_usd,
        created_at=attempt.created_at,
        settled_at=attempt.settled_at,
        submitted_at=attempt.submitted_at,
        completed_at=attempt.completed_at,
        error=attempt.error,
        summary=attempt.summary,
    )


def _unrecorded(distribution_id: str, changes: int, since: datetime, why: str | None) -> Invalidation:
    """Return what stands for a journal that waits: there is no record before its changes are taken up.

    why: what kept them from being taken up, such as a CloudFront that can't be asked for its routes.
    """
    return Invalidation(
        id="",
        distribution_id=distribution_id,
        state="waiting",
        cause=Cause(kind="s3"),
        changes=changes,
        created_at=since,
        error=why,
    )
