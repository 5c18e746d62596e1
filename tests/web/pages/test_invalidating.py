"""Invalidate by hand: looked at before it is sent, sent once, confirmed to the measure of harm."""

import pytest

from invalidator.errors import AccessDeniedError, UnavailableError
from tests.web.pages.conftest import Browser
from tests.web.pages.twin import World
from tests.web.pages.worlds import DOCS
from web.access.person import ROLE_COOKIE

PAGE = f"/distributions/{DOCS}"
SEND = f"{PAGE}/invalidate"
PREVIEW = f"{PAGE}/preview"


def test_a_form_makes_a_record_and_leads_to_it(browser: Browser, world: World) -> None:
    form = browser.get(PAGE).form(SEND)
    where = browser.send(SEND, form.filled(paths="/a.html\n\n  guide/b c.html \n", reason="typo"))
    made = world.history[0]
    assert where == f"/invalidations/{made.id}"
    assert made.paths == ["/a.html", "/guide/b%20c.html"]
    assert (made.cause.actor, made.cause.reason) == ("demo", "typo")
    assert "demo: “typo”" in browser.get(where).text


def test_a_reason_of_spaces_is_none(browser: Browser, world: World) -> None:
    browser.send(SEND, browser.get(PAGE).form(SEND).filled(paths="/a", reason="  "))
    assert world.history[0].cause.reason is None


def test_a_second_click_is_the_same_request(browser: Browser, world: World) -> None:
    form = browser.get(PAGE).form(SEND).filled(paths="/a.html")
    before = len(world.history)
    assert browser.send(SEND, form) == browser.send(SEND, form)
    assert len(world.history) == before + 1


def test_going_back_and_sending_other_paths_is_another_request(browser: Browser, world: World) -> None:
    form = browser.get(PAGE).form(SEND)
    first = browser.send(SEND, form.filled(paths="/a.html"))
    assert browser.send(SEND, form.filled(paths="/b.html")) != first
    assert world.history[0].paths == ["/b.html"]


def test_each_page_has_a_key_of_its_own(browser: Browser) -> None:
    keys = {browser.get(PAGE).form(SEND).fields["key"][0] for _ in range(3)}
    assert len(keys) == 3
    assert all(keys)


def test_an_empty_form_says_what_is_missing(browser: Browser, world: World) -> None:
    before = len(world.history)
    page = browser.post(SEND, browser.get(PAGE).form(SEND).filled(paths=" \n ", reason="why"), 422)
    assert page.by_id("paths-problem").text == "Write at least one path, address or key."
    assert page.by_id("paths").get("aria-invalid") == "true"
    assert page.form(SEND).fields["reason"] == ["why"]
    assert len(world.history) == before


def test_refused_lines_are_shown_with_what_was_typed_kept(browser: Browser, world: World) -> None:
    before = len(world.history)
    typed = browser.get(PAGE).form(SEND).filled(paths="/a.html\n?x=1", reason="why")
    page = browser.post(SEND, typed, 422)
    assert "Nothing was invalidated." in page.text
    assert "only a query string" in page.by_id("preview").text
    assert page.form(SEND).fields["paths"] == ["/a.html\n?x=1"]
    assert page.form(SEND).fields["reason"] == ["why"]
    assert page.form(SEND).fields["key"] == typed["key"]
    assert len(world.history) == before


@pytest.mark.parametrize("what", ["submit", "preview"])
def test_a_failure_is_told_on_the_form(browser: Browser, world: World, what: str) -> None:
    form = browser.get(PAGE).form(SEND).filled(paths="/guide/*", reason="why")
    world.failing[what] = AccessDeniedError("cloudfront:GetDistribution", "*")
    page = browser.post(SEND, form, 403)
    assert "AWS denied cloudfront:GetDistribution on *." in page.text
    assert page.form(SEND).fields["paths"] == ["/guide/*"]
    assert page.form(SEND).fields["reason"] == ["why"]


def test_a_preview_without_javascript_is_the_whole_page(browser: Browser, world: World) -> None:
    before = len(world.history)
    page = browser.post(
        PREVIEW, browser.get(PAGE).form(SEND).filled(paths="/api/v2/*\nguide/intro page.html", reason="r")
    )
    assert page.one("h1").text == DOCS
    preview = page.by_id("preview").text
    assert "/api/v2/* the first 20 of them" in preview
    assert "318 objects evicts 318" in preview
    assert "/guide/intro%20page.html mended 1 object ok" in preview
    assert "Invalidate 2 paths" in preview
    assert page.form(SEND).fields["reason"] == ["r"]
    assert len(world.history) == before


