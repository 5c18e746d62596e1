"""History, activity and overview, as the invalidator itself leaves them in the table."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from invalidator.handler import make_handler
from invalidator.rules.changes import Change
from tests.web.services.world import ANNA, World
from web.services.price import month_price, price_of, share_of

ARN = "arn:aws:sqs:us-east-1:123456789012:freshedge-work"


@pytest.fixture
def site(world: World) -> str:
    """A linked distribution."""
    made = world.distribution(world.bucket("docs"))
    world.services.linking.apply("docs", [made], ANNA)
    return made


@pytest.fixture
def work(world: World) -> Callable[[], None]:
    """Let the invalidator answer every bell that has been rung."""
    handle = make_handler(world.settings, world.others, world.clock)

    def once() -> None:
        for message in world.aws.queues.receive("freshedge-work", 10, 0):
            record: dict[str, Any] = {
                "messageId": message.id,
                "body": message.body,
                "attributes": message.attributes,
                "eventSource": "aws:sqs",
                "eventSourceARN": ARN,
            }
            handle({"Records": [record]}, None)
            world.aws.queues.delete("freshedge-work", message.receipt)

    return once


def journaled(world: World, site: str, *keys: str) -> None:
    """Write changes down, as recording does."""
    now = world.clock.now()
    world.tables.journal.add({site: [Change("docs", key, "created", "ObjectCreated:Put", now) for key in keys]})
    world.tables.bells.ring(site, now + timedelta(seconds=5))


def test_a_request_goes_through_its_states(world: World, site: str, work: Callable[[], None]) -> None:
    record = world.services.invalidating.submit(site, ["/a", "/b/*"], reason="why", person=ANNA)
    assert record.state == "waiting"
    work()
    sent = world.services.history.get(record.id)
    assert (sent.state, sent.price_usd) == ("in_progress", 0)
    assert sent.cloudfront_id is not None
    assert sent.submitted_at is not None
    found = world.cloudfront.get_invalidation(DistributionId=site, Id=sent.cloudfront_id)["Invalidation"]
    assert sorted(found["InvalidationBatch"]["Paths"]["Items"]) == ["/a", "/b/*"]
    progress = world.services.inventory.distribution(site).in_progress
    assert (progress.files, progress.wildcards) == (1, 1)
    assert world.services.invalidating.preview(site, ["/c"]).in_progress == progress
    world.clock.sleep(60)
    work()
    done = world.services.history.get(record.id)
    assert done.state == "completed"
    assert done.completed_at is not None
    assert world.services.history.open() == []
    assert world.services.inventory.distribution(site).in_progress.files == 0


def test_paths_of_this_month_are_counted_against_the_free_thousand(
    world: World, site: str, work: Callable[[], None]
) -> None:
    world.services.invalidating.submit(site, ["/a", "/b"], reason=None, person=ANNA)
    work()
    summary = world.services.overview.summary()
    assert (summary.paths_this_month, summary.cost_this_month_usd) == (2, 0)
    assert summary.paths_by_day == {"2026-11-25": 2}
    assert world.services.invalidating.preview(site, ["/c"]).free_paths_left == 998


def test_what_waits_in_the_journal_is_shown_without_a_record(world: World, site: str) -> None:
    journaled(world, site, "a", "b")
    world.clock.sleep(7)
    (waiting,) = world.services.history.open()
    assert (waiting.id, waiting.state, waiting.changes, waiting.cause.kind) == ("", "waiting", 2, "s3")
    assert world.services.inventory.distribution(site).waiting == 2
    summary = world.services.overview.summary()
    assert (summary.waiting_changes, summary.in_flight) == (2, 0)
    assert summary.oldest_waiting_seconds == pytest.approx(7, abs=1)


def test_many_distributions_at_work_are_read_by_two_queries_each_and_one_batch(world: World, site: str) -> None:
    sites = [site, *(world.distribution("docs") for _ in range(5))]
    for one in sites:
        for _ in range(3):
            world.services.invalidating.submit(one, ["/a"], reason=None, person=ANNA)
        journaled(world, one, "a")
    world.wire.calls.clear()
    under_way = world.services.history.open()
    assert (len(under_way), sum(one.changes for one in under_way)) == (len(sites) * 4, len(sites))
    assert world.wire.calls.count("Query") == 1 + 2 * len(sites)
    assert world.wire.calls.count("BatchGetItem") == 1
    world.services.inventory.refresh()
    world.wire.calls.clear()
    listed = world.services.inventory.distributions().items
    assert sorted(one.id for one in listed if one.waiting == 1) == sorted(sites)
    assert world.wire.calls.count("BatchGetItem") == 2, "one for what was chosen"
    assert world.wire.calls.count("Query") == 1 + 2 * len(sites)


def test_history_is_listed_by_what_is_asked_for(world: World, site: str, work: Callable[[], None]) -> None:
    other = world.distribution("docs")
    ids = []
    for n, distribution in enumerate([site, other, site]):
        world.clock.sleep(10)
        ids.append(world.services.invalidating.submit(distribution, [f"/{n}"], reason=None, person=ANNA).id)
        work()
    history = world.services.history
    assert [one.id for one in history.page().items] == ids[::-1]
    assert [one.id for one in history.page(distribution=site).items] == [ids[2], ids[0]]
    assert [one.id for one in history.page(state="in_progress").items] == ids[::-1]
    assert history.page(state="failed").items == []
    assert history.page(kind="s3").items == []
    first = history.page(limit=2)
    assert [one.id for one in first.items] == ids[:0:-1]
    assert [one.id for one in history.page(limit=2, cursor=first.next_cursor).items] == ids[:1]


def test_failures_are_counted(world: World, site: str, work: Callable[[], None]) -> None:
    record = world.services.invalidating.submit(site, ["/a"], reason=None, person=ANNA)
    shown = world.cloudfront.get_distribution_config(Id=site)
    config = shown["DistributionConfig"] | {"Enabled": False}
    tag = world.cloudfront.update_distribution(Id=site, IfMatch=shown["ETag"], DistributionConfig=config)["ETag"]
    world.clock.sleep(3600)
    world.cloudfront.delete_distribution(Id=site, IfMatch=tag)
    work()
    failed = world.services.history.get(record.id)
    assert failed.state == "failed"
    assert failed.error
    assert world.services.overview.summary().failures == 1


@pytest.mark.usefixtures("site")
def test_links_are_counted_by_state(world: World) -> None:
    world.bucket("lonely")
    world.services.inventory.refresh()
    assert world.services.overview.summary().links == {
        "linked": 1,
        "starting": 0,
        "paused": 0,
        "faulty": 0,
        "unlinked": 1,
    }


def test_an_empty_account_has_an_overview(world: World) -> None:
    summary = world.services.overview.summary()
    assert (sum(summary.links.values()), summary.in_flight, summary.oldest_waiting_seconds) == (0, 0, None)


def test_prices_are_those_of_the_free_thousand_and_half_a_cent() -> None:
    assert [month_price(n) for n in (0, 1000, 1001, 3000)] == [0, 0, 0.005, 10]
    assert price_of(100, 950) == 0.25
    assert price_of(100, None) == 0.5
    assert sum(share_of(n, 1500) for n in (500, 700, 300)) == pytest.approx(month_price(1500))
