"""Every route declares the role that it takes, and meets every role; a route that declares none is closed."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from sandbox.pages.demo import demo_router
from tests.web.access.conftest import Open
from tests.web.services.world import World, make_world
from web.access.person import ROLE_COOKIE
from web.access.roles import READING, ROLES, reads, requires, rule_for
from web.extensions import Extension
from web.models import Role

if TYPE_CHECKING:
    from sandbox.pages.stage import Stage

OURS = {"Origin": "http://localhost"}
PUBLIC = {"/healthz"}
"""What everybody may ask: it tells nothing of the account. Static files are no routes."""

DEMO = Extension("demo", "Demo", "/demo", routers=[demo_router(cast("Stage", None))])
REFUSED = "This takes the role"
FOR_EVERYBODY = {"POST /buckets/refresh", "POST /distributions/refresh", "POST /links/refresh", "POST /me/role"}
"""What a viewer may send: it changes nothing of the account."""

MAY = {
    "viewer": {"viewer"},
    "operator": {"viewer", "operator"},
    "linker": {"viewer", "operator", "linker"},
    "admin": {"viewer", "operator", "linker", "admin"},
}
TAKES = {
    "GET /": "viewer",
    "GET /links/new": "linker",
    "POST /links": "linker",
    "POST /links/nothing/repair": "linker",
    "POST /links/nothing/unlink": "linker",
    "POST /links/nothing/restore": "linker",
    "POST /links/nothing/verify": "linker",
    "POST /links/check": "linker",
    "POST /links/several": "linker",
    "POST /distributions/nothing/invalidate": "operator",
    "POST /distributions/nothing/pause": "operator",
    "POST /distributions/nothing/settings": "admin",
    "POST /pause": "admin",
    "PUT /api/v1/links/nothing": "linker",
    "DELETE /api/v1/links/nothing": "linker",
    "POST /api/v1/links/nothing/repair": "linker",
    "POST /api/v1/links/batch": "linker",
    "POST /api/v1/distributions/nothing/invalidations": "operator",
    "POST /api/v1/distributions/nothing/resume": "operator",
    "PATCH /api/v1/distributions/nothing/settings": "admin",
    "POST /api/v1/resume": "admin",
}
"""What some routes take, as docs/permissions.md tells people."""


@pytest.fixture(scope="module")
def account() -> Iterator[World]:
    """An account of our own: whoever may do something does it here."""
    made = make_world()
    yield made
    made.aws.close()


def seen_as(role: str) -> dict[str, str]:
    """The header by which a visitor of the demo has chosen a role."""
    return {"Cookie": f"{ROLE_COOKIE}={role}"}


def routes(client: TestClient) -> list[tuple[str, str, Role | None]]:
    """Every route of an app: method, address with names filled in, and the role that it declares."""
    found = []
    for context in iter_route_contexts(cast("FastAPI", client.app).routes):
        path = re.sub(r"\{[^}]+\}", "nothing", context.path or "")
        if context.methods and path not in PUBLIC:
            rules = [(method, rule_for(context.original_route, method)) for method in sorted(context.methods)]
            found += [(method, path, role) for method, role in rules]
    return found


def test_every_route_declares_its_role(dashboard: Open) -> None:
    found = [one for one in routes(dashboard(extensions=(DEMO,))) if not one[1].endswith("/fails")]
    assert len(found) > 50
    assert {"/", "/api/v1/openapi.json", "/demo", "/me/role"} <= {path for _, path, _ in found}
    assert not [f"{method} {path}" for method, path, role in found if role is None]


def test_the_routes_take_the_roles_that_people_are_told(dashboard: Open) -> None:
    found = {f"{method} {path}": role for method, path, role in routes(dashboard())}
    assert {name: found.get(name) for name in TAKES} == TAKES


def test_only_what_changes_nothing_of_the_account_is_for_everybody(dashboard: Open) -> None:
    changing = {
        f"{method} {path}" for method, path, role in routes(dashboard()) if method not in READING and role == "viewer"
    }
    assert changing == FOR_EVERYBODY


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_refused_by_the_routes_above_it_and_by_no_other(dashboard: Open, role: Role) -> None:
    client = dashboard(extensions=(DEMO,))
    wrong = []
    for method, path, needed in routes(client):
        assert needed is not None
        answer = client.request(method, path, headers=OURS | seen_as(role))
        refused = answer.status_code == 403 and REFUSED in answer.text
        if refused == (needed in MAY[role]):
            wrong.append(f"{role}: {method} {path} takes {needed} and answered {answer.status_code}")
    assert not wrong


def test_a_refusal_says_what_it_takes_and_offers_a_way_on(dashboard: Open) -> None:
    client = dashboard()
    client.cookies.set(ROLE_COOKIE, "operator")
    api = client.put("/api/v1/links/docs", json={"distribution_ids": ["E1"]}, headers=OURS)
    assert (api.status_code, api.headers["content-type"]) == (403, "application/problem+json")
    assert (api.json()["role"], api.json()["needed"]) == ("operator", "linker")
    page = client.get("/links/new")
    assert page.status_code == 403
    assert "This takes the role linker, and yours is operator." in page.text
    assert 'href="/buckets"' in page.text


def test_a_refused_request_does_nothing(dashboard: Open, account: World) -> None:
    client = dashboard()
    client.cookies.set(ROLE_COOKIE, "linker")
    assert client.post("/api/v1/pause", headers=OURS).status_code == 403
    assert client.post("/pause", headers=OURS).status_code == 403
    assert not account.services.invalidating.all_paused()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_route_without_a_role_is_closed_to_everybody(dashboard: Open, method: str) -> None:
    router = APIRouter()
    router.add_api_route("/forgotten", _never, methods=["GET", "POST"])
    client = dashboard(extensions=(Extension("new", "New", "/forgotten", routers=[router]),))
    answer = client.request(method, "/forgotten", headers=OURS)
    assert answer.status_code == 403
    assert "it declares no role" in answer.text


def test_what_a_router_says_of_readings_opens_nothing_that_changes(dashboard: Open) -> None:
    router = APIRouter(dependencies=[reads("viewer")])
    router.add_api_route("/half", lambda: "seen", methods=["GET", "POST"])
    client = dashboard(extensions=(Extension("new", "New", "/half", routers=[router]),))
    assert client.get("/half").json() == "seen"
    assert client.post("/half", headers=OURS).status_code == 403


def test_the_strictest_of_several_declarations_counts(dashboard: Open) -> None:
    router = APIRouter(dependencies=[reads("viewer")])
    router.add_api_route("/deep", lambda: "seen", dependencies=[requires("admin"), requires("operator")])
    client = dashboard(extensions=(Extension("new", "New", "/deep", routers=[router]),))
    assert client.get("/deep", headers=seen_as("linker")).status_code == 403
    assert client.get("/deep", headers=seen_as("admin")).status_code == 200


# The demo's switch


def test_a_visitor_of_the_demo_chooses_a_role_and_goes_back(dashboard: Open) -> None:
    client = dashboard()
    assert client.get("/api/v1/me").json() == {"name": "demo", "role": "admin"}
    answer = client.post("/me/role", data={"role": "viewer", "back": "/buckets?q=a b"}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/buckets?q=a%20b")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/api/v1/me").json() == {"name": "demo", "role": "viewer"}


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "evil", "javascript:a()"]
)
def test_the_way_back_leads_nowhere_else(dashboard: Open, back: str) -> None:
    answer = dashboard().post("/me/role", data={"role": "viewer", "back": back}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_role_that_does_not_exist_can_not_be_chosen(dashboard: Open) -> None:
    client = dashboard()
    assert client.post("/me/role", data={"role": "root"}, headers=OURS).status_code == 422
    assert client.get("/api/v1/me", headers=seen_as("root")).json()["role"] == "admin"


def test_outside_the_demo_the_cookie_says_nothing(dashboard: Open) -> None:
    """Whoever runs the dashboard for themselves is admin, and there is no switch."""
    client = dashboard(demo_person=None, local_person="anna")
    assert client.get("/api/v1/me", headers=seen_as("viewer")).json() == {"name": "anna", "role": "admin"}
    assert client.post("/me/role", data={"role": "viewer"}, headers=OURS).status_code == 404


def _never() -> Any:
    raise AssertionError("a route without a role was reached")
