"""Imports go one way: sandbox -> web -> invalidator, and inside the invalidator steps -> table, aws -> rules."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = {"boto3", "botocore", "moto", "fastapi"}
FORBIDDEN = {
    "invalidator": {"web", "sandbox", "bench", "tests", "moto", "fastapi"},
    "invalidator/rules": {
        *PURE,
        "invalidator.table",
        "invalidator.aws",
        "invalidator.settings",
        "invalidator.clock",
        "invalidator.record",
        "invalidator.flush",
        "invalidator.handler",
        "time",
    },
    "invalidator/table": {
        "invalidator.aws.cloudfront",
        "invalidator.record",
        "invalidator.flush",
        "invalidator.handler",
    },
    "invalidator/aws": {"invalidator.table", "invalidator.record", "invalidator.flush", "invalidator.handler"},
    "web": {"sandbox", "bench", "tests", "moto"},
    "sandbox": {"bench", "tests"},
    "sandbox/edge": {"invalidator", "web", "sandbox.cloudfront.paths"},
    "sandbox/cloudfront": {"invalidator", "web"},
}


def imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it, with its parents: `a.b.c` gives `a`, `a.b` and `a.b.c`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {".".join(name.split(".")[:n]) for name in names for n in range(1, name.count(".") + 2)}


@pytest.mark.parametrize("room", FORBIDDEN)
def test_imports_go_one_way(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files, f"{room} is empty"
    wrong = {str(f.relative_to(ROOT)): bad for f in files if (bad := imports(f) & FORBIDDEN[room])}
    assert not wrong


def test_a_forbidden_import_is_seen(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("def f():\n    from sandbox.edge import cache\n")
    assert {"sandbox", "sandbox.edge"} <= imports(tmp_path / "m.py")


def test_the_packages_for_lambda_do_not_need_the_sandbox() -> None:
    """moto and its like stand in the extra `demo` alone."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    assert not [d for d in project["dependencies"] if d.startswith("moto")]
