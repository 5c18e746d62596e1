"""A dashboard whose services answer nothing real: what is tested is who gets to them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from tests.web.services.world import World, make_world
from web.access.roles import reads
from web.app import create_app
from web.extensions import Extension
from web.settings import WebSettings

Open = Callable[..., TestClient]


@pytest.fixture(scope="module")
def account() -> Iterator[World]:
    """One account for all: nothing here changes it."""
    made = make_world()
    yield made
    made.aws.close()


@pytest.fixture
def dashboard(account: World) -> Open:
    """Open a dashboard: with settings, asked by a host name, from an address."""

    def opened(
        host: str = "http://localhost",
        client: str = "127.0.0.1",
        extensions: tuple[Extension, ...] = (),
        **settings: Any,
    ) -> TestClient:
        told = WebSettings(**({"demo_person": "demo"} | settings))
        app = create_app(told, account.services, extensions=(*extensions, FAULTY), clock=account.clock)
        return TestClient(app, host, client=(client, 5), raise_server_exceptions=False, follow_redirects=False)

    return opened


def _fail() -> None:
    raise RuntimeError("a secret of our insides")


_router = APIRouter(dependencies=[reads("viewer")])
_router.add_api_route("/fails", _fail)
_router.add_api_route("/api/v1/fails", _fail)
FAULTY = Extension("faulty", "Faulty", "/fails", routers=[_router])
