"""Invalidation paths: how a key's URIs are named to CloudFront, and what CloudFront would refuse.

The rules are AWS's, "What you need to know when invalidating paths" (invalidation-specifying-objects.html): a path
begins with `/`, has at most 4,000 characters, is case-sensitive; `*` is a wildcard, for 0 or more characters, and only
at the end; characters that are not ASCII or unsafe by RFC 1738 are percent-encoded, and no others, because CloudFront
compares texts. So a path must be spelled as viewers spell the URI, and a key whose URI has several spellings has
several paths.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote

from invalidator.errors import BadInputError

MAX_PATH = 4000
"""Characters of a path (invalidation-specifying-objects.html, "Invalidation paths")."""

# RFC 1738, section 2.2, "Unsafe", beside the blank and control characters. `%` introduces an escape.
_UNSAFE = '"<>#{}|\\^~[]`'
_SAFE_RUN = re.compile(r"[A-Za-z0-9._/-]*", re.ASCII)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}", re.ASCII)

# What can't be named in any spelling: CloudFront refuses it raw, while browsers send it raw (URL Standard, "path
# percent-encode set"; Safari sent ^ raw until 2025, whatwg/url issue 607). `~` has no effect when encoded (aws-sdk
# issue 525), and a `*` within a path is refused. A wildcard before the first of them covers every spelling.
_UNNAMEABLE = re.compile(r"[~*\[\]|^]")

# The characters that RFC 3986 allows raw in a path, beside letters, digits and "-._~": browsers send them as they
# stand in the link, JavaScript's encodeURIComponent leaves fewer raw, Python's quote and the S3 clients none.
_RAW_IN_BROWSERS = "/!$&'(),;:=@"
_RAW_IN_COMPONENTS = "/!'()"
_RAW_IN_S3_CLIENTS = "/"


def key_paths(uri: str) -> tuple[str, ...]:
    """Return the paths that together name every URI at which viewers ask for one decoded path.

    uri: decoded, with its leading slash: `/` and the key, where nothing stands before the key.

    S3 reads `+` in a URI as a space (crates.io issue 4891). So a space is spelled `%20` and `+`, and a `+` in the
    key `%2B`; the raw `+` is named too, since AWS doesn't say whether CloudFront keeps the two apart.

    >>> key_paths("/a b.html")
    ('/a%20b.html', '/a+b.html')
    >>> key_paths("/c++")
    ('/c%2B%2B', '/c++')
    >>> key_paths("/home/~joe/x")
    ('/home/*',)
    """
    if _SAFE_RUN.fullmatch(uri) and len(uri) <= MAX_PATH:
        return (uri,)
    found = _UNNAMEABLE.search(uri)
    star = "*" if found else ""
    head = uri[: found.start()] if found else uri
    return without_covered(narrowest(spelling + star) for spelling in spellings(head))


def spellings(text: str) -> Iterable[str]:
    """Yield how viewers spell a decoded path, the browsers' way first; some more than once."""
    browsers = quote(text, safe=_RAW_IN_BROWSERS)
    sent = (browsers, quote(text, safe=_RAW_IN_COMPONENTS), quote(text, safe=_RAW_IN_S3_CLIENTS))
    # Every % begins an escape here, so replacing a whole escape can't hit a part of another.
    for spelling in dict.fromkeys((*sent, browsers.replace("%2B", "+"))):
        yield spelling
        yield spelling.replace("%20", "+")


def encode_path(text: str) -> str:
    """Return a path as typed by a person in CloudFront's spelling: only what must be is percent-encoded.

    Escapes that are there already, a wildcard and a query string stay as they are.

    Raises: BadInputError where the text holds half a character, which no URI can.

    >>> encode_path("/my file/café%20*")
    '/my%20file/caf%C3%A9%20*'
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadInputError("The path holds half of a character, which no URI can. Type it again.") from error
    return "".join(text[i] if _may_stand(text, i) else quote(text[i], safe="") for i in range(len(text)))


def _may_stand(text: str, i: int) -> bool:
    """Whether the character there is sent raw; `~` is, as its escape has no effect."""
    if text[i] == "%":
        return bool(_ESCAPE.match(text, i))
    return text[i] == "~" or ("!" <= text[i] < "\x7f" and text[i] not in _UNSAFE)


def narrowest(path: str) -> str:
    """Return the path itself or, where CloudFront can't be told it, the narrowest wildcard before what it can't take.

    path: encoded. What can't be told: a `~` (also as `%7E`), a `*` before the end, and all beyond 4,000 characters;
    the cut is never within an escape.
    """
    found = re.search(r"~|%7[Ee]|\*(?!$)", path)
    if found:
        path = path[: found.start()] + "*"
    if len(path) <= MAX_PATH:
        return path
    cut = MAX_PATH - 1
    escape = path.rfind("%", cut - 2, cut)
    return path[: escape if escape >= 0 else cut] + "*"


def is_sendable(path: str) -> bool:
    """Whether CloudFront accepts the path, and it can have an effect."""
    return lint(path) is None


def lint(path: str) -> str | None:
    """Return why CloudFront would refuse a path or not heed it, and what to write instead; None for a good one."""
    if not path.startswith("/"):
        return f"A path begins with a slash: write /{path}."
    if len(path) > MAX_PATH:
        return f"A path has at most 4,000 characters and this one {len(path):,}: end it earlier, with a *."
    if "*" in path[:-1]:
        return f"A * is a wildcard and stands only at the end: write {narrowest(path)}."
    if "~" in path or "%7E" in path.upper():
        return f"CloudFront refuses a ~, and its escape %7E has no effect: write {narrowest(path)}."
    return next((_why_not(path[i]) for i in range(len(path)) if not _may_stand(path, i)), None)


def _why_not(character: str) -> str:
    if character == "%":
        return "A % is followed by two hexadecimal digits, as in %20: write %25 for the character itself."
    return f"{character!r} must be percent-encoded: write {quote(character, safe='', errors='replace')}."


def covers(path: str, uri: str) -> bool:
    """Whether a path drops a URI (or stands for another path): texts compared, `*` at the end as any rest."""
    return uri.startswith(path[:-1]) if path.endswith("*") else uri == path


def without_covered(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths in their order, each once, without those that a wildcard among them covers."""
    unique = dict.fromkeys(paths)
    heads = {path[:-1] for path in unique if path.endswith("*")}
    if not heads:
        return tuple(unique)
    lengths = sorted({len(head) for head in heads})

    def covered(path: str) -> bool:
        own = len(path) - 1 if path.endswith("*") else len(path) + 1
        return any(path[:n] in heads for n in lengths if n < own)

    return tuple(path for path in unique if not covered(path))
