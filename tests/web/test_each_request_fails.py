"""Whatever AWS says to any one call of a request, people and programs are told; nothing fails unsaid.

Each page, form and call of the API is asked once as it should go. Then again with one of its calls of AWS denied,
throttled, failed, answered with a code that nobody knows or with a web page, or cut off: the first and the last call of
each kind in turn. The kinds of failure take turns too, so that all of them meet all kinds of calls.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from tests.web.pages.html import Document
from tests.web.services.test_failures import failed_request
from tests.web.services.wire import CUT_OFF, SIGN_IN
from tests.web.services.world import ANNA, World, make_world
from web import api, pages
from web.app import create_app

HEADERS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
FAILURES = {
    "denied": ("AccessDenied", 403),
    "throttled": ("ThrottlingException", 400),
    "failed": ("InternalError", 500),
    "unknown": ("WhoKnows", 418),
    "cut off": CUT_OFF,
    "sign-in page": SIGN_IN,
}
ROUTES = [*(route for router in pages.routers() for route in router.routes), *api.router().routes]
PATHS = dict.fromkeys(
    route.path
    for route in iter_route_contexts(ROUTES)
    if route.path and "GET" in (route.methods or ()) and "failure_id" not in route.path
)
FURTHER = (
    "/links?state=faulty",
    "/links/free",
    "/links/new?bucket=free",
    "/links/new?bucket=free&distribution={other}",
    "/distributions/{distribution_id}?repeat={invalidation_id}",
    "/invalidations?distribution={distribution_id}",
    "/invalidations?actor=anna&kind=person",
    "/api/v1/invalidations?distribution={distribution_id}",
)
LINES = {"paths": "/a.html\n/b*\nhttps://elsewhere.example/", "reason": "why"}
FORMS: dict[str, dict[str, Any]] = {
    "/buckets/refresh": {},
    "/distributions/refresh": {},
    "/distributions/{distribution_id}/preview": LINES,
    "/distributions/{distribution_id}/invalidate": {"paths": "/a.html", "reason": "why", "key": "k{turn}"},
    "/distributions/{distribution_id}/pause": {},
    "/distributions/{distribution_id}/resume": {},
    "/distributions/{distribution_id}/settings": {"settle_seconds": "3"},
    "/pause": {},
    "/resume": {},
    "/links/docs/repair": {},
    "/links/docs/verify": {},
    "/links": {"bucket": "free", "distribution": "{other}"},
    "/links/several": {"pair": "free {other}"},
    "/links/free/unlink": {},
    "/links/docs/restore": {},
    "/links/check": {},
    "/links/refresh": {},
    "/failures/{failure_id}/retry": {},
    "/failures/{failure_id}/discard": {},
}
ROLE = "/me/role"
"""The one form that asks nothing of AWS: it sets a cookie."""
CALLS: dict[str, Any] = {
    "POST /api/v1/links/check": None,
    "POST /api/v1/links/docs/verify": None,
    "POST /api/v1/links/docs/repair": None,
    "PUT /api/v1/links/docs?dry_run=true": {"distribution_ids": ["{distribution_id}", "{other}"]},
    "PUT /api/v1/links/docs": {"distribution_ids": ["{distribution_id}"]},
    "DELETE /api/v1/links/docs?dry_run=true": None,
    "POST /api/v1/distributions/{distribution_id}/invalidations": {"paths": ["/q"], "reason": None},
    "POST /api/v1/distributions/{distribution_id}/invalidations?dry_run=true": {"paths": ["/q*", "x"]},
    "PATCH /api/v1/distributions/{distribution_id}/settings": {"settle_seconds": 4},
    "POST /api/v1/distributions/{distribution_id}/pause": None,
    "POST /api/v1/distributions/{distribution_id}/resume": None,
    "PUT /api/v1/links/free": {"distribution_ids": ["{other}"]},
    "DELETE /api/v1/links/free": None,
    "POST /api/v1/links/docs/restore": None,
    "POST /api/v1/links/batch": {"links": [{"bucket": "free", "distribution_ids": ["{other}"]}]},
    "POST /api/v1/failures/{failure_id}/retry": None,
    "DELETE /api/v1/failures/{failure_id}": None,
    "POST /api/v1/pause": None,
    "POST /api/v1/resume": None,
}
LINKING = ("POST /links", "POST /links/several", "PUT /api/v1/links/free", "POST /api/v1/links/batch")
Failing = dict[int, tuple[str, int]]
"""Which call of a request fails, and how."""


@dataclass
class Account:
    """A linked bucket, one that is not, an invalidation, and a dashboard."""

    world: World
    client: TestClient
    names: dict[str, str]
    turn: Iterator[int] = field(default_factory=count)

    def ask(self, method: str, path: str, *, form: Any = None, body: Any = None, failing: Failing | None = None) -> Any:
        """Send a request, at a time when the account is to be read anew, with the same to do each time."""
        self.world.clock.sleep(120)
        if method != "GET":
            self.prepare(method, path)
        self.names["turn"] = str(next(self.turn))  # a key of its own for each request
        told = self.named(form)
        self.world.wire.calls.clear()
        self.world.wire.failing.update(failing or {})
        answer = self.client.request(method, self.named(path), data=told, json=self.named(body), headers=HEADERS)
        self.world.wire.failing.clear()
        return answer

    def prepare(self, method: str, path: str) -> None:
        """Have there be a failure to deal with, a bucket to link or to unlink, a configuration to restore."""
        linking, other = self.world.services.linking, self.names["other"]
        if "{failure_id}" in path:
            self.names["failure_id"] = failed_request(self.world, other, "/a").id
        if f"{method} {path}" in LINKING:
            linking.unlink("free", ANNA)
        if path == "/links/free/unlink" or method == "DELETE":
            linking.apply("free", [other], ANNA)
        if path.endswith("/restore"):
            self.world.notify("docs", {"QueueConfigurations": []})
            linking.repair("docs", ANNA)

    def named(self, thing: Any) -> Any:
        if isinstance(thing, str):
            for name, value in self.names.items():
                thing = thing.replace(f"{{{name}}}", value)
        if isinstance(thing, dict):
            return {name: self.named(value) for name, value in thing.items()}
        return [self.named(one) for one in thing] if isinstance(thing, list) else thing


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    world = make_world()
    site, other = world.distribution(world.bucket("docs", owner="web team")), world.distribution(world.bucket("free"))
    world.s3.put_object(Bucket="docs", Key="a.html", Body=b"x")
    world.notify("docs", {"QueueConfigurations": []})
    world.services.linking.apply("docs", [site], ANNA)
    record = world.services.invalidating.submit(site, ["/a"], reason="why", person=ANNA).id
    app = create_app(world.settings, world.services, clock=world.clock)
    client = TestClient(
        app, "http://localhost", client=("127.0.0.1", 5), raise_server_exceptions=False, follow_redirects=False
    )
    names = {"bucket": "docs", "name": "docs", "distribution_id": site, "other": other, "invalidation_id": record}
    yield Account(world, client, names)
    client.close()
    world.aws.close()


@pytest.mark.parametrize("path", [*PATHS, *FURTHER])
def test_reading(account: Account, path: str) -> None:
    each_call_fails(account, "GET", path)


@pytest.mark.parametrize("path", FORMS)
def test_a_form(account: Account, path: str) -> None:
    each_call_fails(account, "POST", path, form=FORMS[path])


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_changes_something(account: Account, call: str) -> None:
    method, path = call.split()
    each_call_fails(account, method, path, body=CALLS[call])


def test_every_form_and_call_is_among_these() -> None:
    asked = {f"POST {path}" for path in (*FORMS, ROLE)} | {call.partition("?")[0] for call in CALLS}
    known = {_general(one) for one in asked}
    for route in iter_route_contexts(ROUTES):
        for method in (route.methods or set()) - {"GET", "HEAD"}:
            assert _general(f"{method} {route.path}") in known


def _general(call: str) -> str:
    """Return a call with what stands for any bucket."""
    return re.sub(r"(/links)/(?:docs|free|\{bucket\})", r"\1/{bucket}", call)


def each_call_fails(account: Account, method: str, path: str, **sent: Any) -> None:
    """Ask with each kind of call failing in turn; then, as if nothing had been, once more."""
    good = account.ask(method, path, **sent)
    assert good.status_code < 400, good.text[:400]
    calls = list(account.world.wire.calls)
    first = {name: calls.index(name) for name in calls}
    last = {name: len(calls) - 1 - calls[::-1].index(name) for name in calls}
    for turn, at in enumerate(sorted({*first.values(), *last.values()}), start=len(path)):
        how = list(FAILURES)[turn % len(FAILURES)]
        answer = account.ask(method, path, **sent, failing={at: FAILURES[how]})
        told(answer, f"{method} {path}: {calls[at]} {how}", api="/api/" in path, denied=how == "denied")
    account.world.clock.sleep(61)  # a lock whose release failed ends by itself
    assert account.ask(method, path, **sent).status_code == good.status_code


def told(answer: Any, where: str, *, api: bool, denied: bool) -> None:
    """What came back is whole, and where it is an error, words and a way on come with it."""
    assert answer.status_code != 500, f"{where}: {answer.text[:400]}"
    kind = answer.headers.get("content-type", "")
    if answer.status_code < 400:
        if kind.startswith("text/html"):
            Document(answer.text)
        return
    assert answer.status_code in (403, 409, 502, 503), f"{where}: {answer.status_code} {answer.text[:400]}"
    if api:
        assert answer.status_code != 503 or int(answer.headers["retry-after"]) >= 1, where
        assert kind == "application/problem+json", where
        assert len(answer.json()["detail"]) > 30, where
        assert not denied or "statement" in answer.json(), where
    else:
        page = Document(answer.text)
        assert [one for one in page.all("a") if one.inside("main") or one.inside("section")], where
        assert not denied or '"Effect"' in page.text, where
