"""What goes out in place of a refused batch. A CloudFront that dislikes some paths more than it says is the judge."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from invalidator.rules.paths import covers
from invalidator.rules.refused import EVERYTHING, MOST_REPLACED, halves, instead, wider
from sandbox.cloudfront.paths import problem

PATH = st.from_regex(r"\A/([ab]{1,2}/)?[ab]{0,2}(%C3%A9|\+|')?[ab]?\*?\Z")
PATHS = st.lists(PATH, min_size=1, max_size=30, unique=True)


def sent(paths: list[str], refuses: Callable[[str], bool]) -> tuple[list[str], int]:
    """Send a batch and what goes in place of its refused parts; return what was accepted, and after how many calls."""
    waiting, accepted, calls, replaced = [tuple(paths)], [], 0, 0
    while waiting:
        calls += 1
        batch = waiting.pop()
        if not any(map(refuses, batch)):
            accepted += batch
            continue
        parts = instead(batch, replaced)
        replaced += len(parts) == 1
        waiting += parts
    return accepted, calls


@given(PATHS, st.sampled_from(["%C3%A9", "+", "'", "aa", "b*"]))
@example(["/"], "/")
def test_whatever_it_dislikes_all_others_go_out_and_the_bad_ones_are_covered(paths: list[str], disliked: str) -> None:
    accepted, calls = sent(paths, lambda path: disliked in path and path != EVERYTHING)
    for path in paths:
        assert any(covers(one, path) for one in accepted), path
    assert calls < 8 * len(paths) + 8


def test_one_bad_path_of_thousands_is_found_in_few_calls_and_the_others_stay_exact() -> None:
    good = [f"/d/{n}.html" for n in range(2999)]
    accepted, calls = sent([*good, "/d/caf%C3%A9.html"], lambda path: "%" in path)
    assert sorted(accepted) == sorted([*good, "/d/caf*"])
    assert calls == 4


def test_a_bad_path_that_looks_like_the_others_is_found_by_halving() -> None:
    good = [f"/d/{n}.html" for n in range(2999)]
    accepted, calls = sent([*good, "/e/bad.html"], lambda path: "bad" in path)
    assert sorted(accepted) == sorted([*good, "/e/*"])
    assert calls < 30


def test_many_bad_paths_are_folded_after_the_third() -> None:
    bad = [f"/d/%C3%A9{n}.html" for n in range(500)]
    accepted, calls = sent(["/a", *bad], lambda path: "%" in path)
    assert "/a" in accepted
    assert "/d/*" in accepted
    assert calls < 40


def test_where_everything_is_refused_it_is_not_the_paths() -> None:
    assert instead([EVERYTHING]) == ()
    assert instead([EVERYTHING], MOST_REPLACED) == ()


@given(PATH)
def test_the_wildcard_in_place_of_a_path_covers_it_and_is_wider_until_it_is_all(path: str) -> None:
    steps = [path]
    while steps[-1] != EVERYTHING:
        steps.append(wider(steps[-1]))
        assert covers(steps[-1], steps[-2])
        assert len(steps[-1]) <= len(steps[-2]) + 1
        assert problem(steps[-1]) is None
        assert len(steps) < 10


@pytest.mark.parametrize(
    ("path", "wildcard"),
    [
        ("/a/b%20c", "/a/b*"),
        ("/a/b*", "/a/*"),
        ("/a/*", "/*"),
        ("/a/b/", "/a/b/*"),
        ("/a/b", "/a/*"),
        ("/", "/*"),
        ("/a*", "/*"),
        ("/d?*", "/d*"),
        ("//a", "//*"),
    ],
)
def test_the_wildcard_in_place_of_a_path_stands_before_what_may_be_bad(path: str, wildcard: str) -> None:
    assert wider(path) == wildcard


def test_a_batch_that_is_too_large_goes_out_in_halves() -> None:
    assert halves(["/a", "/b", "/c"]) == (("/a",), ("/b", "/c"))
    assert halves(["/a"]) == (("/a",),)
