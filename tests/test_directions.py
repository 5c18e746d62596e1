"""Imports go one way: sandbox -> web -> invalidator, and inside the invalidator steps -> table, aws -> rules."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = {"boto3", "botocore", "moto", "fastapi"}
STEPS = {
    f"invalidator.{path.stem}"
    for path in (ROOT / "invalidator").glob("*.py")
    if path.stem not in ("__init__", "clock", "deadline", "errors", "log", "settings")
}
"""The modules that take the steps, and what only serves them: all beside the rooms but the common ground."""
ADAPTERS = {f"invalidator.aws.{path.stem}" for path in (ROOT / "invalidator/aws").glob("*.py")} - {
    "invalidator.aws.__init__"
}
CLOUDFRONT = {f"sandbox.cloudfront.{path.stem}" for path in (ROOT / "sandbox/cloudfront").glob("*.py")} - {
    "sandbox.cloudfront.access"
}
FORBIDDEN = {
    "invalidator": {"web", "sandbox", "bench", "tests", "moto", "fastapi"},
    "invalidator/rules": {
        *PURE,
        *STEPS,
        "invalidator.table",
        "invalidator.aws",
        "invalidator.settings",
        "invalidator.clock",
        "time",
    },
    "invalidator/table": STEPS | ADAPTERS - {"invalidator.aws.refusals"},
    "invalidator/aws": STEPS | {"invalidator.table"},
    "web": {"sandbox", "bench", "tests", "moto"},
    "sandbox": {"bench", "tests"},
    # The judge knows of the local CloudFront only by which user of S3 it is; what matches what it decides for itself.
    "sandbox/edge": {"invalidator", "web", *CLOUDFRONT},
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
