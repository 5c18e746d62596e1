"""Which cached objects an invalidation drops.

Rules: CloudFront Developer Guide, `invalidation-specifying-objects.html` ("What you need to know when invalidating
files") and `invalidation-by-tags.html`. A path and the URI of a cached object are compared as texts, as they were
sent; nothing is decoded, and case counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.edge.moments import Moment

TAG_MARK = "#"
"""What a cache tag begins with among the paths of an invalidation (`invalidation-by-tags.html`)."""

ENCODED_TILDE = "%7e"
"""A path with an encoded tilde is accepted and matches nothing, not even what was sent so (aws-sdk issue 525)."""


@dataclass(frozen=True, slots=True)
class Drop:
    """What one invalidation names.

    exact: URIs, each with its query string.
    prefixes: what stood before the `*` of wildcard paths: it stands for zero or more characters, so the prefix alone
        is meant too.
    tags: cache tags in lower case.
    created: when CloudFront accepted it; what was asked of the origin from then on may stay.
    effective_at: from when on no edge serves what it names, unix seconds.
    """

    exact: frozenset[str]
    prefixes: tuple[str, ...]
    tags: frozenset[str]
    created: Moment
    effective_at: float

    def names(self, uri: str, tags: frozenset[str]) -> bool:
        """Tell whether an object with this URI and these cache tags is meant."""
        return uri in self.exact or uri.startswith(self.prefixes) or not self.tags.isdisjoint(tags)


def read_drop(paths: Iterable[str], created: Moment, effective_at: float) -> Drop:
    """Sort the items of an invalidation into what they are.

    >>> drop = read_drop(["/a", "/b/*", "#News", "/%7Ejoe"], Moment(0, 0), 5)
    >>> sorted(drop.exact), drop.prefixes, sorted(drop.tags)
    (['/a'], ('/b/',), ['news'])
    """
    exact, prefixes, tags = set(), [], set()
    for path in paths:
        if path.startswith(TAG_MARK):
            tags.add(path[1:].lower())
        elif ENCODED_TILDE in path.lower():
            continue
        elif path.endswith("*"):
            prefixes.append(path[:-1])
        else:
            exact.add(path)
    return Drop(frozenset(exact), tuple(prefixes), frozenset(tags), created, effective_at)
