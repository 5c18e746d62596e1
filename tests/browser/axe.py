"""axe-core in a page of the browser: what keeps somebody from using it, one line a finding, exact enough to mend."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

ALL: tuple[str, ...] = ()
"""All of axe's rules."""

COLOURS = ("color-contrast", "link-in-text-block")
"""What depends on the theme."""

LAYOUT = ("target-size", "scrollable-region-focusable")
"""What depends on the width; the rest depends on the markup alone."""

RUN = "options => axe.run(document, options).then(found => found.violations)"


@cache
def script() -> str:
    """The source of axe-core, from the development package that carries it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf8")


def violations(page: "Page", only: tuple[str, ...] = ALL) -> list[str]:
    """Return what axe finds in a page as it stands: by all its rules and WCAG 2.2's size of targets, or by some only.

    The script is given to the page by the debugger, which the page's own policy does not bind.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
    options: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    if only:
        options = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": list(only)}}
    return [told(rule, node) for rule in page.evaluate(RUN, options) for node in rule["nodes"]]


def told(rule: dict[str, Any], node: dict[str, Any]) -> str:
    """One finding: the rule, where, and why."""
    why = " ".join(node.get("failureSummary", "").split())
    return f"{rule['id']} ({rule['impact']}): {node['html'][:200]} at {' '.join(map(str, node['target']))}: {why}"
