"""Who is signed in: on this machine the person that the command names, and nobody anywhere else."""

import pytest

from tests.web.access.conftest import Open
from web.settings import WebSettings

PLACES = ["/", "/buckets", "/distributions", "/invalidations", "/api/v1/summary", "/api/v1/me", "/api/v1/openapi.json"]


@pytest.mark.parametrize("path", PLACES)
def test_without_a_login_nobody_is_answered(dashboard: Open, path: str) -> None:
    answer = dashboard(demo_person=None).get(path)
    assert answer.status_code == 401
    assert "No login is configured" in answer.text


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "testclient", ""])
def test_another_machine_is_not_answered_though_it_names_us(dashboard: Open, address: str, path: str) -> None:
    """A dashboard that was bound to another address by mistake shows itself to nobody."""
    answer = dashboard(client=address).get(path)
    assert answer.status_code == 401
    assert "only on its own machine" in answer.text


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.9", "::1"])
def test_this_machine_is_the_demo_person(dashboard: Open, address: str) -> None:
    assert dashboard(client=address).get("/api/v1/me").json() == {"name": "demo", "role": "admin"}


def test_who_runs_it_for_themselves_is_signed_in_by_their_own_name(dashboard: Open) -> None:
    client = dashboard(demo_person=None, local_person="anna")
    assert client.get("/api/v1/me").json() == {"name": "anna", "role": "admin"}
    assert dashboard(demo_person=None, local_person="anna", client="192.0.2.7").get("/api/v1/me").status_code == 401


def test_no_variable_signs_anybody_in() -> None:
    told = {f"FRESHEDGE_{name}": "mallory" for name in ("DEMO_PERSON", "LOCAL_PERSON", "PERSON", "USER")}
    settings = WebSettings.from_environment(told)
    assert (settings.demo_person, settings.local_person) == (None, None)


def test_readiness_and_static_files_need_nobody(dashboard: Open) -> None:
    client = dashboard(demo_person=None)
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/static/app.css").status_code == 200
