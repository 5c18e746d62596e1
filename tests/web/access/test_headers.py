"""What every answer says to browsers, and what the policy never allows."""

import pytest

from tests.web.access.conftest import Open
from web.access.headers import content_security_policy
from web.extensions import Extension

EXPECTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/api/v1/summary", 200),
        ("GET", "/api/v1/openapi.json", 200),
        ("GET", "/healthz", 200),
        ("HEAD", "/healthz", 200),
        ("GET", "/static/app.css", 200),
        ("GET", "/static/vendor/htmx-4.0.1.min.js", 200),
        ("GET", "/static/nothing.js", 404),
        ("GET", "/nothing", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/buckets?limit=x", 422),
        ("POST", "/api/v1/pause", 403),
        ("GET", "/fails", 500),
        ("GET", "/api/v1/fails", 500),
    ],
)
def test_every_answer_has_the_policy_and_its_companions(dashboard: Open, method: str, path: str, status: int) -> None:
    answer = dashboard().request(method, path)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    for directive in ("default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "form-action 'self'" in policy
    assert {name: answer.headers[name] for name in EXPECTED} == EXPECTED


def test_a_foreign_host_and_a_large_body_get_them_too(dashboard: Open) -> None:
    refused = dashboard().get("/", headers={"Host": "evil.example"})
    large = dashboard().post("/api/v1/pause", content=b"x" * 1_100_000, headers={"Origin": "http://localhost"})
    assert (refused.status_code, large.status_code) == (421, 413)
    for answer in (refused, large):
        assert "content-security-policy" in answer.headers


def test_what_is_of_this_moment_is_not_kept(dashboard: Open) -> None:
    for path in ("/", "/api/v1/summary", "/nothing"):
        assert dashboard().get(path).headers["cache-control"] == "no-store"


def test_https_is_insisted_on_where_it_is_the_public_address(dashboard: Open) -> None:
    secure = dashboard("https://edge.example.org", public_url="https://edge.example.org").get("/healthz")
    assert "max-age" in secure.headers["strict-transport-security"]
    assert "strict-transport-security" not in dashboard().get("/healthz").headers


def test_extensions_add_sources_and_never_unsafe_ones(dashboard: Open) -> None:
    frame = Extension("edge", "Edge", "/", csp={"frame-src": ["http://*.localhost:8002"]})
    policy = dashboard(extensions=(frame,)).get("/healthz").headers["content-security-policy"]
    assert "frame-src http://*.localhost:8002" in policy
    for source in ("'unsafe-inline'", "'unsafe-eval'", "'wasm-unsafe-eval'"):
        with pytest.raises(ValueError, match="never allowed"):
            content_security_policy({"script-src": [source]})


def test_pages_hold_no_script_or_style_that_the_policy_would_stop(dashboard: Open) -> None:
    for path in ("/", "/buckets", "/distributions", "/invalidations", "/about", "/nothing"):
        text = dashboard().get(path).text.lower()
        assert "style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert "javascript:" not in text
        assert "<script>" not in text
