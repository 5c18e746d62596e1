"""Hosts, methods, behaviours, root objects, and what every answer carries."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.aws.messages import Request
from tests.sandbox.edge.world import (
    BUCKET,
    World,
    behavior,
    config_of,
    headers_of,
    items,
    make_world,
    rest_origin,
    x_cache,
)


def test_a_hit_tells_its_age_and_where_it_comes_from(world: World) -> None:
    world.buckets.put("a", "one", Cache_Control="max-age=600", x_amz_meta_team="web")
    first = headers_of(world.get("/a"))
    world.clock.advance(61)
    second = headers_of(world.get("/a"))
    assert (first["x-cache"], second["x-cache"]) == ("Miss from cloudfront", "Hit from cloudfront")
    assert second["age"] == "61"
    assert "age" not in first
    assert second["via"].endswith(".cloudfront.net (CloudFront)")
    assert second["x-amz-cf-pop"] == first["x-amz-cf-pop"]
    assert second["x-amz-cf-id"] != first["x-amz-cf-id"]
    for name in ("etag", "last-modified", "content-type", "cache-control", "x-amz-meta-team", "date", "content-length"):
        assert second[name] == first[name]


def test_an_unknown_host_is_told_how_to_name_a_distribution(world: World) -> None:
    answer = world.edge.handle(Request("GET", "/", "", {"host": "<nobody>.localhost:8002"}, b""))
    page = answer.body.decode()
    assert answer.status == 404
    assert "&lt;nobody&gt;.localhost:8002" in page
    assert "http://e1abcdef.localhost:8002/" in page
    assert x_cache(answer) == "Error"


def test_a_request_without_a_host_gets_the_same_page(world: World) -> None:
    assert world.edge.handle(Request("GET", "/", "", {}, b"")).status == 404


def test_a_disabled_distribution_serves_nothing_not_even_from_the_cache(world: World) -> None:
    world.buckets.put("a", "one")
    world.get("/a")
    world.distribution(config_of(), enabled=False)
    answer = world.get("/a")
    assert (answer.status, x_cache(answer)) == (403, "Error")


def test_the_viewer_protocol_policy_locks_nobody_out(world: World) -> None:
    world.buckets.put("a", "one")
    for policy in ("allow-all", "redirect-to-https", "https-only"):
        world.distribution(config_of(None, behavior(ViewerProtocolPolicy=policy)))
        assert world.text("/a") == "one"


@pytest.mark.parametrize(
    ("method", "status"), [("POST", 403), ("PUT", 403), ("DELETE", 403), ("OPTIONS", 403), ("TRACE", 405), ("X", 405)]
)
def test_a_method_that_is_not_allowed_is_refused(world: World, method: str, status: int) -> None:
    answer = world.get("/a", method)
    assert (answer.status, x_cache(answer)) == (status, "Error")
    assert world.buckets.asked == []


def test_allowed_methods_reach_a_bucket_that_grants_only_reading(world: World) -> None:
    world.distribution(config_of(None, behavior(AllowedMethods=items(["GET", "HEAD", "PUT", "POST", "OPTIONS"]))))
    world.buckets.put("a", "one")
    for method in ("PUT", "POST", "OPTIONS"):
        answer = world.get("/a", method, body=b"two")
        assert answer.status == 403
        assert b"<Code>AccessDenied</Code>" in answer.body
    assert world.text("/a") == "one"


def test_a_get_with_a_body_is_refused(world: World) -> None:
    world.buckets.put("a", "one")
    assert world.get("/a", body=b"x").status == 403


def test_an_url_above_the_limit_is_refused(world: World) -> None:
    assert world.get("/" + "x" * 8192).status == 413


def test_head_is_answered_from_what_get_left_and_the_other_way_round(world: World) -> None:
    world.buckets.put("a", "four")
    world.buckets.put("b", "four")
    first, second = world.get("/a"), world.get("/a", "HEAD")
    assert (x_cache(first), x_cache(second)) == ("Miss", "Hit")
    assert (second.body, headers_of(second)["content-length"]) == (b"", "4")
    assert headers_of(second)["etag"] == headers_of(first)["etag"]
    assert x_cache(world.get("/b", "HEAD")) == "Miss"
    assert (world.get("/b").body, world.cached("/b")) == (b"four", True)


def test_each_behaviour_has_its_own_origin(world: World) -> None:
    world.buckets.create("media")
    world.buckets.policies["media"] = {
        "Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::media/*"}
    }
    media = behavior(PathPattern="/media/*", TargetOriginId="media")
    origins = items([rest_origin(), rest_origin("/v1", "media")])
    world.distribution(config_of(None, media, behavior(), Origins=origins))
    world.buckets.put("media/a", "site's")
    world.buckets.put("v1/media/a", "media's", "media")
    assert world.text("/media/a") == "media's"
    world.buckets.put("v1/x/../media/a", "dots", "media")
    assert world.text("/x/../media/a") == "dots", "the pattern sees /media/a, the bucket the path as it was sent"


def test_the_root_object_may_stand_in_a_folder_and_counts_for_every_spelling_of_the_query(world: World) -> None:
    world.distribution(config_of(DefaultRootObject="web/start.html"))
    world.buckets.put("web/start.html", "one")
    assert world.text("/") == "one"
    assert world.cached("/?utm=x")
    assert world.get("/web/").status == 403


def test_a_root_without_a_root_object_is_the_bucket_itself(world: World) -> None:
    assert world.get("/").status == 403


def test_a_changed_configuration_counts_at_once(world: World) -> None:
    world.buckets.put("a", "one")
    world.buckets.put("v2/a", "two")
    assert world.text("/a") == "one"
    world.distribution(config_of(rest_origin("/v2")))
    assert world.text("/a") == "one", "what is cached stays"
    world.invalidate("/a")
    assert world.text("/a") == "two"


def test_distributions_do_not_share_a_cache(world: World) -> None:
    world.distribution(config_of(), "E2DEF")
    world.buckets.put("a", "one")
    world.get("/a")
    world.buckets.put("a", "two")
    assert world.text("/a", at="E2DEF") == "two"
    world.invalidate("/*", distribution_id="E2DEF")
    assert world.text("/a") == "one"


def test_an_object_of_the_time_before_is_still_the_same_after_it_expired(world: World) -> None:
    world.buckets.put("a", "one", Cache_Control="max-age=10", Content_Type="text/plain")
    world.get("/a")
    world.clock.advance(11)
    thing = world.buckets.things[BUCKET, "a"]
    world.buckets.put("a", "one", Cache_Control="max-age=99", Content_Type="text/html")
    assert dict(world.buckets.things[BUCKET, "a"].headers)["ETag"] == dict(thing.headers)["ETag"]
    answer = world.get("/a")
    assert x_cache(answer) == "RefreshHit"
    assert headers_of(answer)["content-type"] == "text/plain", "a 304 brings no Content-Type"
    assert headers_of(answer)["cache-control"] == "max-age=99"
    world.clock.advance(98)
    again = headers_of(world.get("/a"))
    assert (again["x-cache"], again["age"]) == ("Hit from cloudfront", "98")
    world.clock.advance(2)
    assert x_cache(world.get("/a")) == "RefreshHit"


def test_no_cache_asks_each_time_and_no_store_keeps_nothing(world: World) -> None:
    world.buckets.put("a", "one", Cache_Control="no-cache")
    world.buckets.put("b", "one", Cache_Control="no-store")
    assert [x_cache(world.get("/a")) for _ in range(3)] == ["Miss", "RefreshHit", "RefreshHit"]
    assert [x_cache(world.get("/b")) for _ in range(3)] == ["Miss", "Miss", "Miss"]


def test_an_unchanged_object_that_must_not_be_stored_any_more_is_not(world: World) -> None:
    world.buckets.put("a", "one", Cache_Control="max-age=10")
    world.get("/a")
    world.clock.advance(11)
    world.buckets.put("a", "one", Cache_Control="no-store")
    assert [x_cache(world.get("/a")) for _ in range(3)] == ["Miss", "Miss", "Miss"]


def test_a_later_no_store_ends_what_was_kept(world: World) -> None:
    world.buckets.put("a", "one", Cache_Control="max-age=10")
    world.get("/a")
    world.clock.advance(11)
    world.buckets.put("a", "two", Cache_Control="no-store")
    assert [world.text("/a") for _ in range(2)] == ["two", "two"]
    assert x_cache(world.get("/a")) == "Miss"


@given(st.text(min_size=1, max_size=8), st.text("ab%2+ /?#~", max_size=6))
def test_whatever_a_key_is_it_is_served_by_its_encoded_path(start: str, end: str) -> None:
    world = make_world()
    world.distribution(config_of())
    key = (start + end).encode("utf-8", "ignore").decode() or "a"
    world.buckets.put(key, "here")
    assert world.text("/" + quote(key, safe="/")) == "here"
    assert world.cached("/" + quote(key, safe="/"))
