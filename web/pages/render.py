"""Turn a template and its context into a response."""

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from web.pages.shell import present, shell_of
from web.pages.templating import make_environment


def render(
    request: Request,
    template: str,
    part: Mapping[str, object] = MappingProxyType({}),
    /,
    *,
    status_code: int = 200,
    **context: object,
) -> HTMLResponse:
    """Show a template of `templates/` or of an extension; `shell`, `now` and `here` are given to every one.

    part: names that a part of the page is shown with too, when it asks for itself again; context: the others.
    """
    html = (
        environment_of(request)
        .get_template(template)
        .render({"shell": shell_of(request), "now": present(request), "here": _here(request), **part, **context})
    )
    return HTMLResponse(html, status_code)


def environment_of(request: Request) -> Environment:
    """Return the app's template environment, made on first use with the directories of its extensions."""
    state = request.app.state
    if not hasattr(state, "templates"):
        state.templates = make_environment([path for extension in state.extensions for path in extension.template_dirs])
    environment: Environment = state.templates
    return environment


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
