"""Texts that others chose, from the account to pages, API, CSV and logs: exact, and harmless.

The account is the strict local one, so each text is only where AWS lets somebody put it; where it is more careful than
AWS may be (tags), the text is put there past it. Pages over texts that no AWS would take are in `pages/test_hostile`.
"""

import csv
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from invalidator.log import JsonFormatter
from tests.web.api.test_rows import exact
from tests.web.pages.html import Document
from tests.web.pages.test_hostile import harmless
from tests.web.services.world import ANNA, OURS, World, make_world
from web.app import create_app
from web.pages.names import pieces
from web.terminal import LineFormatter

EVIL = {
    "script": "<script>alert(1)</script>",
    "escape": "\x1b]0;mine\x07\x1b[2Jgone",
    "formula": "=cmd|'/c calc'!A1",
    "sum": "@SUM(1+9)*cmd",
    "bidi": "invoice\u202egpj.exe",
    "isolate": "a\u2066b\u200bc\ufeffd",
    "attribute": "\"' onmouseover=alert(1) x='",
    "textarea": "</textarea><img src=x onerror=alert(1)>",
    "template": "{{7*7}}${7*7}",
    "lines": "a\r\nSet-Cookie: x=1\r\n\r\n<b>b",
}
NO_XML = {"escape"}
"""Texts with characters that XML can't hold, so that no configuration of AWS does."""

IN_XML = [name for name in EVIL if name not in NO_XML]
TAGS = {f"x{EVIL[name]}": EVIL[name] for name in IN_XML}

HEADERS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Account:
    """An account full of such texts, and the dashboard over it. sites, records: by the name of the text."""

    world: World
    client: TestClient
    sites: dict[str, str]
    records: dict[str, str]

    def json(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
        return answer.json()

    def page(self, path: str, status: int = 200, form: dict[str, str] | None = None) -> Document:
        method = "POST" if form is not None else "GET"
        answer = self.client.request(method, path, data=form, headers=HEADERS)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:300]}"
        assert "Set-Cookie: x" not in str(answer.headers)
        return Document(answer.text)


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    world = make_world()
    world.bucket("docs")
    sites = {}
    for name, text in EVIL.items():
        more = {} if name in NO_XML else {"Comment": text}
        sites[name] = world.distribution("docs", **more)
        world.s3.put_object(Bucket="docs", Key=f"keys/{text}", Body=b"x")
    world.queue("theirs")
    world.notify("docs", {"QueueConfigurations": [theirs(text) for name, text in EVIL.items() if name not in NO_XML]})
    world.aws.store.buckets["docs"].tags.update(TAGS)
    records = {}
    for name, text in EVIL.items():
        paths = ["/" + quote(f"keys/{text}", safe="/")]
        records[name] = world.services.invalidating.submit(sites[name], paths, reason=text, person=ANNA).id
    app = create_app(world.settings, world.services, clock=world.clock)
    client = TestClient(app, "http://localhost", client=("127.0.0.1", 5), follow_redirects=False)
    yield Account(world, client, sites, records)
    client.close()
    world.aws.close()


def theirs(text: str) -> dict[str, Any]:
    """Somebody's configuration, with the text wherever one may stand."""
    arn = OURS["QueueArn"].replace("freshedge-events", "theirs")  # type: ignore[attr-defined]
    rules = [{"Name": "Prefix", "Value": f"{text}/"}]
    return {"Id": text, "QueueArn": arn, "Events": ["s3:ObjectAcl:Put"], "Filter": {"Key": {"FilterRules": rules}}}


def seen(text: str) -> str:
    """The text as a page shows it, its spaces folded: what nobody sees by its code."""
    return " ".join("".join(piece.code or piece.text for piece in pieces(text)).split())


PAGES = (
    "/",
    "/buckets",
    "/links",
    "/links/docs",
    "/links/docs/unlink",
    "/links/new?bucket=docs",
    "/distributions",
    "/invalidations",
    "/failures",
    "/about",
)


# Pages


@pytest.mark.parametrize("path", PAGES)
def test_no_text_becomes_markup_on_a_page_of_many(account: Account, path: str) -> None:
    harmless(account.page(path))


@pytest.mark.parametrize("name", EVIL)
def test_no_text_becomes_markup_on_a_page_of_its_own(account: Account, name: str) -> None:
    site, record = account.sites[name], account.records[name]
    for path in (
        f"/links/new?bucket=docs&distribution={site}",
        f"/distributions/{site}",
        f"/distributions/{site}?repeat={record}",
        f"/invalidations/{record}",
        f"/invalidations?distribution={site}",
    ):
        harmless(account.page(path))


@pytest.mark.parametrize("name", EVIL)
def test_no_text_that_is_typed_becomes_markup(account: Account, name: str) -> None:
    text, part = EVIL[name], quote(EVIL[name], safe="")
    for path, field in (("/buckets", "q"), ("/links", "q"), ("/distributions", "q"), ("/invalidations", "actor")):
        harmless(account.page(f"{path}?{field}={part}"))
    for path in (f"/links/{part}", f"/distributions/{part}", f"/invalidations/{part}", f"/{part}"):
        harmless(account.page(path, 404))
    there = f"/distributions/{account.sites[name]}"
    harmless(account.page(f"{there}/invalidate", 422, {"paths": f"/a*b{text}", "reason": text, "key": text}))


