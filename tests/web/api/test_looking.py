"""Links looked at, put back and verified by programs: `/links/check`, `/restore`, `/verify`."""

import pytest

from tests.web.api.conftest import Api
from tests.web.services.world import OURS, World

NARROW = {"QueueConfigurations": [OURS | {"Events": ["s3:ObjectCreated:*"]}]}


@pytest.fixture
def site(world: World, api: Api) -> str:
    """A distribution that `docs` is linked to."""
    made = world.distribution(world.bucket("docs", owner="web team"))
    api.call("PUT", "/links/docs", {"distribution_ids": [made]})
    return made


# All links


@pytest.mark.usefixtures("site")
def test_a_look_at_all_links_counts_the_faulty_ones_and_lists_show_them(world: World, api: Api) -> None:
    report = api.call("POST", "/links/check")
    assert (report["checked"], report["faulty"], report["faulty_buckets"], report["unread"]) == (1, 0, [], {})
    world.notify("docs", {})
    assert api.call("POST", "/links/check")["faulty_buckets"] == ["docs"]
    [row] = api.get("/links?state=faulty")["items"]
    assert row["bucket"] == "docs"
    assert api.get("/summary")["links"]["faulty"] == 1


@pytest.mark.usefixtures("site")
def test_a_link_that_can_not_be_looked_at_is_told_with_its_reason(world: World, api: Api) -> None:
    world.wire.refused["GetBucketNotificationConfiguration"] = ("InternalError", 500)
    report = api.call("POST", "/links/check")
    assert list(report["unread"]) == ["docs"]
    assert "InternalError" in report["unread"]["docs"]


# Putting back


@pytest.mark.usefixtures("site")
def test_what_a_repair_replaced_is_shown_and_put_back(world: World, api: Api) -> None:
    world.notify("docs", NARROW)
    repaired = api.call("POST", "/links/docs/repair")
    assert repaired["kept_at"]
    plan = api.call("POST", "/links/docs/restore?dry_run=true")
    assert plan["notifications"] == {"before": {"QueueConfigurations": [OURS]}, "after": NARROW}
    assert plan["tags"]["before"] == plan["tags"]["after"]
    assert world.notifications("docs") == {"QueueConfigurations": [OURS]}, "a dry run writes nothing"
    assert api.call("POST", "/links/docs/restore")["bucket"] == "docs"
    assert world.notifications("docs") == NARROW


def test_what_can_not_be_put_back_is_a_problem(world: World, api: Api) -> None:
    world.bucket("docs")
    for asked in ("/links/docs/restore", "/links/docs/restore?dry_run=true"):
        assert "none can be restored" in api.call("POST", asked, None, 422)["detail"]
    api.call("POST", "/links/nobodys/restore", None, 404)
    assert world.wire.written() == []


@pytest.mark.usefixtures("site")
def test_a_repair_that_stopped_half_way_tells_that_restoring_undoes_it(world: World, api: Api) -> None:
    world.tag("docs", distributionId="E0GONE00000000")
    world.notify("docs", NARROW)
    world.wire.denied.update({"TagResource", "PutBucketTagging"})
    problem = api.call("POST", "/links/docs/repair", None, 403)
    assert (problem["done"], problem["failed"], problem["back"]) == (["the notification"], "the tag", "restore")
    world.wire.denied.clear()
    api.call("POST", "/links/docs/restore")
    assert world.notifications("docs") == NARROW


def test_a_failure_before_anything_was_written_offers_no_way_back(world: World, api: Api) -> None:
    made = world.distribution(world.bucket("docs"))
    world.wire.denied.add("PutBucketNotificationConfiguration")
    problem = api.call("PUT", "/links/docs", {"distribution_ids": [made]}, 403)
    assert problem.get("back") is None
    assert problem.get("done", []) == []


# Verifying


@pytest.mark.usefixtures("site")
def test_a_probe_is_written_followed_and_told_of(world: World, api: Api) -> None:
    assert api.get("/links/docs/verify") is None
    begun = api.call("POST", "/links/docs/verify")
    assert [one["Key"] for one in world.s3.list_objects_v2(Bucket="docs")["Contents"]] == [begun["key"]]
    assert (begun["actor"], begun["done"], begun["ok"]) == ("demo", False, None)
    assert begun["stations"][0]["state"] == "ok"
    assert api.get("/links/docs/verify")["id"] == begun["id"]
    assert api.call("POST", "/links/docs/verify")["id"] == begun["id"], "one at a time"


@pytest.mark.usefixtures("site")
def test_a_probe_that_never_comes_through_ends_deleted_and_says_where_it_stopped(world: World, api: Api) -> None:
    api.call("POST", "/links/docs/verify")
    world.clock.sleep(3600)
    ended = api.get("/links/docs/verify")
    assert (ended["done"], ended["ok"]) == (True, False)
    assert ended["deleted_at"]
    assert [one["state"] for one in ended["stations"]].count("ok") < len(ended["stations"])
    assert world.s3.list_objects_v2(Bucket="docs").get("KeyCount") == 0


@pytest.mark.usefixtures("site")
def test_a_role_that_may_not_write_the_probe_is_told_which_statement_to_add(world: World, api: Api) -> None:
    world.wire.denied.add("PutObject")
    told = api.call("POST", "/links/docs/verify")
    assert (told["done"], told["ok"]) == (True, False)
    [station] = told["stations"]
    assert (station["state"], station["statement"]["Action"]) == ("broken", "s3:PutObject")


def test_a_bucket_without_a_link_has_nothing_to_verify(world: World, api: Api) -> None:
    world.bucket("docs")
    assert "not linked" in api.call("POST", "/links/docs/verify", None, 422)["detail"]
    assert world.s3.list_objects_v2(Bucket="docs").get("KeyCount") == 0
    api.call("POST", "/links/nobodys/verify", None, 404)
    for name in ("x", "a/b", "%2e%2e"):
        api.get(f"/links/{name}/verify", 404)
