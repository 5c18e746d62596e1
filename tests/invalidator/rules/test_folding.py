"""Folding: never less complete, always within the quotas (InvalidationLimits.html)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from invalidator.rules.folding import MOST_FILES, MOST_WILDCARDS, fold
from invalidator.rules.paths import covers
from sandbox.cloudfront import limits
from sandbox.cloudfront.paths import problem

PATHS = st.lists(
    st.from_regex(r"\A(/[ab%20c]?[ab]{0,2}){1,4}/?\*?\Z").filter(lambda p: problem(p) is None), max_size=40
)


def test_the_quotas_are_cloudfronts() -> None:
    assert (MOST_FILES, MOST_WILDCARDS) == (limits.FILES_IN_PROGRESS, limits.WILDCARDS_IN_PROGRESS)


@given(PATHS, st.integers(0, 8), st.integers(0, 4))
@example([], 0, 0)
@example(["/"], 0, 0)
@example(["/a", "/b"], 1, 1)
@example(["/a/b/*", "/a/c/*", "/x/*"], 0, 2)
def test_folded_paths_cover_all_and_are_few_enough(paths: list[str], files: int, wildcards: int) -> None:
    folded = fold(paths, files, max(wildcards, 1))
    for path in paths:
        assert any(covers(one, path) for one in folded), path
    assert sum(not one.endswith("*") for one in folded) <= files
    assert sum(one.endswith("*") for one in folded) <= max(wildcards, 1)
    assert list(folded) == sorted(set(folded))
    assert [one for one in folded if problem(one)] == []


@given(PATHS)
def test_what_is_few_enough_stays_exact(paths: list[str]) -> None:
    exact = [path for path in paths if not path.endswith("*")]
    assert list(fold(exact, len(set(exact)), 0)) == sorted(set(exact))


@pytest.mark.parametrize(
    ("paths", "files", "wildcards", "folded"),
    [
        (["/b", "/a", "/a"], 2, 0, ["/a", "/b"]),
        (["/d/a", "/d/b", "/c"], 2, 1, ["/c", "/d/*"]),
        (["/d/e/a", "/d/e/b", "/d/f"], 0, 1, ["/d/*"]),
        (["/d/e/a", "/d/e/b", "/d/f"], 1, 1, ["/d/e/*", "/d/f"]),
        (["/a", "/b"], 1, 1, ["/*"]),
        (["/a/1*", "/a/2*", "/b"], 5, 1, ["/a/*", "/b"]),
        (["/a/1*", "/b/2*", "/c"], 5, 1, ["/*"]),
    ],
)
def test_the_deepest_directories_give_way_first(
    paths: list[str], files: int, wildcards: int, folded: list[str]
) -> None:
    assert list(fold(paths, files, wildcards)) == folded


def test_a_deploy_of_thousands_is_folded_in_a_moment() -> None:
    paths = [f"/{n % 7}/{n % 400}/{n}.html" for n in range(30_000)]
    assert fold(paths) == tuple(f"/{n}/*" for n in range(7))
