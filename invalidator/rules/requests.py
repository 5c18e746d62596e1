"""A person's request in direct mode, as the dashboard hands it over by invoking the Lambda."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from invalidator.errors import BadInputError
from invalidator.rules.cachetags import lint_item
from invalidator.rules.folding import MOST_FILES, MOST_WILDCARDS
from invalidator.rules.tag import is_id

_SHAPE = '{"manual_request": {"distribution_id": "E1ABCDEFGHIJKL", "paths": ["/a.html"], "caller_reference": "…"}}'


@dataclass(frozen=True, slots=True)
class Request:
    """Paths of one distribution, each once, as given; `caller_reference` None for one of its own."""

    distribution_id: str
    paths: tuple[str, ...]
    caller_reference: str | None


def read_request(payload: Mapping[str, Any]) -> Request:
    """Return the request that a payload holds.

    Raises: BadInputError, where it is not of the shape above, or CloudFront would refuse one of its paths.
    """
    told = payload.get("manual_request")
    if not isinstance(told, Mapping):
        raise BadInputError(f"A manual request looks like {_SHAPE}.")
    distribution_id, paths, reference = (told.get(name) for name in ("distribution_id", "paths", "caller_reference"))
    if not isinstance(distribution_id, str) or not is_id(distribution_id):
        raise BadInputError(f"A manual request names a distribution by its id: {_SHAPE}.")
    if not isinstance(paths, list) or not paths or not all(isinstance(path, str) for path in paths):
        raise BadInputError(f"A manual request has a list of one or more paths: {_SHAPE}.")
    if not (reference is None or (isinstance(reference, str) and reference)):
        raise BadInputError(f"The caller reference of a manual request is a text, or left out: {_SHAPE}.")
    return Request(distribution_id, _checked(dict.fromkeys(paths)), reference)


def _checked(paths: Mapping[str, None]) -> tuple[str, ...]:
    """Refuse paths that CloudFront would, and more than it takes at once (InvalidationLimits.html)."""
    for path in paths:
        if problem := lint_item(path):
            raise BadInputError(f"The path {path[:200]!r} can't be invalidated. {problem}")
    wildcards = sum(path.endswith("*") for path in paths)
    if wildcards > MOST_WILDCARDS or len(paths) - wildcards > MOST_FILES:
        raise BadInputError(
            f"One invalidation takes at most {MOST_FILES:,} paths and {MOST_WILDCARDS} wildcards; these are "
            f"{len(paths) - wildcards:,} and {wildcards}. Ask for less at once, or for wider wildcards."
        )
    return tuple(paths)
