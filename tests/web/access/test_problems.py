"""Errors as answers: never our insides, always a sentence."""

import asyncio
from typing import Any

import pytest

from tests.web.access.conftest import Open
from web.access.body import BodyLimit


def test_what_nobody_foresaw_is_told_by_a_number_that_the_log_has_too(
    dashboard: Open, caplog: pytest.LogCaptureFixture
) -> None:
    answer = dashboard().get("/api/v1/fails")
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert problem["id"] in problem["detail"]
    assert problem["id"] in caplog.text
    page = dashboard().get("/fails")
    assert page.headers["content-type"].startswith("text/html")
    assert "secret" not in page.text


def test_a_wrong_address_is_told_as_the_asker_reads_it(dashboard: Open) -> None:
    assert dashboard().get("/api/v1/x").json()["detail"] == "There is nothing at /api/v1/x."
    page = dashboard().get("/x")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


def test_a_head_request_has_the_headers_and_no_body(dashboard: Open) -> None:
    answer = dashboard().head("/api/v1/x")
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["content-type"] == "application/problem+json"


def test_markup_in_an_address_is_only_text(dashboard: Open) -> None:
    page = dashboard().get("/buckets/%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page.text


async def _through(chunks: list[bytes], declared: str | None, limit: int = 10) -> tuple[int, bytes]:
    """What an app behind the limit gets: its status (200, or the refusal's), and the body."""
    got = {"status": 0, "body": b""}

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        assert not message["more_body"]
        got["body"] = message["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    waiting = [{"type": "http.request", "body": c, "more_body": n + 1 < len(chunks)} for n, c in enumerate(chunks)]

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            got["status"] = message["status"]

    headers = [] if declared is None else [(b"content-length", declared.encode())]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/x", "headers": headers}
    await BodyLimit(app, max_bytes=limit)(scope, receive, send)
    return got["status"], got["body"]


@pytest.mark.parametrize(
    ("chunks", "declared", "expected"),
    [
        ([b"0123456789"], "10", (200, b"0123456789")),
        ([b"01234", b"56789"], None, (200, b"0123456789")),
        ([b"01234", b"567890"], None, (413, b"")),
        ([b""], "11", (413, b"")),
        ([b"01234567890"], "nonsense", (413, b"")),
        ([b""], None, (200, b"")),
    ],
)
def test_a_body_is_read_up_to_the_limit_however_it_comes(
    chunks: list[bytes], declared: str | None, expected: tuple[int, bytes]
) -> None:
    assert asyncio.run(_through(chunks, declared)) == expected


def test_a_body_that_is_no_text_is_told_as_any_other_wrong_one(dashboard: Open) -> None:
    headers = {"Origin": "http://localhost", "Content-Type": "application/json"}
    answer = dashboard().put("/api/v1/links/docs", content=b"\xff\xfe{", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "JSON in UTF-8" in answer.json()["detail"]
