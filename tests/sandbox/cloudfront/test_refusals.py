"""What AWS's documentation says of CreateInvalidation, as cases; `tests/sandbox/cases/README.md` tells their form."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.cloudfront.world import World

CASES = json.loads((Path(__file__).parent.parent / "cases" / "refusals.json").read_text("utf8"))


class Caller:
    """Sends the batches of a case, each under a reference of its own unless told otherwise."""

    def __init__(self, world: World, distribution_id: str) -> None:
        self.world, self.distribution_id, self.references = world, distribution_id, count()

    def send(self, paths: list[str], quantity: int | None = None, reference: str | None = None) -> tuple[Any, Any]:
        """Return the error code (None: accepted) and the invalidation's id."""
        batch = {
            "Paths": {"Quantity": len(paths) if quantity is None else quantity, "Items": paths},
            "CallerReference": reference or f"r{next(self.references)}",
        }
        try:
            sent = self.world.client.create_invalidation(DistributionId=self.distribution_id, InvalidationBatch=batch)
        except ClientError as e:
            return e.response["Error"]["Code"], None
        return None, sent["Invalidation"]["Id"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_create_invalidation_answers_as_documented(world: World, case: dict[str, Any]) -> None:
    caller = Caller(world, case.get("distribution") or world.create())
    if "each" in case:
        answers = [caller.send([path]) for path in case["each"]]
        assert {code for code, _ in answers} == {case["error"]}
    elif "length" in case:
        assert caller.send(["/" + "x" * (case["length"] - 1)])[0] == case["error"]
    elif "batches" in case:
        names = count()
        answers = [caller.send([f"/{next(names)}" for _ in range(size)]) for size in case["batches"]]
        assert [code for code, _ in answers] == [None] * (len(answers) - 1) + [case["error"]]
    elif "wildcards" in case:
        assert caller.send([f"/{n}*" for n in range(case["wildcards"])])[0] == case["error"]
    elif "twice" in case:
        first, second = (caller.send(paths, reference="the same") for paths in case["twice"])
        assert (first[0], second[0]) == (None, case["error"])
        assert (first[1] == second[1]) == case.get("same_id", False)
    else:
        assert caller.send(case["paths"], case.get("quantity"))[0] == case["error"]


def test_no_case_is_passed_over() -> None:
    known = {
        "name",
        "error",
        "paths",
        "each",
        "length",
        "batches",
        "wildcards",
        "twice",
        "quantity",
        "same_id",
        "distribution",
    }
    assert {key for case in CASES for key in case} <= known
    assert len(CASES) == 23
