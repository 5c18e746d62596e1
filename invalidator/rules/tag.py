"""The tag that links a bucket: `distributionId`, whose value is one or more distribution ids separated by spaces.

The original's value, a single id, is the simplest case. S3 allows letters, digits, spaces and `_ . : / = + @ -` in
a tag's value, so that is what mistakes look like.
"""

import re
from dataclasses import dataclass

TAG = "distributionId"

# Usually 13 characters, later 14; AWS promises no length, so none is refused for it.
_ID = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_ARN = re.compile(r"arn:[a-z-]+:cloudfront::\d*:distribution/([A-Za-z0-9]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class TagIds:
    """What a tag's value names.

    ids: distribution ids, in the order written, each once.
    bad: the words that are none, as written.
    """

    ids: tuple[str, ...]
    bad: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each bad word: what it is, and what to write instead."""
        return tuple(why_bad(word) for word in self.bad)


def parse_tag(value: str) -> TagIds:
    """Return the ids that a tag's value names; blanks around and between them, and repeats, do no harm.

    >>> parse_tag(" E1ABCDEFGHIJKL  E2ABCDEFGHIJKL E1ABCDEFGHIJKL").ids
    ('E1ABCDEFGHIJKL', 'E2ABCDEFGHIJKL')
    """
    words = dict.fromkeys(value.split())
    return TagIds(
        ids=tuple(word for word in words if is_id(word)),
        bad=tuple(word for word in words if not is_id(word)),
    )


def is_id(word: str) -> bool:
    """Whether a word may be a distribution's id; CloudFront alone knows whether it is one."""
    return _ID.fullmatch(word) is not None


def why_bad(word: str) -> str:
    """Return what is wrong with a word of the tag that is no distribution id, and what to write instead."""
    named = f"{word!r} in the tag {TAG} is not a distribution id"
    if arn := _ARN.fullmatch(word):
        return f"{named} but the ARN of a distribution: write {arn[1]}."
    parts = re.split(r"[,;|+/:_-]+", word)
    if len(parts) > 1 and all(re.fullmatch(r"E[A-Z0-9]{9,}", part) for part in parts):
        return f"{named}: separate ids with spaces, as in {' '.join(parts)!r}."
    if "://" in word:
        return f"{named} but a URL: write the id of the distribution that answers it, such as E1ABCDEFGHIJKL."
    if word.lower().endswith(".cloudfront.net"):
        return f"{named} but a distribution's domain name: write the id beside it, such as E1ABCDEFGHIJKL."
    if "." in word:
        return f"{named} but looks like a domain name: write the id of its distribution, such as E1ABCDEFGHIJKL."
    return f"{named}: an id has only letters and digits, such as E1ABCDEFGHIJKL."
