"""The local edge: one cache in front of all distributions, answering as CloudFront does.

What it decides where the documentation says nothing, or where a laptop differs:

- A distribution serves from its newest configuration on, also while it is `InProgress`.
- Viewers come by HTTP only, and are served whatever the viewer protocol policy says: there is no HTTPS to go to.
- Objects are served as they were stored: the edge compresses nothing. A viewer's Accept-Encoding counts in the cache
  key where the cache policy says so.
- An error just fetched is a `Miss from cloudfront`; one from the cache, and one of the edge's own, is an `Error from
  cloudfront`. (CloudFront says `Error` for the first, too.)
- Requests for the same object that come together are not collapsed into one: each asks the origin.
- Functions, signed URLs, response headers policies and geographic restrictions are not there.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable

from sandbox.aws.messages import Request, Response
from sandbox.edge import pages
from sandbox.edge.buckets import Buckets
from sandbox.edge.cache import Cache, Entry, Key
from sandbox.edge.directory import Directory, Distribution, Plans
from sandbox.edge.drops import read_drop
from sandbox.edge.fetching import Fetch, Result
from sandbox.edge.moments import Moments
from sandbox.edge.origin import Origins
from sandbox.edge.plan import READING, Behavior
from sandbox.edge.viewing import Headers, view

CACHE_BYTES = 96 * 1024 * 1024
"""What the cache may cost by default."""

URL_BYTES = 8192
"""The longest URL (`RequestAndResponseBehaviorS3Origin.html`)."""

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
"""The methods that CloudFront knows (API Reference, `AllowedMethods`)."""


class Edge:
    """Answers viewers; safe across threads.

    clock: returns the time in unix seconds.
    directory: where distributions are found.
    buckets: what their origins are.
    account: number of the account that the distributions are in.
    cache_bytes: what the cache may cost.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        directory: Directory,
        buckets: Buckets,
        account: str,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._clock, self._directory = clock, directory
        self._origins = Origins(buckets, account)
        self._moments, self._cache = Moments(), Cache(cache_bytes)
        self._plans = Plans(directory)
        name = hashlib.md5(account.encode()).hexdigest()
        self._own = (("Via", f"1.1 {name}.cloudfront.net (CloudFront)"), ("X-Amz-Cf-Pop", "LOCAL50-P1"))

    def handle(self, request: Request) -> Response:
        """Answer a viewer, asking the origin where that is needed."""
        return self.from_cache(request) or self._from_origin(request)

    def from_cache(self, request: Request) -> Response | None:
        """Answer a viewer if no origin is needed for it; this takes microseconds and waits for nobody."""
        distribution = self._directory.find_by_host(request.headers.get("host", ""))
        if distribution is None:
            return self._say(pages.unknown_host(request.headers.get("host", "")), request)
        if refusal := _refusal(request, distribution):
            return self._say(refusal, request)
        behavior = self._plans.of(distribution).behavior(request.path)
        if request.method not in behavior.methods:
            return self._say(pages.method_refused(request.method), request)
        if request.method not in READING or behavior.bypass:
            return None
        now = self._clock()
        entry = self._cache.find(_key(distribution, behavior, request), now)
        if entry is None or entry.expires_at <= now:
            return None
        return self._show(entry, request, "Hit", now)

    def invalidate(self, distribution_id: str, paths: Iterable[str], created_at: float, effective_at: float) -> None:
        """Drop what an accepted invalidation names, from the time on when it is in effect.

        Args:
            distribution_id: whose cache it is for.
            paths: its items, cache tags (`#tag`) among them.
            created_at: when it was accepted, unix seconds: what was asked of the origin earlier goes.
            effective_at: from when on nothing of that is served, unix seconds.
        """
        drop = read_drop(paths, self._moments.at(created_at), effective_at)
        self._cache.invalidate(distribution_id, drop, self._clock())

    def _from_origin(self, request: Request) -> Response:
        distribution = self._directory.find_by_host(request.headers.get("host", ""))
        if distribution is None:  # deleted between the two looks
            return self._say(pages.unknown_host(request.headers.get("host", "")), request)
        plan = self._plans.of(distribution)
        behavior = plan.behavior(request.path)
        path = f"/{plan.root}" if request.path == "/" and plan.root else request.path
        asked = self._moments.at(self._clock())

        def ask(origin_id: str, wanted: str) -> Response:
            return self._origins.ask(distribution.id, plan.origins[origin_id], request.method, wanted)

        fetch = Fetch(plan, behavior, ask, asked)
        if request.method not in READING:
            return self._say(ask(plan.targets(behavior).members[0], path), request)
        key = _key(distribution, behavior, request)
        self._cache.begin(distribution.id, asked)
        try:
            return self._fetched(fetch, key, path, request)
        finally:
            self._cache.end(distribution.id, asked)

    def _fetched(self, fetch: Fetch, key: Key, path: str, request: Request) -> Response:
        old = self._cache.find(key, fetch.asked.at)
        fetched = fetch.get(path, old, self._clock)
        now = self._clock()
        if fetched.prolonged is not None and self._cache.prolong(key, fetched.prolonged, now):
            return self._show(fetched.prolonged, request, fetched.result, now)
        if fetched.store and not fetch.behavior.bypass:
            self._cache.keep(key, fetched.entry, now)
        else:
            self._cache.forget(key, fetch.asked)
        return self._show(fetched.entry, request, "Miss", now)

    def _show(self, entry: Entry, request: Request, result: Result, now: float) -> Response:
        word = "Error" if entry.failed and result == "Hit" else result
        added = self._added(word)
        if result == "Hit":
            added = (*added, ("Age", str(max(0, int(now - entry.confirmed_at)))))
        return view(entry, request, added)

    def _say(self, answer: Response, request: Request) -> Response:
        """Return an answer that no cache is asked for."""
        added = self._added("Error")
        body = b"" if request.method == "HEAD" else answer.body
        return Response(answer.status, (*answer.headers, *added, ("Content-Length", str(len(answer.body)))), body)

    def _added(self, word: str) -> Headers:
        return (("X-Cache", f"{word} from cloudfront"), *self._own, ("X-Amz-Cf-Id", secrets.token_urlsafe(42)))


def _key(distribution: Distribution, behavior: Behavior, request: Request) -> Key:
    return Key(distribution.id, behavior.key.uri(request), behavior.key.variant(request))


def _refusal(request: Request, distribution: Distribution) -> Response | None:
    """Return what is answered without a look at the behaviours, if anything."""
    if not distribution.enabled:
        return pages.disabled()
    if request.method not in METHODS:
        return pages.method_unknown(request.method)
    if len(request.path) + len(request.query) > URL_BYTES:
        return pages.too_long()
    if request.body and request.method in READING:
        return pages.body_refused()
    return None
