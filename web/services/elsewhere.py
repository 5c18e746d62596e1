"""A page's share of CloudFront's own lists: of one distribution as far as its list goes, or of all linked ones.

ListInvalidations goes on after any invalidation that is named to it (`Marker`), so one list is read from where the page
before left it. Of many lists only the newest hundred of each are looked at, again on every page, from a moment on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from invalidator.errors import AccessDeniedError, FreshedgeError, NotFoundError, TryLaterError
from web.models import InvalidationState
from web.services.outside import Listed, Outside

MOST_LISTS = 20
"""Distributions whose lists are joined where none is asked for."""

MOST_PAGES = 5
"""Pages of 100 that are read of one list for one page of ours; then the cursor goes on."""

ENDED = "-"
"""The place behind the last one."""

_ONE_AGE, _MANY_AGE = timedelta(seconds=3), timedelta(seconds=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_MARKER = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)
_MOMENT = re.compile(r"(?P<ticks>\d{1,17})~(?P<id>[A-Za-z0-9]{1,64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. most: how many are wanted."""

    state: InvalidationState | None
    since: datetime | None
    until: datetime | None
    most: int

    def takes(self, one: Listed) -> bool:
        """Whether an invalidation is what is asked for."""
        return (
            self.state in (None, "in_progress" if one.running else "completed")
            and (self.since is None or one.created_at >= self.since)
            and (self.until is None or one.created_at <= self.until)
        )


@dataclass(slots=True)
class Found:
    """What CloudFront's lists had.

    others: what is asked for and not ours, newest first. read: what was looked at of one list, in its order; None of
    many. reached: the time down to which was looked, None for the end. notes: what is left out, and why.
    failed: whether CloudFront did not answer. cut: where lists go on that are not followed, by distribution.
    """

    others: list[Listed] = field(default_factory=list)
    read: list[Listed] | None = None
    reached: datetime | None = None
    notes: list[str] = field(default_factory=list)
    failed: bool = False
    cut: dict[str, datetime] = field(default_factory=dict)

    def notes_down_to(self, oldest: datetime | None) -> list[str]:
        """Return the notes of a page that ends at a time; None for the last page."""
        cut = {one: at for one, at in self.cut.items() if oldest is None or oldest < at}
        return self.notes + [
            f"CloudFront's list of {one} is read back to {at:%Y-%m-%d %H:%M} UTC here. "
            "Choose that distribution to see what is older."
            for one, at in cut.items()
        ]

    def place_after(self, shown: Sequence[Listed], before: str) -> str:
        """Return where the next page goes on. shown: those of `others` that are on this page. before: its own place."""
        if self.failed:
            return before
        left = set(self.others) - set(shown)
        if not left and self.reached is None:
            return ENDED
        if self.read is None:
            return _moment(shown[-1]) if shown else before
        place = before
        for one in self.read:
            if one in left:
                break
            place = one.id
        return place


def is_place(text: str) -> bool:
    """Whether a text out of a cursor may be a place in CloudFront's lists; the empty one is the beginning."""
    return text in ("", ENDED) or bool(_MARKER.fullmatch(text) or _MOMENT.fullmatch(text))


def of_one(
    outside: Outside, distribution_id: str, asked: Asked, place: str, down_to: datetime, begin: str | None = None
) -> Found:
    """Read one distribution's list from a place on, down to a time, further where there is nothing else to show.

    A distribution that is gone has no list. begin: an invalidation that is younger than all that is asked for, to begin
    behind it; None to begin with the youngest.
    """
    found, marker = Found(read=[]), place if _MARKER.fullmatch(place) else begin
    try:
        for _ in range(MOST_PAGES):
            listed, more = outside.listed(distribution_id, marker, _ONE_AGE)
            found.read = [*(found.read or []), *listed]
            found.others += outside.others([one for one in listed if asked.takes(one)])
            last = listed[-1] if listed else None
            over = asked.state == "in_progress" and not any(one.running for one in listed)  # the older ones are done
            if last is None or not more or over or (asked.since is not None and last.created_at < asked.since):
                found.reached = None
                break
            found.reached, marker = last.created_at, last.id
            if len(found.others) > asked.most or last.created_at < down_to:
                break
    except NotFoundError:
        return Found()
    except FreshedgeError as error:
        if begin is not None and not isinstance(error, AccessDeniedError | TryLaterError):
            return of_one(outside, distribution_id, asked, place, down_to)  # it is too old for CloudFront to know
        return Found(notes=_unread({distribution_id: error}), failed=True)
    return found


def to_ask(all_ids: Sequence[str], linked: Sequence[str]) -> tuple[Sequence[str], list[str]]:
    """Return the distributions to ask: all, or where they are many the linked ones; and in words what is left out.

    >>> to_ask(["E1", "E2"], ["E1"])
    (['E1', 'E2'], [])
    """
    told = "What only CloudFront knows of shows"
    if len(all_ids) <= MOST_LISTS:
        return all_ids, []
    if len(linked) <= MOST_LISTS:
        return linked, [f"{told} for the {len(linked)} linked distributions here; for another one, choose it."]
    return [], [f"{told} where you choose a distribution: {len(linked)} lists are too many to read at once."]


def of_all(outside: Outside, account: tuple[Sequence[str], Sequence[str]], asked: Asked, place: str) -> Found:
    """Look through the newest of several distributions, from a moment on.

    account: all distributions, and those that buckets are linked to.
    """
    distribution_ids, left_out = to_ask(*account)
    found, fitting = Found(notes=left_out), []
    moment = _order_of(place)
    newest = outside.newest(distribution_ids, _MANY_AGE)
    refused = {one: told for one, told in newest.items() if isinstance(told, FreshedgeError)}
    unread = _unread({one: why for one, why in refused.items() if not isinstance(why, NotFoundError)})
    found.notes, found.failed = found.notes + unread, bool(unread)
    for distribution_id, told in newest.items():
        if isinstance(told, FreshedgeError):
            continue
        listed, more = told
        fitting += [one for one in listed if asked.takes(one) and (moment is None or one.order < moment)]
        if more and (asked.since is None or listed[-1].created_at > asked.since):
            found.cut[distribution_id] = listed[-1].created_at
    found.others = sorted(outside.others(fitting), key=lambda one: one.order, reverse=True)
    return found


def _unread(refused: Mapping[str, FreshedgeError]) -> list[str]:
    """Return a sentence for each reason why lists can't be had, however many distributions it concerns."""
    by_reason: dict[str, list[str]] = {}
    for distribution_id, why in refused.items():
        by_reason.setdefault(str(why).replace(distribution_id, ""), []).append(distribution_id)
    return [
        f"CloudFront's list of what was invalidated on {', '.join(ids)} can't be read. {refused[ids[0]]}"
        for ids in by_reason.values()
    ]


def _moment(one: Listed) -> str:
    """Return the place behind an invalidation, in many lists.

    >>> _moment(Listed("E1", "I1", _EPOCH + 5 * _TICK, False)), _order_of("5~I1")
    ('5~I1', (datetime.datetime(1970, 1, 1, 0, 0, 0, 5, tzinfo=datetime.timezone.utc), 'I1'))
    """
    return f"{(one.created_at - _EPOCH) // _TICK}~{one.id}"


def _order_of(place: str) -> tuple[datetime, str] | None:
    found = _MOMENT.fullmatch(place)
    return (_EPOCH + int(found["ticks"]) * _TICK, found["id"]) if found else None
