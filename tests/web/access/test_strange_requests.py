"""Requests that no page of ours sends: each is answered with words, and none with our insides."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.web.access.conftest import Open
from tests.web.services.world import World, make_world
from web.models import Person

OURS = {"Origin": "http://localhost"}
JSON = OURS | {"Content-Type": "application/json"}
FORM = OURS | {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = OURS | {"Content-Type": "multipart/form-data; boundary=x"}
ANNA = Person(name="anna", role="admin")
SITE = "{site}"
"""Stands for the id of a distribution that exists."""


@pytest.fixture(scope="module")
def account() -> Iterator[World]:
    """An account with a link, which these requests may change."""
    made = make_world()
    bucket = made.bucket("docs-site")
    made.services.linking.apply(bucket, [made.distribution(bucket)], ANNA)
    yield made
    made.aws.close()


@pytest.fixture
def client(dashboard: Open) -> TestClient:
    return dashboard()


def site_of(account: World) -> str:
    return account.tags("docs-site")["distributionId"]


BODIES = {
    "deep lists": b"[" * 500_000,
    "deep objects": b'{"paths":' * 100_000,
    "a number without end": b'{"paths":[1' + b"0" * 5000 + b"]}",
    "half a character": b'{"paths":["\\ud800"],"distribution_ids":["\\ud800"]}',
    "no text": b"\xff\xfe{}",
    "not a number": b"NaN",
    "nothing": b"",
    "null": b"null",
    "names that are not ours": b'{"__proto__":{"a":1},"paths":["/a"]}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/api/v1/distributions/{SITE}/invalidations"),
        ("PATCH", f"/api/v1/distributions/{SITE}/settings"),
        ("PUT", "/api/v1/links/docs-site"),
    ],
)
def test_a_strange_body_is_refused_as_a_problem(
    client: TestClient, account: World, method: str, path: str, body: bytes
) -> None:
    answer = client.request(method, path.format(site=site_of(account)), content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


ADDRESSES = [
    "/links/%00",
    "/links/%ff%fe",
    "/links/" + "a" * 3000,
    "/links/..%2f..%2fetc%2fpasswd",
    "/buckets?q=%ff%00",
    "/buckets?cursor=%ff",
    "/buckets?limit=99999999999999999999",
    "/distributions/%E2%80%AE",
    "/invalidations?from=9999-99-99",
    "/invalidations?from=0001-01-01&to=9999-12-31",
    "/invalidations?state=nope&kind=nope",
    "/invalidations?cursor=%ff%00",
    "/invalidations/%00",
    "/static/%2e%2e/app.py",
    "/static/..%2fapp.py",
    "/api/v1/links/%00",
    "/api/v1/links/%ff",
    "/api/v1/buckets?cursor=nope",
    "/api/v1/invalidations?from=0001-01-01T00:00:00%2B23:59",
    "/api/v1/invalidations?to=9999-12-31T23:59:59-23:59",
    "/api/v1/invalidations?from=1e400",
    "/?" + "a=1&" * 5000,
]


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:40])
def test_a_strange_address_is_answered_with_words(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (200, 404, 422)
    assert "Traceback" not in answer.text


FORMS = {
    "nothing": (b"", FORM),
    "no text": (b"\xff\xfe=\xff&paths=%ff%00\x00&role=%ff", FORM),
    "only separators": (b"&" * 900_000, FORM),
    "many fields": (b"a=1&" * 200_000, FORM),
    "parts without a boundary": (b"garbage", OURS | {"Content-Type": "multipart/form-data"}),
    "broken parts": (b"--x\r\nbad", PARTS),
    "a file where text belongs": (
        b'--x\r\nContent-Disposition: form-data; name="paths"; filename="a"\r\n\r\n/a\r\n--x--\r\n',
        PARTS,
    ),
    "JSON": (b'{"paths":["/a"]}', JSON),
}


@pytest.mark.parametrize(("body", "headers"), FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    "path",
    [
        "/me/role",
        "/links",
        "/links/docs-site/repair",
        f"/distributions/{SITE}/preview",
        f"/distributions/{SITE}/invalidate",
        f"/distributions/{SITE}/settings",
        "/buckets/refresh",
        "/pause",
    ],
)
def test_a_strange_form_is_answered_with_words(
    client: TestClient, account: World, path: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = client.post(path.format(site=site_of(account)), content=body, headers=headers)
    assert answer.status_code in (200, 303, 404, 409, 413, 422)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": b"freshedge_role=\xff"},
        {"Cookie": b"=;;;=" + b"a" * 8000},
        {"Accept-Encoding": b"gzip;q=0, \xff"},
        {"Accept": b"\xff"},
        {"Content-Length": b"-1"},
        {"Content-Type": b"\xff"},
    ],
    ids=", ".join,
)
def test_a_strange_header_changes_nothing(client: TestClient, headers: dict[str, bytes]) -> None:
    assert client.get("/", headers=headers).status_code == 200


def test_a_way_back_can_not_bring_a_header(client: TestClient) -> None:
    body = b"role=viewer&back=/%0d%0aSet-Cookie:%20a=b"
    answer = client.post("/me/role", content=body, headers=FORM)
    assert answer.status_code == 303
    assert "\n" not in answer.headers["location"]
    assert answer.headers.get_list("set-cookie") == [answer.headers["set-cookie"]]
    assert answer.headers["set-cookie"].startswith("freshedge_role=")
