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

    entry: what the viewer gets.
    result: CloudFront's word for how it was got.
    store: whether the entry is to be kept.
    stand_in: the expired entry, its life prolonged, to be served in the place of an error if it is still there.
    """

    entry: Entry
    result: Result
    store: bool
    stand_in: Entry | None = None


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
        """Return what the viewer gets for a path.

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
        if old is not None and not old.failed and _unchanged(old, headers):
            return Fetched(self._renewed(old, response, kept), "RefreshHit", kept.store)
        entry = self._entry(response, kept, at)
        return Fetched(replace(entry, tags=self._tags(headers)), "Miss", kept.store)

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
        stand_in = None
        if response.status >= _SERVER_ERRORS and old is not None and at < old.stale_until:
            stand_in = replace(old, expires_at=at + rule.seconds)
        headers = _lower(response)
        kept = error_keeping(response.status, headers, rule.seconds, self.behavior.lifetimes, at)
        if rule.page:
            shown = self._ask_in_turn(self.plan.behavior(rule.page), rule.page)
            if shown.status < _ERRORS:
                response = replace(shown, status=rule.status)
        return Fetched(replace(self._entry(response, kept, at), failed=True), "Miss", kept.store, stand_in)

    def _entry(self, response: Response, kept: Keeping, at: float) -> Entry:
        headers = [(name, value) for name, value in response.headers if name.lower() not in _DROPPED]
        headers.append(("Date", formatdate(at, usegmt=True)))
        expires_at = self.asked.at + kept.seconds
        return Entry(
            status=response.status,
            headers=tuple(headers),
            body=response.body,
            asked=self.asked,
            expires_at=expires_at,
            stale_until=expires_at + kept.stale_seconds,
        )

    def _renewed(self, old: Entry, response: Response, kept: Keeping) -> Entry:
        """The old response, with what a 304 brings."""
        fresh = self._entry(response, kept, self.asked.at)
        headers = [(name, value) for name, value in old.headers if name.lower() not in _REFRESHED]
        headers += [(name, value) for name, value in fresh.headers if name.lower() in _REFRESHED]
        return replace(
            old,
            headers=tuple(headers),
            asked=fresh.asked,
            expires_at=fresh.expires_at,
            stale_until=fresh.stale_until,
        )

    def _tags(self, headers: Mapping[str, str]) -> frozenset[str]:
        """Return the cache tags of a success; more than may be kept are silently left out."""
        if not self.plan.tag_header:
            return frozenset()
        named = [tag.strip().lower() for tag in headers.get(self.plan.tag_header, "").split(",")]
        return frozenset([tag for tag in named if _TAG.fullmatch(tag)][:TAGS])


def _lower(response: Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers}


def _unchanged(old: Entry, headers: Mapping[str, str]) -> bool:
    """Tell whether S3 would answer 304 to a request with the old ETag, or the old time where there is no ETag."""
    held = {name.lower(): value for name, value in old.headers}
    validator = "etag" if "etag" in held else "last-modified"
    return validator in held and held[validator] == headers.get(validator)
