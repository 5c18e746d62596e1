"""Which invalidation paths and tags CloudFront accepts, and what they count as.

Written from the Developer Guide: `invalidation-specifying-objects.html` (paths), `invalidation-specifying-tags.html`
(tags), and RFC 1738, section 2.2, to which the first refers for the characters that must be percent-encoded.
"""

import re

from sandbox.cloudfront import limits

_UNSAFE = ' <>"#{}|\\^~[]`'
"""RFC 1738, 2.2, "Unsafe"; `%` itself may only begin an encoded character. CloudFront counts `~` among them still."""

_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FIRST_VISIBLE, _LAST_VISIBLE = "!", "~"


def is_tag(item: str) -> bool:
    """Tell whether an item of a batch is a cache tag and not a path."""
    return item.startswith("#")


def is_wildcard(item: str) -> bool:
    """Tell whether an item counts towards the wildcards in progress, and not towards the files."""
    return not is_tag(item) and item.endswith("*")


def problem(item: str) -> str | None:
    """Say why CloudFront refuses an item of a batch, or None where it accepts it.

    >>> problem("/docs/*"), problem("#section:news"), problem("/a%20b?v=1")
    (None, None, None)
    >>> problem("docs/*")
    'does not begin with a slash'
    """
    return _tag_problem(item[1:]) if is_tag(item) else _path_problem(item)


def _path_problem(path: str) -> str | None:
    if not path.startswith("/"):
        return "does not begin with a slash"
    if len(path) > limits.PATH_CHARACTERS:
        return f"is longer than {limits.PATH_CHARACTERS} characters"
    if "*" in path[:-1]:
        return "has a wildcard that is not its last character"
    if _ENCODED.search(path):
        return "has a % that does not begin an encoded character"
    if bad := sorted({c for c in path if c in _UNSAFE or not _FIRST_VISIBLE <= c <= _LAST_VISIBLE}):
        return f"has characters that must be percent-encoded: {' '.join(map(repr, bad))}"
    return None


def _tag_problem(tag: str) -> str | None:
    """Tags have no wildcards: a `*` is refused rather than taken for itself, since nobody who sends one means that."""
    if not 1 <= len(tag) <= limits.TAG_CHARACTERS:
        return f"is not a tag of 1 to {limits.TAG_CHARACTERS} characters"
    if any(c in ",*" or not _FIRST_VISIBLE <= c <= _LAST_VISIBLE for c in tag):
        return "is a tag with a character other than visible ASCII without comma and asterisk"
    return None
