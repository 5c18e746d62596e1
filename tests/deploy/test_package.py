"""The zips that go to Lambda: the same each time, nothing too much in them, and they work with nothing else."""

import hashlib
import importlib.util
import json
import platform
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from invalidator.aws.clients import Clients
from tests.deploy.conftest import LAMBDA_PYTHON, ROOT, Build, Run, unpacked
from tests.web.services.world import World
from web.on_lambda import NO_LOGIN

NAMES = ("invalidator", "dashboard")
MOST_MB = {"invalidator": (6, 15), "dashboard": (15, 40)}
"""As uploaded and unpacked, in megabytes; Lambda takes 50 and 250."""
ARM64 = 183
"""`e_machine` of ELF for AArch64."""

COMPILED = sys.version_info[:2] == LAMBDA_PYTHON
lambda_python = pytest.mark.skipif(
    not COMPILED, reason="the dashboard's wheels are for Python 3.13, and this is another"
)


def names_in(packages: Path, name: str) -> list[str]:
    with zipfile.ZipFile(packages / f"{name}.zip") as archive:
        return archive.namelist()


def test_the_same_sources_make_the_same_bytes(build: Build, packages: Path) -> None:
    again = build()
    for name in NAMES:
        first, second = ((to / f"{name}.zip").read_bytes() for to in (packages, again))
        assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest(), name


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_sandbox_or_of_development_is_in_them(packages: Path, name: str) -> None:
    tops = {path.split("/")[0].split("-")[0] for path in names_in(packages, name)}
    assert not tops & {
        "sandbox",
        "moto",
        "tests",
        "bench",
        "uvicorn",
        "typer",
        "pytest",
        "hypothesis",
        "werkzeug",
        "yaml",
    }
    assert "invalidator" in tops
    assert not [path for path in names_in(packages, name) if path.startswith(("/", "..")) or ".git" in path]


def test_the_invalidator_has_no_web(packages: Path) -> None:
    tops = {path.split("/")[0] for path in names_in(packages, "invalidator")}
    assert not tops & {"web", "fastapi", "starlette", "pydantic", "jinja2", "mangum"}


def test_the_dashboard_has_its_templates_and_static_files(packages: Path) -> None:
    names = set(names_in(packages, "dashboard"))
    for folder, inside in (("templates", "web/templates"), ("web/static", "web/static")):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert files
        assert {f"{inside}/{path.relative_to(ROOT / folder).as_posix()}" for path in files} <= names


@pytest.mark.parametrize("name", NAMES)
def test_they_are_small(packages: Path, name: str) -> None:
    file = packages / f"{name}.zip"
    with zipfile.ZipFile(file) as archive:
        unpacked_bytes = sum(info.file_size for info in archive.infolist())
    assert file.stat().st_size < MOST_MB[name][0] * 1e6
    assert unpacked_bytes < MOST_MB[name][1] * 1e6


def test_what_is_compiled_is_for_lambdas_machine(packages: Path) -> None:
    with zipfile.ZipFile(packages / "dashboard.zip") as archive:
        libraries = [name for name in archive.namelist() if name.endswith(".so")]
        assert any("pydantic_core" in name for name in libraries)
        for name in libraries:
            head = archive.read(name)[:20]
            assert (head[:4], int.from_bytes(head[18:20], "little")) == (b"\x7fELF", ARM64), name
    assert not [name for name in names_in(packages, "invalidator") if name.endswith(".so")]


@pytest.mark.parametrize("name", NAMES)
def test_bytecode_is_lambdas_or_there_is_none(packages: Path, name: str) -> None:
    """Bytecode of another Python is dead weight; with checked times it would be refused, as a zip's are fixed."""
    with zipfile.ZipFile(packages / f"{name}.zip") as archive:
        sources = {path for path in archive.namelist() if path.endswith(".py")}
        compiled = {path for path in archive.namelist() if path.endswith(".pyc")}
        if not COMPILED:
            assert not compiled
            return
        assert {_source_of(path) for path in compiled} == sources
        for path in compiled:
            head = archive.read(path)[:8]
            assert head[:4] == importlib.util.MAGIC_NUMBER
            assert int.from_bytes(head[4:8], "little") == 1, f"{path}: unchecked hash (PEP 552)"


def _source_of(compiled: str) -> str:
    folder, _, name = compiled.rpartition("__pycache__/")
    return f"{folder}{name.split('.')[0]}.py"


# With nothing else


