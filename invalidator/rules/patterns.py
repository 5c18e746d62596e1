"""Path patterns of cache behaviors: which requests a behavior takes.

Rules: "Path pattern" (DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern): `*` stands for 0 or more
characters, `?` for exactly one; case-sensitive; a leading slash may be left out; query strings don't count.
"""

import re
from functools import lru_cache


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    return re.compile("/?" + "".join(wild.get(c) or re.escape(c) for c in pattern.removeprefix("/")), re.DOTALL)


def matches(pattern: str, uri: str) -> bool:
    """Whether a behavior with this pattern takes the URI, which begins with a slash and has no query string.

    >>> matches("images/*.jpg", "/images/a/b.jpg"), matches("/a?", "/a")
    (True, False)
    """
    return _compiled(pattern).fullmatch(uri) is not None


def reach(pattern: str) -> str:
    """Return the narrowest decoded prefix of all URIs that a pattern can match, with its leading slash.

    >>> reach("/docs/*.html"), reach("*"), reach("*.css")
    ('/docs/', '/', '/')
    """
    return "/" + re.split(r"[*?]", pattern.removeprefix("/"), maxsplit=1)[0]
