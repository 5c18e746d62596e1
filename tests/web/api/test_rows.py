"""The history as CSV, and all paths of one invalidation."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.api.conftest import Api
from tests.web.services.world import ANNA, World
from web.api.rows import harmless

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
