"""The server on its port: requests untouched, answers whole, ends clean."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from sandbox.aws.messages import Request, Response
from sandbox.aws.wire import Handle, HttpServer, PortInUseError, listen


class Server:
    def __init__(self, handle: Handle) -> None:
        self.http = HttpServer(listen(0, "the server", "PORT"), handle)
        self.http.start()

    def talk(self, *parts: bytes, wait_s: float = 0) -> bytes:
        """Send bytes and return all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.http.port), timeout=5) as sock:
            for part in parts:
                sock.sendall(part)
                time.sleep(wait_s)
            got = b""
            while piece := sock.recv(65536):
                got += piece
            return got


@pytest.fixture
def seen() -> list[Request]:
    return []


@pytest.fixture
def server(seen: list[Request]) -> Iterator[Server]:
    def handle(request: Request) -> Response:
        seen.append(request)
        if request.path == "/fail":
            raise RuntimeError("on purpose")
        if request.path == "/drop":
            return Response(200, drop=True)
        if request.path == "/head":
            return Response(200, (("Content-Length", "12345"),))
        return Response(200, (("X-Echo", "ü"),), request.body[::-1])

    made = Server(handle)
    yield made
    made.http.stop()


def ask(target: bytes, method: bytes = b"GET", headers: bytes = b"", body: bytes = b"") -> bytes:
    return method + b" " + target + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + headers + b"\r\n" + body


def test_paths_and_queries_are_left_alone(server: Server, seen: list[Request]) -> None:
    targets = [b"//a//b/../c/./d", b"/a%2Fb%20+c", b"/%7E~;=@:!$&'()*,", b"/x?", b"/x?a=%2B+b&a", b"/caf%C3%A9?x=/../"]
    for target in targets:
        server.talk(ask(target))
    assert [(one.path + ("?" + one.query if one.query else "")).encode() for one in seen] == [
        target.removesuffix(b"?") for target in targets
    ]


def test_bodies_come_whole_in_every_framing(server: Server, seen: list[Request]) -> None:
    sized = ask(b"/", b"PUT", b"Content-Length: 5\r\n", b"12345")
    assert server.talk(sized[:-3], sized[-3:], wait_s=0.02).endswith(b"\r\n\r\n54321")
    chunked = ask(b"/", b"PUT", b"Transfer-Encoding: chunked\r\n", b"2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n")
    assert server.talk(chunked).endswith(b"edcba")
    waiting = ask(b"/", b"PUT", b"Content-Length: 2\r\nExpect: 100-continue\r\n")
    assert server.talk(waiting, b"ab", wait_s=0.05).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")
    assert [one.body for one in seen] == [b"12345", b"abcde", b"ab"]


def test_a_connection_is_kept_and_answers_in_order(server: Server, seen: list[Request]) -> None:
    first = b"PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na"
    got = server.talk(first * 3 + ask(b"/2"))
    assert got.count(b"HTTP/1.1 200 OK") == 4
    assert [one.path for one in seen] == ["/1", "/1", "/1", "/2"]


def test_an_answer_to_head_has_the_handlers_length_and_no_body(server: Server) -> None:
    got = server.talk(ask(b"/head", b"HEAD"))
    assert b"Content-Length: 12345\r\n" in got
    assert got.endswith(b"\r\n\r\n")
    assert server.talk(ask(b"/other", b"HEAD", b"Content-Length: 3\r\n", b"abc")).endswith(b"\r\n\r\n")


def test_headers_are_utf_8_and_repeated_ones_are_joined(server: Server, seen: list[Request]) -> None:
    got = server.talk(ask(b"/", headers="X-Meta: ü\r\nx-meta: b\r\n".encode()))
    assert seen[0].headers["x-meta"] == "ü,b"
    assert "X-Echo: ü\r\n".encode() in got


def test_a_fault_of_the_handler_is_a_500_and_no_end(server: Server) -> None:
    assert server.talk(ask(b"/fail")).startswith(b"HTTP/1.1 500 ")
    assert server.talk(ask(b"/")).startswith(b"HTTP/1.1 200 ")


def test_a_dropped_answer_closes_the_connection(server: Server, seen: list[Request]) -> None:
    with contextlib.suppress(ConnectionResetError):
        assert server.talk(ask(b"/drop")) == b""
    assert [one.path for one in seen] == ["/drop"]


def test_what_is_no_http_is_refused(server: Server) -> None:
    assert server.talk(b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    sock = listen(0, "the server", "PORT")
    port = sock.getsockname()[1]
    with pytest.raises(PortInUseError, match=f"Port {port} .* the local AWS .* AWS_PORT"):
        listen(port, "the local AWS", "AWS_PORT")
    sock.close()


def test_stopping_ends_connections_and_threads() -> None:
    before = set(threading.enumerate())
    server = Server(lambda _: Response(200))
    with socket.create_connection(("127.0.0.1", server.http.port), timeout=5) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 200")
        server.http.stop()
        with contextlib.suppress(ConnectionResetError):
            assert sock.recv(100) == b""
    assert set(threading.enumerate()) == before
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", server.http.port), timeout=5)
