"""Pictures of every page and state, narrow and wide, light and dark, for people to look at.

    python -m tests.browser.screenshots FOLDER [NAME…] [--role viewer]

starts a sandbox on free ports and leaves `NAME-WIDTH-THEME.png` in the folder; with names, of those pages alone.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.run import Sandbox
from tests.browser.pages import Place, furnished
from tests.browser.states import STATES, Reach
from tests.browser.visitors import Visitor, launched, quick
from tests.browser.world import docs_without_link
from web.access.roles import ROLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTHS = {1280: 900, 360: 740}
THEMES = ("light", "dark")


def main() -> None:
    """Take the pictures."""
    asked = arguments()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sandbox = Sandbox(quick())
    sandbox.start()
    try:
        places = [one for one in furnished(sandbox) if not asked.names or one.name in asked.names]
        states = [one for one in STATES if not asked.names or one.__name__ in asked.names]
        with launched() as chromium:
            for scheme in THEMES:
                picture(chromium, sandbox, places, scheme, asked)
                picture_states(chromium, sandbox, states, scheme, asked.folder)
    finally:
        sandbox.stop()


def picture(chromium: "Browser", sandbox: Sandbox, places: list[Place], scheme: str, asked: argparse.Namespace) -> None:
    """Take the pictures of one theme."""
    visitor = Visitor(chromium.new_context(color_scheme=scheme, reduced_motion="reduce"), sandbox.url)
    visitor.see_as(asked.role)
    page = visitor.page("/about")
    for place in [one for one in places if one.open_to(asked.role)]:
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(visitor.base + place.path)
            page.screenshot(path=asked.folder / f"{place.name}-{width}-{scheme}.png", full_page=True)
    visitor.context.close()


def picture_states(chromium: "Browser", sandbox: Sandbox, states: list[Reach], scheme: str, folder: Path) -> None:
    """Take the pictures of what is seen after a click, in one theme."""
    visitor = Visitor(chromium.new_context(color_scheme=scheme, reduced_motion="reduce"), sandbox.url)
    page = visitor.page("/about")
    for state in states:
        docs_without_link(sandbox)
        state(page, visitor.base, sandbox)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=folder / f"{state.__name__}-{width}-{scheme}.png", full_page=True)
    visitor.context.close()


def arguments() -> argparse.Namespace:
    """Read what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--role", choices=ROLES, default="admin")
    return parser.parse_args()


if __name__ == "__main__":
    main()
