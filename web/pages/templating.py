"""The templates: where they lie, and the filters that they may use. No template decides; they only show.

Everything is escaped, whatever its file is called, and a name that a route forgot to give is an error.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.pages import names, wording

PACKAGE = Path(__file__).parent.parent
STATIC = PACKAGE / "static"
FILTERS: dict[str, Callable[..., Any]] = {
    "ago": wording.ago,
    "counted": wording.counted,
    "duration": wording.duration,
    "exact": wording.exact,
    "money": wording.money,
    "number": wording.number,
    "pieces": names.pieces,
    "shortened": names.shortened,
}


def template_directory() -> Path:
    """Return where our templates are: inside the installed package, or beside it in a checkout."""
    packaged = PACKAGE / "templates"
    return packaged if packaged.is_dir() else PACKAGE.parent / "templates"


def make_environment(extra: Sequence[Path] = ()) -> Environment:
    """Make the environment of all pages. `extra`: directories of extensions, which may not shadow our templates."""
    environment = Environment(
        loader=FileSystemLoader([template_directory(), *extra]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.globals["static"] = static
    return environment


@cache
def static(path: str) -> str:
    """Return the address of a static file; it changes with the file's content, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"
