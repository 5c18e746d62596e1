"""Keys as invalidation paths. The judge of what CloudFront accepts is the local CloudFront's own, written apart."""

from urllib.parse import quote, unquote, unquote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from invalidator.errors import BadInputError
from invalidator.rules.paths import (
    MAX_PATH,
    covers,
    encode_path,
    is_sendable,
    key_paths,
    lint,
    narrowest,
    without_covered,
)
from sandbox.cloudfront.paths import problem

STRANGE = st.text(st.sampled_from("ab/. +%#?*~'\"\\<>[]{}|^`&=:;,!()$@-_\x00\x07\n\x7fé✓🌷"), max_size=12)
KEYS = STRANGE | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
# A browser's address bar or link (URL Standard), JavaScript's two functions, and every percent-encoder of RFC 3986.
SPELLERS = {
    "browser": lambda uri: quote(uri, safe="/!$&'()*,;:=@~[]|^"),
    "encodeURI": lambda uri: quote(uri, safe="/!$&'()*,;:=@~"),
    "encodeURIComponent": lambda uri: quote(uri, safe="/!'()*~"),
    "RFC 3986": lambda uri: quote(uri, safe="/~"),
}


@pytest.mark.parametrize(
    ("uri", "paths"),
    [
        ("/a/b.html", ["/a/b.html"]),
        ("/a b", ["/a%20b", "/a+b"]),
        ("/a+b", ["/a%2Bb", "/a+b"]),
        ("/a b+c", ["/a%20b%2Bc", "/a+b%2Bc", "/a%20b+c", "/a+b+c"]),
        ("/100%", ["/100%25"]),
        ("/a%20b", ["/a%2520b"]),
        ("/café", ["/caf%C3%A9"]),
        ("/🌷", ["/%F0%9F%8C%B7"]),
        ("/a#b?c", ["/a%23b%3Fc"]),
        ('/"<>\\`{}', ["/%22%3C%3E%5C%60%7B%7D"]),
        ("/a\nb\x00", ["/a%0Ab%00"]),
        ("/it's", ["/it's", "/it%27s"]),
        ("/a&b=c", ["/a&b=c", "/a%26b%3Dc"]),
        ("/~joe/x", ["/*"]),
        ("/home/~joe/x", ["/home/*"]),
        ("/a*b", ["/a*"]),
        ("/pages/[id].js", ["/pages/*"]),
        ("/a|b", ["/a*"]),
        ("/a^b", ["/a*"]),
        ("/x y~", ["/x%20y*", "/x+y*"]),
        ("//a", ["//a"]),
        ("/a//b", ["/a//b"]),
        ("/a/../b", ["/a/../b"]),
        ("/", ["/"]),
    ],
)
def test_a_uri_has_these_paths(uri: str, paths: list[str]) -> None:
    assert list(key_paths(uri)) == paths


@given(KEYS)
@example("x" * 1024)
@example("é" * 512)
@example("🌷" * 256)
@example("a" * 3998 + " ")
@example("é" * 2000)
def test_every_path_of_every_key_is_accepted(key: str) -> None:
    paths = key_paths(f"/{key}")
    assert paths
    assert [path for path in paths if problem(path)] == []
    assert [path for path in paths if not is_sendable(path)] == []


@pytest.mark.parametrize("speller", SPELLERS)
@given(key=KEYS)
@example(key="a~ b*")
@example(key="~" * 400)
@example(key="é" * 512)
def test_every_spelling_that_viewers_use_is_covered(speller: str, key: str) -> None:
    uri = SPELLERS[speller](f"/{key}")
    for spelled in (uri, uri.replace("%20", "+")):
        assert any(covers(path, spelled) for path in key_paths(f"/{key}")), spelled


@given(KEYS)
def test_exact_paths_name_no_other_key_but_for_plus_and_space(key: str) -> None:
    """S3 reads a plus as a space; whether CloudFront keeps `%2B` and `+` apart AWS doesn't say."""
    for path in key_paths(f"/{key}"):
        if not path.endswith("*"):
            assert unquote(path).replace("+", " ") == f"/{key}".replace("+", " ")


@given(KEYS)
@example("a%2Bb")
@example("~" * 3)
def test_encoding_round_trips(key: str) -> None:
    spelled = key_paths(f"/{key}")[0]
    if not spelled.endswith("*"):
        assert unquote_plus(spelled) == f"/{key}"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_what_a_person_types_encodes_once_and_then_stays(text: str) -> None:
    once = encode_path(f"/{text}")
    assert encode_path(once) == once
    assert once.isascii()
    assert covers(once, once)


def test_escapes_wildcards_and_query_strings_that_a_person_types_stay() -> None:
    assert encode_path("/a%20b/é*") == "/a%20b/%C3%A9*"
    assert encode_path("/a.jpg?x=1&y=é") == "/a.jpg?x=1&y=%C3%A9"
    assert encode_path("/100%") == "/100%25"
    with pytest.raises(BadInputError, match="half of a character"):
        encode_path("/\ud800")


@given(st.text(st.sampled_from("ab/%27BE*~ é?[\x00"), max_size=12))
@example("/" + "a" * 4000)
@example("/" + "a" * 3999)
@example("/a%2")
@example("/a%ag")
def test_our_lint_and_the_local_cloudfront_agree(text: str) -> None:
    """But for the tilde's escape: CloudFront accepts it and nothing comes of it, so that we refuse it."""
    without_effect = "%7E" in text
    assert (lint(text) is None) == (problem(text) is None and not without_effect)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("a", "write /a."),
        ("/a*b", "write /a*."),
        ("/~joe", "write /*."),
        ("/%7ejoe/*", "write /*."),
        ("/a b", "write %20."),
        ("/é", "write %C3%A9."),
        ("/a%zz", "write %25"),
        ("/a[b", "write %5B."),
        ("/" + "a" * 4000, "at most 4,000"),
    ],
)
def test_a_path_that_cloudfront_refuses_is_explained(path: str, says: str) -> None:
    assert says in (lint(path) or "")


@given(st.text(st.sampled_from("ab/%7E~*"), max_size=12).map(encode_path), st.integers(0, 2))
def test_the_narrowest_wildcard_covers_the_path_and_keeps_what_can_be_kept(text: str, longer: int) -> None:
    path = f"/{text}" + "x%C3%A9" * (longer * 700)
    narrow = narrowest(path)
    assert len(narrow) <= MAX_PATH
    assert covers(narrow, path)
    assert "~" not in narrow
    assert "*" not in narrow[:-1]
    assert problem(narrow) is None


@given(st.lists(st.from_regex(r"\A/[ab/]{0,4}\*?\Z")))
def test_paths_that_others_cover_go_and_nothing_else(paths: list[str]) -> None:
    kept = without_covered(paths)
    for path in paths:
        assert path in kept or any(covers(other, path) for other in kept)
    for path in kept:
        assert not any(covers(other, path) for other in kept if other != path)
    assert list(kept) == [path for path in dict.fromkeys(paths) if path in kept]
