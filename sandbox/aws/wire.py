"""A small HTTP/1.1 server on loopback: one thread for the sockets, a pool of threads for the work.

It exists because S3 keys need the request's path untouched (no merged slashes, no redirects, no decoding), because
one fault of the sandbox is a connection closed without an answer, and because the demo wants 200 uploads a second
beside everything else that runs in its process.
"""

import asyncio
import contextlib
import errno
import logging
import socket
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from http import HTTPStatus
from typing import cast

import httptools

from sandbox.aws.messages import Answer, Request, Response

Handle = Callable[[Request], Answer]
"""Answers one request; called on a thread of the pool. Whatever it raises becomes a 500."""

WORKERS = 48
"""Threads at most; most of them only ever wait in a long poll of a queue."""

_log = logging.getLogger(__name__)


class PortInUseError(OSError):
    """Somebody else listens where we want to.

    port: the port that is taken.
    """

    def __init__(self, port: int, what: str, setting: str) -> None:
        super().__init__(
            f"Port {port} of 127.0.0.1 is taken, so {what} cannot start there. "
            f"Stop the other program, or choose another port with {setting}."
        )
        self.port = port


def listen(port: int, what: str, setting: str) -> socket.socket:
    """Return a listening socket on 127.0.0.1; raise `PortInUseError` where somebody else listens."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
        sock.listen(512)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(port, what, setting) from None
        raise
    sock.setblocking(False)
    return sock


class HttpServer:
    """Serves `handle` on a listening socket, from `start` until `stop`."""

    def __init__(self, sock: socket.socket, handle: Handle) -> None:
        self.port = cast("int", sock.getsockname()[1])
        self._sock = sock
        self._handle = handle
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="aws")
        self._loop = asyncio.new_event_loop()
        self._connections: set[_Connection] = set()
        self._thread = threading.Thread(target=self._run, name="aws-wire", daemon=True)
        self._started = threading.Event()

    def start(self) -> None:
        """Begin to answer; returns once connections are taken."""
        self._thread.start()
        self._started.wait()

    def stop(self) -> None:
        """Close every connection and end every thread. The caller wakes what waits inside `handle` first."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(lambda: _Connection(self), sock=self._sock, backlog=512)
        )
        self._loop.call_soon(self._started.set)
        try:
            self._loop.run_forever()
        finally:
            server.close()
            for connection in tuple(self._connections):
                connection.abort()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    def answer(self, request: Request) -> bytes | None:
        """Return the bytes of the answer, or None for a connection to be closed without one."""
        try:
            reply = self._handle(request)
        except Exception:  # noqa: BLE001 - the rim: a client gets an answer
            _log.exception("%s %s failed", request.method, request.path)
            reply = Response(500, (("Content-Type", "text/plain"),), b"The local AWS failed; its log says how.\n")
        return None if reply.drop else serialize(reply, request.method)

    def submit(self, connection: "_Connection", request: Request) -> None:
        """Let the pool answer, and give the bytes to the connection on the loop's thread."""
        future = self._loop.run_in_executor(self._pool, self.answer, request)
        future.add_done_callback(connection.answered)


def serialize(reply: Answer, method: str) -> bytes:
    """Return an answer as bytes, with the headers that every answer has.

    An answer to HEAD keeps the handler's own Content-Length and has no body.
    """
    lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}"]
    names = set()
    for name, value in reply.headers:
        names.add(name.lower())
        lines.append(f"{name}: {value}")
    bodiless = reply.status in (204, 304) or reply.status < 200  # noqa: PLR2004 - RFC 9110, 6.4.1
    if "content-length" not in names and not bodiless:
        lines.append(f"Content-Length: {len(reply.body)}")
    if "date" not in names:
        lines.append(f"Date: {formatdate(usegmt=True)}")
    head = "\r\n".join(lines) + "\r\n\r\n"
    body = b"" if method == "HEAD" or bodiless else reply.body
    return head.encode("utf-8") + body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


class _Connection(asyncio.Protocol):
    """One client's connection: requests are answered one after the other, in their order."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._busy = False
        self._closing_after = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._server._connections.add(self)  # noqa: SLF001 - the two are one thing
        sock = transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._server._connections.discard(self)  # noqa: SLF001

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse()
        except httptools.HttpParserError:
            self._refuse()

    def _refuse(self) -> None:
        self._transport.write(serialize(Response(400, (("Connection", "close"),), b""), "GET"))
        self._transport.close()

    # What the parser calls, in this order.

    def on_message_begin(self) -> None:
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        key, text = name.decode("latin-1").lower(), _text(value)
        known = self._headers.get(key)
        self._headers[key] = text if known is None else f"{known},{text}"

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        target = self._target.decode("latin-1")
        if "://" in target.partition("/")[0] + "//":  # an absolute target, as proxies are sent
            target = "/" + target.partition("://")[2].partition("/")[2] if target.startswith("http") else target
        path, _, query = target.partition("?")
        method = self._parser.get_method().decode("latin-1")
        request = Request(method, path, query, self._headers, b"".join(self._body))
        self._body = []
        self._waiting.append((request, self._parser.should_keep_alive()))
        self._next()

    def _next(self) -> None:
        if not self._busy and self._waiting:
            request, keep = self._waiting.popleft()
            self._busy, self._closing_after = True, not keep
            self._server.submit(self, request)

    def answered(self, future: "asyncio.Future[bytes | None]") -> None:
        """Write what the pool made; called on the loop's thread."""
        if future.cancelled() or self._transport.is_closing():
            return
        data = future.result()
        if data is None:
            self._transport.abort()
            return
        self._transport.write(data)
        self._busy = False
        if self._closing_after:
            self._transport.close()
        else:
            self._next()


def _text(value: bytes) -> str:
    """Return a header's value; S3's metadata may be UTF-8."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
