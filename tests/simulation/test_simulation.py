"""Nothing stale, nothing lost, no message unexplained, no dropped change that mattered, in whatever order."""

import os
from collections.abc import Sequence

import pytest

from tests.simulation.mutations import MUTATIONS, Mutation
from tests.simulation.simulation import Plan, simulate, smallest

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
SCHEDULES = 20_000 if DEEP else 1_000
PARTS = 8
EXAMPLES = (66, 645, 983, 1294, 1494)
"""Every seed that ever went wrong."""


def check(seeds: Sequence[int]) -> None:
    for seed in seeds:
        wrong, _ = simulate(Plan(seed))
        if wrong:
            plan = smallest(Plan(seed))
            wrong, story = simulate(plan)
            pytest.fail("\n".join([*story[:400], *wrong, f"{plan}; keep {seed} among the examples"]))


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_all_ends_well(part: int) -> None:
    check(range(part, SCHEDULES, PARTS))


@pytest.mark.parametrize("seed", EXAMPLES)
def test_what_once_went_wrong_does_not(seed: int) -> None:
    check([seed])


def test_the_same_seed_is_the_same_story() -> None:
    assert simulate(Plan(7)) == simulate(Plan(7))


def test_the_schedules_have_in_them_what_they_are_for() -> None:
    stories = "\n".join(line for seed in range(60) for line in simulate(Plan(seed))[1])
    for what in ("dies at", "throttled", "lost", "echo", "full", "begins anew", "asks for", "becomes None"):
        assert what in stories, what


@pytest.mark.parametrize(("mutation", "seed"), list(MUTATIONS.items()), ids=lambda one: getattr(one, "__name__", ""))
def test_a_planted_bug_is_found(mutation: Mutation, seed: int) -> None:
    """Each is found within 2,000 schedules; `python -m tests.simulation` finds the first ones anew."""
    assert simulate(Plan(seed))[0] == []
    with mutation():
        assert simulate(Plan(seed))[0]
