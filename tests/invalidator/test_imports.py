"""What importing costs at a cold start: decisions and the log of them need no AWS library."""

import subprocess
import sys

import pytest

HEAVY = ("boto3", "botocore", "pydantic", "fastapi", "moto", "urllib.request", "http.client", "ssl")


def loaded_by(module: str) -> list[str]:
    code = f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=".")
    return done.stdout.split()


@pytest.mark.parametrize(
    "module", ["invalidator.plan", "invalidator.rules.events", "invalidator.rules.routes", "invalidator.deadline"]
)
def test_rules_load_no_aws_library(module: str) -> None:
    assert loaded_by(module) == []


def test_the_check_sees_a_heavy_import() -> None:
    assert "ssl" in loaded_by("ssl")
