"""What all tests share: Hypothesis profiles, and tools that may be missing."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("deep", parent=settings.get_profile("default"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


ROOT = Path(__file__).parent
TOGETHER = {"e2e", "browser"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests on one worker, and those of a room that shares a sandbox: it is made once, and ends there.

    moto's `mock_aws` catches every AWS call of its process, so nothing else may run beside it in there.
    """
    for item in items:
        path = item.path.relative_to(ROOT)
        group = path.parts[0] if path.parts[0] in TOGETHER else str(path)
        item.add_marker(pytest.mark.xdist_group(group))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, visibly, what needs a tool that is not here; where every tool must be here (CI), fail."""
    for marker in item.iter_markers("tool"):
        (name,) = marker.args
        if shutil.which(name) is None:
            if os.environ.get("FRESHEDGE_REQUIRE_TOOLS"):
                pytest.fail(f"missing tool: {name}. Install it, or unset FRESHEDGE_REQUIRE_TOOLS to skip.")
            pytest.skip(f"missing tool: {name}")
