"""The demo joins the dashboard's navigation as "Try it"."""

from pathlib import Path

from sandbox.pages.demo import demo_router
from sandbox.pages.stage import Stage
from web.extensions import Extension

TEMPLATES = Path(__file__).parent / "templates"


def demo_extension(stage: Stage) -> Extension:
    """Return the demo's pages."""
    return Extension(
        name="demo", title="Try it", path="/demo", routers=(demo_router(stage),), template_dirs=(TEMPLATES,)
    )
