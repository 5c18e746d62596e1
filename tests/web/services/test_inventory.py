"""Lists of the account: all buckets and distributions, which reads which, and how old that is."""

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invalidator.errors import AccessDeniedError, BadInputError, NotFoundError
from tests.web.services.world import ANNA, World
from web.services.distributions import origin_of


def test_all_buckets_are_listed_with_region_and_who_reads_them(world: World) -> None:
    one = world.distribution(world.bucket("docs"), world.bucket("media", "eu-west-1"))
    two = world.distribution("docs")
    world.bucket("lonely", "eu-central-1")
    rows = {row.name: row for row in world.services.inventory.buckets().items}
    assert {name: (row.region, row.state, set(row.suggested_distribution_ids)) for name, row in rows.items()} == {
        "docs": ("us-east-1", "unlinked", {one, two}),
        "media": ("eu-west-1", "unlinked", {one}),
        "lonely": ("eu-central-1", "unlinked", set()),
    }


def test_a_linked_bucket_suggests_only_what_it_is_not_linked_to(world: World) -> None:
    world.bucket("docs")
    one, two = world.distribution("docs"), world.distribution("docs")
    world.services.linking.apply("docs", [one], ANNA)
    (row,) = world.services.inventory.buckets().items
    assert (row.state, row.distribution_ids, row.suggested_distribution_ids) == ("linked", [one], [two])
    buckets = {d.id: d.buckets for d in world.services.inventory.distributions().items}
    assert buckets == {one: ["docs"], two: []}


def test_links_that_others_made_are_found_though_no_distribution_reads_the_bucket(world: World) -> None:
    site = world.distribution(world.bucket("other"))
    world.bucket("docs", "eu-west-1", distributionId=site)
    rows = {row.name: row for row in world.services.inventory.buckets().items}
    assert rows["docs"].state == "faulty"
    assert rows["docs"].health[0].code == "notification_missing"


def test_without_the_tagging_service_every_bucket_is_asked_itself(world: World) -> None:
    site = world.distribution(world.bucket("other"))
    world.bucket("docs", distributionId=site)
    world.wire.denied.add("GetResources")
    rows = {row.name: row.state for row in world.services.inventory.buckets().items}
    assert rows == {"docs": "faulty", "other": "unlinked"}
    assert world.wire.calls.count("GetBucketTagging") == 2


def test_with_the_tagging_service_only_those_that_may_be_linked_are_asked(world: World) -> None:
    for n in range(20):
        world.bucket(f"other-{n}")
    world.distribution(world.bucket("docs"))
    assert len(world.services.inventory.buckets().items) == 21
    assert world.wire.calls.count("GetBucketTagging") == 1


def test_a_bucket_that_may_not_be_read_is_a_row_with_the_missing_permission(world: World) -> None:
    world.distribution(world.bucket("docs"))
    world.wire.denied.add("GetBucketTagging")
    (row,) = world.services.inventory.buckets().items
    assert [item.code for item in row.health] == ["tag_unreadable"]
    assert row.health[0].statement == {
        "Effect": "Allow",
        "Action": "s3:GetBucketTagging",
        "Resource": "arn:aws:s3:::docs",
    }


@pytest.mark.parametrize("operation", ["ListBuckets", "ListDistributions"])
def test_a_list_that_may_not_be_read_is_said_with_the_statement(world: World, operation: str) -> None:
    world.wire.denied.add(operation)
    with pytest.raises(AccessDeniedError) as caught:
        world.services.inventory.buckets()
    assert str(caught.value.statement["Action"]).endswith(operation.replace("ListBuckets", "ListAllMyBuckets"))


