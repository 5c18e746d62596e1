"""What counts against a distribution's quotas just now, whoever asked for it: by CloudFront's own list."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.clock import Clock
from invalidator.errors import FreshedgeError
from web.models import InProgress
from web.services.activity import Activity, counted

if TYPE_CHECKING:
    from invalidator.table.attempts import Attempts

LISTED = 100
"""Of the newest: what ListInvalidations answers at a time; what is in progress is seldom older than a minute."""

MOST_READ = 30
"""Invalidations of others whose paths are read for one answer."""

AT_ONCE = 8

AGE = timedelta(seconds=3)
"""How old an answer may be: pages that are open ask every two seconds."""

MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What is in progress. note: why others' invalidations are not in it, or not all of them; None where they are."""

    in_progress: InProgress
    note: str | None = None


class Quotas(Protocol):
    """Tells what is left of CloudFront's quotas."""

    def under_way(self, distribution_id: str) -> UnderWay:
        """Return what counts against a distribution's quotas; what can't be read is said, and not raised."""


class TableQuotas:
    """By CloudFront's list; the paths of our own are in the table. An answer is given again for a few seconds."""

    def __init__(self, clients: Clients, attempts: "Attempts", clock: Clock) -> None:
        self._clients, self._attempts, self._clock = clients, attempts, clock
        self._kept: dict[str, tuple[datetime, UnderWay]] = {}

    def under_way(self, distribution_id: str) -> UnderWay:
        """Return what CloudFront works on: ours by the table, others' by its list."""
        now = self._clock.now()
        kept = self._kept.get(distribution_id)
        if kept and timedelta() <= now - kept[0] < AGE:
            return kept[1]
        found = self._read(distribution_id)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[distribution_id] = (now, found)
        return found

    def _read(self, distribution_id: str) -> UnderWay:
        sent = [one for one in self._attempts.open_of(distribution_id) if one.state == "in_progress"]
        ours = [path for one in sent for path in self._attempts.all_paths(one)]
        try:
            running = self._running(distribution_id)
            others = [name for name in running if name not in {one.cloudfront_id for one in sent}]
            theirs = self._paths(distribution_id, others[:MOST_READ])
        except FreshedgeError as error:
            return UnderWay(counted(ours), f"Invalidations made elsewhere are not counted. {error}")
        left_out = len(others) - MOST_READ
        note = f"{left_out} more invalidations made elsewhere are in progress, and not counted."
        return UnderWay(counted([*ours, *theirs]), note if left_out > 0 else None)

    def _running(self, distribution_id: str) -> list[str]:
        with explained("cloudfront:ListInvalidations", _arn(distribution_id)):
            answer = self._clients.cloudfront.list_invalidations(DistributionId=distribution_id, MaxItems=str(LISTED))
        listed = answer["InvalidationList"].get("Items", [])
        return [one["Id"] for one in listed if one["Status"] == "InProgress"]

    def _paths(self, distribution_id: str, ids: Sequence[str]) -> list[str]:
        def read(name: str) -> list[str]:
            with explained("cloudfront:GetInvalidation", _arn(distribution_id)):
                answer = self._clients.cloudfront.get_invalidation(DistributionId=distribution_id, Id=name)
            return list(answer["Invalidation"]["InvalidationBatch"]["Paths"].get("Items", []))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return [path for paths in pool.map(read, ids) for path in paths]


class DirectQuotas:
    """Without a table CloudFront's list is the activity already."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity

    def under_way(self, distribution_id: str) -> UnderWay:
        """Return what CloudFront works on."""
        try:
            return UnderWay(self._activity.in_progress(distribution_id))
        except FreshedgeError as error:
            return UnderWay(InProgress(), f"What is in progress could not be read. {error}")


def _arn(distribution_id: str) -> str:
    return f"arn:aws:cloudfront::*:distribution/{distribution_id}"
