"""The API as a script on the same machine asks it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.services.world import World, make_world
from web.app import create_app

ORIGIN = {"Origin": "http://localhost"}


@dataclass
class Api:
    """Asks, and makes sure that every error is a problem document."""

    client: TestClient

    def call(self, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        told = ORIGIN | {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body).encode()  # any text, as JSON's escapes allow
        told |= {"Content-Type": "application/json"} if content else {}
        answer = self.client.request(method, f"/api/v1{path}", content=content, headers=told)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        kind = "application/problem+json" if status >= 400 else "application/json"
        assert answer.headers["content-type"] == kind
        found = answer.json()
        if status >= 400:
            assert found["status"] == status
            assert found["detail"]
            assert found["title"]
        return found

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        return self.call("GET", path, None, status, **headers)


@pytest.fixture
def world() -> Iterator[World]:
    """An account with a table and queues, and a dashboard over it."""
    made = make_world()
    yield made
    made.aws.close()


@pytest.fixture
def api(world: World) -> Api:
    """The dashboard's API over that account."""
    app = create_app(world.settings, world.services, clock=world.clock)
    return Api(TestClient(app, "http://localhost", client=("127.0.0.1", 5), raise_server_exceptions=False))
