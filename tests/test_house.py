"""The house rules that a machine can hold: short modules and functions, examples that are true, nothing left behind."""

import ast
import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("invalidator", "web", "sandbox", "bench", "requirements", "tests")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


def test_no_module_has_grown_into_two() -> None:
    long = {
        str(p.relative_to(ROOT)): n for p in MODULES if (n := len(p.read_text("utf8").splitlines())) > LONGEST_MODULE
    }
    assert not long


def test_no_function_has_grown_into_two() -> None:
    long = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {lines} lines")
    assert not long


def test_nothing_is_put_off_in_a_comment() -> None:
    later = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    own = Path(__file__)
    left = [str(p.relative_to(ROOT)) for p in MODULES if p != own and later.search(p.read_text("utf8"))]
    assert not left


WITH_EXAMPLES = [p for p in MODULES if p.relative_to(ROOT).parts[0] != "tests" and ">>>" in p.read_text("utf8")]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_examples_in_docstrings_are_true(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted
    assert not found.failed
