"""Which path patterns of cache behaviours a request matches.

Rules: CloudFront Developer Guide, `DownloadDistValuesCacheBehavior.html`, "Path pattern": `*` is zero or more
characters and `?` exactly one, slashes included; case counts, query strings do not; the slash at the beginning of a
pattern may be left out. The request's path is normalised as RFC 3986 says, doubled slashes and dot segments are
removed, but for this comparison only: origin and cache see the path as it was sent.
"""

import re
import string

_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return a path pattern as a regular expression for `normal` paths, to be matched whole.

    >>> bool(compile_pattern("images/*.jp?g").fullmatch("/images/a/b.jpeg"))
    True
    """
    signs = {"*": ".*", "?": "."}
    text = "/" + pattern.removeprefix("/") if not pattern.startswith("*") else pattern
    return re.compile("".join(signs.get(sign) or re.escape(sign) for sign in text), re.DOTALL)


def normal(path: str) -> str:
    """Return a path as patterns see it (RFC 3986, 5.2.4 and 6.2.2; doubled slashes as one).

    >>> normal("/a/./b/../%7Ec//d%2fe")
    '/a/~c/d%2Fe'
    """
    if "%" not in path and "//" not in path and "/." not in path:
        return path
    kept: list[str] = []
    parts = _ENCODED.sub(_decode_unreserved, path).split("/")[1:]
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    slash = "/" if kept and parts[-1] in ("", ".", "..") else ""
    return "/" + "/".join(kept) + slash


def _decode_unreserved(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
