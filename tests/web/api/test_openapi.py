"""The description of the API: complete, with examples, and true."""

import json
import re
from typing import Any

import pytest

from tests.web.api.conftest import Api
from web import models
from web.api import answers, distributions, link_batch, links, switches
from web.api.examples import EXAMPLES

SHAPES = (models, answers, distributions, link_batch, links, switches)

CALLS = """
GET /summary
GET /buckets
GET /buckets/{}
GET /distributions
GET /distributions/{}
PATCH /distributions/{}/settings
POST /distributions/{}/pause
POST /distributions/{}/resume
POST /distributions/{}/invalidations
POST /pause
POST /resume
GET /links
GET /links/{}
PUT /links/{}
DELETE /links/{}
POST /links/batch
POST /links/check
POST /links/{}/repair
POST /links/{}/restore
POST /links/{}/verify
GET /links/{}/verify
GET /invalidations
GET /invalidations/{}
GET /invalidations/{}/paths
GET /failures
POST /failures/{}/retry
DELETE /failures/{}
GET /me
"""


def operations(spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for path, methods in spec["paths"].items():
        short = re.sub(r"\{[^}]*\}", "{}", path.removeprefix("/api/v1"))
        found.update({f"{method.upper()} {short}": operation for method, operation in methods.items()})
    return found


def test_every_call_is_described(api: Api) -> None:
    assert sorted(operations(api.get("/openapi.json"))) == sorted(CALLS.split("\n")[1:-1])


def test_every_call_says_what_it_does_and_what_its_errors_are(api: Api) -> None:
    spec = api.get("/openapi.json")
    for name, operation in operations(spec).items():
        assert operation["description"].endswith("."), name
        for status in ("401", "403", "404", "422", "503"):
            content = operation["responses"][status]["content"]
            assert list(content) == ["application/problem+json"], name
    assert not [name for name in spec["components"]["schemas"] if "HTTPValidation" in name]


def test_every_reference_leads_somewhere(api: Api) -> None:
    spec = api.get("/openapi.json")
    named = set(re.findall(r"#/components/schemas/([\w-]+)", str(spec)))
    assert named <= set(spec["components"]["schemas"])


def test_what_is_sent_has_an_example(api: Api) -> None:
    spec = api.get("/openapi.json")
    for name, operation in operations(spec).items():
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            found = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            assert found.get("examples"), name


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_of_its_shape(name: str) -> None:
    (shape,) = {one for module in SHAPES if (one := getattr(module, name, None))}
    assert shape.model_validate_json(json.dumps(EXAMPLES[name]))


def test_an_example_is_taken(api: Api) -> None:
    """Whoever copies an example into a request gets an answer about the thing, not about the shape."""
    spec = api.get("/openapi.json")
    (example,) = spec["components"]["schemas"]["InvalidationRequest"]["examples"][:1]
    api.call("POST", "/distributions/E0UNKNOWN/invalidations", example, 404)
