"""How long a response is kept.

Rules: CloudFront Developer Guide, `Expiration.html` (the table of origin headers and TTLs, and the warning below it),
`HTTPStatusCodes.html` and `custom-error-pages-expiration.html` (errors).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

ALWAYS = frozenset({404, 405, 414, 500, 501, 502, 503, 504})
"""Errors that are cached in any case (`HTTPStatusCodes.html`)."""

ON_REQUEST = frozenset({400, 403, 412, 415})
"""Errors that are cached only if the origin says for how long (`HTTPStatusCodes.html`)."""

ERROR_SECONDS = 10
"""Error caching minimum TTL where the distribution sets none (`custom-error-pages-expiration.html`)."""

FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """A behaviour's minimum, default and maximum TTL, seconds."""

    least: float
    usual: float
    most: float


@dataclass(frozen=True, slots=True)
class Keeping:
    """What becomes of a response.

    store: whether to keep it at all.
    seconds: for how long it is served without asking the origin; 0: the origin is asked each time.
    stale_seconds: for how long after that it may stand in for an origin that fails.
    """

    store: bool
    seconds: float = 0
    stale_seconds: float = 0


NOT_AT_ALL = Keeping(store=False)


def directives(cache_control: str) -> dict[str, str]:
    """Split a Cache-Control header: names in lower case, values without quotes, empty where there is none.

    >>> directives('Public, max-age="60"')
    {'public': '', 'max-age': '60'}
    """
    parts = (part.partition("=") for part in cache_control.split(",") if part.strip())
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in parts}


def keeping(headers: Mapping[str, str], lifetimes: Lifetimes, now: float) -> Keeping:
    """Tell how long a success or a redirect is kept.

    Args:
        headers: the origin's, names in lower case.
        lifetimes: of the behaviour.
        now: unix seconds.
    """
    if lifetimes.most <= 0:
        return NOT_AT_ALL  # caching is off: `using-managed-cache-policies.html`, CachingDisabled
    control = directives(headers.get("cache-control", ""))
    stale = _seconds(control, "stale-if-error")
    stale = FOREVER if stale is None else stale
    if control.keys() & {"no-cache", "no-store", "private"}:
        if lifetimes.least > 0:
            return Keeping(store=True, seconds=lifetimes.least, stale_seconds=stale)
        return Keeping(store=control.keys().isdisjoint({"no-store", "private"}))
    told = told_seconds(headers, now)
    if told is None:
        return Keeping(store=True, seconds=max(lifetimes.least, lifetimes.usual), stale_seconds=stale)
    seconds = min(max(told, lifetimes.least), lifetimes.most)
    return Keeping(store=True, seconds=seconds, stale_seconds=stale)


def error_keeping(status: int, headers: Mapping[str, str], minimum: float, lifetimes: Lifetimes, now: float) -> Keeping:
    """Tell how long an error is kept: for the error caching minimum TTL, or for what the origin says if that is longer.

    What the origin says is cut to the maximum TTL.

    Args:
        status: the origin's.
        headers: the origin's, names in lower case.
        minimum: error caching minimum TTL for this status, seconds.
        lifetimes: of the behaviour.
        now: unix seconds.
    """
    told = told_seconds(headers, now)
    if status not in ALWAYS and not (status in ON_REQUEST and told is not None):
        return NOT_AT_ALL
    seconds = max(minimum, min(told or 0, lifetimes.most))
    return Keeping(store=seconds > 0, seconds=seconds)


def told_seconds(headers: Mapping[str, str], now: float) -> float | None:
    """Return for how long the origin says that a response is good; None where it says nothing that can be read.

    `s-maxage` wins over `max-age`, and that over `Expires` (`Expiration.html`). A date that cannot be read is over
    (RFC 9111, 5.3).
    """
    control = directives(headers.get("cache-control", ""))
    for name in ("s-maxage", "max-age"):
        told = _seconds(control, name)
        if told is not None:
            return told
    if "expires" not in headers:
        return None
    until = http_time(headers["expires"])
    return 0 if until is None else max(0, until - now)


def http_time(text: str) -> float | None:
    """Return an HTTP date as unix seconds, None where it is none."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None


def _seconds(control: Mapping[str, str], name: str) -> float | None:
    value = control.get(name, "")
    return float(value) if value.isdecimal() and value.isascii() else None
