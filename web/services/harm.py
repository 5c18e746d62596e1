"""How much of a second thought an invalidation wants: by what it throws out, and what it costs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from invalidator.rules.cachetags import is_tag
from web.models import ConfirmLevel, PathPreview

EVERYTHING = "/*"
SOME = 50
"""Objects from which on a wildcard is asked about, and `/*` has the id typed."""

MANY = 1000
"""Objects from which on any wildcard has the id typed."""

COSTLY_USD = 1.0
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Harm:
    """How much of a second thought, and the sentence that says why; empty for none."""

    level: ConfirmLevel = "none"
    reason: str = ""


def harm_of(sent: Sequence[PathPreview], price_usd: float) -> Harm:
    """Measure what would be sent; what was not counted is taken for more than a little.

    sent: each path once, without those that another covers.
    """
    wide = [one for one in sent if one.path is not None and one.path.endswith("*")]
    known = sum(one.matches or 0 for one in wide)
    uncounted = [one.path or "" for one in wide if one.matches is None or one.uncounted]
    if any(one.path == EVERYTHING for one in wide):
        level: ConfirmLevel = "type" if uncounted or known >= SOME else "ask"
        objects = f", {_objects(known, bool(uncounted))}" if known else ""
        return Harm(level, f"This throws out everything that the distribution has cached{objects}.")
    if known >= SOME:
        said = f"This throws out {_objects(known, bool(uncounted))}, each of which is fetched from its bucket again."
        return Harm("type" if known >= MANY else "ask", said)
    if uncounted:
        return Harm("ask", f"How much this throws out could not be counted: {_listed(uncounted)}.")
    if any(is_tag(one.path or "") for one in sent):
        return Harm("ask", "This throws out every object with that tag; only CloudFront knows how many there are.")
    return Harm("ask", f"This costs ${price_usd:,.2f}.") if price_usd >= COSTLY_USD else Harm()


def _objects(known: int, more: bool) -> str:
    return f"{'at least ' if more else ''}{known:,} object{'' if known == 1 else 's'}"


def _listed(paths: Sequence[str]) -> str:
    return ", ".join(paths[:SHOWN]) + (f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else "")
