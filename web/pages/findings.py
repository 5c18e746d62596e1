"""What needs somebody: each as a finding with its evidence and one button."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from web.models import Bucket, HealthItem, Link
from web.pages.listing import address
from web.pages.shell import FAILURES, number_of
from web.pages.states import SEVERITIES, UNREADABLE, Badge
from web.pages.wording import counted, listed

MOST_BROKEN = 10
"""Broken links that the overview tells of one by one."""

_UNREAD_ONE = ": AWS denies us its tags, so it is unknown whether it is linked."
WORST_FIRST = ("fault", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding: `subject` and `rest` are one sentence, `action` the word on its button."""

    badge: Badge
    subject: str
    rest: str
    evidence: str
    action: str
    url: str


def findings(
    faulty: Iterable[Link], unlinked: Iterable[Bucket], failures: int, *, may_link: bool = True
) -> list[Finding]:
    """Gather what needs somebody: broken links, what could not be done, what can't be read, what could be linked.

    may_link: whether who looks may link; the button leads to what they may see.
    """
    broken, unlinked = list(faulty), list(unlinked)
    found = [_broken(link) for link in broken[:MOST_BROKEN]]
    if len(broken) > MOST_BROKEN:
        found.append(_more_broken(len(broken) - MOST_BROKEN))
    if failures:
        found.append(_failed(failures))
    unread = [bucket for bucket in unlinked if any(item.code == UNREADABLE for item in bucket.health)]
    if unread:
        found.append(_unread(unread))
    could = [bucket for bucket in unlinked if bucket.suggested_distribution_ids and bucket not in unread]
    return [*found, _could_be_linked(could, may_link=may_link)] if could else found


def worst_first(health: Iterable[HealthItem]) -> list[HealthItem]:
    """Sort what was found about a link: faults, then warnings, then notes."""
    return sorted(health, key=lambda item: WORST_FIRST.index(item.severity))


def and_more(health: Sequence[HealthItem]) -> str:
    """Say how many findings there are beside the first; notes are none that somebody must see."""
    more = sum(item.severity != "note" for item in health[1:])
    return f"And {counted(more, 'more finding')}." if more else ""


def _broken(link: Link) -> Finding:
    url = f"/links/{quote(link.bucket, safe='')}"
    health = worst_first(link.health)
    if not health:
        return Finding(SEVERITIES["fault"], link.bucket, " is faulty.", "", "Show", url)
    action = "Show the fix" if any(item.repairable for item in health) else "Show"
    return Finding(
        SEVERITIES["fault"], link.bucket, f": {health[0].message}", and_more(health), action, f"{url}#health"
    )


def _failed(failures: int) -> Finding:
    subject = f"{number_of(failures)} {'thing' if failures == 1 else 'things'}"
    rest = " could not be done. Each says why, and what to do."
    return Finding(SEVERITIES["fault"], subject, rest, "", "Show", FAILURES)


def _more_broken(more: int) -> Finding:
    subject = counted(more, "more link")
    rest = " is faulty." if more == 1 else " are faulty."
    return Finding(SEVERITIES["fault"], subject, rest, "", "Show all", "/buckets?state=faulty")


def _unread(buckets: list[Bucket]) -> Finding:
    names, many = listed([bucket.name for bucket in buckets]), len(buckets) > 1
    rest = ": AWS denies us their tags, so it is unknown whether they are linked." if many else _UNREAD_ONE
    return Finding(SEVERITIES["warning"], names, rest, "", "Show the statement", "/about#permissions")


def _could_be_linked(buckets: list[Bucket], *, may_link: bool) -> Finding:
    names = listed([bucket.name for bucket in buckets])
    if len(buckets) == 1:
        url = address("/links/new", {"bucket": names}) if may_link else f"/links/{quote(names, safe='')}"
        action = "Link" if may_link else "Show"
        return Finding(SEVERITIES["note"], names, " feeds a distribution and is not linked.", "", action, url)
    subject, rest = counted(len(buckets), "bucket"), f" feed a distribution and are not linked: {names}."
    return Finding(SEVERITIES["note"], subject, rest, "", "Show", "/links#discovered")
