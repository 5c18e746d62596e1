"""Which paths and tags are accepted: Developer Guide, `invalidation-specifying-objects.html` and `…-tags.html`."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.cloudfront.paths import is_wildcard, problem

UNSAFE = ' <>"#{}|\\^~[]`'


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/*",
        "/docs/*",
        "/docs*",
        "/a%20b",
        "/a+b",
        "/a%2Bb",
        "/%7Ejoe/",
        "/a?x=1&y=2",
        "/caf%C3%A9",
        "//",
        "/..",
        "/a%2A",
        "/" + "x" * 3999,
    ],
)
def test_a_path_as_the_documentation_writes_it_is_accepted(path: str) -> None:
    assert problem(path) is None


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "slash"),
        ("a", "slash"),
        ("*", "slash"),
        ("/*a", "wildcard"),
        ("/**", "wildcard"),
        ("/" + "x" * 4000, "4000"),
        ("/100%", "%"),
        ("/%zz", "%"),
        ("/a b", "percent-encoded"),
        ("/é", "percent-encoded"),
        ("/a\x00", "percent-encoded"),
        ("/a\x7f", "percent-encoded"),
        ("/a#b", "percent-encoded"),
    ],
)
def test_a_path_that_cloudfront_refuses_has_a_reason(path: str, why: str) -> None:
    assert why in (problem(path) or "")


@pytest.mark.parametrize("tag", ["#a", "#section:news", "#" + "x" * 256, "##", "#a~b"])
def test_a_tag_of_visible_ascii_is_accepted(tag: str) -> None:
    assert problem(tag) is None


@pytest.mark.parametrize("tag", ["#", "#a,b", "#a b", "#é", "#all*", "#" + "x" * 257])
def test_a_tag_with_anything_else_is_refused(tag: str) -> None:
    assert problem(tag)


def test_a_tag_is_no_wildcard_and_an_encoded_star_is_none_either() -> None:
    assert [is_wildcard(item) for item in ("/a*", "/a%2A", "#a", "/a")] == [True, False, False, False]


@given(st.text(st.sampled_from(string.ascii_letters + string.digits + "-_.!'()$&+,;=:@/?"), max_size=80))
def test_safe_and_reserved_characters_stay_as_they_are(text: str) -> None:
    assert problem("/" + text) is None


@given(st.text(max_size=20), st.characters(codec="utf-8"), st.text(max_size=20))
def test_one_character_that_must_be_encoded_spoils_the_path(before: str, spoiler: str, after: str) -> None:
    ok = spoiler.isascii() and spoiler.isprintable() and spoiler not in UNSAFE
    if not ok:
        assert problem(f"/{before}{spoiler}{after}")
