"""What of a request counts in the cache key.

Rules: CloudFront Developer Guide, `understanding-the-cache-key.html`, `cache-key-understand-cache-policy.html`,
`QueryStringParameters.html`, `Cookies.html`, `header-caching.html`; API Reference, `ForwardedValues` for the settings
from before cache policies. Names and values count as they were sent, and so does the order of query strings; only
cookies are sorted by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from sandbox.aws.messages import Request

Config = Mapping[str, Any]
"""A part of a distribution's configuration or of a cache policy, in boto3's shape."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which query strings or cookies count.

    mode: "none", "all", "whitelist" (those with these names) or "allExcept".
    patterns: whether `*` and `?` are wildcards in the names (cookies outside of cache policies).
    """

    mode: str = "none"
    names: frozenset[str] = frozenset()
    patterns: bool = False

    def has(self, name: str) -> bool:
        """Tell whether the one of this name counts."""
        if self.mode in ("none", "all"):
            return self.mode == "all"
        named = any(fnmatchcase(name, one) for one in self.names) if self.patterns else name in self.names
        return named == (self.mode == "whitelist")


NOTHING = Selection()


@dataclass(frozen=True, slots=True)
class KeyRule:
    """What a behaviour puts in the cache key beside the path.

    headers: names in lower case.
    encodings: the compressions of which Accept-Encoding is normalised to what the viewer takes, the best first.
    """

    queries: Selection = NOTHING
    headers: tuple[str, ...] = ()
    cookies: Selection = NOTHING
    encodings: tuple[str, ...] = ()

    def uri(self, request: Request) -> str:
        """Return the path as it was sent, with the query strings that count."""
        if not request.query or self.queries.mode == "none":
            return request.path
        if self.queries.mode == "all":
            return f"{request.path}?{request.query}"
        kept = [part for part in request.query.split("&") if part and self.queries.has(part.partition("=")[0])]
        return f"{request.path}?{'&'.join(kept)}" if kept else request.path

    def variant(self, request: Request) -> tuple[str | None, ...]:
        """Return the values of the headers and cookies that count, each in its place."""
        values = [request.headers.get(name) for name in self.headers]
        if self.encodings:
            values.append(accepted(request.headers.get("accept-encoding", ""), self.encodings))
        if self.cookies.mode != "none":
            values.append(self._cookies(request.headers.get("cookie", "")))
        return tuple(values)

    def _cookies(self, header: str) -> str:
        pairs = [part.strip() for part in header.split(";") if part.strip()]
        kept = (pair for pair in pairs if self.cookies.has(pair.partition("=")[0].strip()))
        return "; ".join(sorted(kept, key=lambda pair: pair.partition("=")[0]))


def accepted(accept_encoding: str, encodings: tuple[str, ...]) -> str:
    """Return a normalised Accept-Encoding: those of the compressions that the viewer takes.

    `cache-key-understand-cache-policy.html`, "Compression support".

    >>> accepted("gzip, deflate, br;q=0.5", ("br", "gzip"))
    'br,gzip'
    """
    taken = set()
    for part in accept_encoding.lower().split(","):
        name, _, quality = part.replace(" ", "").partition(";q=")
        if quality.strip("0.") or not quality:
            taken.add(name)
    return ",".join(name for name in encodings if name in taken)


def rule_of_policy(policy: Config) -> KeyRule:
    """Read a cache policy's configuration."""
    part = policy.get("ParametersInCacheKeyAndForwardedToOrigin") or {}
    on = (("br", part.get("EnableAcceptEncodingBrotli")), ("gzip", part.get("EnableAcceptEncodingGzip")))
    return KeyRule(
        queries=_selection(part.get("QueryStringsConfig") or {}, "QueryStringBehavior", "QueryStrings"),
        headers=_header_names((part.get("HeadersConfig") or {}).get("Headers")),
        cookies=_selection(part.get("CookiesConfig") or {}, "CookieBehavior", "Cookies"),
        encodings=tuple(name for name, enabled in on if enabled),
    )


def rule_of_forwarding(forwarded: Config) -> KeyRule:
    """Read the `ForwardedValues` of a behaviour without a cache policy."""
    queries = NOTHING
    if forwarded.get("QueryString"):
        names = frozenset(_items(forwarded.get("QueryStringCacheKeys")))
        queries = Selection("whitelist", names) if names else Selection("all")
    cookies = forwarded.get("Cookies") or {}
    named = frozenset(_items(cookies.get("WhitelistedNames")))
    return KeyRule(
        queries=queries,
        headers=_header_names(forwarded.get("Headers")),
        cookies=Selection(cookies.get("Forward", "none"), named, patterns=True),
    )


def _selection(part: Config, mode: str, group: str) -> Selection:
    return Selection(part.get(mode, "none"), frozenset(_items(part.get(group))))


def _header_names(group: Config | None) -> tuple[str, ...]:
    return tuple(sorted(name.lower() for name in _items(group)))


def _items(group: Config | None) -> list[str]:
    return list((group or {}).get("Items") or [])
