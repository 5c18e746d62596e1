"""How everything stands, in figures."""

from collections import Counter

from invalidator.clock import Clock
from web.models import Invalidation, LinkState, Summary
from web.services import Failures, History, Invalidating
from web.services.price import FREE_PATHS, month_price
from web.services.snapshots import Snapshots
from web.services.usage import Usage

STATES: tuple[LinkState, ...] = ("linked", "starting", "paused", "faulty", "unlinked")


class OverviewService:
    """The overview; see `web.services.Overview`."""

    def __init__(
        self,
        snapshots: Snapshots,
        history: History,
        failures: Failures,
        invalidating: Invalidating,
        usage: Usage,
        clock: Clock,
    ) -> None:
        self._all_failures = failures
        self._snapshots = snapshots
        self._history = history
        self._invalidating = invalidating
        self._usage = usage
        self._clock = clock

    def summary(self) -> Summary:
        """Return the figures: links as old as `as_of`, all others of this moment."""
        return self.look()[0]

    def look(self) -> tuple[Summary, list[Invalidation]]:
        """Return the figures, and what is under way: the table is asked for it once."""
        now, account = self._clock.now(), self._snapshots.current()
        states = Counter(link.state for link in account.links.values())
        under_way = self._history.open()
        journals = [one for one in under_way if not one.id]
        month = self._usage.month(now)
        summary = Summary(
            links={state: states[state] for state in STATES},
            waiting_changes=sum(one.changes for one in journals),
            in_flight=len(under_way) - len(journals),
            paths_this_month=month.paths,
            free_paths=FREE_PATHS,
            cost_this_month_usd=month_price(month.paths),
            paths_by_day=month.by_day,
            usage_known=month.known,
            failures=self._all_failures.count(),
            oldest_waiting_seconds=max(((now - one.created_at).total_seconds() for one in under_way), default=None),
            paused=self._invalidating.all_paused(),
            as_of=account.as_of,
        )
        return summary, under_way
