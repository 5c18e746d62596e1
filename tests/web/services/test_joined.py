"""What was invalidated elsewhere stands in the history where it belongs, each once, on whatever page."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from invalidator.errors import BadInputError, NotFoundError
from invalidator.table.attempts import to_item
from tests.web.services.test_history import site, work  # noqa: F401 - fixtures
from tests.web.services.world import ANNA, World
from web.models import Invalidation, Page
from web.services import elsewhere

Work = Callable[[], None]


def made_elsewhere(world: World, site: str, *paths: str) -> str:  # noqa: F811 - the fixture's value
    batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": uuid.uuid4().hex}
    made = world.cloudfront.create_invalidation(DistributionId=site, InvalidationBatch=batch)["Invalidation"]
    world.clock.sleep(20)
    return f"outside:{site}:{made['Id']}"


def made_here(world: World, site: str, work: Work, path: str) -> str:  # noqa: F811 - the fixture's value
    asked = world.services.invalidating.submit(site, [path], reason=None, person=ANNA)
    work()
    world.clock.sleep(60)
    work()
    return asked.id


def pages_of(world: World, limit: int, **filters: object) -> Iterator[Page[Invalidation]]:
    """Every page of the history, to its end."""
    cursor = None
    for _ in range(100):
        page = world.services.history.page(limit=limit, cursor=cursor, **filters)  # type: ignore[arg-type]
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return
    raise AssertionError("the pages did not end")


def walked(world: World, limit: int, **filters: object) -> list[Invalidation]:
    return [one for page in pages_of(world, limit, **filters) for one in page.items]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize("all_sites", [False, True])
def test_both_lists_are_one_and_nothing_comes_twice(
    world: World,
    site: str,  # noqa: F811
    work: Work,  # noqa: F811
    limit: int,
    all_sites: bool,
) -> None:
    ids = []
    for n in range(9):
        here = n % 3 == 1
        ids.append(made_here(world, site, work, f"/{n}") if here else made_elsewhere(world, site, f"/{n}", "/x*"))
    found = walked(world, limit, distribution=None if all_sites else site)
    assert [one.id for one in found] == ids[::-1]
    other = found[-1]
    assert (other.cause.kind, other.cause.actor, other.paths, other.path_count) == ("outside", None, ["/0", "/x*"], 2)
    assert (other.state, other.completed_at, other.submitted_at) == ("completed", None, other.created_at)


def test_filters_that_cloudfronts_list_can_not_answer_leave_it_out(world: World, site: str, work: Work) -> None:  # noqa: F811
    ours, other = made_here(world, site, work, "/a"), made_elsewhere(world, site, "/b")
    now = made_elsewhere(world, site, "/c")
    history = world.services.history

    def ids(**filters: object) -> list[str]:
        return [one.id for one in history.page(**filters).items]  # type: ignore[arg-type]

    assert ids(kind="outside", distribution=site) == ids(kind="outside") == [now, other]
    assert ids(kind="person", distribution=site) == [ours]
    assert ids(actor="anna") == [ours]
    assert ids(bucket="docs") == []
    assert ids(state="failed", distribution=site) == []
    assert ids(distribution=site, until=world.clock.now() - timedelta(seconds=30)) == [other, ours]
    assert ids(distribution=site, since=world.clock.now() - timedelta(seconds=30)) == [now]


def test_what_cloudfront_works_on_elsewhere_is_in_progress(world: World, site: str) -> None:  # noqa: F811
    batch = {"Paths": {"Quantity": 1, "Items": ["/a"]}, "CallerReference": "mine"}
    world.cloudfront.create_invalidation(DistributionId=site, InvalidationBatch=batch)
    assert [one.state for one in world.services.history.page(state="in_progress").items] == ["in_progress"]
    assert world.services.history.page(state="completed").items == []
    world.clock.sleep(60)
    assert [one.state for one in world.services.history.page(state="completed").items] == ["completed"]


def test_ours_is_never_taken_for_somebody_elses(world: World, site: str, work: Work) -> None:  # noqa: F811
    mine = made_here(world, site, work, "/a")
    name = world.services.history.get(mine).cloudfront_id
    assert [one.id for one in world.services.history.page(distribution=site).items] == [mine]
    assert world.services.history.get(f"outside:{site}:{name}").id == mine


def test_one_of_ours_that_the_table_does_not_know_yet_is_left_out_for_a_while(world: World, site: str) -> None:  # noqa: F811
    batch = {"Paths": {"Quantity": 1, "Items": ["/a"]}, "CallerReference": f"freshedge-{uuid.uuid4().hex}"}
    world.cloudfront.create_invalidation(DistributionId=site, InvalidationBatch=batch)
    assert world.services.history.page(distribution=site).items == []
    world.clock.sleep(600)
    [late] = world.services.history.page(distribution=site).items
    assert late.cause.reason == "made by freshedge, by its reference, but our table does not know it"


def test_one_of_them_has_a_page_with_all_its_paths(world: World, site: str) -> None:  # noqa: F811
    paths = [f"/{n}" for n in range(250)]
    name = made_elsewhere(world, site, *paths)
    found = world.services.history.get(name)
    assert (found.id, found.path_count, len(found.paths), found.paths_known) == (name, 250, 100, True)
    assert world.services.history.paths(name) == paths


@pytest.mark.parametrize(
    "name", ["outside:", "outside:E1", "outside:{}:I0", "outside:E1:I1", "outside:a/b:c", "outside:{}:é"]
)
def test_nobody_knows_others(world: World, site: str, name: str) -> None:  # noqa: F811
    for read in (world.services.history.get, world.services.history.paths):
        with pytest.raises(NotFoundError):
            read(name.format(site))


def test_where_cloudfront_may_not_be_asked_the_page_says_so_and_shows_ours(
    world: World,
    site: str,  # noqa: F811
    work: Work,  # noqa: F811
) -> None:
    ours = made_here(world, site, work, "/a")
    made_elsewhere(world, site, "/b")
    world.wire.denied.add("ListInvalidations")
    for distribution in (site, None):
        page = world.services.history.page(distribution=distribution)
        assert [one.id for one in page.items] == [ours]
        assert page.next_cursor is None
        assert "cloudfront:ListInvalidations" in " ".join(page.notes)


def test_paths_that_can_not_be_had_are_told_to_be_unknown(world: World, site: str) -> None:  # noqa: F811
    made_elsewhere(world, site, "/b")
    world.wire.denied.add("GetInvalidation")
    [found] = world.services.history.page(distribution=site).items
    assert (found.paths_known, found.paths) == (False, [])


def test_a_distribution_that_is_gone_keeps_its_history(world: World, site: str) -> None:  # noqa: F811
    record = world.services.invalidating.submit(site, ["/a"], reason=None, person=ANNA)
    shown = world.cloudfront.get_distribution_config(Id=site)
    config = shown["DistributionConfig"] | {"Enabled": False}
    tag = world.cloudfront.update_distribution(Id=site, IfMatch=shown["ETag"], DistributionConfig=config)["ETag"]
    world.clock.sleep(3600)
    world.cloudfront.delete_distribution(Id=site, IfMatch=tag)
    page = world.services.history.page(distribution=site)
    assert ([one.id for one in page.items], page.notes) == ([record.id], [])


def test_a_long_list_elsewhere_is_followed_to_its_end(
    world: World,
    site: str,  # noqa: F811
    work: Work,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(elsewhere, "MOST_PAGES", 1)
    oldest = made_here(world, site, work, "/oldest")
    others = [made_elsewhere(world, site, f"/{n}") for n in range(230)]
    newest = made_here(world, site, work, "/newest")
    assert [one.id for one in walked(world, 40, distribution=site)] == [newest, *others[::-1], oldest]
    assert world.services.history.page().notes == [], "what is shown is newer than where the list was cut"
    pages = list(pages_of(world, 90))
    assert [bool(page.notes) for page in pages] == [False, True]
    assert f"CloudFront's list of {site} is read back to 2026-11-25 12:44 UTC here." in pages[1].notes[0]
    assert [one.id for page in pages for one in page.items] == [newest, *others[:-100:-1], oldest]


@pytest.mark.parametrize("known", [True, False])
def test_days_long_ago_are_found_without_reading_all_that_came_since(
    world: World,
    site: str,  # noqa: F811
    work: Work,  # noqa: F811
    known: bool,
) -> None:
    wanted = [made_elsewhere(world, site, f"/{n}") for n in range(3)]
    until = world.clock.now()
    world.clock.sleep(3600)
    mine = made_here(world, site, work, "/mine")
    for n in range(210):
        made_elsewhere(world, site, f"/since/{n}")
    if not known:
        attempt = world.tables.attempts.get(mine)
        assert attempt
        gone = to_item(replace(attempt, cloudfront_id="I0NOLONGER"))
        world.tables.store.put(gone)
    world.wire.calls.clear()
    page = world.services.history.page(distribution=site, until=until)
    assert ([one.id for one in page.items], page.notes) == (wanted[::-1], [])
    assert world.wire.calls.count("ListInvalidations") == (1 if known else 4)


def test_where_there_are_many_distributions_the_linked_ones_are_asked_and_the_page_says_so(
    world: World,
    site: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = [world.distribution("docs"), site]
    world.services.inventory.refresh()
    made = [made_elsewhere(world, one, "/a") for one in others]

    def found() -> tuple[list[str], str]:
        page = world.services.history.page()
        assert page.next_cursor is None
        return [one.id for one in page.items], " ".join(page.notes)

    assert found() == (made[::-1], "")
    monkeypatch.setattr(elsewhere, "MOST_LISTS", 1)
    ids, notes = found()
    assert ids == made[1:]
    assert "for the 1 linked" in notes
    monkeypatch.setattr(elsewhere, "MOST_LISTS", 0)
    world.clock.sleep(60)
    world.wire.calls.clear()
    ids, notes = found()
    assert ids == []
    assert "where you choose a distribution" in notes
    assert "ListInvalidations" not in world.wire.calls


def test_the_same_list_is_not_asked_for_at_every_poll(world: World, site: str) -> None:  # noqa: F811
    made_elsewhere(world, site, "/a")
    world.services.history.page(distribution=site)
    world.wire.calls.clear()
    world.services.history.page(distribution=site)
    assert "ListInvalidations" not in world.wire.calls
    assert "GetInvalidation" not in world.wire.calls
    world.clock.sleep(20)
    world.services.history.page(distribution=site)
    assert world.wire.calls.count("ListInvalidations") == 1


@pytest.mark.parametrize("cursor", ["", ".", "x", "-.a b", "-.1~", "a.b.c", "é", "-.é"])
def test_a_cursor_that_is_none_is_refused(world: World, cursor: str) -> None:
    if cursor == ".":
        assert world.services.history.page(cursor=cursor).items == []
        return
    with pytest.raises(BadInputError, match="cursor"):
        world.services.history.page(cursor=cursor)
