"""The history of our table with CloudFront's own lists joined in: what was made elsewhere stands where it belongs.

Both are newest first. Each is read from where the page before left it, which the cursor tells, and nothing is shown
that is older than where either was read to: so nothing is left out, and nothing comes twice.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from invalidator.errors import BadInputError
from invalidator.table.history import cursor_after, last_seen
from invalidator.table.times import time_of
from web.models import CauseKind, Invalidation, InvalidationState, Page
from web.services.elsewhere import ENDED, Asked, Found, is_place, of_all, of_one
from web.services.outside import Listed, Outside, invalidation_of, is_outside

if TYPE_CHECKING:
    from invalidator.clock import Clock
    from web.services import History
    from web.services.snapshots import Snapshot


MOST_DETAILS = 50
"""Invalidations of one page that CloudFront is asked for their paths; what it told once is remembered."""

_NEVER = datetime.min.replace(tzinfo=UTC)


class JoinedHistory:
    """The history with what was made elsewhere; see `web.services.History`.

    account: returns all distributions, and those that buckets are linked to. younger: returns CloudFront's id of one of
        ours that it took after a time, so that its list need not be read from the beginning; None where there is none.
    """

    def __init__(
        self,
        table: "History",
        outside: Outside,
        account: Callable[[], tuple[Sequence[str], Sequence[str]]],
        younger: Callable[[str, datetime], str | None],
        clock: "Clock",
    ) -> None:
        self._table, self._outside, self._account, self._clock = table, outside, account, clock
        self._younger = younger

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
        """Return the invalidations that match; `notes` tell what CloudFront could not be asked for."""
        ours_at, others_at = _places(cursor)
        ours = Page[Invalidation](items=[])
        if ours_at != ENDED and kind != "outside":
            ours = self._table.page(
                distribution=distribution,
                bucket=bucket,
                actor=actor,
                state=state,
                kind=kind,
                since=since,
                until=until,
                cursor=ours_at or None,
                limit=limit,
            )
        # Whose changes, who, and what CloudFront never took: its lists tell nothing of those.
        if bucket or actor or kind not in (None, "outside") or state not in (None, "in_progress", "completed"):
            return ours.model_copy(update={"as_of": self._clock.now()})
        asked, found = Asked(state, since, until, limit), Found()
        if others_at != ENDED and distribution is not None:
            begin = self._younger(distribution, until) if until and not others_at else None
            found = of_one(self._outside, distribution, asked, others_at, _read_to(ours), begin)
        elif others_at != ENDED:
            found = of_all(self._outside, self._account(), asked, others_at)
        return self._merged(ours, found, (ours_at, others_at), limit)

    def get(self, invalidation_id: str) -> Invalidation:
        """Return one invalidation; ours also by its name in CloudFront's list."""
        if not is_outside(invalidation_id):
            return self._table.get(invalidation_id)
        one, batch = self._outside.get(invalidation_id)
        ours = self._outside.ours(one)
        return self._table.get(ours) if ours else invalidation_of(one, batch)

    def paths(self, invalidation_id: str) -> list[str]:
        """Return all paths of one invalidation."""
        if not is_outside(invalidation_id):
            return self._table.paths(invalidation_id)
        return list(self._outside.get(invalidation_id)[1].paths)

    def open(self) -> list[Invalidation]:
        """Return everything of ours that is not final."""
        return self._table.open()

    def _merged(
        self, ours: Page[Invalidation], found: Found, places: tuple[str, str], limit: int
    ) -> Page[Invalidation]:
        """Put both in one order, and leave each where the next page goes on."""
        ours_to, others_to = _read_to(ours), found.reached or _NEVER
        rows: list[tuple[datetime, str, Invalidation | Listed]] = [
            *((at, one.id, one) for one in ours.items if (at := time_of(one.id)) >= others_to),
            *((one.created_at, one.id, one) for one in found.others if one.created_at >= ours_to),
        ]
        rows = sorted(rows, key=lambda row: row[:2], reverse=True)[:limit]
        both = [one for *_, one in rows]
        shown = [one for one in both if isinstance(one, Invalidation)]
        others = [one for one in both if not isinstance(one, Invalidation)]
        place, other_place = _place_of_ours(ours, shown, places[0]), ENDED
        if places[1] != ENDED:
            other_place = found.place_after(others, places[1])
        over = place == ENDED and (other_place == ENDED or found.failed)
        told = self._outside.told(others, MOST_DETAILS)
        return Page(
            items=[each for one in both if (each := one if isinstance(one, Invalidation) else told.get(one))],
            next_cursor=None if over else f"{place}.{other_place}",
            as_of=self._clock.now(),
            notes=found.notes_down_to(None if over or not rows else rows[-1][0]),
        )


def distributions_in(account: "Snapshot") -> tuple[list[str], list[str]]:
    """Return all distributions of an account, and those that buckets are linked to."""
    return sorted(account.distributions), sorted(one.id for one in account.distributions.values() if one.buckets)


def _read_to(ours: Page[Invalidation]) -> datetime:
    """Return the time down to which our table was read."""
    return time_of(last_seen(ours.next_cursor)) if ours.next_cursor else _NEVER


def _place_of_ours(ours: Page[Invalidation], shown: Sequence[Invalidation], before: str) -> str:
    """Return where the next page reads our table on. shown: those of its page that are on this one."""
    if before == ENDED or len(shown) == len(ours.items):
        return ours.next_cursor or ENDED
    return cursor_after(shown[-1].id) if shown else before


def _places(cursor: str | None) -> tuple[str, str]:
    """Return the places in our table and in CloudFront's lists that a cursor tells; empty for the beginning."""
    ours, _, others = (cursor or "").partition(".")
    if ours not in ("", ENDED):
        last_seen(ours)
    if not is_place(others) or cursor == "":
        raise BadInputError("The cursor is none that this list gave out. Begin again without one.")
    return ours, others
