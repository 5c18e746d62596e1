"""Several buckets linked at once: each planned, each told apart, and none kept back by another."""

from invalidator.errors import AccessDeniedError, ThrottledError
from tests.web.pages.conftest import Browser
from tests.web.pages.twin import World
from tests.web.pages.twin_linking import THUMBNAILS, LinkFacts
from tests.web.pages.worlds import BLOG, STATUS
from web.models import Bucket
from web.pages.several import sentence
from web.services.errors import StepFailedError
from web.services.link_many import MOST

PLAN = "/links/several?bucket=blog-2026&bucket=status-page"


def test_all_that_could_be_linked_is_offered_with_a_box_each(browser: Browser) -> None:
    page = browser.get("/links")
    boxes = [each.get("value") for each in page.all("input", type="checkbox", name_="bucket")]
    assert boxes == ["blog-2026", "status-page"]
    assert page.one("form", action="/links/several").text.endswith(
        "Link all selected… Link all 2… Shows first what would change."
    )


def test_what_is_chosen_is_planned_then_linked_with_what_reads_it(browser: Browser, world: World) -> None:
    plan = browser.get(PLAN)
    assert f"+added distributionId {BLOG}" in [row.text for row in plan.all("tr", class_="added")]
    assert plan.one("button", class_="button primary").text == "Link 2 buckets"
    assert not world.audit, "nothing is written before the last click"
    fields = plan.form("/links/several").fields
    assert fields == {"pair": [f"blog-2026 {BLOG}", f"status-page {STATUS}"]}
    done = browser.post("/links/several", fields)
    assert done.one("div", class_="note fresh").text == (
        "2 buckets are linked. Tags and notifications were read back from AWS."
    )
    assert sorted(world.audit) == [("link", "blog-2026", "demo"), ("link", "status-page", "demo")]
    assert world.buckets["blog-2026"].distribution_ids == [BLOG]


def test_a_bucket_that_others_read_too_keeps_what_it_is_linked_to(browser: Browser, world: World) -> None:
    world.change("docs-site", suggested_distribution_ids=[BLOG])
    before = world.buckets["docs-site"].distribution_ids
    page = browser.get("/links")
    assert f"docs-site also read by {BLOG}" in page.text
    assert browser.get("/links/several?bucket=docs-site").form("/links/several").fields == {
        "pair": [" ".join(["docs-site", *before, BLOG])]
    }


def test_one_in_the_way_of_others_is_left_out_explained_and_can_go_by_event_bridge(
    browser: Browser, world: World
) -> None:
    world.link_facts["blog-2026"] = LinkFacts(overlaps=[THUMBNAILS])
    plan = browser.get(PLAN)
    assert "left out blog-2026" in plan.text
    assert "thumbnails tells the Lambda function thumbnails" in plan.text
    assert plan.form("/links/several", holding="pair").fields == {"pair": [f"status-page {STATUS}"]}
    way = plan.form("/links/several", holding="eventbridge").fields
    assert way == {"bucket": ["blog-2026", "status-page"], "eventbridge": ["blog-2026"]}
    both = browser.get(PLAN + "&eventbridge=blog-2026").form("/links/several").fields
    assert both == {"pair": [f"blog-2026 {BLOG}", f"status-page {STATUS}"], "eventbridge": ["blog-2026"]}
    browser.post("/links/several", both)
    linking = world.services().linking
    assert (linking.link("blog-2026").via, linking.link("status-page").via) == ("eventbridge", "queue")


def test_one_that_fails_keeps_none_of_the_others_from_it_and_says_where_it_stopped(
    browser: Browser, world: World
) -> None:
    denied = AccessDeniedError("s3:PutBucketTagging", "arn:aws:s3:::blog-2026")
    world.failing["apply blog-2026"] = StepFailedError(denied, ["the notification"], "the tag", "", "unlink")
    page = browser.post("/links/several", browser.get(PLAN).form("/links/several").fields)
    assert (
        page.one("div", class_="note faulty", role="status").text
        == "1 of 2 buckets linked. The other says where it stopped."
    )
    said = page.one("div", role="alert").text
    assert "It stopped at: the tag." in said
    assert "Done: the notification." in said
    assert '"Action": "s3:PutBucketTagging"' in said
    assert page.one("a", href="/links/blog-2026/unlink").text == "Go back: unlink blog-2026…"
    assert world.buckets["status-page"].state == "linked"
    again = page.form("/links/several").fields
    assert again == {"pair": [f"blog-2026 {BLOG}"]}, "going on is for that one alone"
    del world.failing["apply blog-2026"]
    browser.post("/links/several", again)
    assert world.buckets["blog-2026"].state == "linked"


def test_one_that_can_not_be_planned_says_why_beside_the_others(browser: Browser, world: World) -> None:
    world.failing["plan blog-2026"] = ThrottledError("S3 wants this later. Try again in 2 s.", 2)
    page = browser.get(PLAN)
    assert f"left out blog-2026 → {BLOG} S3 wants this later." in page.text
    assert page.one("button", class_="button primary").text == "Link 1 bucket"


def test_what_can_not_be_linked_this_way_is_named(browser: Browser) -> None:
    page = browser.get("/links/several?bucket=nope&bucket=raw-logs-prod&bucket=blog-2026")
    assert "Left out, as no distribution reads them or they are gone: nope, raw-logs-prod." in page.text


def test_nothing_chosen_says_so(browser: Browser, world: World) -> None:
    assert "No bucket was chosen." in browser.get("/links/several").text
    assert "No bucket was chosen, so nothing was linked." in browser.post("/links/several").text
    assert not world.audit


def test_more_than_go_at_once_are_counted_and_left_for_the_next_time(browser: Browser, world: World) -> None:
    for number in range(MOST + 3):
        name = f"many-{number:02}"
        world.buckets[name] = Bucket(name=name, region="us-east-1", state="unlinked", suggested_distribution_ids=[BLOG])
    page = browser.get("/links/several?" + "&".join(f"bucket=many-{number:02}" for number in range(MOST + 3)))
    assert f"{MOST} at a time: 3 buckets were left out, from many-20 on." in page.text
    assert len(page.form("/links/several").fields["pair"]) == MOST
    browser.post("/links/several", {"pair": [f"many-{number:02} {BLOG}" for number in range(MOST + 1)]}, 422)


def test_a_pair_that_nobody_offered_is_refused_by_its_row(browser: Browser, world: World) -> None:
    page = browser.post("/links/several", {"pair": ["nope EGONE00000000", "blog-2026 EGONE00000000", " "]})
    assert "0 of 2 buckets linked." in page.text
    assert "There is no bucket nope in this account." in page.text
    assert "There is no distribution EGONE00000000 in this account." in page.text
    assert not world.audit


def test_what_all_came_to_is_said() -> None:
    assert sentence(1, 0) == "1 bucket is linked. Tags and notifications were read back from AWS."
    assert sentence(1, 1) == "0 of 1 bucket linked. Each says why."


def test_all_that_the_filter_finds_can_be_linked_by_one_click(browser: Browser) -> None:
    assert browser.get("/links").one("button", name_="every").text == "Link all 2…"
    assert not browser.get("/links?q=status").all("button", name_="every"), "there is one, with a button of its own"
    found = browser.get("/links/several?every=true&q=").form("/links/several").fields["pair"]
    assert found == [f"blog-2026 {BLOG}", f"status-page {STATUS}"]
    found = browser.get("/links/several?every=true&q=status").form("/links/several").fields["pair"]
    assert found == [f"status-page {STATUS}"]
