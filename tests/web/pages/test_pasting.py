"""Whatever is pasted into the form over a whole account: a sound page, and nothing sent that is wrong."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.pages.conftest import ours
from tests.web.pages.html import Document
from tests.web.pages.test_hostile import harmless
from tests.web.pages.worlds import HOSTILE
from tests.web.services.world import World, make_world
from web.app import create_app
from web.pages.preview import lines_of
from web.services.lines import Site, refused, understand
from web.services.splitting import items_of, rewritten

PIECES = st.sampled_from(
    [
        *(
            "/",
            "/a",
            "*",
            "~",
            "%",
            "%2",
            " ",
            "\t",
            ",",
            ";",
            "#",
            "?",
            "[",
            "]",
            "{",
            "}",
            '"',
            "'",
            "\\",
            "//",
            "..",
        ),
        *("https://", "ftp://", "s3://docs/", "s3:/", "arn:aws:s3:::docs/", "docs.example.org", "\n", "\r\n"),
        *("upload: a to ", "- ", "<b>", "&amp;", "=1+1", "\u202e", "\x00", "\u2028", "\ufeff", "é", "😀", "x" * 300),
    ]
)
PASTED = st.lists(PIECES, max_size=14).map("".join) | st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[World, TestClient, str]]:
    """An account, a browser in front of its dashboard, and the form's address without its last word."""
    world = make_world()
    site = world.distribution(world.bucket("docs"), path="/site", DefaultRootObject="index.html")
    app = create_app(world.settings, world.services, clock=world.clock)
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50000), follow_redirects=False) as client:
        yield world, client, f"/distributions/{site}"
    world.aws.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PASTED, st.sampled_from(["", "mend-all", "leave-out", "wider"]))
def test_whatever_is_pasted_there_is_a_sound_page(place: tuple[World, TestClient, str], text: str, then: str) -> None:
    _, client, form = place
    answer = client.post(f"{form}/preview", data={"paths": text, "then": then}, headers=ours())
    assert answer.status_code == 200
    harmless(Document(answer.text))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PASTED)
def test_whatever_is_sent_is_accepted_or_said_to_be_wrong_with_the_text_kept(
    place: tuple[World, TestClient, str], text: str
) -> None:
    world, client, form = place
    before = len(world.services.history.page(limit=100).items)
    answer = client.post(f"{form}/invalidate", data={"paths": text}, headers=ours())
    after = len(world.services.history.page(limit=100).items)
    if answer.status_code == 303:
        assert after in (before + 1, 100)
        return
    assert answer.status_code == 422
    assert after == before
    page = Document(answer.text)
    harmless(page)
    assert page.all("div", role="alert") or page.all("p", role="alert")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_meant_to_do_harm_is_shown_and_kept_exactly(place: tuple[World, TestClient, str], text: str) -> None:
    _, client, form = place
    page = Document(client.post(f"{form}/preview", data={"paths": text, "reason": text}, headers=ours()).text)
    harmless(page)
    assert page.by_id("reason").get("value") == text
    assert "".join(page.by_id("paths").texts).replace("\r\n", "\n").lstrip("\n") == text


SITE = Site(id="E1", names=frozenset({"docs.example.org"}))


@given(PASTED)
def test_mending_all_and_leaving_the_rest_out_leaves_what_can_be_used(text: str) -> None:
    found = understand(lines_of(text), SITE)
    mended = rewritten(text, {one.given: one.mend for one in found if one.problem and one.mend})
    left = rewritten(mended, {given: None for given, _ in refused(understand(lines_of(mended), SITE))})
    assert refused(understand(lines_of(left), SITE)) == []


@given(PASTED)
def test_a_text_without_anything_to_mend_stays_as_it_was_typed(text: str) -> None:
    assert items_of(rewritten(text, {})) == items_of(text)


def test_odd_line_breaks_of_other_scripts_stay_within_their_key(place: tuple[World, TestClient, str]) -> None:
    _, client, form = place
    text = "/a\x85b\u2028c\x0bd\r\n/e\r/f\n/g"
    page = Document(client.post(f"{form}/preview", data={"paths": text}, headers=ours()).text)
    assert "Invalidate 4 paths" in page.by_id("preview").text
