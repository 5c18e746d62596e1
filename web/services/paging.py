"""Lists by name, a page at a time: the cursor names the last item shown, so that nothing shifts under a reader."""

import base64
import binascii
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from invalidator.errors import BadInputError
from web.models import Page

Item = TypeVar("Item")
MOST = 1000
"""Items of a page at most."""


def page_of(
    items: Iterable[Item], name: Callable[[Item], str], cursor: str | None, limit: int, as_of: datetime
) -> Page[Item]:
    """Return a page of items, sorted by name.

    cursor: `next_cursor` of the page before. limit: at least 1, and `MOST` at most.

    Raises: BadInputError for a cursor that is none of ours.
    """
    listed = sorted(items, key=name)
    after = None if cursor is None else _name_in(cursor)
    left = [item for item in listed if after is None or name(item) > after]
    shown = left[: max(1, min(limit, MOST))]
    following = _cursor(name(shown[-1])) if len(shown) < len(left) else None
    return Page(items=shown, next_cursor=following, total=len(listed), as_of=as_of)


def _cursor(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _name_in(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadInputError("The cursor is none that this list gave out. Begin again without one.") from error
