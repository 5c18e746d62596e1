import pytest

from invalidator.errors import LeaseLostError
from invalidator.table.tables import Tables
from tests.invalidator.hands import HandClock

D = "E1ABCDEFGHIJKL"


def test_a_lease_that_is_kept_lasts(tables: Tables, clock: HandClock) -> None:
    lease = tables.leases.take(D, 30)
    assert lease
    for _ in range(10):
        clock.sleep(20)
        lease.keep()
        assert tables.leases.take(D, 30) is None
    lease.release()
    assert tables.leases.take(D, 30)


def test_a_lease_of_a_dead_worker_runs_out(tables: Tables, clock: HandClock) -> None:
    lost = tables.leases.take(D, 30)
    assert lost
    assert tables.leases.held_until(D) == lost.until
    clock.sleep(29.9)
    assert tables.leases.take(D, 30) is None
    clock.sleep(0.1)
    mine = tables.leases.take(D, 30)
    assert mine
    with pytest.raises(LeaseLostError):
        lost.keep()
    lost.release()
    assert tables.leases.held_until(D) == mine.until


def test_leases_of_distributions_are_apart(tables: Tables) -> None:
    assert tables.leases.take("E1", 30)
    assert tables.leases.take("E2", 30)
    assert tables.leases.held_until("E3") is None
