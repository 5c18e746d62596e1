"""How another package joins the dashboard with pages of its own, without the dashboard importing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter


@dataclass(frozen=True, slots=True)
class Extension:
    """More pages.

    name: short and unique; title: shown in the navigation; path: where the navigation leads.
    routers: the pages. template_dirs: searched after the dashboard's own.
    csp: more sources for the content security policy, by directive, such as `frame-src` of a local edge.
    """

    name: str
    title: str
    path: str
    routers: Sequence[APIRouter] = ()
    template_dirs: Sequence[Path] = ()
    csp: Mapping[str, Sequence[str]] = field(default_factory=dict)
