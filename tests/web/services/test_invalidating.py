"""Invalidations by hand: what a preview says, what is written down and rung for, and what is refused."""

from datetime import timedelta

import pytest

from invalidator.errors import BadInputError, IdempotencyConflictError, NotFoundError
from tests.web.services.world import ANNA, OPTIMIZED, World
from web.models import DistributionSettings, Person
from web.services.errors import LinesRefusedError

BOB = Person(name="bob", role="operator")


@pytest.fixture
def site(world: World) -> str:
    """A distribution with an origin path and a few objects behind it."""
    made = world.distribution(world.bucket("docs"), path="/site", DefaultRootObject="index.html")
    for key in ("index.html", "guide/index.html", "guide/a b.html", "guide/~joe", "other.html"):
        world.s3.put_object(Bucket="docs", Key=f"site/{key}", Body=b"x")
    world.s3.put_object(Bucket="docs", Key="outside.html", Body=b"x")
    return made


def test_a_preview_tells_what_each_path_matches(world: World, site: str) -> None:
    preview = world.services.invalidating.preview(site, ["/guide/*", "/", "/nothing", "/guide/a%20b.html", "/*"])
    told = {one.path: (one.matches, sorted(one.examples)) for one in preview.paths}
    guide = ["site/guide/a b.html", "site/guide/index.html", "site/guide/~joe"]
    assert told["/guide/*"] == (3, guide)
    assert told["/"] == (1, ["site/index.html"])
    assert told["/nothing"] == (0, [])
    assert told["/guide/a%20b.html"] == (1, ["site/guide/a b.html"])
    assert told["/*"] == (5, sorted([*guide, "site/index.html", "site/other.html"]))
    assert [one.evicts for one in preview.paths] == [0] * 5


def test_objects_that_a_behavior_hides_are_not_matched(world: World) -> None:
    """What lies under /media/ comes from another bucket; objects of that name in this one are never served."""
    behavior = {"TargetOriginId": "media", "PathPattern": "/media/*", "ViewerProtocolPolicy": "allow-all"}
    world.bucket("docs")
    world.bucket("media")
    made = world.distribution(
        "docs", "media", CacheBehaviors={"Quantity": 1, "Items": [behavior | {"CachePolicyId": OPTIMIZED}]}
    )
    for bucket in ("docs", "media"):
        world.s3.put_object(Bucket=bucket, Key=f"media/{bucket}.jpg", Body=b"x")
    (one,) = world.services.invalidating.preview(made, ["/media/*"]).paths
    assert one.examples == ["media/media.jpg"]


def test_a_preview_tells_what_goes_with_a_key_that_cannot_be_named_alone(world: World, site: str) -> None:
    (one,) = world.services.invalidating.preview(site, ["s3://docs/site/guide/~joe"]).paths
    assert (one.path, one.matches, one.evicts) == ("/guide/*", 3, 2)


def test_a_preview_shows_twenty_examples_and_counts_them_all(world: World, site: str) -> None:
    for n in range(30):
        world.s3.put_object(Bucket="docs", Key=f"site/many/{n}", Body=b"x")
    (one,) = world.services.invalidating.preview(site, ["/many/*"]).paths
    assert (one.matches, len(one.examples)) == (30, 20)


def test_what_may_not_be_listed_is_not_counted_and_the_statement_is_shown(world: World, site: str) -> None:
    world.wire.denied.add("ListObjectsV2")
    preview = world.services.invalidating.preview(site, ["/guide/*"])
    (one,) = preview.paths
    assert (one.path, one.problem, one.matches, one.evicts) == ("/guide/*", None, None, None)
    assert "AWS denied s3:ListBucket" in (one.uncounted or "")
    assert (preview.statement or {})["Action"] == "s3:ListBucket"


