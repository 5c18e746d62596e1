"""The dashboard on Lambda, asked as API Gateway asks it (`events/`), and by its schedule."""

import base64
import gzip
import json
import logging
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request

from invalidator.errors import BadInputError
from tests.web.services.world import World, make_world
from web.access.errors import NotSignedInError
from web.access.person import Identify
from web.app import STATIC, make_handler
from web.models import Person
from web.on_lambda import LARGEST_ANSWER, NO_LOGIN, Entry
from web.settings import WebSettings

EVENTS = Path(__file__).parent / "events"
HOST = "d4qz1x7h3k.execute-api.us-east-1.amazonaws.com"
SETTINGS = WebSettings(public_url=f"https://{HOST}")
SCHEDULE = json.loads((EVENTS.parents[1] / "events" / "unknown-scheduled.json").read_text("utf8"))["event"]


class Function:
    """The function as Lambda sees it: JSON in, JSON out."""

    def __init__(self, account: World, identify: Identify | None) -> None:
        self._handle = make_handler(SETTINGS, account.services, identify=identify, clock=account.clock)

    def __call__(self, event: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(json.dumps(self._handle(json.loads(json.dumps(event)), None)))
        return answer


def recorded(name: str, **more: Any) -> dict[str, Any]:
    """A recorded request, with other fields at its top."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text("utf8"))
    return event | more


def asked(event: Mapping[str, Any], method: str, path: str, **headers: str) -> dict[str, Any]:
    """The same request by another method, for another path, with further headers."""
    changed: dict[str, Any] = deepcopy(dict(event))
    changed["rawPath"] = changed["requestContext"]["http"]["path"] = path
    changed["requestContext"]["http"]["method"] = method
    changed["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
    return changed


def body_of(answer: Mapping[str, Any]) -> bytes:
    """What a browser gets, unpacked."""
    raw = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    return gzip.decompress(raw) if answer["headers"].get("content-encoding") == "gzip" else raw


def anna(request: Request) -> Person:
    """A login: whoever has the session is Anna."""
    if request.cookies.get("session") != "4f1c":
        raise NotSignedInError("Sign in first.")
    return Person(name="anna", role="admin")


def everybody(_: Request) -> Person:
    """A login that asks nothing."""
    return Person(name="anna", role="admin")


@pytest.fixture(scope="module")
def account() -> Iterator[World]:
    made = make_world()
    yield made
    made.aws.close()


@pytest.fixture
def function(account: World) -> Function:
    return Function(account, everybody)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What the log says. Where some other test has configured ours, it does not go on to the root's handlers."""
    logger = logging.getLogger("freshedge")
    kept, logger.propagate = logger.propagate, True
    yield caplog
    logger.propagate = kept


# Without a login


@pytest.mark.parametrize("name", ["page", "form", "api", "stage"])
def test_without_a_login_everybody_is_refused_and_the_log_says_why(
    account: World, said: pytest.LogCaptureFixture, name: str
) -> None:
    answer = Function(account, None)(recorded(name))
    assert answer["statusCode"] == 503
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert json.loads(answer["body"])["detail"] == NO_LOGIN
    assert [(line.levelname, line.message) for line in said.records] == [("ERROR", NO_LOGIN)]


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/app.css", "/api/v1/me", "/nothing"])
def test_without_a_login_there_is_no_way_around(account: World, path: str) -> None:
    function = Function(account, None)
    for address in ("127.0.0.1", "203.0.113.7"):
        event = asked(recorded("page"), "GET", path)
        event["requestContext"]["http"]["sourceIp"] = address
        assert function(event)["statusCode"] == 503


# With one


def test_a_page_comes_with_its_headers_and_knows_who_asks(account: World) -> None:
    function = Function(account, anna)
    answer = function(recorded("page"))
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer["headers"]["content-security-policy"]
    assert "max-age" in answer["headers"]["strict-transport-security"]
    page = body_of(answer).decode()
    assert "anna" in page
    assert 'value="docs"' in page  # the query has arrived too
    nobody = recorded("page", cookies=["theme=dark"])
    assert function(nobody)["statusCode"] == 401


def test_a_form_in_base64_is_read_and_its_cookie_is_set(account: World) -> None:
    settings = WebSettings(public_url=f"https://{HOST}", demo_person="demo")
    handle = make_handler(settings, account.services, identify=everybody, clock=account.clock)
    answer = handle(recorded("form"), None)
    assert (answer["statusCode"], answer["headers"]["location"]) == (303, "/buckets")
    (cookie,) = answer["cookies"]
    assert cookie.startswith("freshedge_role=viewer;")


def test_a_json_body_with_a_query_is_read(account: World, function: Function) -> None:
    answer = function(recorded("api"))
    assert answer["statusCode"] == 404
    assert "E1ABCDEFGHIJKL" in json.loads(body_of(answer))["detail"]
    site = account.distribution(account.bucket("docs"))
    found = function(asked(recorded("api"), "POST", f"/api/v1/distributions/{site}/invalidations"))
    assert found["statusCode"] == 200  # a dry run, so the query has arrived
    assert json.loads(body_of(found))["paths"][0]["path"] == "/sale/*"


def test_a_request_of_another_site_is_refused(function: Function) -> None:
    event = recorded("api")
    event["headers"]["origin"] = "https://evil.example"
    assert function(event)["statusCode"] == 403


def test_another_host_name_is_not_answered(function: Function) -> None:
    assert function(asked(recorded("page"), "GET", "/", host="other.example"))["statusCode"] == 421


@pytest.mark.parametrize(
    ("path", "status"),
    [("/prod/api/v1/me", 200), ("/prod/healthz", 200), ("/prod", 200), ("/prod/", 200), ("/production/", 404)],
)
def test_the_name_of_a_stage_is_no_part_of_the_path(function: Function, path: str, status: int) -> None:
    assert function(asked(recorded("stage"), "GET", path))["statusCode"] == status


def test_a_static_file_comes_byte_for_byte_compressed_or_not(function: Function) -> None:
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    assert len(files) > 3
    for file in files:
        for coding in ("gzip", "identity"):
            path = f"/static/{file.relative_to(STATIC).as_posix()}"
            answer = function(asked(recorded("page"), "GET", path, accept_encoding=coding))
            assert answer["statusCode"] == 200
            assert body_of(answer) == file.read_bytes(), path


def test_bytes_that_are_no_text_come_in_base64() -> None:
    """The account of Mangum's text types: what is not one of them must not be decoded."""
    picture = bytes(range(256))

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"image/png")]})
        await send({"type": "http.response.body", "body": picture})

    answer = Entry(app, None).handle(recorded("page"))  # type: ignore[arg-type]
    assert answer["isBase64Encoded"]
    assert body_of(answer) == picture


