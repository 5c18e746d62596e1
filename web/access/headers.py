"""What every response says to browsers about safety, errors and static files included."""

from collections.abc import Mapping, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Content Security Policy Level 3. No `unsafe-…` anywhere: scripts and styles are files of ours.
_POLICY: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "connect-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "frame-ancestors": ("'none'",),
}
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
}


def content_security_policy(more: Mapping[str, Sequence[str]]) -> str:
    """Return the policy, with more sources that extensions need, by directive.

    Raises: ValueError for an `unsafe-…` source: an extension that wants one is written wrong.
    """
    policy = {directive: list(sources) for directive, sources in _POLICY.items()}
    for directive, sources in more.items():
        if any("unsafe" in source for source in sources):
            raise ValueError(f"{directive} {' '.join(sources)}: unsafe sources are never allowed.")
        policy[directive] = [s for s in policy.get(directive, []) if s != "'none'"] + list(sources)
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


class SecurityHeaders:
    """Middleware that sets the policy and its companions on every response, whoever made it."""

    def __init__(self, app: ASGIApp, *, policy: str, secure: bool) -> None:
        self._app = app
        self._headers = {"content-security-policy": policy, **_ALWAYS}
        if secure:
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers where the response begins."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                # What pages and the API say is of this moment and this person; static files keep what they said.
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)
