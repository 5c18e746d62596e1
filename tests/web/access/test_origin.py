"""Only pages of ours change something, and only under names of ours."""

import pytest
from fastapi.routing import APIRoute

from tests.web.access.conftest import Open

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def changing(client: object) -> list[tuple[str, str]]:
    """Every route that is asked with an unsafe verb: method and address."""
    found = []
    for route in _all(client.app.routes):  # type: ignore[attr-defined]
        found += [(method, route.path) for method in sorted(route.methods & UNSAFE)]
    return found


def _all(routes: list[object]) -> list[APIRoute]:
    flat = []
    for route in routes:
        if isinstance(route, APIRoute):
            flat.append(route)
        flat += _all(getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", []))
    return flat


def test_every_route_that_changes_something_is_refused_without_an_origin(dashboard: Open) -> None:
    client = dashboard()
    routes = changing(client)
    assert len(routes) >= 15
    assert {method for method, _ in routes} == UNSAFE
    for method, path in routes:
        answer = client.request(method, path)
        assert answer.status_code == 403, f"{method} {path}"


@pytest.mark.parametrize("method", [*sorted(UNSAFE), "TRACE", "CONNECT", "PROPFIND", "post"])
@pytest.mark.parametrize("path", ["/api/v1/pause", "/api/v1/nothing", "/", "/static/app.css", "/healthz"])
def test_every_unsafe_verb_is_refused_without_an_origin_wherever_it_goes(
    dashboard: Open, method: str, path: str
) -> None:
    answer = dashboard().request(method, path)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Origin: http://localhost" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ({"Origin": "http://localhost"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": "http://localhost:81"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://localhost, http://evil.example"}, False),
        ({"Referer": "http://localhost/"}, False),
        ({}, False),
    ],
)
def test_a_change_must_come_from_a_page_of_ours(dashboard: Open, headers: dict[str, str], may: bool) -> None:
    answer = dashboard().post("/api/v1/nothing", headers=headers)
    assert answer.status_code == (404 if may else 403)


def test_behind_a_public_address_that_origin_counts(dashboard: Open) -> None:
    client = dashboard("http://edge.example.org", public_url="https://Edge.example.org")
    ours = client.post("/api/v1/nothing", headers={"Origin": "https://edge.example.org"})
    assert ours.status_code in (401, 404)
    assert client.post("/api/v1/nothing", headers={"Origin": "http://edge.example.org"}).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.2", "[::2]", "a b", "[", "", "x:y"]
)
def test_another_name_is_not_answered(dashboard: Open, host: str) -> None:
    """A page of somebody's whose name leads to this machine (DNS rebinding) reads nothing."""
    for path in ("/", "/api/v1/summary", "/static/app.css", "/healthz"):
        answer = dashboard().get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert "does not answer by that name" in answer.json()["detail"]


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_this_machine_is_answered(dashboard: Open, host: str) -> None:
    assert dashboard().get("/api/v1/me", headers={"Host": host}).status_code == 200


def test_reading_needs_no_origin(dashboard: Open) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = dashboard().request(method, "/api/v1/me", headers={"Origin": "http://evil.example"})
        assert answer.status_code != 403
