"""Path patterns of cache behaviors: which requests a behavior takes.

Rules: "Path pattern" (DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern): `*` stands for 0 or more
characters, `?` for exactly one; case-sensitive; a leading slash may be left out; query strings don't count. URIs are
compared in normal form ("CloudFront normalizes URI paths consistent with RFC 3986", same page), which origin and cache
don't see.
"""

import re
from functools import lru_cache


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    text = pattern if pattern.startswith("*") else "/" + pattern.removeprefix("/")
    return re.compile("".join(wild.get(c) or re.escape(c) for c in text), re.DOTALL)


def matches(pattern: str, uri: str) -> bool:
    """Whether a behavior with this pattern takes the URI, which begins with a slash and has no query string.

    >>> matches("images/*.jpg", "/images/a/b.jpg"), matches("/a?", "/a")
    (True, False)
    """
    return _compiled(pattern).fullmatch(uri) is not None


def normalized(uri: str) -> str:
    """Return a URI as patterns see it: slashes in a row are one, and dot segments are resolved (RFC 3986, 5.2.4).

    >>> normalized("//a/./b//../c"), normalized("/a/..")
    ('/a/c', '/')
    """
    if "//" not in uri and "/." not in uri:
        return uri
    segments = uri.split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    slash = "/" if kept and segments[-1] in ("", ".", "..") else ""
    return f"/{'/'.join(kept)}{slash}"


def reach(pattern: str) -> str:
    """Return the narrowest decoded prefix of all URIs that a pattern can match, with its leading slash.

    >>> reach("/docs/*.html"), reach("*"), reach("*.css")
    ('/docs/', '/', '/')
    """
    return "/" + re.split(r"[*?]", pattern.removeprefix("/"), maxsplit=1)[0]
