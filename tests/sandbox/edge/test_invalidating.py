"""What an invalidation drops, when, and what it leaves alone."""

import time
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.edge.cache import Cache, Entry, Key
from sandbox.edge.drops import read_drop
from sandbox.edge.moments import Moments
from tests.sandbox.edge.world import (
    BUCKET,
    Config,
    World,
    allow,
    behavior,
    config_of,
    headers_of,
    items,
    make_world,
    rest_origin,
    x_cache,
)

TAGGED: Config = {"CacheTagConfig": {"HeaderName": "X-Amz-Meta-Cache-Tag"}}


def named(uri: str, item: str) -> bool:
    """Tell whether a path names a URI, by a reading of the documentation that shares nothing with the edge's."""
    if "%7E" in item.upper():
        return False
    stem, star = (item[:-1], True) if item[-1] == "*" else (item, False)
    for position, character in enumerate(stem):
        if position >= len(uri) or uri[position] != character:
            return False
    return star or len(uri) == len(stem)


PIECES = st.sampled_from(["a", "b", "A", "/", "/", "?x=1", "%7E", "%7e", "~", "+", "*"])
URIS = st.lists(PIECES, max_size=5).map(lambda pieces: "/" + "".join(pieces))


@given(st.lists(URIS, min_size=1, max_size=12, unique=True), st.lists(URIS, min_size=1, max_size=6))
def test_a_batch_drops_exactly_what_its_paths_name(uris: list[str], paths: list[str]) -> None:
    moments, cache = Moments(), Cache(1_000_000)
    for uri in uris:
        for variant in (None, "de"):
            asked = moments.at(0)
            cache.begin("E", asked)
            cache.keep(Key("E", uri, (variant,)), Entry(200, (), b"", asked, 0, 100, 0), 0)
            cache.end("E", asked)
    cache.invalidate("E", read_drop(paths, moments.at(1), 1), 1)
    left = [uri for uri in uris if cache.find(Key("E", uri, (None,)), 1)]
    assert left == [uri for uri in uris if not any(named(uri, path) for path in paths)]
    assert left == [uri for uri in uris if cache.find(Key("E", uri, ("de",)), 1)]
    assert len(cache) == 2 * len(left)


@given(URIS, st.lists(URIS, min_size=1, max_size=6))
@example("/b/a", ["/a*"])
@example("/ab", ["/a", "/b*"])
def test_a_late_answer_is_thrown_away_exactly_where_a_path_names_it(uri: str, paths: list[str]) -> None:
    moments, cache = Moments(), Cache(1_000_000)
    asked = moments.at(0)
    cache.begin("E", asked)
    cache.invalidate("E", read_drop(paths, moments.at(1), 2), 2)
    cache.keep(Key("E", uri, ()), Entry(200, (), b"", asked, 0, 100, 0), 3)
    cache.end("E", asked)
    assert (cache.find(Key("E", uri, ()), 3) is None) == any(named(uri, path) for path in paths)


def test_a_path_with_an_encoded_tilde_drops_not_even_what_was_sent_so(world: World) -> None:
    world.buckets.put("~joe/x", "one")
    for uri in ("/%7Ejoe/x", "/%7ejoe/x", "/~joe/x"):
        world.get(uri)
    world.invalidate("/%7Ejoe/x", "/%7ejoe/x", "/%7Ejoe/*", "/%7e*")
    assert all(world.cached(uri) for uri in ("/%7Ejoe/x", "/%7ejoe/x", "/~joe/x"))
    world.invalidate("/*")
    assert not any(world.cached(uri) for uri in ("/%7Ejoe/x", "/%7ejoe/x", "/~joe/x"))


def test_nothing_goes_before_the_invalidation_is_in_effect(world: World) -> None:
    world.buckets.put("a", "one")
    world.get("/a")
    world.buckets.put("a", "two")
    world.invalidate("/a", effect_after=5)
    world.clock.advance(4)
    assert world.text("/a") == "one"
    world.clock.advance(1)
    assert world.text("/a") == "two"


