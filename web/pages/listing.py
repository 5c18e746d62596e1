"""What list pages share: reading a list to its end, chips, and the line below it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from web.models import Page
from web.pages.wording import counted, number

Item = TypeVar("Item")
MOST_PAGES = 20
"""Where reading a list to its end stops: 20 pages of a thousand are twice the buckets of an account's usual quota."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is one click away."""

    word: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Paging:
    """The line below a list; an address is None where it leads nowhere."""

    sentence: str
    first_url: str | None
    next_url: str | None


def all_of(read: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    """Go through a list to its end. `read` is given the cursor of the page to read."""
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = read(cursor)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def address(path: str, params: Mapping[str, str | None]) -> str:
    """Return an address with those of the parameters that say something."""
    query = urlencode({name: value for name, value in params.items() if value})
    return f"{path}?{query}" if query else path


def paging(path: str, params: Mapping[str, str | None], page: Page[Item], word: str, many: str | None = None) -> Paging:
    """Tell where in a list a page is. `params` are the filters, with the `cursor` that led here."""
    first = address(path, {**params, "cursor": None}) if params.get("cursor") else None
    following = address(path, {**params, "cursor": page.next_cursor}) if page.next_cursor else None
    shown = counted(len(page.items), word, many)
    if page.total is not None and (first or following):
        shown = f"{number(len(page.items))} of {counted(page.total, word, many)}"
    return Paging(shown, first, following)
