"""How times, amounts and money are said. Pure: whatever depends on the time is given it.

Times are aware and in UTC. A relative time always stands beside its exact one, in a title.
"""

from datetime import datetime

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
CENT = 0.01


def duration(seconds: float) -> str:
    """Say how long something took, as exactly as people care: `0.4 s`, `11 s`, `3 min`, `2 h`, `4 days`."""
    seconds = max(0.0, seconds)
    if seconds < 9.95:  # noqa: PLR2004 - below ten, tenths still tell something
        text = f"{seconds:.1f}"
        return f"{text.removesuffix('.0')} s"
    if seconds < 100:  # noqa: PLR2004 - "90 s" reads better than "2 min"
        return f"{round(seconds)} s"
    if seconds < 90 * MINUTE:
        return f"{round(seconds / MINUTE)} min"
    if seconds < 2 * DAY:
        return f"{round(seconds / HOUR)} h"
    return f"{round(seconds / DAY)} days"


def ago(then: datetime, now: datetime) -> str:
    """Say when something was: `now`, `4 s ago`, `12 min ago`, `yesterday`, `Monday`, `3 Nov`, `3 Nov 2025`.

    `web/static/app.js` keeps the first three ticking by the same rules.
    """
    seconds = int((now - then).total_seconds())
    if seconds < 1:
        return "now"
    if seconds < MINUTE:
        return f"{seconds} s ago"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min ago"
    days = (now.date() - then.date()).days
    if seconds < DAY and (days == 0 or seconds < 12 * HOUR):
        return f"{seconds // HOUR} h ago"
    return _day(then, now, days)


def _day(then: datetime, now: datetime, days: int) -> str:
    if days <= 1:
        return "yesterday"
    if days < 7:  # noqa: PLR2004 - a week has seven
        return f"{then:%A}"
    return f"{then.day} {then:%b}" if then.year == now.year else f"{then.day} {then:%b %Y}"


def exact(when: datetime) -> str:
    """Say a time in full: `24 Nov 2026, 12:03:11 UTC`."""
    return f"{when.day} {when:%b %Y, %H:%M:%S} UTC"


def number(value: float) -> str:
    """Write a number with its thousands apart: `1,204`; a fraction keeps what it has."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """Say how many: `1 path`, `3 paths`, `2 entries` (where the plural is given)."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def money(usd: float) -> str:
    """Write an amount in dollars; what is less than a cent is said so, and never rounded to nothing."""
    if 0 < usd < CENT:
        return "under $0.01"
    return f"${usd:,.2f}"


def listed(names: list[str], most: int = 3) -> str:
    """Join names as people do: `a`, `a and b`, `a, b and 4 more`."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