def test_what_was_asked_for_after_the_invalidation_was_made_may_stay(world: World) -> None:
    world.buckets.put("a", "one")
    world.get("/b")
    world.invalidate("/a", effect_after=5)
    world.clock.advance(1)
    world.get("/a")
    world.clock.advance(10)
    assert world.cached("/a")


def test_an_answer_on_its_way_when_the_invalidation_takes_effect_is_not_kept(world: World) -> None:
    """The origin was asked before the change; its answer comes when everything is said to be fresh."""

    def meanwhile(key: str) -> None:
        if key == "a":
            world.buckets.before_get = lambda _key: None
            old = world.buckets.things[BUCKET, "a"]
            world.buckets.put("a", "two")
            world.clock.advance(1)
            world.invalidate("/a", effect_after=5)
            world.clock.advance(6)
            assert world.text("/a") == "two", "another viewer, already fresh"
            world.buckets.things[BUCKET, "a"] = old  # what this request had read before all of that

    world.buckets.put("a", "one")
    world.buckets.before_get = meanwhile
    assert world.text("/a") == "one", "its own viewer asked before the change"
    world.buckets.put("a", "two")
    assert world.text("/a") == "two"
    assert world.cached("/a")


def test_an_answer_that_comes_between_acceptance_and_effect_goes_with_the_others(world: World) -> None:
    def meanwhile(_key: str) -> None:
        world.buckets.before_get = lambda _key: None
        world.clock.advance(1)
        world.invalidate("/*", effect_after=5)
        world.clock.advance(1)

    world.buckets.put("a", "one")
    world.buckets.before_get = meanwhile
    world.get("/a")
    world.buckets.put("a", "two")
    assert world.text("/a") == "one"
    world.clock.advance(4)
    assert world.text("/a") == "two"


def test_a_slow_answer_does_not_push_a_younger_one_out(world: World) -> None:
    def meanwhile(_key: str) -> None:
        world.buckets.before_get = lambda _key: None
        old = world.buckets.things[BUCKET, "a"]
        world.buckets.put("a", "two")
        assert world.text("/a") == "two"
        world.buckets.things[BUCKET, "a"] = old

    world.buckets.put("a", "one")
    world.buckets.before_get = meanwhile
    world.get("/a")
    assert world.text("/a") == "two"


def test_what_stood_in_for_a_failing_origin_goes_too(world: World) -> None:
    """It was found expired, and while the origin was asked the invalidation took effect."""

    def meanwhile(_key: str) -> None:
        world.clock.advance(5)
        raise OSError("the origin is gone")

    world.buckets.put("a", "one", Cache_Control="max-age=60")
    world.get("/a")
    world.clock.advance(59)
    world.invalidate("/a", effect_after=5)
    world.clock.advance(2)
    world.buckets.before_get = meanwhile
    assert world.get("/a").status == 502
    assert world.get("/a").status == 502


def test_what_stood_in_does_not_push_a_younger_answer_out(world: World) -> None:
    def meanwhile(_key: str) -> None:
        world.buckets.before_get = lambda _key: None
        world.buckets.put("a", "two")
        assert world.text("/a") == "two"
        raise OSError("the origin failed this one request")

    world.buckets.put("a", "one", Cache_Control="max-age=60")
    world.get("/a")
    world.clock.advance(61)
    world.buckets.before_get = meanwhile
    assert world.get("/a").status == 502
    assert world.text("/a") == "two"