def test_a_preview_says_price_and_quota_before_the_click(browser: Browser) -> None:
    page = browser.post(PREVIEW, browser.get(PAGE).form(SEND).filled(paths="/a"))
    assert "Free: 787 of 1,000 free paths of this month left after this" in page.text
    assert "· 1 of 15 wildcards and 3 of 3,000 files in progress" in page.text


def test_a_preview_as_you_type_is_only_its_part(browser: Browser) -> None:
    part = browser.post(PREVIEW, {"paths": ["/a.html"]}, hx_request="true")
    assert part.elements[0].get("id") == "preview"
    assert not part.all("h1")
    assert "Invalidate 1 path" in part.by_id("preview").text


def test_a_preview_that_fails_as_you_type_says_so_in_its_place(browser: Browser, world: World) -> None:
    world.failing["preview"] = UnavailableError("CloudFront does not answer. Try again.", 1)
    part = browser.post(PREVIEW, {"paths": ["/a.html"]}, hx_request="true")
    assert "CloudFront does not answer. Try again." in part.by_id("preview").text


def test_the_same_path_twice_counts_once_on_the_button(browser: Browser) -> None:
    part = browser.post(PREVIEW, {"paths": ["/a\n/a\n/b"]}, hx_request="true")
    assert "Invalidate 2 paths" in part.by_id("preview").text


def test_many_lines_are_summed_up_and_refused_ones_always_shown(browser: Browser) -> None:
    lines = [f"/page-{n}.html" for n in range(130)] + ["?broken"]
    part = browser.post(PREVIEW, {"paths": ["\n".join(lines)]}, hx_request="true")
    assert len(part.all("tr")) == 1 + 100 + 1
    assert "only a query string" in part.by_id("preview").text
    assert "And 30 more lines, understood." in part.by_id("preview").text
    assert part.by_id("preview").get("data-say") == "130 paths understood, 1 line can't be used."


def test_throwing_out_everything_wants_the_id_typed(browser: Browser, world: World) -> None:
    before = len(world.history)
    page = browser.post(SEND, browser.get(PAGE).form(SEND).filled(paths="/*"), 422)
    assert f"Type {DOCS} to go on." in page.by_id("confirm-problem").text
    assert len(world.history) == before
    wrong = browser.post(SEND, page.form(SEND).filled(confirm="E2"), 422)
    assert f"That is not {DOCS}." in wrong.by_id("confirm-problem").text
    assert wrong.form(SEND).fields["confirm"] == ["E2"]
    assert len(world.history) == before
    browser.send(SEND, wrong.form(SEND).filled(confirm=f" {DOCS} "))
    assert world.history[0].paths == ["/*"]


def test_an_address_that_means_everything_wants_it_too(browser: Browser) -> None:
    page = browser.post(SEND, browser.get(PAGE).form(SEND).filled(paths="https://docs.example.org/*"), 422)
    assert page.by_id("confirm-problem")


def test_a_narrow_wildcard_is_sent_at_once(browser: Browser, world: World) -> None:
    browser.send(SEND, browser.get(PAGE).form(SEND).filled(paths="/guide/*"))
    assert world.history[0].paths == ["/guide/*"]


def test_an_earlier_invalidation_is_repeated_with_its_paths_looked_at(browser: Browser, world: World) -> None:
    earlier = world.history[1]
    page = browser.get(f"{PAGE}?repeat={earlier.id}")
    assert page.form(SEND).fields["paths"] == ["\n".join(earlier.paths)]
    assert "Invalidate 3 paths" in page.text
    browser.get(f"{PAGE}?repeat=nothing", 404)


def test_an_unknown_distribution_is_a_page_that_helps(browser: Browser) -> None:
    page = browser.post("/distributions/E0/invalidate", {"paths": ["/a"]}, 404)
    assert "There is no distribution E0 in this account." in page.text
    assert page.one("a", href="/distributions", class_="button primary").text == "All distributions"


