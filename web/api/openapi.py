"""`/openapi.json`: the API described."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi

from web.access.roles import reads
from web.api.answers import ProblemDocument
from web.api.examples import EXAMPLES

router = APIRouter(dependencies=[reads("viewer")])
VERSION = "1"


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> dict[str, Any]:
    """The description of this API in OpenAPI 3.1."""
    app = request.app
    if not hasattr(app.state, "openapi"):
        app.state.openapi = described(app.routes)
    described_before: dict[str, Any] = app.state.openapi
    return described_before


def described(routes: Any) -> dict[str, Any]:  # noqa: ANN401 - Starlette's routes, as FastAPI takes them
    """Return the description of the routes that are part of the API, with the shape of problems."""
    whole = get_openapi(
        title="freshedge",
        version=VERSION,
        summary="Which buckets make which distributions fresh, and what was invalidated.",
        routes=routes,
    )
    schemas = whole.setdefault("components", {}).setdefault("schemas", {})
    schemas["ProblemDocument"] = ProblemDocument.model_json_schema()
    for name, example in EXAMPLES.items():
        schemas[name]["examples"] = [example]
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own shape, which no answer has
        schemas.pop(name, None)
    return whole
