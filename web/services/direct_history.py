"""What was invalidated, where there is no table: CloudFront's own list, which knows neither who nor why."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from invalidator.errors import BadInputError, NotFoundError
from web.models import Cause, CauseKind, Invalidation, InvalidationState, Page
from web.services.elsewhere import ENDED, Asked, Found, is_place, of_all, of_one
from web.services.names import shown
from web.services.outside import SHOWN_PATHS, Batch, Listed, Outside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from invalidator.aws.clients import Clients
    from invalidator.clock import Clock
    from web.services.snapshots import Snapshots

MOST_OPEN = 100
"""Invalidations under way that are shown at once."""

_NOBODY_KNOWS = "Without a table it is not known who asked for an invalidation."
# The invalidator's caller references say what they are for (`invalidator/rules/references.py`).
_REFERENCE = re.compile(r"freshedge-(?P<kind>s3|person|part)-")
_KINDS: "Mapping[str, CauseKind]" = {"s3": "s3", "person": "person", "part": "s3"}
_ID = re.compile(r"(?P<distribution>[A-Za-z0-9]{1,64})-(?P<invalidation>[A-Za-z0-9]{1,64})", re.ASCII)
_NOW = timedelta(0)


class DirectHistory:
    """The history by CloudFront; see `web.services.History`. An id of ours is the distribution's and CloudFront's."""

    def __init__(self, clients: "Clients", snapshots: "Snapshots", clock: "Clock") -> None:
        self._outside = Outside(clients, lambda _distribution, _ids: {}, clock)
        self._snapshots, self._clock = snapshots, clock

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
        """Return the invalidations that match; `notes` tell what CloudFront could not be asked for.

        What one was made for, its reference tells: a page may hold fewer than asked for, where few are of a kind.
        """
        place = cursor or ""
        if not is_place(place) or cursor == "":
            raise BadInputError("The cursor is none that this list gave out. Begin again without one.")
        now = self._clock.now()
        if actor is not None:
            return Page(items=[], as_of=now, notes=[_NOBODY_KNOWS])
        found = self._found(self._asked(distribution, bucket), Asked(state, since, until, limit), place)
        listed = found.others[:limit]
        told = self._outside.batches(listed, limit)
        items = [invalidation_of(one, told[one]) for one in listed]
        after = found.place_after(listed, place)
        over = after == ENDED or found.failed
        return Page(
            items=[one for one in items if kind in (None, one.cause.kind)],
            next_cursor=None if over else after,
            as_of=now,
            notes=found.notes_down_to(None if over or not listed else listed[-1].created_at),
        )

    def get(self, invalidation_id: str) -> Invalidation:
        """Return one invalidation."""
        return invalidation_of(*self._outside.read(*_parts(invalidation_id)))

    def paths(self, invalidation_id: str) -> list[str]:
        """Return all paths of one invalidation."""
        return list(self._outside.read(*_parts(invalidation_id))[1].paths)

    def open(self) -> list[Invalidation]:
        """Return what CloudFront works on, of the linked distributions."""
        return self.page(state="in_progress", limit=MOST_OPEN).items

    def in_progress(self, distribution_id: str) -> list[str]:
        """Return the paths that CloudFront works on for a distribution.

        Raises: NotFoundError, AccessDeniedError, ThrottledError, UnavailableError.
        """
        listed, _ = self._outside.listed(distribution_id, None, _NOW)
        running = [one for one in listed if one.running]
        return [path for one in running for path in self._outside.read(distribution_id, one.id)[1].paths]

    def _found(self, ids: list[str], asked: Asked, place: str) -> Found:
        if place == ENDED or not ids or asked.state not in (None, "in_progress", "completed"):
            return Found()
        if len(ids) == 1:
            return of_one(self._outside, ids[0], asked, place, self._clock.now())
        return of_all(self._outside, (ids, ids), asked, place)

    def _asked(self, distribution: str | None, bucket: str | None) -> list[str]:
        known = self._snapshots.current()
        if bucket is not None:
            link = known.links.get(bucket)
            ids = link.distribution_ids if link else []
            return [one for one in ids if distribution in (None, one)]
        if distribution is not None:
            return [distribution]
        return sorted(one.id for one in known.distributions.values() if one.buckets)


def invalidation_of(one: Listed, batch: Batch | None) -> Invalidation:
    """Return an invalidation as the API shows it. When it was completed, CloudFront does not tell.

    batch: None where CloudFront could not be asked what it is of.
    """
    reference = _REFERENCE.match(batch.reference) if batch else None
    return Invalidation(
        id=f"{one.distribution_id}-{one.id}",
        cloudfront_id=one.id,
        distribution_id=one.distribution_id,
        state="in_progress" if one.running else "completed",
        cause=Cause(kind=_KINDS[reference["kind"]] if reference else "outside"),
        paths=list(batch.paths[:SHOWN_PATHS]) if batch else [],
        path_count=batch.count if batch else 0,
        paths_known=batch is not None,
        created_at=one.created_at,
        submitted_at=one.created_at,
    )


def _parts(invalidation_id: str) -> tuple[str, str]:
    found = _ID.fullmatch(invalidation_id)
    if found is None:
        raise NotFoundError(f"There is no invalidation {shown(invalidation_id)} in the history.")
    return found["distribution"], found["invalidation"]
