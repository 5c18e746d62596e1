"""A large account: few calls for its lists, one reading for all who ask at once, findings as they were kept."""

import threading

import pytest

from tests.web.services.world import ANNA, World, make_world

BUCKETS, SITES = 1000, 200


@pytest.fixture(scope="module")
def crowd() -> World:
    """1,000 buckets in three regions, 200 of them linked to a distribution each, by hand."""

    world = make_world()
    regions = ("us-east-1", "eu-west-1", "eu-central-1")
    for n in range(BUCKETS):
        world.bucket(f"b-{n:04}", regions[n % 3])
    for n in range(SITES):
        world.others.s3_in(regions[n % 3]).put_bucket_tagging(
            Bucket=f"b-{n:04}",
            Tagging={"TagSet": [{"Key": "distributionId", "Value": world.distribution(f"b-{n:04}")}]},
        )
    return world


def test_a_cold_list_takes_under_forty_calls_and_a_warm_one_none(crowd: World) -> None:
    services = crowd.remade()
    crowd.wire.calls.clear()
    page = services.inventory.buckets(limit=1000)
    assert (len(page.items), sum(bool(row.distribution_ids) for row in page.items)) == (BUCKETS, SITES)
    assert len(crowd.wire.calls) < 40, crowd.wire.calls
    crowd.wire.calls.clear()
    assert len(services.linking.links(limit=1000).items) == SITES
    assert len(crowd.wire.calls) < 3, crowd.wire.calls


def test_all_who_ask_at_once_share_one_reading(crowd: World) -> None:
    services = crowd.remade()
    crowd.wire.calls.clear()
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        services.inventory.buckets()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert crowd.wire.calls.count("ListDistributions") == 2


def test_what_a_look_at_all_links_found_is_shown_by_every_dashboard(crowd: World) -> None:
    fresh = crowd.remade().inventory.buckets(limit=1000).items[0]
    assert [(item.code, item.severity) for item in fresh.health] == [("not_checked", "warning")]
    report = crowd.remade().linking.check_all(ANNA)
    assert (report.checked, report.faulty, report.unread) == (SITES, SITES, {})
    crowd.wire.calls.clear()
    other = crowd.remade()
    row = other.inventory.buckets(limit=1000).items[0]
    assert (row.state, row.health[0].code) == ("faulty", "notification_missing")
    assert other.overview.summary().links["faulty"] == SITES
    link = other.linking.links(limit=1).items[0]
    assert link.checked_at == report.as_of or link.checked_at is not None
    assert len(crowd.wire.calls) < 60, crowd.wire.calls
