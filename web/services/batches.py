"""What goes to CloudFront in one invalidation, and what is too much for one. Pure."""

from collections.abc import Sequence

from invalidator.rules.cachetags import is_tag
from invalidator.rules.folding import MOST_FILES, MOST_WILDCARDS, fold

FEW = 10
"""Wider paths that are offered in place of too many."""

_LESS = "Take a wider path, such as /images/*, or send them in several parts."


def too_many(paths: Sequence[str]) -> str | None:
    """Return why paths are more than CloudFront takes at once; None where they are not (InvalidationLimits.html)."""
    wild = sum(path.endswith("*") for path in paths)
    files = len(paths) - wild
    if files <= MOST_FILES and wild <= MOST_WILDCARDS:
        return None
    these = " and ".join([_counted(files, "path")] * (files > 0) + [_counted(wild, "wildcard")] * (wild > 0))
    return f"These are {these}. CloudFront takes {MOST_FILES:,} paths and {MOST_WILDCARDS} wildcards at once. {_LESS}"


def wider(paths: Sequence[str]) -> tuple[str, ...]:
    """Return a few wildcards that cover too many paths; none where only `/*` would, or there are tags among them."""
    if any(is_tag(path) for path in paths):
        return ()
    folded = fold(paths, files=0, wildcards=FEW)
    return () if folded == ("/*",) else folded


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
