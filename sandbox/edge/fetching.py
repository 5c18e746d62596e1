"""Gets from the origin what the cache does not have, or has no longer.

Rules: CloudFront Developer Guide, `high_availability_origin_failover.html` (origin groups), `HTTPStatusCodes.html`
(errors; an expired object stands in for an origin that fails), `GeneratingCustomErrorResponses.html`,
`RequestAndResponseBehaviorS3Origin.html` (conditional GETs, headers that are removed), `invalidation-by-tags.html`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Literal

from sandbox.aws.messages import Response
from sandbox.edge import pages
from sandbox.edge.cache import Entry
from sandbox.edge.freshness import Keeping, error_keeping, keeping
from sandbox.edge.moments import Moment
from sandbox.edge.plan import NO_RULE, Behavior, Plan

Ask = Callable[[str, str], Response]
"""Asks an origin, by its id, for a path."""

Result = Literal["Hit", "Miss", "RefreshHit"]

TAGS = 50
"""Cache tags that an object may have; the rest is not kept (`invalidation-specifying-tags.html`)."""

_TAG = re.compile(r"[!-~]{1,256}")
_DROPPED = frozenset(
    {"connection", "content-length", "keep-alive", "set-cookie", "trailer", "transfer-encoding", "upgrade", "via"}
    | {"x-amz-id-2", "x-amz-request-id", "date"}
)
"""Headers of the origin that viewers do not get; the edge writes its own Content-Length, Date and Via."""

_REFRESHED = ("cache-control", "expires", "date")
"""What a 304 renews of a cached response (RFC 9111, 3.2)."""

_ERRORS = 400
_SERVER_ERRORS = 500


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking.

    entry: what the origin sent.
    store: whether it is to be kept.
    prolonged: what was in the cache, with a longer life: it goes on being served, if it is still there.
    result: CloudFront's word for that.
    """

    entry: Entry
    store: bool
    prolonged: Entry | None = None
    result: Result = "Miss"


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request to the origin.

    ask: asks one of the distribution's origins.
    asked: when it began.
    """

    plan: Plan
    behavior: Behavior
    ask: Ask
    asked: Moment

    def get(self, path: str, old: Entry | None, now: Callable[[], float]) -> Fetched:
        """Return what came of asking for a path.

        Args:
            path: what to ask the origin for.
            old: what the cache has, and has expired.
            now: the clock; read when the origin has answered.
        """
        response = self._ask_in_turn(self.behavior, path)
        at = now()
        if response.status >= _ERRORS:
            return self._failed(response, old, at)
        headers = _lower(response)
        kept = keeping(headers, self.behavior.lifetimes, self.asked.at)
        entry = replace(self._entry(response, kept, at), tags=self._tags(headers))
        if old is not None and kept.store and not old.failed and _unchanged(old, headers):
            return Fetched(entry, kept.store, _renewed(old, entry), "RefreshHit")
        return Fetched(entry, kept.store)

    def _ask_in_turn(self, behavior: Behavior, path: str) -> Response:
        """Ask the origins of a behaviour until one does not answer with a status of the failover criteria."""
        failover = self.plan.targets(behavior)
        response = pages.origin_failed()
        for member in failover.members:
            response = self.ask(member, path)
            if response.status not in failover.statuses:
                break
        return response

    def _failed(self, response: Response, old: Entry | None, at: float) -> Fetched:
        rule = self.plan.errors.get(response.status, NO_RULE)
        kept = error_keeping(response.status, _lower(response), rule.seconds, self.behavior.lifetimes, at)
        may_stand_in = response.status >= _SERVER_ERRORS and old is not None and at < old.stale_until
        if rule.page:
            shown = self._ask_in_turn(self.plan.behavior(rule.page), rule.page)
            if shown.status < _ERRORS:
                response = replace(shown, status=rule.status)
        entry = replace(self._entry(response, kept, at), failed=True)
        if old is not None and may_stand_in:
            return Fetched(entry, kept.store, replace(old, expires_at=at + rule.seconds), "Hit")
        return Fetched(entry, kept.store)

    def _entry(self, response: Response, kept: Keeping, at: float) -> Entry:
        headers = [(name, value) for name, value in response.headers if name.lower() not in _DROPPED]
        headers.append(("Date", formatdate(at, usegmt=True)))
        expires_at = self.asked.at + kept.seconds
        return Entry(
            status=response.status,
            headers=tuple(headers),
            body=response.body,
            asked=self.asked,
            confirmed_at=self.asked.at,
            expires_at=expires_at,
            stale_until=expires_at + kept.stale_seconds,
        )

    def _tags(self, headers: Mapping[str, str]) -> frozenset[str]:
        """Return the cache tags of a success; more than may be kept are silently left out."""
        if not self.plan.tag_header:
            return frozenset()
        named = [tag.strip().lower() for tag in headers.get(self.plan.tag_header, "").split(",")]
        return frozenset([tag for tag in named if _TAG.fullmatch(tag)][:TAGS])


def _lower(response: Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers}


def _renewed(old: Entry, fresh: Entry) -> Entry:
    """Return the old response, with what a 304 brings of the fresh one."""
    headers = [(name, value) for name, value in old.headers if name.lower() not in _REFRESHED]
    headers += [(name, value) for name, value in fresh.headers if name.lower() in _REFRESHED]
    return replace(
        old,
        headers=tuple(headers),
        confirmed_at=fresh.confirmed_at,
        expires_at=fresh.expires_at,
        stale_until=fresh.stale_until,
    )


def _unchanged(old: Entry, headers: Mapping[str, str]) -> bool:
    """Tell whether S3 would answer 304 to a request with the old ETag, or the old time where there is no ETag."""
    held = {name.lower(): value for name, value in old.headers}
    validator = "etag" if "etag" in held else "last-modified"
    return validator in held and held[validator] == headers.get(validator)
