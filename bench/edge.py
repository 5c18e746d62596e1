"""Hits a second at the local edge."""

import asyncio
import subprocess
import sys
import time
from contextlib import ExitStack

from bench.demo import Demo, free_ports
from bench.report import Row
from bench.site import Viewer, make_site

SECONDS = 4
CONNECTIONS = 16
BARE = """
import sys, uvicorn
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2000")]})
    await send({"type": "http.response.body", "body": b"x" * 2000})
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", lifespan="off")
"""


async def hits_a_second(port: int, host: str) -> float:
    """GET one URI over several connections that stay open, for some seconds."""
    request = f"GET /page.html HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    end = time.perf_counter() + SECONDS

    async def look() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while time.perf_counter() < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
            await reader.readexactly(int(length))
            count += 1
        writer.close()
        await writer.wait_closed()
        return count

    return sum(await asyncio.gather(*(look() for _ in range(CONNECTIONS)))) / SECONDS


async def answering(port: int) -> None:
    """Return once something accepts connections there."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


def rows(stack: ExitStack) -> list[Row]:
    """Hits of a page of 2,000 bytes, against a server that does nothing else."""
    demo = stack.enter_context(Demo())
    site = make_site(demo, linked=False)
    demo.client("s3").put_object(Bucket=site.bucket, Key="page.html", Body=b"x" * 2000)
    Viewer(demo, site).wait_for("/page.html", b"x" * 2000, 30)
    host = f"{site.distribution_id.lower()}.localhost:{demo.edge_port}"
    hits = asyncio.run(hits_a_second(demo.edge_port, host))
    (port,) = free_ports(1)
    bare = subprocess.Popen([sys.executable, "-c", BARE, str(port)])
    try:
        asyncio.run(asyncio.wait_for(answering(port), 20))
        yardstick = asyncio.run(hits_a_second(port, host))
    finally:
        bare.terminate()
        bare.wait()
    return [Row("hits at the local edge", hits, "a second", ("a bare server", yardstick), "2,000 or more")]
