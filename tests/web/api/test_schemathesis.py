"""Requests that the description of the API allows, and many that it does not, over the real services.

No answer is a 5xx, and each is of a status, a type and a shape that the description tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.services.world import World, make_world
from web import api
from web.api.openapi import described
from web.app import create_app
from web.models import Person

OURS = {"Origin": "http://localhost", "Host": "localhost"}
ANNA = Person(name="anna", role="admin")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@dataclass
class Described:
    """The API as its own description tells it. real: names that exist, by the parameter that takes them."""

    schema: Any
    real: dict[str, str]


@pytest.fixture(scope="module")
def account() -> Iterator[World]:
    made = make_world()
    yield made
    made.aws.close()


@pytest.fixture(scope="module")
def whole(account: World) -> Described:
    bucket = account.bucket("docs-site")
    site = account.distribution(bucket)
    account.services.linking.apply(bucket, [site], ANNA)
    asked = account.services.invalidating.submit(site, ["/a"], reason=None, person=ANNA)
    app = create_app(account.settings, account.services, clock=account.clock, identify=lambda _: ANNA)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=OURS)
    real = {"bucket": bucket, "name": bucket, "distribution_id": site, "invalidation_id": asked.id}
    return Described(schema, real)


def calls() -> Iterator[Any]:
    """Every call, with what is allowed, and, where there is anything to send, with what is not."""
    app = FastAPI()
    app.include_router(api.router())
    for path, methods in described(app.routes)["paths"].items():
        for method, told in methods.items():
            for mode in GenerationMode:
                if mode is GenerationMode.POSITIVE or told.get("parameters") or told.get("requestBody"):
                    yield pytest.param(path, method, mode, id=f"{method} {path} {mode.value}")


@pytest.mark.parametrize(("path", "method", "mode"), [*calls()])
def test_no_request_makes_the_api_fail(whole: Described, path: str, method: str, mode: GenerationMode) -> None:
    @settings(max_examples=settings.default.max_examples // 4, suppress_health_check=list(HealthCheck))
    @given(case=whole.schema[path][method].as_strategy(generation_mode=mode), known=st.booleans())
    def asked(case: schemathesis.Case, known: bool) -> None:
        if known:  # nothing is ever at a name that was made up
            case.path_parameters = {name: whole.real.get(name, value) for name, value in case.path_parameters.items()}
        case.validate_response(case.call(headers=OURS), checks=CHECKS)

    asked()