def test_what_throws_out_much_wants_a_box_ticked(browser: Browser, world: World) -> None:
    before = len(world.history)
    page = browser.post(SEND, browser.get(PAGE).form(SEND).filled(paths="/api/*"), 422)
    assert "This throws out 318 objects." in page.by_id("preview").text
    assert page.by_id("confirm-problem").text == "Nothing was invalidated. Tick the box to go on."
    assert page.one("input", name_="confirm").get("type") == "checkbox"
    assert "confirm" not in page.form(SEND).fields
    assert len(world.history) == before
    browser.send(SEND, page.form(SEND).fields | {"confirm": ["yes"]})
    assert world.history[0].paths == ["/api/*"]


def test_a_preview_asks_before_anything_was_refused(browser: Browser, world: World) -> None:
    page = browser.post(PREVIEW, browser.get(PAGE).form(SEND).filled(paths="/api/*"))
    assert not [each for each in page.elements if each.get("id") == "confirm-problem"]
    browser.send(SEND, page.form(SEND).fields | {"confirm": ["yes"]})
    assert world.history[0].paths == ["/api/*"]


@pytest.mark.parametrize(("first", "then", "typed"), [("/api/*", "/img/*", "yes"), ("/*", "/*\n/x", DOCS)])
def test_what_was_confirmed_counts_for_no_other_paths(
    browser: Browser, world: World, first: str, then: str, typed: str
) -> None:
    before = len(world.history)
    asked = browser.post(PREVIEW, browser.get(PAGE).form(SEND).filled(paths=first)).form(SEND).fields
    page = browser.post(SEND, asked | {"paths": [then], "confirm": [typed]}, 422)
    assert "The paths are others than those that you confirmed." in page.by_id("confirm-problem").text
    assert page.form(SEND).fields.get("confirm", [""]) == [""]
    assert len(world.history) == before
    browser.send(SEND, page.form(SEND).fields | {"confirm": [typed]})
    assert len(world.history) == before + 1


def test_while_typing_other_paths_are_not_confirmed(browser: Browser) -> None:
    part = browser.post(PREVIEW, {"paths": ["/*"]}, hx_request="true")
    kept = {"paths": ["/*"], "asked": [part.one("input", name_="asked").get("value")], "confirm": [DOCS]}
    assert browser.post(PREVIEW, kept, hx_request="true").one("input", name_="confirm").get("value") == DOCS
    other = browser.post(PREVIEW, kept | {"paths": ["/*\n/a"]}, hx_request="true")
    assert other.one("input", name_="confirm").get("value") == ""


def test_a_line_is_mended_by_one_click_and_the_others_stay_as_typed(browser: Browser, world: World) -> None:
    before = len(world.history)
    page = browser.post(PREVIEW, browser.get(PAGE).form(SEND).filled(paths="/a b\n/x*y\n?z", reason="why"))
    assert "2 lines can't be used: mend or leave them out first." in page.by_id("preview").text
    assert [each.get("value") for each in page.all("button", name_="mend")] == ["/x*y"]
    mended = browser.post(PREVIEW, page.form(SEND).fields | {"mend": ["/x*y"]})
    assert mended.form(SEND).fields["paths"] == ["/a b\n/x*\n?z"]
    assert mended.form(SEND).fields["reason"] == ["why"]
    assert mended.form(SEND).fields["key"] == page.form(SEND).fields["key"]
    assert len(world.history) == before


@pytest.mark.parametrize(
    ("then", "left"),
    [("mend-all", "/a\n/x*\n/y*\n?z"), ("leave-out", "/a"), ("wider", "/a\n/x*y\n/y*z\n?z")],
)
def test_all_lines_are_mended_or_left_out_by_one_click(browser: Browser, then: str, left: str) -> None:
    page = browser.post(PREVIEW, {"paths": ["/a\n/x*y\n/y*z\n?z"], "then": [then]})
    assert page.form(SEND).fields["paths"] == [left]


def test_a_mend_that_is_none_changes_nothing(browser: Browser) -> None:
    page = browser.post(PREVIEW, {"paths": ["/a\n/x*y"], "mend": ["/a"]})
    assert page.form(SEND).fields["paths"] == ["/a\n/x*y"]
    browser.post(PREVIEW, {"paths": ["/a"], "then": ["anything"]}, 422)


def test_a_mend_as_you_type_brings_the_form_with_its_text(browser: Browser) -> None:
    part = browser.post(PREVIEW, {"paths": ["/x*y"], "mend": ["/x*y"]}, hx_request="true")
    assert part.elements[0].get("id") == "invalidate-form"
    assert "".join(part.by_id("paths").texts).strip() == "/x*"


