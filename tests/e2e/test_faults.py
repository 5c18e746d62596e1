"""What AWS does on bad days, each for a while and then no more: all is fresh in the end, and nothing is lost."""

import pytest

from sandbox.run import Sandbox
from tests.e2e.world import Account, Site, numbered, settled, until

pytestmark = pytest.mark.e2e

KEYS = [f"{n}.html" for n in range(12)]
OF_CLOUDFRONT = ["throttle", "too_many", "unavailable", "time_out"]


def a_seen_site(account: Account, sandbox: Sandbox, name: str) -> Site:
    """A site at rest that visitors have seen, so that the edge holds all of it."""
    site = account.site(f"e2e-fault-{name.replace('_', '-')}")
    site.put_all(numbered(KEYS, "one"))
    settled(sandbox, site)
    assert site.stale(dict(numbered(KEYS, "one"))) == []
    return site


def deploy(site: Site, text: str) -> dict[str, bytes | None]:
    """Overwrite most of the pages and delete the others; return what is to be served."""
    second = numbered(KEYS[:9], text)
    site.put_all(second)
    for key in KEYS[9:]:
        site.delete(key)
    return {**second, **dict.fromkeys(KEYS[9:])}


def test_cloudfront_fails_in_every_way_for_a_while(account: Account, sandbox: Sandbox) -> None:
    site = a_seen_site(account, sandbox, "cloudfront")
    history, mine = sandbox.services.history, site.distribution_id
    wanted: dict[str, bytes | None] = {}
    for fault in OF_CLOUDFRONT:
        sandbox.faults.set(**{fault: True})
        wanted = deploy(site, fault)
        until(
            lambda: any(one.error for one in history.open() if one.distribution_id == mine),
            f"people are told of {fault}",
        )
        if fault != "time_out":  # then it was carried out, and nobody knows it
            assert site.stale(wanted), "it was fresh all the same"
        sandbox.faults.reset()
        site.becomes(wanted)
    sandbox.sources.drain(40)
    assert site.stale(wanted) == []
    assert {one.state for one in history.page(distribution=mine).items} == {"completed"}


def test_events_are_late_repeated_and_out_of_order(account: Account, sandbox: Sandbox) -> None:
    site = a_seen_site(account, sandbox, "events")
    sandbox.faults.set(delay_events_s=1, repeat_events=2, reorder_events=True)
    for text in ("two", "three", "four"):
        site.put_all(numbered(KEYS, text))
        site.stale(dict(numbered(KEYS, text)))  # visitors look in between, and the edge keeps what they see
    sandbox.faults.reset()
    wanted = deploy(site, "last")
    site.becomes(wanted)
    settled(sandbox, site)
    assert site.stale(wanted) == []


def test_workers_are_killed_in_the_middle_again_and_again(account: Account, sandbox: Sandbox) -> None:
    site = a_seen_site(account, sandbox, "kill")
    wanted: dict[str, bytes | None] = {}
    for key in KEYS:  # each page once: what one killed worker lost, no later upload brings back
        sandbox.faults.set(kill_worker=True)
        wanted[key] = f"killed {key}".encode()
        site.put(key, f"killed {key}".encode())
        until(lambda: not sandbox.faults.now.kill_worker, "a worker was killed")
    site.becomes(wanted)
    settled(sandbox, site)
    assert site.stale(wanted) == []


def test_everything_at_once(account: Account, sandbox: Sandbox) -> None:
    site = a_seen_site(account, sandbox, "all")
    sandbox.faults.set(throttle=True, reorder_events=True, repeat_events=1, kill_worker=True)
    wanted = deploy(site, "last")
    until(lambda: not sandbox.faults.now.kill_worker, "a worker was killed")
    sandbox.faults.set(throttle=False, unavailable=True)
    site.put("0.html", b"three")
    wanted["0.html"] = b"three"
    sandbox.faults.reset()
    site.becomes(wanted)
    settled(sandbox, site)
    assert site.stale(wanted) == []
