"""What a sample site is: files of one moment, and changes that somebody may publish. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template

FILES = Path(__file__).parent / "files"

HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"
SCRIPT = "text/javascript; charset=utf-8"


@dataclass(frozen=True, slots=True)
class File:
    """An object to upload. cache_control: None leaves it to the distribution's cache policy."""

    body: bytes
    content_type: str = HTML
    cache_control: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """What a site is at the moment of a change.

    keys: what its bucket holds. headline: what its first page says. at: now.
    """

    keys: tuple[str, ...]
    headline: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """What a change does to the bucket.

    puts: files by key; deletes: keys. watch: keys to look at afterwards, each with the address that visitors open.
    """

    puts: Mapping[str, File] = field(default_factory=dict)
    deletes: tuple[str, ...] = ()
    watch: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Something that people publish to a site with one button.

    name: in the form. label: on the button. tells: what it does, in a sentence.
    asks: the label of a text field, or None for a change that needs no words.
    make: the edit for a moment and that text.
    """

    name: str
    label: str
    tells: str
    make: Callable[[Moment, str], Edit]
    asks: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A sample site.

    kind: how CloudFront reads it, in words. front: the key of its first page. headline: what that says at first.
    first: all its files at the start.
    """

    name: str
    title: str
    bucket: str
    alias: str
    kind: str
    front: str
    headline: str
    first: Callable[[Moment], Mapping[str, File]]
    changes: tuple[Change, ...]

    def change(self, name: str) -> Change | None:
        """Return a change by its name."""
        return next((change for change in self.changes if change.name == name), None)


def page(template: str, **values: str) -> bytes:
    """Fill in a file of `files/`; every value is escaped, but those whose names end in `_html`."""
    safe = {name: value if name.endswith("_html") else escape(value) for name, value in values.items()}
    return _template(template).substitute(safe).encode()


def raw(file: str) -> bytes:
    """Return a file of `files/` as it is."""
    return (FILES / file).read_bytes()


def published(at: datetime) -> str:
    """Tell when, as the pages of all sites do, to the second."""
    return f"{at.day} {at:%b %Y, %H:%M:%S} UTC"


@cache
def _template(name: str) -> Template:
    return Template((FILES / name).read_text("utf8"))
