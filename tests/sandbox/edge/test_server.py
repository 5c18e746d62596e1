"""The edge over real sockets."""

import http.client
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.aws.wire import listen
from sandbox.edge.server import WORKERS, EdgeServer
from tests.sandbox.edge.world import World, config_of, make_world

SECONDS = 20
LARGE = 50 * 1024 * 1024


@pytest.fixture
def world() -> World:
    """A world whose edge may keep large objects."""
    world = make_world(cache_bytes=2 * LARGE)
    world.distribution(config_of(DefaultRootObject="index.html"))
    return world


@pytest.fixture
def server(world: World) -> Iterator[EdgeServer]:
    """The edge, listening on a free port."""
    server = EdgeServer(listen(0, "the edge", "EDGE_PORT"), world.edge)
    server.start()
    yield server
    server.stop()


def ask(server: EdgeServer, uri: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask over a connection of its own, as http.client does."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, uri, headers={"Host": f"e1abc.localhost:{server.port}"} | named)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def raw(server: EdgeServer, data: bytes, *, end: bytes | None = None) -> bytes:
    """Send bytes, and return all that comes until the end (or until the edge hangs up)."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as sock:
        sock.sendall(data)
        got = b""
        while end is None or not got.endswith(end):
            more = sock.recv(65536)
            if not more:
                break
            got += more
        return got


def get(target: bytes, *more: bytes) -> bytes:
    """A request as bytes."""
    return b"\r\n".join([b"GET " + target + b" HTTP/1.1", b"Host: e1abc.localhost", *more, b"", b""])


def test_a_page_is_fetched_once_and_forgotten_when_told(world: World, server: EdgeServer) -> None:
    world.buckets.put("index.html", "one")
    results = []
    for body in ("one", "two"):
        world.buckets.put("index.html", body)
        for _ in range(2):
            status, headers, got = ask(server, "/")
            results.append((status, headers["x-cache"], got.decode()))
        world.invalidate("/")
    hit, miss = "Hit from cloudfront", "Miss from cloudfront"
    assert results == [(200, miss, "one"), (200, hit, "one"), (200, miss, "two"), (200, hit, "two")]


def test_head_and_304_have_no_body(world: World, server: EdgeServer) -> None:
    world.buckets.put("a", "one")
    status, headers, body = ask(server, "/a", "HEAD")
    assert (status, headers["content-length"], body) == (200, "3", b"")
    status, headers, body = ask(server, "/a", If_None_Match=headers["etag"])
    assert (status, headers["x-cache"], body) == (304, "Hit from cloudfront", b"")


def test_an_object_of_fifty_megabytes_comes_whole_and_in_parts(world: World, server: EdgeServer) -> None:
    block = bytes(range(256)) * 4096
    world.buckets.put("large.bin", block * 50)
    status, headers, body = ask(server, "/large.bin")
    assert (status, headers["content-length"], len(body)) == (200, str(LARGE), LARGE)
    assert body == block * 50
    status, headers, body = ask(server, "/large.bin", Range=f"bytes={LARGE - 3}-")
    assert (status, headers["x-cache"], body) == (206, "Hit from cloudfront", b"\xfd\xfe\xff")


@pytest.mark.parametrize(
    ("target", "key"),
    [
        (b"//a//b", "/a//b"),
        (b"/a/../b/./c", "a/../b/./c"),
        (b"/a%2Fb%3Fc", "a/b?c"),
        (b"/a+b%2Bc", "a b+c"),
        (b"/%7Ejoe/~ann", "~joe/~ann"),
        (b"/100%25", "100%"),
        (b"/a'\"<>[]{}|\\^`", "a'\"<>[]{}|\\^`"),
        (b"/%F0%9F%8C%8D", "🌍"),
        (b"/*?query", "*"),
        (b"http://e1abc.localhost/abs?x=1", "abs"),
        (b"/" + b"x" * 1024, "x" * 1024),
    ],
)
def test_odd_paths_pass_untouched(world: World, server: EdgeServer, target: bytes, key: str) -> None:
    world.buckets.put(key, "served")
    assert raw(server, get(target), end=b"served").endswith(b"\r\n\r\nserved")


@pytest.mark.parametrize(
    "data",
    [
        b"this is no HTTP\r\n\r\n",
        b"GET nowhere HTTP/1.1\r\nHost: e1abc.localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost e1abc.localhost\r\n\r\n",
        "GET /€ HTTP/1.1\r\nHost: e1abc.localhost\r\n\r\n".encode(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_no_request_gets_a_400_and_the_edge_hangs_up(server: EdgeServer, data: bytes) -> None:
    answer = raw(server, data)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"Connection: close" in answer


def test_requests_sent_together_are_answered_in_their_order(world: World, server: EdgeServer) -> None:
    for key in "abc":
        world.buckets.put(key, f"<{key}>")
    world.get("/a")
    many = [get(b"/" + key.encode()) for key in "abcabcabca" * 30]
    answer = raw(server, b"".join([*many, b"nonsense\r\n\r\n"]))
    bodies = [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert [body.decode() for body in bodies[:-1]] == [f"<{key}>" for key in "abcabcabca" * 30]
    assert b"400 Bad Request" in answer


def test_hits_are_answered_while_every_worker_waits_for_an_origin(world: World, server: EdgeServer) -> None:
    world.buckets.put("warm", "warm")
    world.get("/warm")
    go, waiting = threading.Event(), threading.Semaphore(0)

    def wait(_key: str) -> None:
        waiting.release()
        assert go.wait(SECONDS)

    world.buckets.before_get = wait
    with ThreadPoolExecutor(WORKERS + 4) as pool:
        try:
            misses = [pool.submit(ask, server, f"/cold{number}") for number in range(WORKERS + 4)]
            for _ in range(WORKERS):
                assert waiting.acquire(timeout=SECONDS)
            assert ask(server, "/warm")[2] == b"warm"
            assert not any(miss.done() for miss in misses)
        finally:
            go.set()
        assert {miss.result()[0] for miss in misses} == {403}


def test_a_viewer_who_does_not_read_holds_up_nobody(world: World, server: EdgeServer) -> None:
    world.buckets.put("large.bin", b"x" * LARGE)
    world.buckets.put("a", "one")
    world.get("/large.bin")
    with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as sleeper:
        sleeper.sendall(get(b"/large.bin") * 8)
        assert ask(server, "/a")[2] == b"one"
        head = sleeper.recv(20)
    assert head.startswith(b"HTTP/1.1 200 OK")


def test_many_viewers_at_once_each_get_what_they_asked_for(world: World, server: EdgeServer) -> None:
    for number in range(10):
        world.buckets.put(f"p{number}", f"page {number}")

    def look(viewer: int) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
        right = True
        for step in range(50):
            number = (viewer + step) % 10
            connection.request("GET", f"/p{number}", headers={"Host": "e1abc.localhost"})
            right &= connection.getresponse().read() == f"page {number}".encode()
        connection.close()
        return right

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(look, range(16)))


def test_a_wish_for_another_protocol_is_answered_by_http_1_1(world: World, server: EdgeServer) -> None:
    world.buckets.put("a", "one")
    answer = raw(server, get(b"/a", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: x"))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b"one")


@pytest.mark.parametrize("line", [b"Connection: close", b"X: y"])
def test_a_connection_is_closed_when_the_viewer_says_so(world: World, server: EdgeServer, line: bytes) -> None:
    world.buckets.put("a", "one")
    version = b"1.1" if line.startswith(b"Connection") else b"1.0"
    answer = raw(server, get(b"/a", line).replace(b"HTTP/1.1", b"HTTP/" + version))
    assert answer.endswith(b"one")
    assert b"Connection: close" in answer


def test_an_unknown_host_is_told_the_port_too(server: EdgeServer) -> None:
    _, _, page = ask(server, "/", Host=f"nobody.localhost:{server.port}")
    assert f"http://e1abcdef.localhost:{server.port}/" in page.decode()


def test_stopping_waits_for_the_origin_and_ends_every_thread(world: World) -> None:
    server = EdgeServer(listen(0, "the edge", "EDGE_PORT"), world.edge)
    server.start()
    arrived, go = threading.Event(), threading.Event()

    def wait(_key: str) -> None:
        arrived.set()
        assert go.wait(SECONDS)

    world.buckets.before_get = wait
    with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as sock:
        sock.sendall(get(b"/a"))
        assert arrived.wait(SECONDS)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        go.set()
        stopping.join(SECONDS)
        assert not stopping.is_alive()
    server.stop()  # a second time does no harm
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("edge")]


def test_a_server_that_never_started_lets_go_of_its_port(world: World) -> None:
    server = EdgeServer(listen(0, "the edge", "EDGE_PORT"), world.edge)
    server.stop()
    again = listen(server.port, "the edge", "EDGE_PORT")
    assert again.getsockname()[1] == server.port
    again.close()
