"""The history as CSV, and all paths of one invalidation."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import URL

from tests.web.api.conftest import Api
from tests.web.services.world import ANNA, World
from web.api.rows import MOST_BYTES, as_csv, csv_answer, gathered, harmless
from web.models import Cause, Invalidation, Page

EVIL = ("=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\x1b[2Jgone", "\u202eexe.pdf", "<script>x</script>", 'a"b,c\nd')


def exact(cell: str) -> str:
    """Return the text that a cell stands for."""
    return str(json.loads('"' + cell.removeprefix("'").replace('"', '\\"') + '"'))


@pytest.mark.parametrize("reason", EVIL)
def test_reasons_are_exact_and_harmless(world: World, api: Api, reason: str) -> None:
    made = world.distribution(world.bucket("docs"))
    world.services.invalidating.submit(made, ["/a", "/b"], reason=reason, person=ANNA)
    answer = api.client.get("/api/v1/invalidations", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [row] = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert exact(row["reason"]) == reason
    assert row["reason"].isprintable()
    assert row["reason"][0] not in "=+-@\t\r"
    assert row["paths"] == "/a /b"


@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), min_size=1))
def test_every_text_can_be_told_from_its_cell(text: str) -> None:
    cell = harmless(text)
    assert cell.isprintable()
    assert cell[0] not in "=+-@"
    assert exact(cell) == text


def test_paths_come_a_page_at_a_time(world: World, api: Api) -> None:
    made = world.distribution(world.bucket("docs"))
    wanted = [f"/{n:04}" for n in range(150)]
    record = world.services.invalidating.submit(made, wanted, reason=None, person=ANNA)
    first = api.get(f"/invalidations/{record.id}/paths?limit=100")
    second = api.get(f"/invalidations/{record.id}/paths?limit=100&cursor={first['next_cursor']}")
    assert first["items"] + second["items"] == wanted
    assert (first["total"], second["next_cursor"]) == (150, None)
    api.get(f"/invalidations/{record.id}/paths?cursor=x", 422)


@pytest.mark.parametrize(
    ("line", "mend"),
    [("/a*b", "/a*"), ("/a~b", "/a*"), ("#x", "/%23x"), ("/ok", None), ("https://elsewhere.example/", None)],
)
def test_a_mend_is_offered_where_it_is_plain(world: World, api: Api, line: str, mend: str | None) -> None:
    made = world.distribution(world.bucket("docs"))
    asked = {"paths": [line], "reason": None}
    [shown] = api.call("POST", f"/distributions/{made}/invalidations?dry_run=true", asked)["paths"]
    assert shown["mend"] == mend


@pytest.mark.parametrize(("rows", "paths", "length", "most"), [(130, 16, 3000, 4), (2200, 1, 1200, 2)])
def test_a_file_of_long_rows_ends_before_an_answer_is_too_large_and_goes_on(
    rows: int, paths: int, length: int, most: int
) -> None:
    every = [made(n, [f"/{n}/{'x' * length}" for _ in range(paths)]) for n in range(rows)]

    def read(after: str | None, most: int) -> Page[Invalidation]:
        begin = int(after or 0)
        end = begin + most
        return Page(items=every[begin:end], next_cursor=str(end) if end < len(every) else None)

    found, cursor, files = [], None, 0
    while cursor is not None or not files:
        answer = csv_answer(URL("http://localhost/api/v1/invalidations"), read, cursor)
        assert len(answer.body) <= MOST_BYTES
        found += [row["id"] for row in csv.DictReader(io.StringIO(bytes(answer.body).decode(), newline=""))]
        cursor = answer.headers["link"].partition("cursor=")[2].partition(">")[0] if "link" in answer.headers else None
        files += 1
    assert found == [one.id for one in every]
    assert files == most


def test_one_row_goes_whatever_its_size() -> None:
    vast = made(1, ["/" + "x" * MOST_BYTES])
    page = gathered(lambda _after, most: Page(items=[vast] * min(most, 2), next_cursor="1"), None)
    assert (len(page.items), page.next_cursor) == (1, "1")


def test_paths_that_nobody_knows_are_no_number() -> None:
    [row] = csv.DictReader(io.StringIO(as_csv([made(1, []).model_copy(update={"paths_known": False})])))
    assert row["path_count"] == ""


def made(number: int, paths: list[str]) -> Invalidation:
    return Invalidation(
        id=f"{number:04}",
        distribution_id="E1",
        state="completed",
        cause=Cause(kind="s3"),
        paths=paths,
        path_count=len(paths),
        created_at=datetime(2026, 11, 25, tzinfo=UTC),
    )
