"""Fold too many paths into few enough for one invalidation: less precise, never less complete.

Quotas of one distribution in progress: 3,000 files, and apart from them 15 wildcards (InvalidationLimits.html).
"""

from collections.abc import Collection

from invalidator.rules.paths import without_covered

MOST_FILES = 3000
MOST_WILDCARDS = 15


def fold(paths: Collection[str], files: int = MOST_FILES, wildcards: int = MOST_WILDCARDS) -> tuple[str, ...]:
    """Return sorted paths that cover all of these and are within both quotas.

    Wildcards give way first, to those of their directories, from the deepest up; then files do; at last all is `/*`.

    >>> fold(["/a/1", "/a/2", "/b/c/*", "/b/d/*"], files=2, wildcards=1)
    ('/a/1', '/a/2', '/b/*')
    """
    kept = without_covered(sorted(paths))
    for depth in range(max((path.count("/") for path in kept), default=1), 0, -1):
        wild, plain = _parted(kept)
        if len(plain) <= files and len(wild) <= wildcards:
            return kept
        # Files fold where they alone are too many: wildcards that take them in may then be too many in their turn.
        folding = kept if len(plain) > files else wild
        above = {_directory(path, depth) for path in folding}
        kept = without_covered(sorted({*kept, *(path for path in above if path)}))
    wild, plain = _parted(kept)
    return kept if len(plain) <= files and len(wild) <= wildcards else ("/*",)


def _parted(paths: Collection[str]) -> tuple[list[str], list[str]]:
    wild = [path for path in paths if path.endswith("*")]
    return wild, [path for path in paths if not path.endswith("*")]


def _directory(path: str, depth: int) -> str | None:
    """Return the wildcard over the directory at a depth that the path lies in; None where it lies higher up.

    >>> _directory("/a/b/c", 2), _directory("/a", 2)
    ('/a/b/*', None)
    """
    parts = path.split("/")
    return "/".join([*parts[: depth + 1], "*"]) if len(parts) > depth + 1 else None