def test_far_too_many_lines_are_refused_in_words_and_kept(browser: Browser, world: World) -> None:
    before = len(world.history)
    text = "\n".join(f"/img/{n}.jpg" for n in range(10_000))
    page = browser.post(SEND, browser.get(PAGE).form(SEND).filled(paths=text, reason="why"), 422)
    assert "These are 10,000 paths" in page.text
    assert page.form(SEND).fields["paths"] == [text]
    assert page.form(SEND).fields["reason"] == ["why"]
    assert "Invalidate 10,000" not in page.text
    assert "Invalidate 3,000" not in page.text
    assert len(page.all("tr")) < 250
    assert len(world.history) == before
    wider = browser.post(PREVIEW, page.form(SEND).fields | {"then": ["wider"]})
    assert wider.form(SEND).fields["paths"] == ["/img/*"]


def test_enter_in_the_reason_sends_and_does_not_mend(browser: Browser) -> None:
    page = browser.post(PREVIEW, {"paths": ["/x*y"]})
    first = next(each for each in page.all("button") if each.inside("form") is page.one("form", action=SEND))
    assert (first.get("name"), first.get("formaction")) == ("", "")


def test_the_same_as_a_command_is_offered_for_what_can_be_sent(browser: Browser) -> None:
    part = browser.post(PREVIEW, {"paths": ["/a b\nx y"]}, hx_request="true")
    command = f"aws cloudfront create-invalidation --distribution-id {DOCS} --paths '/a b' /x%20y"
    assert part.one("pre", class_="command").text == command
    assert not browser.post(PREVIEW, {"paths": ["/a\n?x"]}, hx_request="true").all("pre", class_="command")


def test_one_object_that_has_several_paths_is_one_row(browser: Browser) -> None:
    part = browser.post(PREVIEW, {"paths": ["/a\n/a\n/b"]}, hx_request="true")
    assert len(part.all("tr")) == 1 + 2


def test_a_reason_that_is_too_long_is_said_beside_it_and_nothing_is_lost(browser: Browser, world: World) -> None:
    before = len(world.history)
    page = browser.post(SEND, browser.get(PAGE).form(SEND).filled(paths="/a", reason="x" * 501), 422)
    assert page.by_id("reason-problem").text == "A reason has at most 500 characters and this one 501."
    assert page.form(SEND).fields["paths"] == ["/a"]
    assert page.form(SEND).fields["reason"] == ["x" * 501]
    assert len(world.history) == before


def test_a_preview_that_is_denied_shows_the_statement_to_add(browser: Browser, world: World) -> None:
    world.failing["preview"] = AccessDeniedError("cloudfront:GetDistribution", "*")
    part = browser.post(PREVIEW, {"paths": ["/a"]}, hx_request="true")
    assert '"Action": "cloudfront:GetDistribution"' in part.one("pre").text


def test_a_repeat_that_cannot_be_looked_at_still_shows_its_paths(browser: Browser, world: World) -> None:
    world.failing["preview"] = UnavailableError("CloudFront does not answer. Try again.", 1)
    page = browser.get(f"{PAGE}?repeat={world.history[1].id}")
    assert page.form(SEND).fields["paths"] == ["\n".join(world.history[1].paths)]
    assert "CloudFront does not answer." in page.by_id("preview").text


def test_a_viewer_who_follows_a_repeat_sees_the_page_without_the_form(browser: Browser, world: World) -> None:
    page = browser.get(f"{PAGE}?repeat={world.history[1].id}", cookie=f"{ROLE_COOKIE}=viewer")
    assert not page.all("form", action=SEND)


def test_what_waits_for_a_pause_to_end_or_answers_nobody_is_said(browser: Browser, world: World) -> None:
    world.distributions[DOCS] = world.distributions[DOCS].model_copy(update={"paused": True, "enabled": False})
    page = browser.get(PAGE)
    assert f"{DOCS} is paused: what you send waits until that is over." in page.text
    assert f"{DOCS} is disabled: it answers nobody now." in page.text
    world.paused = True
    assert "Everything is paused: what you send waits until that is over." in browser.get(PAGE).text


def test_more_text_than_a_request_may_bring_is_told_on_a_page_with_a_way_back(browser: Browser, world: World) -> None:
    before = len(world.history)
    page = browser.post(SEND, {"paths": ["/a\n" * 400_000]}, 413)
    assert "Go back: what you typed is still in the form." in page.text
    assert len(world.history) == before
