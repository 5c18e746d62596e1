"""The dashboard over the twin, as a browser on the same machine sees it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from tests.web.pages import worlds
from tests.web.pages.html import Document
from tests.web.pages.twin import World
from web.app import create_app
from web.settings import WebSettings

SETTINGS = WebSettings(
    demo_person="demo",
    edge_host="localhost:8002",
    table="freshedge",
    target_arn="arn:aws:sqs:us-east-1:123456789012:freshedge-events",
)


@dataclass
class Browser:
    """Asks as a page of ours does; keeps where the last answer led."""

    client: TestClient

    def get(self, url: str, status: int = 200, **headers: str) -> Document:
        answer = self.client.get(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
        assert answer.status_code == status, f"{url}: {answer.status_code} {answer.text[:400]}"
        return Document(answer.text)

    def post(self, url: str, fields: dict[str, list[str]] | None = None, status: int = 200, **headers: str) -> Document:
        """Send a form, and show the page that comes back."""
        answer = self.client.post(url, data=fields or {}, headers={**ours(), **named(headers)})
        assert answer.status_code == status, f"{url}: {answer.status_code} {answer.text[:400]}"
        return Document(answer.text)

    def send(self, url: str, fields: dict[str, list[str]] | None = None, **headers: str) -> str:
        """Send a form that does something, and return where it leads."""
        answer = self.client.post(url, data=fields or {}, headers={**ours(), **named(headers)})
        assert answer.status_code == 303, f"{url}: {answer.status_code} {answer.text[:400]}"
        return answer.headers["location"]


def ours() -> dict[str, str]:
    return {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def world() -> World:
    return worlds.ordinary()


@pytest.fixture
def open_browser() -> Iterator[Callable[[World], Browser]]:
    """Open the dashboard over any world."""
    clients: list[TestClient] = []

    def opened(world: World) -> Browser:
        app = create_app(SETTINGS, world.services(), clock=world.clock)
        client = TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50000), follow_redirects=False)
        clients.append(client)
        return Browser(client)

    yield opened
    for client in clients:
        client.close()


@pytest.fixture
def browser(world: World, open_browser: Callable[[World], Browser]) -> Browser:
    return open_browser(world)