def test_a_revalidated_object_has_headers_of_before_and_goes(world: World) -> None:
    """Only its headers changed, and the origin said that it is still the same after the invalidation was made."""
    world.buckets.put("a", "one", Cache_Control="max-age=10", Content_Type="text/plain")
    world.get("/a")
    world.clock.advance(9)
    world.buckets.put("a", "one", Cache_Control="max-age=10", Content_Type="text/html")
    world.invalidate("/a", effect_after=5)
    world.clock.advance(2)
    assert x_cache(world.get("/a")) == "RefreshHit"
    world.clock.advance(3)
    answer = world.get("/a")
    assert (x_cache(answer), headers_of(answer)["content-type"]) == ("Miss", "text/html")


def test_a_revalidation_on_its_way_when_the_invalidation_takes_effect_brings_the_new_headers(world: World) -> None:
    def meanwhile(_key: str) -> None:
        world.buckets.before_get = lambda _key: None
        world.clock.advance(5)

    world.buckets.put("a", "one", Cache_Control="max-age=10", Content_Type="text/plain")
    world.get("/a")
    world.clock.advance(9)
    world.buckets.put("a", "one", Cache_Control="max-age=10", Content_Type="text/html")
    world.invalidate("/a", effect_after=5)
    world.clock.advance(2)
    world.buckets.before_get = meanwhile
    answer = world.get("/a")
    assert (x_cache(answer), headers_of(answer)["content-type"]) == ("Miss", "text/html")
    assert world.cached("/a"), "it was asked for after the invalidation was made"


def test_an_invalidation_of_something_else_leaves_a_slow_answer_alone(world: World) -> None:
    def meanwhile(_key: str) -> None:
        world.buckets.before_get = lambda _key: None
        world.clock.advance(1)
        world.invalidate("/b", "/a/*")

    world.buckets.put("a", "one")
    world.buckets.before_get = meanwhile
    world.get("/a")
    assert world.cached("/a")


def test_an_invalidated_error_is_gone(world: World) -> None:
    world.buckets.policies[BUCKET] = allow("*", "s3:GetObject", "s3:ListBucket")
    assert world.get("/new").status == 404
    world.buckets.put("new", "here")
    world.invalidate("/new")
    assert world.text("/new") == "here"


def tagged() -> World:
    """A distribution with cache tags, which caches by query string."""
    world = make_world()
    world.distribution(config_of(rest_origin(), behavior("all"), **TAGGED))
    world.buckets.put("a", "one", x_amz_meta_cache_tag="News, product:tv")
    world.buckets.put("b", "one", x_amz_meta_cache_tag="product:radio")
    world.buckets.put("c", "one")
    for uri in ("/a", "/a?x=1", "/b", "/c"):
        world.get(uri)
    return world


def test_a_tag_drops_every_variant_of_what_carries_it() -> None:
    world = tagged()
    world.invalidate("#news")
    assert [world.cached(uri) for uri in ("/a", "/a?x=1", "/b", "/c")] == [False, False, True, True]


def test_tags_are_compared_whole_without_case_and_beside_paths() -> None:
    world = tagged()
    world.invalidate("#product:*", "#product", "#PRODUCT:RADIO", "/c")
    assert [world.cached(uri) for uri in ("/a", "/a?x=1", "/b", "/c")] == [True, True, False, False]


def test_tags_do_nothing_where_they_are_not_switched_on(world: World) -> None:
    world.buckets.put("a", "one", x_amz_meta_cache_tag="news")
    world.get("/a")
    world.invalidate("#news")
    assert world.cached("/a")
    world.distribution(config_of(**TAGGED))
    world.invalidate("#news")
    assert world.cached("/a"), "what was cached before carries none"


def test_an_object_has_fifty_tags_at_most_and_only_proper_ones(world: World) -> None:
    world.distribution(config_of(**TAGGED))
    tags = ["x" * 257, "two words", *(f"t{n}" for n in range(51))]
    world.buckets.put("a", "one", x_amz_meta_cache_tag=",".join(tags))
    world.get("/a")
    world.invalidate("#t50", "#" + "x" * 257, "#two words")
    assert world.cached("/a")
    world.invalidate("#t49")
    assert not world.cached("/a")


