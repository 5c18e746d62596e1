"""Invalidations made elsewhere: what CloudFront's own lists have, and our table does not know.

ListInvalidations tells ids, times and whether each is completed, newest first and 100 at a time; paths and the caller
reference take a GetInvalidation each, and never change (CloudFront API Reference, ListInvalidations, GetInvalidation).
Who made them, and when they were completed, CloudFront does not tell.
"""

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.clock import Clock
from invalidator.errors import FreshedgeError, NotFoundError
from web.models import Cause, Invalidation
from web.services.names import shown

AT_ONCE = 8
PAGE_ITEMS = 100
SHOWN_PATHS = 100
MOST_REMEMBERED = 5000
ON_ITS_WAY = timedelta(minutes=2)
"""So long after CloudFront accepted one of ours, our table may not know it yet."""

_REFERENCE = "freshedge-"
_OTHER = "made by freshedge, by its reference, but our table does not know it"
_ID = re.compile(r"outside:(?P<distribution>[A-Za-z0-9]{1,64}):(?P<invalidation>[A-Za-z0-9]{1,64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listed:
    """An invalidation as CloudFront's list tells it."""

    distribution_id: str
    id: str
    created_at: datetime
    running: bool

    @property
    def order(self) -> tuple[datetime, str]:
        """What lists sort by, the newest last."""
        return self.created_at, self.id


@dataclass(frozen=True, slots=True)
class Batch:
    """What an invalidation was asked to be. paths: all `count` of them, or the first."""

    reference: str
    paths: tuple[str, ...]
    count: int


class Outside:
    """Reads CloudFront's lists.

    known: returns which of a distribution's CloudFront ids are ours, and our ids of those.
    """

    def __init__(
        self, clients: Clients, known: Callable[[str, Sequence[str]], Mapping[str, str]], clock: Clock
    ) -> None:
        self._clients, self._known, self._clock = clients, known, clock
        self._guard = threading.Lock()
        self._firsts: dict[str, tuple[datetime, list[Listed], bool]] = {}
        self._mine: set[tuple[str, str]] = set()
        self._batches: dict[tuple[str, str], Batch] = {}

    def listed(self, distribution_id: str, marker: str | None, age: timedelta) -> tuple[list[Listed], bool]:
        """Return what CloudFront lists after an invalidation (None: from the newest on), and whether there is more.

        age: how old the answer may be, where it is of the newest.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        if marker is not None:
            return self._list(distribution_id, marker)
        now = self._clock.now()
        with self._guard:
            kept = self._firsts.get(distribution_id)
        if kept is not None and now - kept[0] <= age:
            return kept[1], kept[2]
        found, more = self._list(distribution_id, None)
        with self._guard:
            self._firsts[distribution_id] = (now, found, more)
        return found, more

    def newest(
        self, distribution_ids: Sequence[str], age: timedelta
    ) -> dict[str, tuple[list[Listed], bool] | FreshedgeError]:
        """Return the newest of several distributions, or why one's could not be had."""

        def one(distribution_id: str) -> tuple[list[Listed], bool] | FreshedgeError:
            try:
                return self.listed(distribution_id, None, age)
            except FreshedgeError as error:
                return error

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(zip(distribution_ids, pool.map(one, distribution_ids), strict=True))

    def others(self, listed: Iterable[Listed]) -> list[Listed]:
        """Return those that are not ours."""
        by_distribution: dict[str, list[Listed]] = {}
        for one in listed:
            if (one.distribution_id, one.id) not in self._mine:
                by_distribution.setdefault(one.distribution_id, []).append(one)
        found: list[Listed] = []
        for distribution_id, some in by_distribution.items():
            ours = self._known(distribution_id, [one.id for one in some])
            self._remember({(distribution_id, one) for one in ours})
            found += [one for one in some if one.id not in ours]
        return found

    def ours(self, one: Listed) -> str | None:
        """Return our own id of an invalidation that is ours."""
        return self._known(one.distribution_id, [one.id]).get(one.id)

    def told(self, listed: Sequence[Listed], most_reads: int) -> dict[Listed, Invalidation]:
        """Return invalidations as the API shows them, without those that are ours and on their way into the table.

        most_reads: how many are asked for their paths at most; those of others are told to be unknown.
        """
        now = self._clock.now()
        return {
            one: invalidation_of(one, batch)
            for one, batch in self.batches(listed, most_reads).items()
            if batch is None or not batch.reference.startswith(_REFERENCE) or now - one.created_at > ON_ITS_WAY
        }

    def batches(self, listed: Sequence[Listed], most_reads: int) -> dict[Listed, Batch | None]:
        """Return what invalidations were asked to be, with the first paths; None where that could not be had."""
        unread = [one for one in listed if (one.distribution_id, one.id) not in self._batches]
        if unread:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(self._try, unread[:most_reads]))
        with self._guard:
            return {one: self._batches.get((one.distribution_id, one.id)) for one in listed}

    def get(self, invalidation_id: str) -> tuple[Listed, Batch]:
        """Return one by our id of it, `outside:`distribution`:`CloudFront's id.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        return self.read(*parts_of(invalidation_id))

    def read(self, distribution_id: str, cloudfront_id: str) -> tuple[Listed, Batch]:
        """Return one as it is now, with all its paths.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        with explained("cloudfront:GetInvalidation", _arn(distribution_id)):
            told = self._clients.cloudfront.get_invalidation(DistributionId=distribution_id, Id=cloudfront_id)
        told_of, asked = told["Invalidation"], told["Invalidation"]["InvalidationBatch"]
        paths = tuple(asked["Paths"].get("Items", []))
        batch = Batch(asked["CallerReference"], paths, len(paths))
        with self._guard:
            if len(self._batches) >= MOST_REMEMBERED:
                self._batches.clear()
            self._batches[distribution_id, cloudfront_id] = replace(batch, paths=paths[:SHOWN_PATHS])
        created = told_of["CreateTime"].astimezone(UTC)
        return Listed(distribution_id, told_of["Id"], created, told_of["Status"] == "InProgress"), batch

    def _list(self, distribution_id: str, marker: str | None) -> tuple[list[Listed], bool]:
        asked: dict[str, Any] = {"DistributionId": distribution_id, "MaxItems": str(PAGE_ITEMS)}
        if marker is not None:
            asked["Marker"] = marker
        with explained("cloudfront:ListInvalidations", _arn(distribution_id)):
            answer = self._clients.cloudfront.list_invalidations(**asked)["InvalidationList"]
        found = [
            Listed(distribution_id, one["Id"], one["CreateTime"].astimezone(UTC), one["Status"] == "InProgress")
            for one in answer.get("Items", [])
        ]
        return found, bool(answer["IsTruncated"])

    def _try(self, one: Listed) -> None:
        try:
            self.read(one.distribution_id, one.id)
        except FreshedgeError:
            return  # shown without its paths, and asked for again at the next look

    def _remember(self, ours: set[tuple[str, str]]) -> None:
        with self._guard:
            if len(self._mine) >= 20 * MOST_REMEMBERED:
                self._mine.clear()
            self._mine |= ours


