"""Which requests may come in at all: for a name of ours, and, where they change something, from a page of ours."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web.problems import Problem, respond
from web.settings import WebSettings

_READING = {"GET", "HEAD", "OPTIONS"}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SameOrigin:
    """Middleware that refuses other hosts' names (DNS rebinding) and other sites' requests (CSRF).

    A name of ours is the host of `FRESHEDGE_PUBLIC_URL`, or a loopback name where there is none. A request that
    changes something must prove that a page of ours sent it: `Sec-Fetch-Site` (Fetch Metadata) must say `same-origin`
    where a browser sends it, and `Origin` (RFC 6454) must be ours where it is sent; one of the two must be.
    """

    def __init__(self, app: ASGIApp, *, settings: WebSettings) -> None:
        self._app = app
        self._public = settings.public_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal:
            await respond(scope, refusal)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        if not self._names_us(headers.get("host", "")):
            return Problem(421, "This dashboard does not answer by that name. Open it by the address that it prints.")
        if scope["method"] in _READING or self._sent_by_us(headers, scope):
            return None
        own = self._own_origin(headers, scope)
        return Problem(
            403, f"Only pages of this dashboard may change something. Scripts send the header `Origin: {own}`."
        )

    def _names_us(self, host: str) -> bool:
        name = _name(host)
        if self._public and name == urlsplit(self._public).hostname:
            return True
        return self._public is None and name in _LOOPBACK

    def _sent_by_us(self, headers: Mapping[str, str], scope: Scope) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site not in (None, "same-origin") or (origin is not None and origin != self._own_origin(headers, scope)):
            return False
        return not (site is None and origin is None)

    def _own_origin(self, headers: Mapping[str, str], scope: Scope) -> str:
        return self._public or f"{scope.get('scheme', 'http')}://{headers.get('host', '').lower()}"


def _name(host: str) -> str | None:
    """The host name of a Host header; None where it is no such thing."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