def test_a_slow_answer_with_an_invalidated_tag_is_not_kept(world: World) -> None:
    world.distribution(config_of(**TAGGED))
    world.buckets.put("a", "one", x_amz_meta_cache_tag="news")

    def meanwhile(_key: str) -> None:
        world.buckets.before_get = lambda _key: None
        world.clock.advance(1)
        world.invalidate("#news")

    world.buckets.before_get = meanwhile
    world.get("/a")
    assert not world.cached("/a")


def test_errors_carry_no_tags(world: World) -> None:
    error = {"ErrorCode": 404, "ErrorCachingMinTTL": 300, "ResponsePagePath": "/404.html", "ResponseCode": "404"}
    world.distribution(config_of(CustomErrorResponses=items([error]), **TAGGED))
    world.buckets.policies[BUCKET] = allow("*", "s3:GetObject", "s3:ListBucket")
    world.buckets.put("404.html", "nope", x_amz_meta_cache_tag="news")
    world.get("/new")
    world.invalidate("#news")
    assert x_cache(world.get("/new")) == "Error"


def test_the_cache_never_shows_anything_of_another_distribution_or_variant() -> None:
    world = make_world()
    forwarded = {"QueryString": True, "Headers": items(["Accept-Language"]), "Cookies": {"Forward": "none"}}
    for number in range(3):
        bucket = f"bucket{number}"
        world.buckets.create(bucket)
        world.buckets.policies[bucket] = allow("*", "s3:GetObject", bucket=bucket)
        origin = rest_origin(bucket=bucket) | {"Id": BUCKET}
        world.distribution(config_of(origin, behavior(ForwardedValues=forwarded)), f"E{number}")
    for round_number in range(2):
        for number in range(3):
            for language in ("de", "fr"):
                for query in ("", "?x=1"):
                    if round_number == 0:
                        world.buckets.put("a", f"{number} {language} {query}", f"bucket{number}")
                    answer = world.get(f"/a{query}", at=f"E{number}", Accept_Language=language)
                    assert answer.body.decode() == f"{number} {language} {query}"
                    assert x_cache(answer) == ("Hit" if round_number else "Miss")


def full_cache(objects: int) -> tuple[Cache, Moments]:
    moments, cache = Moments(), Cache(1_000_000_000)
    asked = moments.at(0)
    cache.begin("E", asked)
    for number in range(objects):
        cache.keep(Key("E", f"/d{number % 100}/{number}", ()), Entry(200, (), b"", asked, 0, 1e9, 0), 0)
    cache.end("E", asked)
    return cache, moments


def test_a_full_batch_is_cheap_beside_many_objects() -> None:
    cache, moments = full_cache(50_000)
    paths = [f"/d{number % 100}/{number}" for number in range(3000)] + [f"/d{number}/*" for number in range(15)]
    begun = time.process_time()
    cache.invalidate("E", read_drop(paths, moments.at(1), 1), 1)
    assert time.process_time() - begun < 1, "3,015 paths times 50,000 objects would take a minute"
    assert len(cache) == 50_000 - 15 * 500 - 85 * 30


def test_an_invalidation_of_an_empty_cache_leaves_nothing_behind(world: World) -> None:
    for _ in range(100):
        world.invalidate("/*", effect_after=5)
    world.buckets.put("a", "one")
    world.clock.advance(1)
    world.get("/a")
    world.clock.advance(10)
    assert world.cached("/a")


def test_invalidations_that_come_close_together_all_work(world: World) -> None:
    for key in "abc":
        world.buckets.put(key, "one")
        world.get(f"/{key}")
    for _, key in pairwise("xabc"):
        world.invalidate(f"/{key}", effect_after=5)
        world.clock.advance(1)
    world.clock.advance(2)
    assert [world.cached(f"/{key}") for key in "abc"] == [False, True, True]
    world.clock.advance(2)
    assert [world.cached(f"/{key}") for key in "abc"] == [True, False, False]
