"""The cache holds what it may cost, and no more."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from sandbox.edge.cache import OVERHEAD, Cache, Entry, Key
from sandbox.edge.drops import read_drop
from sandbox.edge.moments import Moments
from tests.sandbox.edge.world import config_of, make_world


def keep(cache: Cache, moments: Moments, uri: str, size: int, tags: frozenset[str] = frozenset()) -> None:
    asked = moments.at(0)
    cache.begin("E", asked)
    cache.keep(Key("E", uri, ()), Entry(200, (), b"x" * size, asked, 0, 100, 0, tags=tags), 0)
    cache.end("E", asked)


def test_the_least_used_is_pushed_out_first() -> None:
    moments, cache = Moments(), Cache(3 * (1000 + OVERHEAD))
    for uri in "abc":
        keep(cache, moments, uri, 1000)
    cache.find(Key("E", "a", ()), 0)
    keep(cache, moments, "d", 1000)
    assert [bool(cache.find(Key("E", uri, ()), 0)) for uri in "abcd"] == [True, False, True, True]


def test_what_is_larger_than_everything_is_served_and_not_kept() -> None:
    world = make_world(cache_bytes=10_000)
    world.distribution(config_of())
    world.buckets.put("small", "x")
    world.buckets.put("large", "x" * 20_000)
    world.get("/small")
    assert len(world.get("/large").body) == 20_000
    assert not world.cached("/large")
    assert world.cached("/small")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), st.sampled_from("abcdef"), st.integers(0, 3000), st.sampled_from(["", "t", "u"])),
        st.tuples(st.just("drop"), st.sampled_from(["/a", "/*", "a", "b", "#t", "c*"])),
    ),
    max_size=40,
)


@given(STEPS)
def test_the_books_are_right_after_anything(steps: list[tuple[str, ...]]) -> None:
    moments, cache, kept = Moments(), Cache(8000), {}
    for step in steps:
        if step[0] == "keep":
            _, uri, size, tag = step
            keep(cache, moments, uri, int(size), frozenset({tag} if tag else ()))
            kept[uri] = int(size)
        else:
            cache.invalidate("E", read_drop([step[1]], moments.at(0), 0), 0)
        found = [entry for uri in kept if (entry := cache.find(Key("E", uri, ()), 0))]
        assert cache.size == sum(entry.size for entry in found) <= 8000
        assert len(cache) == len(found)


def test_many_threads_may_use_it_at_once() -> None:
    moments, cache, numbers = Moments(), Cache(50 * (100 + OVERHEAD)), count()

    def work(_: int) -> None:
        for _ in range(300):
            number = next(numbers)
            keep(cache, moments, f"/{number % 80}", 100, frozenset({f"t{number % 7}"}))
            cache.find(Key("E", f"/{number % 80}", ()), 0)
            if number % 50 == 0:
                cache.invalidate("E", read_drop(["/1*", "#t3"], moments.at(0), 0), 0)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert cache.size == len(cache) * (100 + OVERHEAD) <= 50 * (100 + OVERHEAD)
    cache.invalidate("E", read_drop(["/*"], moments.at(0), 0), 0)
    assert (len(cache), cache.size) == (0, 0)
