"""The dashboard beside everything else: uvicorn on a thread of its own, on a socket that listens already."""

import socket
import threading
import time
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from fastapi import FastAPI

STARTED_WITHIN_S = 20.0


class Dashboard:
    """Serves an app from `start` until `stop`."""

    def __init__(self, sock: socket.socket, app: "FastAPI") -> None:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._sock = sock
        self._thread = threading.Thread(target=self._run, name="dashboard", daemon=True)

    def start(self) -> None:
        """Return once the dashboard answers.

        Raises: RuntimeError if it does not; its log says why.
        """
        self._thread.start()
        end = time.monotonic() + STARTED_WITHIN_S
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > end:
                raise RuntimeError("The dashboard did not start; the log says why.")
            time.sleep(0.01)

    def stop(self) -> None:
        """End it: open requests have a second."""
        self._server.should_exit = True
        self._thread.join(2.0)
        self._server.force_exit = True
        self._thread.join(1.0)

    def _run(self) -> None:
        self._server.run(sockets=[self._sock])