@pytest.fixture(scope="module")
def invalidator(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invalidator's package unpacked; it is Python alone, so it runs here as it is."""
    return unpacked(packages / "invalidator.zip", tmp_path_factory.mktemp("invalidator"))


@pytest.fixture(scope="module")
def dashboard(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dashboard's package unpacked, the same but for wheels of this machine."""
    made = build("dashboard", platform=f"{platform.machine()}-manylinux_2_28")
    return unpacked(made / "dashboard.zip", tmp_path_factory.mktemp("dashboard"))


def surroundings(endpoint: str, **more: str) -> dict[str, str]:
    """The environment that Lambda gives, with the local AWS instead of AWS."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    } | more


def test_the_invalidator_makes_a_site_fresh_from_its_package(
    invalidator: Path, account: World, endpoint: str, run: Run
) -> None:
    bucket = account.bucket("packed")
    site = account.distribution(bucket)
    account.tag(bucket, distributionId=site)
    event: dict[str, Any] = json.loads((ROOT / "tests" / "events" / "s3-put.json").read_text("utf8"))["event"]
    for record in event["Records"]:
        record["s3"]["bucket"]["name"] = bucket
    key = event["Records"][0]["s3"]["object"]["key"]
    code = f"""
import json
from invalidator.handler import handler
told = handler(json.loads({json.dumps(event)!r}), None)
print(json.dumps(told))
"""
    run(invalidator, code, surroundings(endpoint))
    (made,) = account.cloudfront.list_invalidations(DistributionId=site)["InvalidationList"]["Items"]
    batch = account.cloudfront.get_invalidation(DistributionId=site, Id=made["Id"])["Invalidation"]["InvalidationBatch"]
    assert f"/{key}" in batch["Paths"]["Items"]


def test_the_invalidator_answers_the_schedule_with_the_table(invalidator: Path, endpoint: str, run: Run) -> None:
    code = """
import json
from invalidator.handler import handler
print(json.dumps(handler({"detail-type": "Scheduled Event"}, None)))
"""
    queue = f"{endpoint}/123456789012/freshedge-work"
    told = run(invalidator, code, surroundings(endpoint, FRESHEDGE_TABLE="freshedge", FRESHEDGE_WORK_QUEUE_URL=queue))
    assert isinstance(told, dict)


@pytest.mark.parametrize("name", ["invalidator", pytest.param("dashboard", marks=lambda_python)])
def test_every_client_can_be_made(name: str, request: pytest.FixtureRequest, endpoint: str, run: Run) -> None:
    """botocore's other services are left out, and one of ours must not be among them."""
    package: Path = request.getfixturevalue(name)
    here = [f".{name}" for name, value in vars(Clients).items() if isinstance(value, property)]
    clients = here + [f".{name}(None)" for name in vars(Clients) if name.endswith("_in")]
    assert {".s3", ".s3_in(None)"} <= set(clients)
    code = f"""
import json
from invalidator.aws.clients import make_clients
clients = make_clients()
print(json.dumps([eval("clients" + name).meta.service_model.service_name for name in {clients!r}]))
"""
    assert len(run(package, code, surroundings(endpoint))) == len(clients)


ASK = """
import json
event = json.loads({event!r})
def asked(path, **headers):
    changed = json.loads(json.dumps(event))
    changed["rawPath"] = changed["requestContext"]["http"]["path"] = path
    changed["rawQueryString"] = ""
    changed["headers"].update(headers)
    return changed
"""


def asking(code: str) -> str:
    event = (ROOT / "tests" / "web" / "events" / "page.json").read_text("utf8")
    return ASK.format(event=event) + code


@lambda_python
def test_the_dashboard_refuses_from_its_package_without_a_login(dashboard: Path, endpoint: str, run: Run) -> None:
    code = asking("from web.app import handler\nprint(json.dumps(handler(asked('/'), None)))\n")
    answer = run(dashboard, code, surroundings(endpoint))
    assert answer["statusCode"] == 503
    assert json.loads(answer["body"])["detail"] == NO_LOGIN


@lambda_python
def test_the_dashboard_serves_from_its_package_with_one(
    dashboard: Path, account: World, endpoint: str, run: Run
) -> None:
    account.bucket("shown")
    code = asking("""
import os
from invalidator.aws.clients import make_clients
from invalidator.clock import SystemClock
from web.app import make_handler
from web.models import Person
from web.services.wiring import make_services
from web.settings import WebSettings
settings = WebSettings.from_environment(os.environ)
services = make_services(settings, make_clients(), SystemClock())
handle = make_handler(settings, services, identify=lambda request: Person(name="anna", role="viewer"))
told = [handle(asked(path, **{"accept-encoding": "identity"}), None)
        for path in ("/buckets", "/static/app.css", "/api/v1/openapi.json")]
print(json.dumps([[one["statusCode"], one["body"]] for one in told]))
""")
    host = json.loads((ROOT / "tests" / "web" / "events" / "page.json").read_text("utf8"))["headers"]["host"]
    told = run(dashboard, code, surroundings(endpoint, FRESHEDGE_PUBLIC_URL=f"https://{host}"))
    assert [status for status, _ in told] == [200, 200, 200]
    page, sheet, described = (body for _, body in told)
    assert "shown" in page
    assert sheet == (ROOT / "web" / "static" / "app.css").read_text("utf8")
    assert "/api/v1/buckets" in json.loads(described)["paths"]
