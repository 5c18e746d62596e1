"""One sandbox for all end-to-end tests of a process, with quick settings, on free ports."""

from collections.abc import Iterator

import pytest

from sandbox.options import Options
from sandbox.run import Sandbox
from tests.e2e.world import SETTLE_S, Account
from web.models import Person

PERSON = Person(name="tester", role="admin")

QUICK = {
    "FRESHEDGE_SETTLE_SECONDS": f"{SETTLE_S:g}",
    "FRESHEDGE_MAX_WAIT_SECONDS": "6",
    "FRESHEDGE_LEASE_SECONDS": "4",
    "FRESHEDGE_RESCUE_SECONDS": "2",
    "FRESHEDGE_START_DELAY_SECONDS": "0",
}


def quick(**more: object) -> Options:
    """Options under which nobody waits long."""
    options: dict[str, object] = {
        "port": 0,
        "aws_port": 0,
        "edge_port": 0,
        "environment": QUICK,
        "sites": False,
        "effect_seconds": 0.1,
        "completion_seconds": 0.5,
        "requests_per_second": 20.0,
        "visibility_seconds": 4,
        "schedule_seconds": 1.0,
        "first_ring_seconds": 0.5,
        "retry_seconds": (0.5, 0.5),
    }
    return Options(**(options | more))  # type: ignore[arg-type]


@pytest.fixture(scope="package")
def running() -> Iterator[Sandbox]:
    """A sandbox without sample sites. After all tests everything comes to an end in it, and nothing has died."""
    sandbox = Sandbox(quick())
    sandbox.start()
    yield sandbox
    try:
        sandbox.sources.drain(60)
    finally:
        sandbox.stop()


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """The same sandbox, with all faults off, before and after."""
    running.faults.reset()
    yield running
    running.faults.reset()


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Account]:
    """Somebody with an AWS account in that sandbox."""
    made = account_of(sandbox)
    yield made
    made.close()


def account_of(sandbox: Sandbox) -> Account:
    """Return somebody who links through the dashboard's services, as its pages and its API do."""
    link = sandbox.services.linking.apply
    return Account(
        sandbox.aws_url, sandbox.edge_host, lambda bucket, ids: link(bucket, ids, PERSON, baseline=False), PERSON
    )
