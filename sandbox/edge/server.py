"""The edge over HTTP on loopback: what the cache has is answered on the loop's own thread, the rest by a pool."""

import asyncio
import contextlib
import logging
import socket
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol, cast

import httptools

from sandbox.aws.messages import Request, Response
from sandbox.aws.wire import serialize
from sandbox.edge import pages

WORKERS = 16
"""Threads that ask origins, at most."""

LARGE = 65536
"""Bytes from which a body is not copied behind its head first."""

_log = logging.getLogger(__name__)


class Answering(Protocol):
    """What answers viewers. `sandbox.edge.edge.Edge` does."""

    def from_cache(self, request: Request) -> Response | None:
        """Answer at once, or not at all."""

    def handle(self, request: Request) -> Response:
        """Answer, however long it takes."""


class EdgeServer:
    """Serves an edge on a listening socket, from `start` until `stop`."""

    def __init__(self, sock: socket.socket, edge: Answering) -> None:
        self.port = cast("int", sock.getsockname()[1])
        self._sock, self._edge = sock, edge
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="edge")
        self._loop = _new_loop()
        self._connections: set[_Connection] = set()
        self._thread = threading.Thread(target=self._run, name="edge-wire", daemon=True)
        self._started = threading.Event()

    def start(self) -> None:
        """Begin to answer; returns once connections are taken."""
        self._thread.start()
        self._started.wait()

    def stop(self) -> None:
        """Close every connection and end every thread; what the origin was asked is waited for."""
        if not self._started.is_set():
            self._sock.close()
            self._loop.close()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

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
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    def joined(self, connection: "_Connection") -> None:
        """Remember a connection that has begun."""
        self._connections.add(connection)

    def left(self, connection: "_Connection") -> None:
        """Forget a connection that has ended."""
        self._connections.discard(connection)

    def answer_at_once(self, request: Request) -> Response | None:
        """Return what the cache alone can answer."""
        try:
            return self._edge.from_cache(request)
        except Exception:  # noqa: BLE001 - the rim: a viewer gets an answer, and the log says what broke
            _log.exception("%s %s failed", request.method, request.path)
            return pages.broken()

    def answer_later(self, connection: "_Connection", request: Request) -> None:
        """Let the pool answer, and give the answer to the connection on the loop's thread."""
        future = self._loop.run_in_executor(self._pool, self._answer, request)
        future.add_done_callback(connection.answered)

    def _answer(self, request: Request) -> Response:
        try:
            return self._edge.handle(request)
        except Exception:  # noqa: BLE001 - the rim: a viewer gets an answer, and the log says what broke
            _log.exception("%s %s failed", request.method, request.path)
            return pages.broken()


class _Connection(asyncio.Protocol):
    """One viewer's connection: requests are answered one after the other, in their order."""

    def __init__(self, server: EdgeServer) -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._asking: tuple[Request, bool] | None = None
        self._is_slow = False  # the viewer reads more slowly than we write
        self._is_malformed = False
        self._is_over = False  # nothing more is read

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._server.joined(self)
        with contextlib.suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._waiting.clear()
        self._server.left(self)

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def pause_writing(self) -> None:
        self._is_slow = True
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._is_slow = False
        if not self._transport.is_closing():
            self._transport.resume_reading()
        self._go_on()

    def data_received(self, data: bytes) -> None:
        if self._is_over:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._is_over = True  # another protocol is wished for: the request is answered by HTTP/1.1, the last one
        except httptools.HttpParserError:
            self._is_over = self._is_malformed = True
        self._go_on()

    # What the parser calls, in this order.

    def on_message_begin(self) -> None:
        self._target: list[bytes] = []
        self._headers: dict[str, str] = {}
        self._body = b""

    def on_url(self, url: bytes) -> None:
        self._target.append(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        known = self._headers.get(key)
        self._headers[key] = text if known is None else f"{known},{text}"

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body = self._body or body  # whether there is one counts, what it is nobody reads

    def on_message_complete(self) -> None:
        target = b"".join(self._target).decode("latin-1")
        if not target.startswith("/"):
            target = self._absolute(target)
        path, _, query = target.partition("?")
        method = self._parser.get_method().decode("latin-1")
        request = Request(method, path, query, self._headers, self._body)
        self._waiting.append((request, self._parser.should_keep_alive()))

    def _absolute(self, target: str) -> str:
        """Return the path of an absolute target, as proxies are sent; its host wins (RFC 9112, 3.2.2)."""
        scheme, sign, rest = target.partition("://")
        if not sign or scheme.lower() not in ("http", "https"):
            return target
        host, slash, path = rest.partition("/")
        self._headers["host"] = host
        return slash + path or "/"

    def _go_on(self) -> None:
        """Answer what waits, until an answer or the viewer has to be waited for."""
        while self._waiting and self._asking is None and not self._is_slow and not self._transport.is_closing():
            request, keep = self._waiting.popleft()
            if self._is_over and not self._is_malformed and not self._waiting:
                keep = False
            response = self._server.answer_at_once(request)
            if response is None:
                self._asking = (request, keep)
                self._server.answer_later(self, request)
            else:
                self._write(response, request.method, keep=keep)
        if self._is_malformed and not self._waiting and self._asking is None and not self._transport.is_closing():
            self._write(pages.malformed(), "GET", keep=False)

    def answered(self, future: "asyncio.Future[Response]") -> None:
        """Write what the pool answered; called on the loop's thread."""
        if future.cancelled() or self._transport.is_closing() or self._asking is None:
            return
        (request, keep), self._asking = self._asking, None
        self._write(future.result(), request.method, keep=keep)
        self._go_on()

    def _write(self, response: Response, method: str, *, keep: bool) -> None:
        if not keep:
            response = replace(response, headers=(*response.headers, ("Connection", "close")))
        if len(response.body) < LARGE:
            self._transport.write(serialize(response, method))
        else:  # such answers have their Content-Length
            self._transport.writelines((serialize(replace(response, body=b""), method), response.body))
        if not keep:
            self._transport.close()


def _new_loop() -> asyncio.AbstractEventLoop:
    """Return a loop; uvloop's where there is one (not on Windows)."""
    try:
        import uvloop  # noqa: PLC0415 - it may be missing, and the standard loop does as well
    except ImportError:
        return asyncio.new_event_loop()
    return cast("asyncio.AbstractEventLoop", uvloop.new_event_loop())
