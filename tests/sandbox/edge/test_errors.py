"""What becomes of errors: kept or not, replaced by pages, or by what the cache still has."""

import pytest

from tests.sandbox.edge.world import (
    BUCKET,
    Config,
    World,
    allow,
    behavior,
    config_of,
    headers_of,
    items,
    rest_origin,
    website_origin,
    x_cache,
)


def error(code: int, ttl: int = 10, page: str = "", status: str = "") -> Config:
    return {"ErrorCode": code, "ErrorCachingMinTTL": ttl, "ResponsePagePath": page, "ResponseCode": status}


@pytest.fixture
def listed(world: World) -> World:
    """A bucket that may be listed, so that a missing key is a 404."""
    world.buckets.policies[BUCKET] = allow("*", "s3:GetObject", "s3:ListBucket")
    return world


def broken(_key: str) -> None:
    raise OSError("the disk is gone")


def test_an_error_is_a_miss_when_fetched_and_an_error_from_the_cache(listed: World) -> None:
    first, second = listed.get("/new"), listed.get("/new")
    assert (first.status, x_cache(first)) == (404, "Miss")
    assert (second.status, x_cache(second)) == (404, "Error")
    assert b"<Code>NoSuchKey</Code>" in second.body
    assert len(listed.buckets.asked) == 1


@pytest.mark.parametrize(("ttl", "kept"), [(0, False), (60, True)])
def test_the_error_caching_minimum_is_the_distributions(listed: World, ttl: int, kept: bool) -> None:
    listed.distribution(config_of(CustomErrorResponses=items([error(404, ttl)])))
    listed.get("/new")
    listed.clock.advance(30)
    listed.buckets.put("new", "here")
    assert listed.get("/new").status == (404 if kept else 200)


def test_a_custom_page_comes_with_its_own_headers_and_another_status(listed: World) -> None:
    listed.distribution(config_of(CustomErrorResponses=items([error(404, 300, "/app.html", "200")])))
    listed.buckets.put("app.html", "app", Content_Type="text/x-app")
    answer = listed.get("/deep/link")
    assert (answer.status, answer.body, headers_of(answer)["content-type"]) == (200, b"app", "text/x-app")
    assert not listed.cached("/app.html"), "the page is kept under the URI that failed alone"


def test_an_object_in_the_place_of_an_error_is_new_even_if_it_has_the_pages_bytes(listed: World) -> None:
    listed.distribution(config_of(CustomErrorResponses=items([error(404, 10, "/app.html", "200")])))
    listed.buckets.put("app.html", "app")
    listed.get("/deep/link")
    listed.buckets.put("deep/link", "app", Content_Type="text/plain")
    listed.clock.advance(11)
    answer = listed.get("/deep/link")
    assert (x_cache(answer), headers_of(answer)["content-type"]) == ("Miss", "text/plain")


def test_a_custom_page_is_asked_of_the_behaviour_that_matches_it(listed: World) -> None:
    listed.buckets.create("pages")
    listed.buckets.policies["pages"] = allow("*", "s3:GetObject", bucket="pages")
    listed.buckets.put("errors/404.html", "sorry", "pages")
    listed.distribution(
        config_of(
            None,
            behavior(PathPattern="/errors/*", TargetOriginId="pages"),
            behavior(),
            Origins=items([rest_origin(), rest_origin(bucket="pages")]),
            CustomErrorResponses=items([error(404, 10, "/errors/404.html", "404")]),
        )
    )
    answer = listed.get("/new")
    assert (answer.status, answer.body) == (404, b"sorry")


def test_where_the_custom_page_is_missing_the_error_itself_is_shown(listed: World) -> None:
    listed.distribution(config_of(CustomErrorResponses=items([error(404, 10, "/none.html", "200")])))
    assert listed.get("/new").status == 404


def test_a_custom_page_for_a_403_without_cache_control_is_not_kept(world: World) -> None:
    world.distribution(config_of(CustomErrorResponses=items([error(403, 300, "/app.html", "200")])))
    world.buckets.put("app.html", "app1")
    assert world.text("/deep/link") == "app1"
    world.buckets.put("app.html", "app2")
    assert world.text("/deep/link") == "app2"