def test_head_has_no_body(function: Function) -> None:
    answer = function(asked(recorded("page"), "HEAD", "/healthz"))
    assert (answer["statusCode"], answer["body"]) == (200, "")


# Sizes


def test_a_body_that_is_too_large_is_refused_with_words(function: Function) -> None:
    """Lambda itself takes 6 MB; a form of that size is no form of ours."""
    body = base64.b64encode(b"paths=" + b"/a" * 2_200_000).decode()
    answer = function(recorded("form", body=body))
    assert answer["statusCode"] == 413
    assert b"at most 1024 KB" in body_of(answer)


@pytest.mark.parametrize("kind", [b"text/csv", b"application/octet-stream"])
def test_an_answer_that_lambda_would_not_pass_on_becomes_words(said: pytest.LogCaptureFixture, kind: bytes) -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": b'"' * LARGEST_ANSWER})

    answer = Entry(app, None).handle(recorded("page"))  # type: ignore[arg-type]
    assert answer["statusCode"] == 422
    assert "6 MB" in json.loads(answer["body"])["detail"]
    assert "6 MB" in said.text


def test_the_largest_answer_that_fits_is_passed_on() -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/csv")]})
        await send({"type": "http.response.body", "body": b"a" * (LARGEST_ANSWER - 3)})

    answer = Entry(app, None).handle(recorded("page"))  # type: ignore[arg-type]
    assert (answer["statusCode"], len(answer["body"])) == (200, LARGEST_ANSWER - 3)


# Other events


@pytest.mark.parametrize("identify", [None, everybody])
def test_the_schedule_looks_after_the_links_and_needs_no_login(account: World, identify: Identify | None) -> None:
    account.services.inventory.refresh()
    told = Function(account, identify)(SCHEDULE)
    assert set(told) == {"checked", "faulty"}


@pytest.mark.parametrize("event", [{}, {"Records": []}, {"version": "1.0", "requestContext": {}, "resource": "/"}])
def test_any_other_event_is_told_clearly(account: World, event: dict[str, Any]) -> None:
    with pytest.raises(BadInputError, match="HTTP API"):
        Function(account, everybody)(event)
