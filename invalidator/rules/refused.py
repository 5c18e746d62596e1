"""What to send in place of a batch of paths that CloudFront refused.

One bad path fails the whole batch, and AWS doesn't say which it was. None of ours should be bad; where AWS thinks
otherwise, all others go out, and a wildcard goes in place of the bad one, so that nothing stays stale.
"""

import re
from collections.abc import Sequence

from invalidator.rules.folding import fold
from invalidator.rules.paths import without_covered

MOST_REPLACED = 3
"""Bad paths that are looked for one by one; past that, what is refused is folded, which takes fewer calls."""

EVERYTHING = "/*"
_PLAIN = re.compile(r"(?:/[A-Za-z0-9._-]*)+\*?", re.ASCII)
_PLAIN_HEAD = re.compile(r"[A-Za-z0-9._/-]*", re.ASCII)


def halves(paths: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return two halves of a batch that was too large; one path is left as it is."""
    middle = len(paths) // 2
    return tuple(part for part in (tuple(paths[:middle]), tuple(paths[middle:])) if part)


def instead(paths: Sequence[str], replaced: int = 0) -> tuple[tuple[str, ...], ...]:
    """Return the batches to send in place of one that CloudFront refused for its paths; together they cover it.

    Until the bad path stands alone, the batch is parted: paths of plain characters from the others, which are likelier
    to be bad, or in halves. A path alone gives way to the wildcard before it.

    replaced: how many paths were replaced before; past `MOST_REPLACED` the batch is folded. Empty where `/*` itself
    was refused: then it isn't the paths.

    >>> instead(["/a", "/b c", "/d"])
    (('/a', '/d'), ('/b c',))
    >>> instead(["/docs/b c"]), instead(["/docs/b*"]), instead(["/*"])
    ((('/docs/b*',),), (('/docs/*',),), ())
    """
    if len(paths) == 1:
        return () if paths[0] == EVERYTHING else ((wider(paths[0]),),)
    if replaced >= MOST_REPLACED:
        folded = fold({wider(path) for path in paths})
        return (folded if set(folded) != set(paths) else (EVERYTHING,),)
    plain = tuple(path for path in paths if _PLAIN.fullmatch(path))
    others = tuple(path for path in paths if not _PLAIN.fullmatch(path))
    return (plain, others) if plain and others else halves(paths)


def wider(path: str) -> str:
    """Return the narrowest wildcard that covers a path and leaves out what CloudFront may not have liked in it.

    >>> wider("/docs/a%20b.html"), wider("/docs/a.html"), wider("/docs/*"), wider("/a")
    ('/docs/a*', '/docs/*', '/*', '/*')
    """
    text = path.removesuffix("*")
    found = _PLAIN_HEAD.match(text)
    head = found[0] if found else ""
    if len(head) == len(text):
        head = text.removesuffix("/") if text.endswith("/") and path.endswith("*") else text
        head = head[: head.rfind("/") + 1]
    return without_covered([f"{head or '/'}*"])[0]
