"""How much a request may bring."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import API, ErrorPage, Problem, respond

MAX_BYTES = 1024 * 1024
"""Enough for 3,000 paths of 300 characters; an API Gateway passes 10 MB on, a Lambda takes 6 MB."""


class BodyLimit:
    """Middleware that reads no more of a request than `MAX_BYTES` and answers 413 to a larger one.

    page: how people are told; without it, and under `/api/`, the answer is a problem document.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int = MAX_BYTES, page: ErrorPage | None = None) -> None:
        self._app = app
        self._max = max_bytes
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body first, so that no half of it reaches a handler."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        body = await self._read(receive) if self._declared(scope) <= self._max else None
        if body is None:
            await self._refusal(scope)(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, again, send)

    def _refusal(self, scope: Scope) -> Response:
        said = f"A request has at most {self._max // 1024} KB."
        if self._page is None or scope["path"].startswith(API):
            return respond(scope, Problem(413, f"{said} Send it in several."))
        then = "Nothing was done. Go back: what you typed is still in the form. Send it in several parts."
        return self._page(Request(scope), Problem(413, f"{said} {then}"))

    async def _read(self, receive: Receive) -> bytes | None:
        chunks, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return b""
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._max:
                return None
            if not message.get("more_body"):
                return b"".join(chunks)

    def _declared(self, scope: Scope) -> int:
        text = Headers(scope=scope).get("content-length", "0")
        return int(text) if text.isdecimal() else 0
