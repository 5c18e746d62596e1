"""What counts in the cache key: variants are told apart by it, and nothing else is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.aws.messages import Request
from sandbox.edge.keys import KeyRule, Selection, rule_of_forwarding, rule_of_policy
from tests.sandbox.edge.world import World, behavior, config_of, items, with_policy

UNCOMPRESSED = "b2884449-e4de-46a7-ac36-70bc7f1ddd6d"
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def request(path: str = "/a", query: str = "", **headers: str) -> Request:
    return Request("GET", path, query, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


def policy(**parts: Any) -> dict[str, Any]:
    return {"ParametersInCacheKeyAndForwardedToOrigin": parts}


@pytest.mark.parametrize(
    ("mode", "names", "query", "uri"),
    [
        ("none", [], "x=1", "/a"),
        ("all", [], "x=1&&y", "/a?x=1&&y"),
        ("all", [], "", "/a"),
        ("whitelist", ["v"], "v=1&t=9", "/a?v=1"),
        ("whitelist", ["v", "w"], "w=2&v=1", "/a?w=2&v=1"),
        ("whitelist", ["v"], "V=1", "/a"),
        ("whitelist", ["v"], "v=1&v=2", "/a?v=1&v=2"),
        ("whitelist", ["v"], "v", "/a?v"),
        ("whitelist", ["color"], "color=red;size=large", "/a?color=red;size=large"),
        ("whitelist", ["color"], "size=large;color=red", "/a"),
        ("allExcept", ["t"], "v=1&t=9&w=", "/a?v=1&w="),
        ("allExcept", ["t"], "t=9", "/a"),
    ],
)
def test_the_uri_has_the_query_strings_that_count(mode: str, names: list[str], query: str, uri: str) -> None:
    rule = rule_of_policy(policy(QueryStringsConfig={"QueryStringBehavior": mode, "QueryStrings": items(names)}))
    assert rule.uri(request(query=query)) == uri


@pytest.mark.parametrize(
    ("forwarded", "query", "uri"),
    [
        ({"QueryString": False}, "x=1", "/a"),
        ({"QueryString": True}, "x=1", "/a?x=1"),
        ({"QueryString": True, "QueryStringCacheKeys": items([])}, "x=1", "/a?x=1"),
        ({"QueryString": True, "QueryStringCacheKeys": items(["v"])}, "x=1&v=2", "/a?v=2"),
    ],
)
def test_settings_from_before_cache_policies_count_too(forwarded: dict[str, Any], query: str, uri: str) -> None:
    assert rule_of_forwarding(forwarded).uri(request(query=query)) == uri


@pytest.mark.parametrize(
    ("mode", "names", "cookie", "kept"),
    [
        ("none", [], "a=1", ()),
        ("all", [], "b=2; a=1", ("a=1; b=2",)),
        ("whitelist", ["a"], "b=2;a=1", ("a=1",)),
        ("allExcept", ["a"], "b=2; a=1", ("b=2",)),
        ("whitelist", ["a"], "", ("",)),
    ],
)
def test_the_cookies_that_count_are_sorted_by_name(
    mode: str, names: list[str], cookie: str, kept: tuple[str, ...]
) -> None:
    rule = rule_of_policy(policy(CookiesConfig={"CookieBehavior": mode, "Cookies": items(names)}))
    assert rule.variant(request(cookie=cookie)) == kept


def test_cookie_names_outside_of_policies_may_have_wildcards() -> None:
    rule = rule_of_forwarding({"Cookies": {"Forward": "whitelist", "WhitelistedNames": items(["user*", "?x"])}})
    assert rule.variant(request(cookie="other=1; username=ann; ax=1; abx=1")) == ("ax=1; username=ann",)


def test_a_header_that_is_not_there_is_not_the_empty_one() -> None:
    rule = rule_of_policy(policy(HeadersConfig={"HeaderBehavior": "whitelist", "Headers": items(["Accept-Language"])}))
    assert rule.variant(request()) == (None,)
    assert rule.variant(request(accept_language="")) == ("",)
    assert rule.variant(request(accept_language="de")) == ("de",)


@pytest.mark.parametrize(
    ("gzip", "brotli", "accept", "kept"),
    [
        (True, True, "gzip, deflate, br", ("br,gzip",)),
        (True, True, "br,gzip", ("br,gzip",)),
        (True, True, "deflate", ("",)),
        (True, True, "GZIP;q=0.1", ("gzip",)),
        (True, True, "br;q=0, gzip", ("gzip",)),
        (True, True, "gzip;q=0.000", ("",)),
        (True, False, "gzip, br", ("gzip",)),
        (False, True, "gzip, br", ("br",)),
        (False, False, "gzip, br", ()),
    ],
)
def test_accept_encoding_is_normalised(gzip: bool, brotli: bool, accept: str, kept: tuple[str, ...]) -> None:
    rule = rule_of_policy(policy(EnableAcceptEncodingGzip=gzip, EnableAcceptEncodingBrotli=brotli))
    assert rule.variant(request(accept_encoding=accept)) == kept


def test_an_invalidated_path_takes_all_variants_by_header_and_cookie_along(world: World) -> None:
    forwarded = {
        "QueryString": False,
        "Headers": items(["Accept-Language"]),
        "Cookies": {"Forward": "all"},
    }
    world.distribution(config_of(None, behavior(ForwardedValues=forwarded)))
    world.buckets.put("a", "one")
    viewers = [{"Accept_Language": "de"}, {"Accept_Language": "fr"}, {"Cookie": "a=1"}, {}]
    assert not any(world.cached("/a", **viewer) for viewer in viewers)
    assert all(world.cached("/a", **viewer) for viewer in viewers)
    world.invalidate("/a")
    assert not any(world.cached("/a", **viewer) for viewer in viewers)


def test_managed_policies_and_ones_own_work(world: World) -> None:
    world.buckets.put("a", "one")
    world.distribution(config_of(None, with_policy(OPTIMIZED)))
    assert not world.cached("/a", Accept_Encoding="gzip")
    assert not world.cached("/a", Accept_Encoding="br")
    assert world.cached("/a?x=1", Accept_Encoding="deflate, br")
    world.distribution(config_of(None, with_policy(UNCOMPRESSED)), "E2DEF")
    assert not world.cached("/a", at="E2DEF", Accept_Encoding="gzip")
    assert world.cached("/a", at="E2DEF", Accept_Encoding="br")


def test_a_changed_cache_policy_counts_at_once(world: World) -> None:
    world.buckets.put("a", "one")
    world.sites.policies["own"] = type(world.sites.policies[OPTIMIZED])("own", {"MinTTL": 0})
    world.distribution(config_of(None, with_policy("own")))
    world.get("/a?x=1")
    assert world.cached("/a?x=2")
    everything = policy(QueryStringsConfig={"QueryStringBehavior": "all"})
    world.sites.policies["own"] = type(world.sites.policies[OPTIMIZED])("own", everything)
    assert not world.cached("/a?x=2")


def test_forwarding_all_headers_caches_nothing(world: World) -> None:
    world.buckets.put("a", "one")
    forwarded = {"QueryString": False, "Headers": items(["*"]), "Cookies": {"Forward": "none"}}
    world.distribution(config_of(None, behavior(ForwardedValues=forwarded)))
    assert not world.cached("/a")
    assert not world.cached("/a")


NAMES = st.sampled_from(["a", "b", "c", "A"])
QUERIES = st.lists(st.tuples(NAMES, st.sampled_from(["", "1", "2"])), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)


@given(st.sampled_from(["none", "all", "whitelist", "allExcept"]), st.frozensets(NAMES), QUERIES, QUERIES)
def test_two_requests_share_an_object_only_if_all_that_counts_is_the_same(
    mode: str, names: frozenset[str], one: str, other: str
) -> None:
    rule = KeyRule(queries=Selection(mode, names))
    counted = {
        "none": lambda _: False,
        "all": lambda _: True,
        "whitelist": lambda name: name in names,
        "allExcept": lambda name: name not in names,
    }[mode]

    def picked(query: str) -> list[str]:
        return [part for part in query.split("&") if part and counted(part.split("=")[0])]

    same = rule.uri(request(query=one)) == rule.uri(request(query=other))
    assert same == (picked(one) == picked(other))
