"""Marks: that an attempt belongs into a list of the history. Which lists there are, and which one answers a question.

A list is a partition, its marks sort by the attempts' ids; so a page is one query, however long the history is. There
is a list for each thing that people ask for, and for the pairs that are asked for together. Those of states hold final
attempts alone: what is not final is few, and found by its distribution (`open#D`).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from invalidator.table.values import Item

if TYPE_CHECKING:
    from invalidator.table.attempts import Attempt

Names = tuple[str, ...]

# Narrowest first: the first one whose members are all asked for is read.
LISTS: tuple[Names, ...] = (
    ("bucket", "state"),
    ("bucket", "kind"),
    ("of", "actor"),
    ("actor", "state"),
    ("of", "state"),
    ("of", "kind"),
    ("bucket",),
    ("actor",),
    ("of",),
    ("kind", "state"),
    ("state",),
    ("kind",),
    (),
)
# How many buckets' marks are written in an attempt's own transaction, of 100 actions at most; those of others before
# it. A mark whose attempt came to nothing is passed over.
TOGETHER = 3


def list_name(chosen: Mapping[str, str]) -> str:
    """Return the partition of a list. Persons are called anything, at any length: a digest stands for them.

    >>> list_name({}), list_name({"state": "failed", "of": "E1"})
    ('history', 'history#of#E1#state#failed')
    """
    members = sorted(chosen)
    return "#".join(["history", *(f"{one}#{_word(one, chosen[one])}" for one in members)])


def narrowest(asked: Mapping[str, str]) -> str:
    """Return the partition of the narrowest list that holds everything that is asked for.

    >>> narrowest({"of": "E1", "bucket": "docs", "state": "failed"})
    'history#bucket#docs#state#failed'
    """
    names = next(names for names in LISTS if set(names) <= set(asked))
    return list_name({name: asked[name] for name in names})


def beginning(attempt: "Attempt") -> tuple[list[Item], list[Item]]:
    """Return the marks of a new attempt: those to write with it, and those to write before it."""
    names = LISTS if attempt.is_final else [one for one in LISTS if "state" not in one]
    return _marks(attempt, names)


def ending(attempt: "Attempt") -> tuple[list[Item], list[Item]]:
    """Return the marks that are added when an attempt has become final: with that, and before."""
    return _marks(attempt, [one for one in LISTS if "state" in one])


def _marks(attempt: "Attempt", names: Sequence[Names]) -> tuple[list[Item], list[Item]]:
    mark = {
        "sk": attempt.id,
        "kind": attempt.kind,
        "actor": attempt.actor,
        "of": attempt.distribution_id,
        "state": attempt.state if attempt.is_final else None,
    }
    first, others = attempt.buckets[:TOGETHER], attempt.buckets[TOGETHER:]
    together = [{"pk": name, **mark} for name in _lists(attempt, names, first)]
    before = [{"pk": name, **mark} for name in _lists(attempt, [one for one in names if "bucket" in one], others)]
    return together, before


def _lists(attempt: "Attempt", names: Sequence[Names], buckets: Sequence[str]) -> Iterator[str]:
    """Yield the partitions that an attempt of these buckets is in."""
    told = {
        "of": [attempt.distribution_id],
        "bucket": buckets,
        "kind": [attempt.kind],
        "actor": [attempt.actor] if attempt.actor is not None else [],
        "state": [attempt.state],
    }
    for members in names:
        for values in product(*(told[one] for one in members)):
            yield list_name(dict(zip(members, values, strict=True)))


def _word(name: str, value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:32] if name == "actor" else value
