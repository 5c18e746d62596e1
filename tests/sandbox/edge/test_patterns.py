import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.edge.patterns import compile_pattern, normal


def matches(pattern: str, path: str) -> bool:
    return compile_pattern(pattern).fullmatch(normal(path)) is not None


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("images/*.jpg", "/images/sample.jpg"),
        ("/images/*.jpg", "/images/sample.jpg"),
        ("images/*.jpg", "/images/product1/deep/sample.jpg"),
        ("*.jpg", "/a/b/c.jpg"),
        ("*.jpg", "/.jpg"),
        ("*", "/"),
        ("/", "/"),
        ("a*.jpg", "/apple.jpg"),
        ("a*.jpg", "/appalachian_trail_2012_05_21.jpg"),
        ("a??.jpg", "/ant.jpg"),
        ("*.doc*", "/x/a.docx"),
        ("*.doc*", "/a.doc"),
        ("/a/b*", "/a/b"),
        ("/a*", "/a/b/.."),
        ("/a/c", "/a/b/../c"),
        ("/a/c", "//a///c"),
        ("/~joe/*", "/%7Ejoe/x"),
        ("/[x]", "/[x]"),
    ],
)
def test_a_pattern_matches(pattern: str, path: str) -> None:
    assert matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("images/*.jpg", "/images/sample.gif"),
        ("images/*.jpg", "/x/images/sample.jpg"),
        ("*.jpg", "/LOGO.JPG"),
        ("a??.jpg", "/apple.jpg"),
        ("*.doc?", "/a.doc"),
        ("/images", "/images/"),
        ("a*.jpg", "/b/apple.jpg"),
        ("/a/b*", "/a/b/../x"),
        ("/a b", "/a%20b"),
        ("/a.c", "/abc"),
    ],
)
def test_a_pattern_does_not_match(pattern: str, path: str) -> None:
    assert not matches(pattern, path)


@given(st.text("ab./%27eE~", max_size=12).map(lambda rest: "/" + rest))
def test_a_normal_path_is_normal(path: str) -> None:
    once = normal(path)
    assert once.startswith("/")
    assert "//" not in once
    assert not {".", ".."} & set(once.split("/"))


@given(st.text("abc*?", max_size=6), st.text("abc", max_size=6))
def test_patterns_mean_what_a_slow_reading_says(pattern: str, name: str) -> None:
    def slow(left: str, text: str) -> bool:
        if not left:
            return not text
        if left[0] == "*":
            return any(slow(left[1:], text[n:]) for n in range(len(text) + 1))
        return bool(text) and left[0] in (text[0], "?") and slow(left[1:], text[1:])

    wanted = "/" + pattern if not pattern.startswith("*") else pattern
    assert matches(pattern, f"/{name}") == slow(wanted, f"/{name}")
