"""Whatever is sent to any page, form or call: an answer in words, never a failure of ours, and nothing written unsaid.

Every route of the app is asked, with each thing that it takes (in the path, the query, the form or the body) replaced
by each piece of rubbish in turn; what else it takes stays as it should be.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from fastapi.routing import iter_route_contexts

from tests.web.pages.html import Document
from tests.web.test_each_request_fails import CALLS, FORMS, HEADERS, ROLE, ROUTES, Account, account

__all__ = ["account"]

RUBBISH = {
    "unknown": "nobody-here",
    "of another account": "E2ABCDEFGHIJKL",
    "long": "x" * 300,
    "empty": "",
    "blank": " ",
    "control characters": "a\x00b\x1b[2J\r\nc",
    "other direction": "a\u202eb\u2066",
    "way up": "../../links",
    "negative": "-1",
    "number without end": "9" * 40,
    "no number": "nan",
    "markup": "<b>'\"&amp;{{7*7}}%s",
    "no escape": "%zz%",
}
RAW = {"half a character": "%ED%A0%80", "no UTF-8": "%FF%FE", "nothing": "%00"}
"""What stands in an address as it is."""

THINGS: tuple[Any, ...] = (None, True, 10**40, -1, [], {}, [None], [[]], {"a": 1}, *RUBBISH.values())
REFUSED = {400, 403, 404, 405, 409, 413, 415, 422}
FORM = {ROLE: {"role": "viewer"}, **FORMS}
CONTEXTS = list(iter_route_contexts(ROUTES))


def _taken(context: Any, method: str, kind: str) -> list[str]:
    """Return the names of what a route takes of a kind (`query_params`, `body_params`), its dependencies' too."""
    if method not in (context.methods or ()) or not context.path:
        return []
    waiting, found = [context.dependant], []
    while waiting:
        one = waiting.pop()
        found += [param.alias for param in getattr(one, kind)]
        waiting += one.dependencies
    return found


READ = {one.path: _taken(one, "GET", "query_params") for one in CONTEXTS if "GET" in (one.methods or ()) and one.path}
FIELDS = {
    path: {*form, *(name for one in CONTEXTS if one.path == path for name in _taken(one, "POST", "body_params"))}
    for path, form in FORM.items()
}


@pytest.mark.parametrize("path", READ)
def test_reading(account: Account, path: str) -> None:
    for rotten in _rotten_places(path):
        _answered(account, "GET", rotten)
    for name in READ[path]:
        for value in RUBBISH.values():
            _answered(account, "GET", f"{path}?{urlencode([(name, value)] * 2)}")
        for raw in RAW.values():
            _answered(account, "GET", f"{path}?{name}={raw}")


@pytest.mark.parametrize("path", FORM)
def test_a_form(account: Account, path: str) -> None:
    for rotten in _rotten_places(path):
        _answered(account, "POST", rotten, form=FORM[path])
    for name in FIELDS[path]:
        for value in RUBBISH.values():
            _answered(account, "POST", path, form=FORM[path] | {name: value})
            _answered(account, "POST", path, form=FORM[path] | {name: [value, value]})
        _answered(account, "POST", path, form={key: value for key, value in FORM[path].items() if key != name})
    _answered(account, "POST", path, body={"a": "form is no JSON"})


@pytest.mark.parametrize("call", [call for call in CALLS if "?" not in call])
def test_a_call_that_changes_something(account: Account, call: str) -> None:
    (method, path), sent = call.split(), CALLS[call]
    for rotten in _rotten_places(path):
        _answered(account, method, rotten, body=sent)
    for name in sent or ():
        for thing in THINGS:
            _answered(account, method, path, body=sent | {name: thing})
            if isinstance(sent[name], list):
                _answered(account, method, path, body=sent | {name: [thing]})
        _answered(account, method, path, body={key: value for key, value in sent.items() if key != name})
    if sent:
        for thing in THINGS:
            _answered(account, method, path, body=thing)
        _answered(account, method, path, body=sent | {"no such field": 1})


def test_what_was_written_for_a_distribution_that_is_deleted_meanwhile_is_shown(account: Account) -> None:
    typed = "/straße.html\n</textarea><b>/ b"
    account.client.cookies.clear()
    for step in ("preview", "invalidate"):
        answer = account.client.post(f"/distributions/EGONE/{step}", data={"paths": typed}, headers=HEADERS)
        assert answer.status_code == 404
        assert f">{escape(typed, quote=False)}</textarea>" in answer.text


def _rotten_places(path: str) -> Iterator[str]:
    """Return the path with rubbish for what it names: a bucket, a distribution, an invalidation, a failure."""
    for place in re.findall(r"\{\w+\}|(?<=/links/)(?:docs|free)(?=/|$)", path):
        for value in (*(quote(one, safe="") for one in RUBBISH.values() if one), *RAW.values()):
            yield path.replace(place, value, 1)


def _answered(account: Account, method: str, path: str, *, form: Any = None, body: Any = None) -> None:
    """Ask; what is refused is refused in words, and has written nothing."""
    account.client.cookies.clear()  # a role that was chosen would refuse everything from here on
    before = _written(account) if method != "GET" else None
    answer = account.client.request(method, account.named(path), data=form, json=body, headers=HEADERS)
    where = f"{method} {path!r} {form} {body}: {answer.status_code} {answer.text[:300]}"
    if answer.status_code < 400:
        return
    assert answer.status_code in REFUSED, where
    if "/api/" in path:
        assert answer.headers["content-type"] == "application/problem+json", where
        assert len(answer.json()["detail"]) > 20, where
    elif answer.headers["content-type"].startswith("text/html"):
        page = Document(answer.text)
        assert [one for one in page.all("a") if one.inside("main") or one.inside("section")], where
    assert before is None or _written(account) == before, where


def _written(account: Account) -> object:
    """Return all that a request may change."""
    world, names = account.world, (account.names["distribution_id"], account.names["other"])
    buckets = {name: (world.tags(name), world.notifications(name)) for name in ("docs", "free")}
    records = [one.id for one in world.services.history.page(limit=200).items]
    return buckets, records, world.tables.settings.many(names), world.tables.settings.all_paused()
