"""Path patterns of behaviors (DownloadDistValuesCacheBehavior.html, "Path pattern")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invalidator.rules.patterns import matches, normalized, reach
from sandbox.edge.patterns import compile_pattern, normal


@pytest.mark.parametrize(
    ("pattern", "uri", "taken"),
    [
        ("*", "/", True),
        ("*", "/a/b", True),
        ("images/*.jpg", "/images/a.jpg", True),
        ("/images/*.jpg", "/images/deep/a.jpg", True),
        ("images/*.jpg", "/x/images/a.jpg", False),
        ("*.css", "/a/b.css", True),
        ("*.css", "/a/b.CSS", False),
        ("/a?", "/a", False),
        ("/a?", "/ab", True),
        ("/a?", "/abc", False),
        ("/docs/*", "/docs", False),
        ("/docs*", "/docs", True),
        ("/a.b", "/axb", False),
        ("/a*", "/a\nb", True),
        ("index.html", "/index.html", True),
    ],
)
def test_a_pattern_takes_these_uris(pattern: str, uri: str, taken: bool) -> None:
    assert matches(pattern, uri) is taken


@pytest.mark.parametrize(
    ("uri", "form"),
    [
        ("/", "/"),
        ("/a//b", "/a/b"),
        ("//", "/"),
        ("/a/./b", "/a/b"),
        ("/a/../b/", "/b/"),
        ("/../a", "/a"),
        ("/a/..", "/"),
        ("/a/b/.", "/a/b/"),
        ("/a/b/..", "/a/"),
        ("/...", "/..."),
        ("/.well-known/x", "/.well-known/x"),
    ],
)
def test_uris_are_compared_in_normal_form(uri: str, form: str) -> None:
    assert normalized(uri) == form


PATTERNS = st.text(st.sampled_from("/ab.*?-~+"), min_size=1, max_size=8)
URIS = st.text(st.sampled_from("/ab.-+"), max_size=10).map(lambda text: f"/{text}")


@given(PATTERNS, URIS)
def test_the_edge_finds_the_same(pattern: str, uri: str) -> None:
    assert normalized(uri) == normal(uri)
    assert matches(pattern, normalized(uri)) == bool(compile_pattern(pattern).fullmatch(normal(uri)))


@given(PATTERNS, URIS)
def test_what_a_pattern_takes_lies_within_its_reach(pattern: str, uri: str) -> None:
    if matches(pattern, uri):
        assert uri.startswith(reach(pattern))
