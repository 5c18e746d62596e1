"""Pages of a list, as CloudFront cuts them.

API Reference, `ListDistributions`: the marker is the id of the last item on the page before; the answer begins
after it, and `NextMarker` is the id of its own last item.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sandbox.cloudfront.limits import PAGE_ITEMS
from sandbox.cloudfront.refusal import InvalidArgumentError

T = TypeVar("T")


def max_items(params: dict[str, Any]) -> int:
    """Return how many items the caller wants on a page; raise `InvalidArgument` for what is no number above 0."""
    wanted = str(params.get("MaxItems", PAGE_ITEMS))
    if not wanted.isdecimal() or int(wanted) < 1:
        raise InvalidArgumentError("The parameter MaxItems must be a number greater than 0.")
    return min(int(wanted), PAGE_ITEMS)


def cut(items: Sequence[T], params: dict[str, Any], id_of: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """Return the page that `Marker` and `MaxItems` ask for, and the next marker if there is more."""
    size, marker, start = max_items(params), params.get("Marker") or "", 0
    if marker:
        found = (n for n, item in enumerate(items, 1) if id_of(item) == marker)
        start = next(found, -1)
        if start < 0:
            raise InvalidArgumentError("The parameter Marker is not valid.")
    page = items[start : start + size]
    return page, id_of(page[-1]) if start + size < len(items) else None


def listing(
    items: Sequence[T], params: dict[str, Any], id_of: Callable[[T], str], shown: Callable[[T], Any]
) -> dict[str, Any]:
    """Return a page in the shape that CloudFront's lists have in common."""
    page, following = cut(items, params, id_of)
    answer: dict[str, Any] = {
        "Marker": params.get("Marker") or "",
        "MaxItems": max_items(params),
        "IsTruncated": following is not None,
        "Quantity": len(page),
    }
    if page:
        answer["Items"] = [shown(item) for item in page]
    if following is not None:
        answer["NextMarker"] = following
    return answer
