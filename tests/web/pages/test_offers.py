"""No page offers anybody what would be refused: every link and every form, for every role, over the whole dashboard."""

import re
from typing import TYPE_CHECKING, cast

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from tests.web.pages.conftest import SETTINGS
from tests.web.pages.html import Document
from tests.web.pages.twin import World
from web.access.person import ROLE_COOKIE
from web.access.roles import ROLES, reaches, rule_for
from web.app import create_app
from web.models import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

MOST = 400
"""Pages that are looked at; there are fewer."""


@pytest.fixture
def client(world: World) -> "Iterator[TestClient]":
    app = create_app(SETTINGS, world.services(), clock=world.clock)
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 5), follow_redirects=False) as client:
        yield client


def walk(client: TestClient) -> tuple[dict[str, int], set[str]]:
    """Follow all links from the overview; return each page's status, and where forms and buttons send something."""
    answered: dict[str, int] = {}
    actions: set[str] = set()
    left = ["/"]
    while left and len(answered) < MOST:
        url = left.pop()
        if url in answered:
            continue
        answer = client.get(url)
        answered[url] = answer.status_code
        if answer.is_redirect:
            left.append(answer.headers["location"].partition("#")[0])
        elif answer.headers["content-type"].startswith("text/html"):
            links, sends = offered(Document(answer.text))
            left += links
            actions |= sends
    return answered, actions


def offered(page: Document) -> tuple[list[str], set[str]]:
    """Return where a page leads within the dashboard, and where its forms and buttons send something."""
    links = [each.get("href").partition("#")[0] for each in page.all("a")]
    sends = {each.get("action") for each in page.all("form", method="post")}
    sends |= {each.get(name) for each in page.elements for name in ("formaction", "hx-post") if each.get(name)}
    return [link for link in links if link.startswith("/") and not link.startswith("/static")], sends


def role_of(client: TestClient, action: str) -> Role | None:
    """Return the role that sending something to an address takes."""
    for context in iter_route_contexts(cast("FastAPI", client.app).routes):
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", context.path or "")
        if "POST" in (context.methods or ()) and re.fullmatch(pattern, re.split("[?#]", action)[0]):
            return rule_for(context.original_route, "POST")
    return None


@pytest.mark.parametrize("role", ROLES)
def test_nobody_is_offered_what_would_be_refused(client: TestClient, world: World, role: Role) -> None:
    for world.paused in (False, True):
        client.cookies.set(ROLE_COOKIE, role)
        answered, actions = walk(client)
        assert len(answered) > 30
        assert len(answered) < MOST
        assert {url: status for url, status in answered.items() if status not in (200, 303)} == {}
        needed = {action: role_of(client, action) for action in actions}
        assert {action: takes for action, takes in needed.items() if takes is None or not reaches(role, takes)} == {}


def test_an_admin_is_offered_everything_that_is_sent_by_a_form(client: TestClient) -> None:
    _, actions = walk(client)
    said = {re.sub(r"/[^/]*[0-9A-Z-][^/]*/", "/…/", action) for action in actions}
    assert {"/me/role", "/pause", "/buckets/refresh", "/failures/…/retry", "/failures/…/discard"} <= said
    assert {"/distributions/…/pause", "/distributions/…/invalidate", "/distributions/…/settings"} <= said