def id_of(one: Listed) -> str:
    """Return our id of an invalidation made elsewhere.

    >>> id_of(Listed("E1", "I1", datetime(2026, 11, 25, tzinfo=UTC), False))
    'outside:E1:I1'
    """
    return f"outside:{one.distribution_id}:{one.id}"


def is_outside(invalidation_id: str) -> bool:
    """Whether an id is of an invalidation made elsewhere."""
    return invalidation_id.startswith("outside:")


def parts_of(invalidation_id: str) -> tuple[str, str]:
    """Return the distribution's id and CloudFront's own of an invalidation made elsewhere.

    Raises: NotFoundError, where no such can be called so.
    """
    found = _ID.fullmatch(invalidation_id)
    if found is None:
        raise NotFoundError(f"There is no invalidation {shown(invalidation_id)} in the history.")
    return found["distribution"], found["invalidation"]


def invalidation_of(one: Listed, batch: Batch | None) -> Invalidation:
    """Return an invalidation as the API shows it. batch: None where it is not known which paths it has."""
    ours = batch is not None and batch.reference.startswith(_REFERENCE)
    return Invalidation(
        id=id_of(one),
        cloudfront_id=one.id,
        distribution_id=one.distribution_id,
        state="in_progress" if one.running else "completed",
        cause=Cause(kind="outside", reason=_OTHER if ours else None),
        paths=list(batch.paths[:SHOWN_PATHS]) if batch else [],
        path_count=batch.count if batch else 0,
        paths_known=batch is not None,
        created_at=one.created_at,
        submitted_at=one.created_at,
    )


def _arn(distribution_id: str) -> str:
    return f"arn:aws:cloudfront::*:distribution/{distribution_id}"
