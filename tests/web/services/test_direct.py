"""Without a table: the Lambda is asked, and CloudFront's own list is the history."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from invalidator.errors import BadInputError, FreshedgeError, IdempotencyConflictError, NotFoundError
from invalidator.handler import make_handler
from invalidator.settings import Settings
from tests.web.services.world import ANNA, FUNCTION, World
from web.models import DistributionSettings
from web.services import Services


@pytest.fixture
def direct(world: World) -> Iterator[Services]:
    """A dashboard without a table, and the invalidator as it runs then."""
    handle = make_handler(Settings(), world.others, world.clock, jitter=lambda _low, _high: 0)
    world.aws.on_lambda(FUNCTION, lambda event, _asynchronous: handle(event, None))
    return world.remade(table=None, work_queue_url=None, target_arn=FUNCTION)


@pytest.fixture
def site(world: World, direct: Services) -> str:
    """A distribution linked to the Lambda."""
    made = world.distribution(world.bucket("docs"))
    direct.linking.apply("docs", [made], ANNA)
    return made


def test_a_request_is_an_invalidation_at_once(world: World, direct: Services, site: str) -> None:
    record = direct.invalidating.submit(site, ["/a", "/b*"], reason="why", person=ANNA)
    assert (record.state, record.path_count, record.cause.actor) == ("in_progress", 2, "anna")
    (listed,) = world.cloudfront.list_invalidations(DistributionId=site)["InvalidationList"]["Items"]
    assert listed["Id"] == record.cloudfront_id
    assert "CreateInvalidation" not in world.wire.calls
    again = direct.history.get(record.id)
    assert (again.paths, again.cause.kind) == (["/a", "/b*"], "person")
    assert direct.history.paths(record.id) == ["/a", "/b*"]


def test_the_same_key_is_the_same_invalidation_and_other_paths_a_conflict(direct: Services, site: str) -> None:
    submit = direct.invalidating.submit
    one = submit(site, ["/a"], reason=None, person=ANNA, key="k")
    assert submit(site, ["/a"], reason=None, person=ANNA, key="k").id == one.id
    assert submit(site, ["/a"], reason=None, person=ANNA).id != one.id
    with pytest.raises(IdempotencyConflictError):
        submit(site, ["/b"], reason=None, person=ANNA, key="k")


def test_history_tells_ours_from_others(world: World, direct: Services, site: str) -> None:
    ours = direct.invalidating.submit(site, ["/a"], reason=None, person=ANNA)
    world.clock.sleep(100)
    batch = {"Paths": {"Quantity": 1, "Items": ["/b"]}, "CallerReference": "by hand"}
    world.cloudfront.create_invalidation(DistributionId=site, InvalidationBatch=batch)
    shown = direct.history.page()
    assert [(one.cause.kind, one.paths) for one in shown.items] == [("outside", ["/b"]), ("person", ["/a"])]
    assert [one.id for one in direct.history.page(kind="person").items] == [ours.id]
    assert [one.paths for one in direct.history.page(state="in_progress").items] == [["/b"]]
    assert [one.paths for one in direct.history.page(bucket="docs", limit=1).items] == [["/b"]]
    late = world.clock.now() - timedelta(seconds=50)
    assert [one.paths for one in direct.history.page(distribution=site, since=late).items] == [["/b"]]
    assert direct.history.page(actor="anna").items == []


def test_what_is_in_progress_shows_everywhere(direct: Services, site: str) -> None:
    direct.invalidating.submit(site, ["/a", "/b*"], reason=None, person=ANNA)
    assert direct.inventory.distribution(site).in_progress.model_dump() == {"files": 1, "wildcards": 1}
    summary = direct.overview.summary()
    assert (summary.in_flight, summary.waiting_changes, summary.paused) == (1, 0, False)
    assert not summary.usage_known, "nobody counts paths here"
    preview = direct.invalidating.preview(site, ["/c"])
    assert (preview.in_progress.wildcards, preview.free_paths_left, preview.price_usd) == (1, None, 0.005)


def test_nothing_can_be_held_back_or_chosen(direct: Services, site: str) -> None:
    for refused in (
        lambda: direct.invalidating.pause(site, ANNA),
        lambda: direct.invalidating.pause(None, ANNA),
        lambda: direct.invalidating.save_settings(site, DistributionSettings(settle_seconds=1), ANNA),
    ):
        with pytest.raises(BadInputError, match="FRESHEDGE_TABLE"):
            refused()
    assert not direct.invalidating.all_paused()
    assert direct.invalidating.settings(site) == DistributionSettings()


@pytest.mark.parametrize("unknown", ["none", "", "a-b-c", "E1-!", "é-x"])
def test_an_invalidation_that_is_not_there_is_said_so(direct: Services, unknown: str) -> None:
    with pytest.raises(NotFoundError):
        direct.history.get(unknown)


def test_a_lambda_that_fails_is_told(world: World, direct: Services, site: str) -> None:
    def fail(_event: object, _asynchronous: bool) -> None:
        raise RuntimeError("out of memory")

    world.aws.on_lambda(FUNCTION, fail)
    with pytest.raises(FreshedgeError, match="out of memory"):
        direct.invalidating.submit(site, ["/a"], reason=None, person=ANNA)


def test_a_distribution_that_went_meanwhile_is_told(world: World, direct: Services, site: str) -> None:
    def gone(_event: object, _asynchronous: bool) -> None:
        raise NotFoundError("There is no such distribution.")

    world.aws.on_lambda(FUNCTION, gone)
    with pytest.raises(NotFoundError):
        direct.invalidating.submit(site, ["/a"], reason=None, person=ANNA)


def test_a_long_list_has_pages_to_its_end_and_says_where_it_is_cut(world: World, direct: Services, site: str) -> None:
    other = world.distribution(world.bucket("shop"))
    direct.linking.apply("shop", [other], ANNA)
    made = []
    for n in range(130):
        batch = {"Paths": {"Quantity": 1, "Items": [f"/{n}"]}, "CallerReference": f"by hand {n}"}
        answer = world.cloudfront.create_invalidation(DistributionId=site, InvalidationBatch=batch)
        made.append(f"{site}-{answer['Invalidation']['Id']}")
        world.clock.sleep(20)
    found, cursor = [], None
    for _ in range(20):
        page = direct.history.page(distribution=site, limit=40, cursor=cursor)
        found += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == made[::-1]
    page = direct.history.page(limit=1000)
    assert [one.id for one in page.items] == made[:29:-1]
    assert "Choose that distribution" in page.notes[0]


def test_filters_that_nobody_can_answer_say_so(direct: Services, site: str) -> None:
    direct.invalidating.submit(site, ["/a"], reason=None, person=ANNA)
    assert "not known who" in direct.history.page(actor="anna").notes[0]
    assert direct.history.page(state="failed").items == []
    with pytest.raises(BadInputError, match="cursor"):
        direct.history.page(cursor="é")


def test_a_list_that_may_not_be_read_is_told(world: World, direct: Services, site: str) -> None:
    world.wire.denied.add("ListInvalidations")
    page = direct.history.page(distribution=site)
    assert (page.items, page.next_cursor) == ([], None)
    assert "can't be read. AWS denied cloudfront:ListInvalidations" in page.notes[0]
