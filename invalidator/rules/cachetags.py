"""Cache tags as items of an invalidation: `#tag` drops every object whose response carried that tag.

The rules are AWS's, "What you need to know when invalidating tags" (invalidation-specifying-tags.html): an item begins
with `#`; a tag has 1 to 256 visible ASCII characters without comma; no wildcards; case does not count; each counts as
one path. A distribution without `CacheTagConfig` accepts a tag and does nothing.
"""

import re

from invalidator.rules.paths import lint

MAX_TAG = 256
"""Characters of a tag (invalidation-specifying-tags.html, "Tag format")."""

_TAG = re.compile(r"[!-+\--~]+", re.ASCII)


def is_tag(item: str) -> bool:
    """Whether an item names a tag, and not a path."""
    return item.startswith("#")


def lint_tag(item: str) -> str | None:
    """Return why an item can't be a tag, and what to write instead; None for a good one.

    >>> lint_tag("#section:news"), lint_tag("#new*")
    (None, 'A tag has no wildcard: name the whole tag, or use a path.')
    """
    tag = item[1:]
    if not tag:
        return "A # begins a tag, and this one has no name: write #news for the tag news."
    if len(tag) > MAX_TAG:
        return f"A tag has at most {MAX_TAG} characters and this one {len(tag):,}."
    if "*" in tag:
        return "A tag has no wildcard: name the whole tag, or use a path."
    if not _TAG.fullmatch(tag):
        return "A tag has visible ASCII characters only, and no comma."
    return None


def lint_item(item: str) -> str | None:
    """Return why CloudFront would refuse an item, path or tag, or not heed it; None for a good one."""
    return lint_tag(item) if is_tag(item) else lint(item)