def test_an_expired_object_stands_in_for_an_origin_that_fails(world: World) -> None:
    world.buckets.put("a", "one", Cache_Control="max-age=60")
    world.get("/a")
    world.clock.advance(61)
    world.buckets.before_get = broken
    answer = world.get("/a")
    assert (answer.status, answer.body, x_cache(answer)) == (200, b"one", "Hit")
    asked = len(world.buckets.asked)
    world.clock.advance(9)
    assert world.text("/a") == "one"
    assert len(world.buckets.asked) == asked, "for the error caching minimum TTL the origin is left alone"
    world.clock.advance(2)
    world.buckets.before_get = lambda _key: None
    world.buckets.put("a", "two")
    assert world.text("/a") == "two"


@pytest.mark.parametrize("control", ["max-age=60, stale-if-error=0", "no-cache"])
def test_nothing_stands_in_where_the_origin_forbade_it(world: World, control: str) -> None:
    world.buckets.put("a", "one", Cache_Control=control)
    world.get("/a")
    world.clock.advance(61)
    world.buckets.before_get = broken
    assert world.get("/a").status == 502


def test_a_renewed_object_stands_in_as_its_new_headers_say(world: World) -> None:
    world.buckets.put("a", "one", Cache_Control="max-age=60")
    world.get("/a")
    world.clock.advance(61)
    world.buckets.put("a", "one", Cache_Control="max-age=60, stale-if-error=30")
    assert x_cache(world.get("/a")) == "RefreshHit"
    world.buckets.before_get = broken
    world.clock.advance(80)
    assert world.text("/a") == "one"
    world.clock.advance(11)
    assert world.get("/a").status == 502


def test_what_was_refused_meanwhile_stands_in_for_nothing(world: World) -> None:
    world.buckets.put("a", "one", Cache_Control="max-age=60")
    world.get("/a")
    world.clock.advance(61)
    world.buckets.delete("a")
    assert world.get("/a").status == 403
    world.buckets.before_get = broken
    assert world.get("/a").status == 502


def test_a_4xx_is_shown_though_an_expired_object_is_there(listed: World) -> None:
    listed.buckets.put("a", "one", Cache_Control="max-age=60")
    listed.get("/a")
    listed.clock.advance(61)
    listed.buckets.delete("a")
    assert listed.get("/a").status == 404


def test_an_origin_that_fails_is_a_502_kept_like_any_5xx(world: World) -> None:
    world.buckets.before_get = broken
    assert world.get("/a").status == 502
    world.buckets.before_get = lambda _key: None
    world.buckets.put("a", "one")
    assert world.get("/a").status == 502
    world.clock.advance(11)
    assert world.text("/a") == "one"


def groups(*statuses: int) -> Config:
    """A distribution whose behaviour asks the bucket and then, after these statuses, another one."""
    members = items([{"OriginId": BUCKET}, {"OriginId": "spare"}])
    group = {"Id": "group", "FailoverCriteria": {"StatusCodes": items(statuses)}, "Members": members}
    origins = items([rest_origin(), website_origin(bucket="spare") | {"Id": "spare"}])
    return config_of(None, behavior(TargetOriginId="group"), Origins=origins, OriginGroups=items([group]))


@pytest.fixture
def spare(listed: World) -> World:
    """A second bucket behind a website endpoint, for failover."""
    listed.buckets.create("spare")
    listed.buckets.policies["spare"] = allow("*", "s3:GetObject", bucket="spare")
    listed.buckets.websites["spare"] = {"IndexDocument": {"Suffix": "index.html"}}
    return listed


def test_the_second_origin_is_asked_after_a_status_of_the_criteria(spare: World) -> None:
    spare.distribution(groups(404, 502))
    spare.buckets.put("a", "spare's", "spare")
    assert (spare.text("/a"), spare.cached("/a")) == ("spare's", True)
    spare.buckets.put("a", "first's")
    assert spare.text("/a") == "spare's"
    spare.invalidate("/a")
    assert spare.text("/a") == "first's"


def test_other_statuses_do_not_fail_over(spare: World) -> None:
    spare.distribution(groups(500))
    spare.buckets.put("a", "spare's", "spare")
    assert spare.get("/a").status == 404


def test_where_both_fail_the_second_ones_error_counts(spare: World) -> None:
    spare.distribution(groups(404))
    answer = spare.get("/a")
    assert (answer.status, headers_of(answer)["content-type"]) == (404, "text/html; charset=utf-8")