@pytest.mark.parametrize("name", EVIL)
def test_a_record_shows_reason_and_path_exactly(account: Account, name: str) -> None:
    page = account.page(f"/invalidations/{account.records[name]}")
    assert seen(EVIL[name]) in page.text
    [path] = account.json(f"/invalidations/{account.records[name]}")["paths"]
    assert path.isascii()
    assert path in page.text


@pytest.mark.parametrize("name", IN_XML)
def test_a_distribution_shows_its_comment_exactly(account: Account, name: str) -> None:
    page = account.page(f"/distributions/{account.sites[name]}")
    assert seen(EVIL[name]) in page.text.replace("\n", " ")


@pytest.mark.parametrize("name", EVIL)
def test_a_preview_shows_keys_exactly(account: Account, name: str) -> None:
    there = f"/distributions/{account.sites[name]}/preview"
    page = account.client.post(there, data={"paths": "/keys/*"}, headers=HEADERS | {"HX-Request": "true"})
    document = Document(f"<main>{page.text}</main>")
    assert seen(f"keys/{EVIL[name]}") in document.text


@pytest.mark.parametrize("name", IN_XML)
def test_a_diff_shows_tags_and_configurations_exactly(account: Account, name: str) -> None:
    page = account.page(f"/links/new?bucket=docs&distribution={account.sites[name]}")
    assert seen(f"x{EVIL[name]}") in page.text
    assert page.text.count(seen(EVIL[name])) >= len(("key", "value"))
    assert page.text.count(seen(read_back(EVIL[name]))) >= len(("Id", "prefix"))


# API


@pytest.mark.parametrize("name", EVIL)
def test_programs_get_every_text_as_it_is(account: Account, name: str) -> None:
    text, site = EVIL[name], account.sites[name]
    record = account.json(f"/invalidations/{account.records[name]}")
    assert record["cause"]["reason"] == text
    if name not in NO_XML:
        assert account.json(f"/distributions/{site}")["comment"] == read_back(text)
    wanted = {"distribution_ids": [site]}
    plan = account.client.put("/api/v1/links/docs?dry_run=true", json=wanted, headers=HEADERS).json()
    assert plan["tags"]["after"] == TAGS | {"distributionId": site}
    ids = [one["Id"] for one in plan["notifications"]["after"]["QueueConfigurations"]]
    assert ids == [read_back(one) for other, one in EVIL.items() if other not in NO_XML] + ["freshedge"]


def read_back(text: str) -> str:
    """The text as somebody's client has written it in XML, whose parsers make one of all line ends (XML 1.0, 2.11)."""
    return text.replace("\r\n", "\n")


@pytest.mark.parametrize("name", EVIL)
def test_a_problem_tells_of_a_name_in_characters_that_are_seen(account: Account, name: str) -> None:
    for path in (f"/buckets/{quote(EVIL[name], safe='')}", f"/links/{quote(EVIL[name], safe='')}"):
        answer = account.client.get(f"/api/v1{path}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].isprintable()


# CSV


def test_the_history_as_a_file_is_exact_and_does_nothing(account: Account) -> None:
    answer = account.client.get("/api/v1/invalidations", headers={"Accept": "text/csv"})
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answer.text, newline=""))}
    for name, record in account.records.items():
        row = rows[record]
        assert exact(row["reason"]) == EVIL[name]
        for column, cell in row.items():
            assert cell.isprintable(), (name, column)
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (name, column)


# Logs


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What a terminal and CloudWatch get to see of our log."""
    found: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.extend(form.format(record) for form in (LineFormatter("%(message)s"), JsonFormatter()))

    kept = Kept()
    loggers = [logging.getLogger(name) for name in ("freshedge", "web")]
    before = [(one, one.level) for one in loggers]
    for one in loggers:
        one.addHandler(kept)
        one.setLevel(logging.INFO)
    yield found
    for one, level in before:
        one.removeHandler(kept)
        one.setLevel(level)


@pytest.mark.parametrize("name", EVIL)
def test_no_text_writes_a_line_of_its_own_or_reaches_a_terminal(account: Account, name: str, lines: list[str]) -> None:
    part = quote(EVIL[name], safe="")
    account.world.wire.refused["GetDistribution"] = ("InternalError", 500)
    account.world.wire.refused["GetItem"] = ("InternalError", 500)
    for path in (f"/buckets?q={part}", f"/distributions/{account.sites[name]}?repeat={part}", f"/invalidations/{part}"):
        account.client.get(path)
        account.client.get(f"/api/v1{path}")
    account.client.get(f"/api/v1/distributions/{account.sites[name]}?{part}")
    account.world.wire.refused.clear()
    account.client.post(
        f"/api/v1/distributions/{account.sites[name]}/invalidations",
        json={"paths": ["/a"], "reason": EVIL[name]},
        headers=HEADERS,
    )
    assert lines
    assert not [line for line in lines if not line.isprintable()]