def test_lists_go_on_where_they_stopped_and_miss_nothing(world: World) -> None:
    names = [world.bucket(f"b-{n:02}") for n in range(25)]
    seen, cursor = [], None
    while True:
        page = world.services.inventory.buckets(cursor=cursor, limit=10)
        seen += [row.name for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == names
    assert page.total == 25


def test_lists_are_searched_by_names_and_ids(world: World) -> None:
    site = world.distribution(world.bucket("docs"), Comment="The Manual")
    world.bucket("media", "eu-west-1")
    inventory = world.services.inventory
    assert [row.name for row in inventory.buckets(q="MED").items] == ["media"]
    assert [row.name for row in inventory.buckets(q=site.lower()).items] == ["docs"]
    assert [row.name for row in inventory.buckets(q="eu-west-1").items] == ["media"]
    assert [row.name for row in inventory.buckets(state="linked").items] == []
    assert [one.id for one in inventory.distributions(q="manual").items] == [site]
    assert [one.id for one in inventory.distributions(q="DOCS").items] == [site]
    assert inventory.distributions(q="nothing").items == []


@pytest.mark.parametrize("cursor", ["!", "é", "AAA=====", "/w", ""])
def test_a_cursor_that_is_none_is_refused_or_the_beginning(world: World, cursor: str) -> None:
    world.bucket("docs")
    try:
        world.services.inventory.buckets(cursor=cursor)
    except BadInputError as error:
        assert "cursor" in str(error)  # noqa: PT017 - either answer is right, a crash is not


def test_pages_of_aws_are_read_to_their_end(world: World) -> None:
    world.bucket("docs")
    made = {world.distribution("docs") for _ in range(130)}
    assert {one.id for one in world.services.inventory.distributions(limit=1000).items} == made


def test_lists_are_kept_for_a_while_and_read_again_when_asked(world: World) -> None:
    inventory = world.services.inventory
    assert inventory.buckets().items == []
    world.bucket("docs")
    first = inventory.as_of
    assert inventory.buckets().items == []
    inventory.refresh()
    assert [row.name for row in inventory.buckets().items] == ["docs"]
    assert inventory.as_of > first
    world.bucket("media")
    world.clock.sleep(61)
    assert [row.name for row in inventory.buckets().items] == ["docs", "media"]


def test_an_account_that_cannot_be_read_again_is_shown_as_it_was_with_its_age(world: World) -> None:
    world.bucket("docs")
    before = world.services.inventory.as_of
    world.wire.denied.add("ListBuckets")
    world.clock.sleep(120)
    page = world.services.inventory.buckets()
    assert ([row.name for row in page.items], page.as_of) == (["docs"], before)


def test_while_one_reads_the_account_others_see_the_last_one(world: World) -> None:
    world.bucket("docs")
    inventory = world.services.inventory
    inventory.refresh()
    world.clock.sleep(61)
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert go_on.wait(10)

    world.wire.before["ListDistributions"] = [hold]
    reading = threading.Thread(target=inventory.refresh)
    reading.start()
    assert begun.wait(10)
    assert [row.name for row in inventory.buckets().items] == ["docs"]
    go_on.set()
    reading.join(10)
    assert not reading.is_alive()


def test_what_we_wrote_while_the_account_was_read_is_not_forgotten(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.services.inventory.refresh()
    # The survey has read the bucket when somebody links it, and ends after.
    world.wire.after["GetBucketTagging"] = [lambda: world.services.linking.apply("docs", [site], ANNA)]
    world.services.inventory.refresh()
    assert [row.state for row in world.services.inventory.buckets().items] == ["linked"]


def test_a_bucket_that_goes_while_the_account_is_read_is_left_out(world: World) -> None:
    world.distribution(world.bucket("docs"))
    world.bucket("media")
    world.wire.before["GetBucketTagging"] = [lambda: world.s3.delete_bucket(Bucket="docs")]
    assert [row.name for row in world.services.inventory.buckets().items] == ["media"]


def test_one_bucket_and_one_distribution_are_read_live(world: World) -> None:
    world.services.inventory.refresh()
    site = world.distribution(world.bucket("docs", "eu-west-1"))
    bucket = world.services.inventory.bucket("docs")
    assert (bucket.region, bucket.state) == ("eu-west-1", "unlinked")
    distribution = world.services.inventory.distribution(site)
    assert [(origin.kind, origin.bucket) for origin in distribution.origins] == [("rest", "docs")]
    assert (distribution.waiting, distribution.in_progress.files, distribution.paused) == (0, 0, False)


def test_a_bucket_whose_name_begins_alike_is_another(world: World) -> None:
    world.bucket("docs-old")
    with pytest.raises(NotFoundError):
        world.services.inventory.bucket("docs")


@pytest.mark.parametrize(
    ("domain", "path", "kind", "bucket"),
    [
        ("docs.s3.us-east-1.amazonaws.com", "", "rest", "docs"),
        ("docs.s3.amazonaws.com", "/site", "rest", "docs"),
        ("DOCS.s3-eu-west-1.amazonaws.com", "", "rest", "docs"),
        ("docs.s3.dualstack.us-east-1.amazonaws.com", "", "rest", "docs"),
        ("docs.s3-website-us-east-1.amazonaws.com", "", "website", "docs"),
        ("docs.s3-website.eu-central-1.amazonaws.com", "", "website", "docs"),
        ("a.s3.b.s3.us-east-1.amazonaws.com", "", "rest", "a.s3.b"),
        ("s3.us-east-1.amazonaws.com", "/docs/site", "rest", "docs"),
        ("www.example.org", "", "website", "www.example.org"),
        ("nobodys.s3.us-east-1.amazonaws.com", "", "rest", None),
        ("nobodys.s3-website-us-east-1.amazonaws.com", "", "website", None),
        ("elsewhere.example.org", "", "other", None),
        ("docs-123456789012-s3alias.s3.us-east-1.amazonaws.com", "", "rest", None),
    ],
)
def test_an_origin_tells_its_bucket(domain: str, path: str, kind: str, bucket: str | None) -> None:
    origin = origin_of({"Id": "o", "DomainName": domain, "OriginPath": path}, {"docs", "a.s3.b", "www.example.org"})
    assert (origin.kind, origin.bucket, origin.path) == (kind, bucket, path)


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_origin_is_something(domain: str, path: str) -> None:
    origin = origin_of({"Id": "o", "DomainName": domain, "OriginPath": path}, {"docs"})
    assert origin.bucket in (None, "docs")


def test_what_is_known_of_distributions_tells_of_those_asked_whether_they_are_paused(world: World) -> None:
    one, two = world.distribution(world.bucket("docs")), world.distribution("docs")
    world.services.linking.apply("docs", [one], ANNA)
    for each in (one, two):
        world.services.invalidating.pause(each, ANNA)
    known = world.services.inventory.known(paused=[one, "ENONE"])
    assert {name: (each.paused, each.buckets) for name, each in known.items()} == {
        one: (True, ["docs"]),
        two: (False, []),
    }
    assert not any(each.paused for each in world.services.inventory.known().values())
    world.services.invalidating.resume(one, ANNA)
    assert not world.services.inventory.known(paused=[one])[one].paused


def test_the_overview_looks_once_for_figures_and_what_is_under_way(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    made = world.services.invalidating.submit(site, ["/a"], reason=None, person=ANNA)
    summary, under_way = world.services.overview.look()
    assert [one.id for one in under_way] == [made.id]
    assert summary.in_flight == 1
    assert under_way == world.services.history.open()


def test_the_overview_reads_what_is_at_work_once_for_its_figures_and_for_what_is_under_way(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.services.invalidating.submit(site, ["/a"], reason=None, person=ANNA)
    asked: list[str] = []
    events = world.clients.dynamodb.meta.events
    told = ("provide-client-params.dynamodb.Query", lambda params, **_: asked.append(_asked(params)))
    events.register(*told)
    try:
        world.services.overview.look()
    finally:
        events.unregister(*told)
    assert asked.count(f"open#{site}") == 1
    assert asked.count(f"journal#{site}") == 1


def _asked(params: dict[str, Any]) -> str:
    """Return the partition that a query asks for."""
    return str(next(iter(params["ExpressionAttributeValues"].values()))["S"])