def test_wildcards_are_counted_first_and_more_than_ten_thousand_objects_are_said_so(
    world: World, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.services.matching.MOST_PAGES", 0)
    preview = world.services.invalidating.preview(site, [*(f"/{n}" for n in range(30)), "/guide/*"])
    wild = preview.paths[-1]
    assert (wild.matches, wild.uncounted) == (None, "More than 0 objects; a preview counts no further.")
    assert preview.confirm == "ask"


def test_what_another_origin_answers_is_not_said_to_match_nothing(world: World) -> None:
    origins = {
        "Quantity": 2,
        "Items": [
            {
                "Id": "docs",
                "DomainName": "docs.s3.us-east-1.amazonaws.com",
                "OriginPath": "",
                "S3OriginConfig": {"OriginAccessIdentity": ""},
            },
            {
                "Id": "api",
                "DomainName": "api.example.org",
                "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
            },
        ],
    }
    behavior = {"TargetOriginId": "api", "PathPattern": "/api/*", "ViewerProtocolPolicy": "allow-all"}
    made = world.distribution(
        world.bucket("docs"),
        Origins=origins,
        CacheBehaviors={"Quantity": 1, "Items": [behavior | {"CachePolicyId": OPTIMIZED}]},
    )
    world.s3.put_object(Bucket="docs", Key="guide/a", Body=b"x")
    lines = ["/api/v1", "/api/*", "/guide/*", "/nothing"]
    told = {one.path: one for one in world.services.invalidating.preview(made, lines).paths}
    assert told["/api/v1"].matches is told["/api/*"].matches is None
    assert "Another origin answers" in (told["/api/*"].uncounted or "")
    assert (told["/guide/*"].matches, told["/guide/*"].uncounted) == (1, None)
    assert (told["/nothing"].matches, told["/nothing"].uncounted) == (0, None)
    (all_of_it,) = world.services.invalidating.preview(made, ["/*"]).paths
    assert (all_of_it.matches, bool(all_of_it.uncounted)) == (1, True)


@pytest.mark.parametrize(
    ("objects", "line", "level"),
    [
        (0, "/index.html", "none"),
        (0, "/guide/*", "none"),
        (0, "/*", "ask"),
        (46, "/*", "type"),
        (46, "s3://docs", "type"),
        (46, "s3://docs/site/~x", "type"),
        (46, "/many/*", "none"),
        (50, "/many/*", "ask"),
        (50, "s3://docs/site/many/", "ask"),
        (1000, "/many/*", "type"),
    ],
)
def test_a_second_thought_is_asked_for_by_what_is_thrown_out(
    world: World, site: str, objects: int, line: str, level: str
) -> None:
    for n in range(objects):
        world.s3.put_object(Bucket="docs", Key=f"site/many/{n}", Body=b"x")
    preview = world.services.invalidating.preview(site, [line])
    assert preview.confirm == level
    assert preview.confirm_text == (site if level == "type" else None)
    assert bool(preview.confirm_reason) == (level != "none")
    brief = world.services.invalidating.preview(site, [line], brief=True)
    assert (brief.confirm, brief.confirm_reason) == (level, preview.confirm_reason)


def test_what_costs_a_dollar_or_cannot_be_counted_is_asked_about(world: World, site: str) -> None:
    world.wire.denied.add("ListObjectsV2")
    preview = world.services.invalidating.preview
    assert preview(site, ["/guide/*"]).confirm == "ask"
    assert preview(site, ["/*"]).confirm == "type"
    assert preview(site, ["/a"]).confirm == "none"
    costly = preview(site, [f"/{n}" for n in range(1200)])
    assert (costly.price_usd, costly.confirm, costly.confirm_reason) == (1.0, "ask", "This costs $1.00.")


def test_a_brief_look_counts_only_what_wildcards_match(world: World, site: str) -> None:
    world.wire.calls.clear()
    preview = world.services.invalidating.preview(site, ["/index.html", "/guide/*"], brief=True)
    assert [one.matches for one in preview.paths] == [None, 3]
    assert world.wire.calls.count("ListObjectsV2") == 1


def test_invalidations_of_others_count_against_the_quotas(world: World, site: str) -> None:
    world.cloudfront.create_invalidation(
        DistributionId=site,
        InvalidationBatch={
            "CallerReference": "somebody",
            "Paths": {"Quantity": 3, "Items": ["/a/*", "/b", "/c"]},
        },
    )
    preview = world.services.invalidating.preview(site, ["/x", "/y/*"])
    assert preview.in_progress.model_dump() == {"files": 2, "wildcards": 1}
    assert preview.asked.model_dump() == {"files": 1, "wildcards": 1}
    assert preview.quota_note is None
    assert world.services.inventory.distribution(site).in_progress == preview.in_progress


def test_what_is_in_progress_is_asked_again_after_a_few_seconds_only(world: World, site: str) -> None:
    world.wire.calls.clear()
    for _ in range(3):
        world.services.inventory.distribution(site)
    assert world.wire.calls.count("ListInvalidations") == 1
    world.clock.sleep(4)
    world.services.inventory.distribution(site)
    assert world.wire.calls.count("ListInvalidations") == 2


@pytest.mark.parametrize("denied", ["ListInvalidations", "GetInvalidation"])
def test_where_the_list_of_cloudfront_is_denied_the_preview_says_what_is_not_counted(
    world: World, site: str, denied: str
) -> None:
    paths = {"Quantity": 1, "Items": ["/a"]}
    world.cloudfront.create_invalidation(
        DistributionId=site, InvalidationBatch={"CallerReference": "x", "Paths": paths}
    )
    world.wire.denied.add(denied)
    preview = world.services.invalidating.preview(site, ["/x"])
    assert preview.in_progress.model_dump() == {"files": 0, "wildcards": 0}
    assert f"Invalidations made elsewhere are not counted. AWS denied cloudfront:{denied}" in (preview.quota_note or "")


def test_more_than_cloudfront_takes_at_once_is_refused_in_words_with_a_way_on(world: World, site: str) -> None:
    lines = [f"/img/{n}.jpg" for n in range(10_000)]
    preview = world.services.invalidating.preview(site, lines)
    assert "These are 10,000 paths. CloudFront takes 3,000 paths and 15 wildcards at once." in (preview.problem or "")
    assert preview.instead == ["/img/*"]
    with pytest.raises(BadInputError, match=r"Nothing was invalidated\. These are 10,000 paths"):
        world.services.invalidating.submit(site, lines, reason=None, person=BOB)
    assert world.rings() == []
    covered = world.services.invalidating.submit(site, [*lines, "/img/*"], reason=None, person=BOB)
    assert covered.paths == ["/img/*"]


def test_cache_tags_are_sent_where_the_distribution_keeps_them(world: World, site: str) -> None:
    submit = world.services.invalidating.submit
    with pytest.raises(LinesRefusedError, match="keeps no cache tags"):
        submit(site, ["#news"], reason=None, person=BOB)
    kept = world.distribution(world.bucket("tagged"), CacheTagConfig={"HeaderName": "x-amz-meta-cache-tag"})
    preview = world.services.invalidating.preview(kept, ["#News"])
    (one,) = preview.paths
    assert (one.path, one.matches, preview.confirm) == ("#news", None, "ask")
    assert "Only CloudFront knows" in (one.uncounted or "")
    assert submit(kept, ["#News", "/a"], reason=None, person=BOB).paths == ["#news", "/a"]


def test_a_preview_of_thousands_of_lines_asks_s3_only_a_little(world: World, site: str) -> None:
    world.wire.calls.clear()
    preview = world.services.invalidating.preview(site, [f"/{n}" for n in range(2000)])
    assert len(preview.paths) == 2000
    assert world.wire.calls.count("ListObjectsV2") <= 30


def test_price_and_quota_are_told_before_the_click(world: World, site: str) -> None:
    preview = world.services.invalidating.preview(site, ["/a", "/b", "/b", "~"])
    assert (preview.price_usd, preview.free_paths_left) == (0, 1000)
    assert preview.in_progress.model_dump() == {"files": 0, "wildcards": 0}


def test_a_request_is_written_down_and_rung_for_and_cloudfront_is_left_to_the_invalidator(
    world: World, site: str
) -> None:
    record = world.services.invalidating.submit(site, ["/guide/*", "a.html"], reason=" price ", person=BOB)
    assert (record.state, record.paths, record.path_count) == ("waiting", ["/guide/*", "/a.html"], 2)
    assert (record.cause.kind, record.cause.actor, record.cause.reason) == ("person", "bob", "price")
    assert world.rings() == [site]
    assert world.services.history.get(record.id) == record
    assert "CreateInvalidation" not in world.wire.calls


def test_nothing_is_sent_where_one_line_is_wrong(world: World, site: str) -> None:
    with pytest.raises(LinesRefusedError, match="Nothing was invalidated") as caught:
        world.services.invalidating.submit(site, ["/good", "/b*d", "/~x"], reason=None, person=BOB)
    assert [given for given, _ in caught.value.refused] == ["/b*d", "/~x"]
    assert world.rings() == []
    assert world.services.history.page().items == []


@pytest.mark.parametrize("lines", [[], [""], ["  ", "\n"]])
def test_nothing_asked_is_refused(world: World, site: str, lines: list[str]) -> None:
    with pytest.raises(BadInputError, match="No path"):
        world.services.invalidating.submit(site, lines, reason=None, person=BOB)


def test_the_same_key_is_the_same_request_and_other_paths_a_conflict(world: World, site: str) -> None:
    submit = world.services.invalidating.submit
    one = submit(site, ["/a"], reason=None, person=BOB, key="k1")
    assert submit(site, ["/a"], reason=None, person=BOB, key="k1").id == one.id
    assert submit(site, ["/a"], reason=None, person=BOB, key="k2").id != one.id
    with pytest.raises(IdempotencyConflictError):
        submit(site, ["/b"], reason=None, person=BOB, key="k1")
    for bad in ("", "x" * 256):
        with pytest.raises(BadInputError, match="Idempotency-Key"):
            submit(site, ["/a"], reason=None, person=BOB, key=bad)


@pytest.mark.parametrize("unknown", ["E0UNKNOWN00000", "", "é", "../E1", "e 1", "x" * 100, "\udc80"])
def test_a_distribution_that_is_not_there_is_said_so(world: World, unknown: str) -> None:
    asked = world.services.invalidating
    for ask in (
        lambda: asked.preview(unknown, ["/a"]),
        lambda: asked.submit(unknown, ["/a"], reason=None, person=BOB),
        lambda: asked.pause(unknown, BOB),
        lambda: asked.settings(unknown),
        lambda: asked.save_settings(unknown, DistributionSettings(settle_seconds=1), BOB),
        lambda: world.services.inventory.distribution(unknown),
    ):
        with pytest.raises(NotFoundError, match="There is no distribution"):
            ask()


def test_a_lost_bell_loses_no_request(world: World, site: str) -> None:
    world.wire.denied.add("SendMessage")
    record = world.services.invalidating.submit(site, ["/a"], reason=None, person=BOB)
    assert world.services.history.get(record.id).state == "waiting"
    assert world.tables.journal.busy() == [site]


def test_pausing_holds_and_resuming_rings(world: World, site: str) -> None:
    invalidating = world.services.invalidating
    invalidating.pause(site, ANNA)
    assert world.services.inventory.distribution(site).paused
    assert not invalidating.all_paused()
    assert world.rings() == []
    invalidating.resume(site, ANNA)
    assert not world.services.inventory.distribution(site).paused
    assert world.rings() == [site]


def test_the_switch_for_all_rings_for_what_waits(world: World, site: str) -> None:
    invalidating = world.services.invalidating
    invalidating.pause(None, ANNA)
    assert invalidating.all_paused()
    assert world.services.overview.summary().paused
    world.tables.bells.ring(site, world.clock.now() + timedelta(minutes=10))
    invalidating.resume(None, ANNA)
    assert not invalidating.all_paused()
    assert world.rings() == [site]


def test_lists_show_a_pause_at_once(world: World) -> None:
    site = world.distribution(world.bucket("docs"))
    world.services.linking.apply("docs", [site], ANNA)
    world.services.invalidating.pause(site, ANNA)
    assert [link.state for link in world.services.linking.links().items] == ["paused"]
    world.services.invalidating.resume(site, ANNA)
    assert [link.state for link in world.services.linking.links().items] == ["linked"]


def test_settings_change_one_by_one_and_go_back_to_the_default(world: World, site: str) -> None:
    invalidating = world.services.invalidating
    assert invalidating.save_settings(site, DistributionSettings(settle_seconds=12), ANNA).settle_seconds == 12
    assert invalidating.save_settings(site, DistributionSettings(), ANNA).settle_seconds == 12
    assert world.services.inventory.distribution(site).settings.settle_seconds == 12
    assert invalidating.save_settings(site, DistributionSettings(settle_seconds=None), ANNA).settle_seconds is None
    assert invalidating.settings(site) == DistributionSettings()


def test_requests_and_the_waiting_show_in_history_and_overview(world: World, site: str) -> None:
    record = world.services.invalidating.submit(site, ["/a"], reason=None, person=BOB)
    world.clock.sleep(30)
    assert [one.id for one in world.services.history.open()] == [record.id]
    summary = world.services.overview.summary()
    assert (summary.in_flight, summary.waiting_changes) == (1, 0)
    assert summary.oldest_waiting_seconds == pytest.approx(30, abs=1)
    page = world.services.history.page(distribution=site, actor="bob", kind="person")
    assert [one.id for one in page.items] == [record.id]
    assert world.services.history.page(since=world.clock.now() + timedelta(hours=1)).items == []
    assert world.services.history.paths(record.id) == ["/a"]


@pytest.mark.parametrize("unknown", ["none", "", "../x", "01J00000000000000000000000", "é", "x" * 3000])
def test_an_invalidation_that_is_not_there_is_said_so(world: World, unknown: str) -> None:
    with pytest.raises(NotFoundError, match="no invalidation"):
        world.services.history.get(unknown)


def test_who_writes_the_key_instead_of_the_address_is_told_what_was_meant(world: World, site: str) -> None:
    told = world.services.invalidating.preview(site, ["/site/guide/*", "/site/nothing", "/guide/*"]).paths
    assert [(one.path, one.matches, one.mend) for one in told] == [
        ("/site/guide/*", 0, "/guide/*"),
        ("/site/nothing", 0, None),
        ("/guide/*", 3, None),
    ]
    assert told[0].note == "viewers don't write /site, which is in front of every key"


def test_looking_again_while_typing_reads_the_distribution_once(world: World, site: str) -> None:
    world.wire.calls.clear()
    for line in ("/a", "/ab", "/abc"):
        world.services.invalidating.preview(site, [line])
    assert world.wire.calls.count("GetDistributionConfig") == 1
    world.clock.sleep(11)
    world.services.invalidating.preview(site, ["/a"])
    assert world.wire.calls.count("GetDistributionConfig") == 2


def test_what_is_sent_is_read_against_the_distribution_as_it_is_then(world: World, site: str) -> None:
    world.services.invalidating.preview(site, ["s3://docs/site/other.html"])
    found = world.cloudfront.get_distribution_config(Id=site)
    config = found["DistributionConfig"]
    config["Origins"]["Items"][0]["OriginPath"] = ""
    world.cloudfront.update_distribution(Id=site, IfMatch=found["ETag"], DistributionConfig=config)
    record = world.services.invalidating.submit(site, ["s3://docs/site/other.html"], reason=None, person=BOB)
    assert record.paths == ["/site/other.html"]


def test_what_is_confirmed_is_measured_against_the_distribution_as_it_is_then(world: World, site: str) -> None:
    preview = world.services.invalidating.preview
    assert [one.path for one in preview(site, ["s3://docs/site/other.html"]).paths] == ["/other.html"]
    found = world.cloudfront.get_distribution_config(Id=site)
    found["DistributionConfig"]["Origins"]["Items"][0]["OriginPath"] = ""
    world.cloudfront.update_distribution(Id=site, IfMatch=found["ETag"], DistributionConfig=found["DistributionConfig"])
    brief = preview(site, ["s3://docs/site/other.html"], brief=True)
    assert [one.path for one in brief.paths] == ["/site/other.html"]
