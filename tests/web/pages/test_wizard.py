"""Linking in four steps: explained before anything is written, and told what was written where it stops half way."""

from invalidator.errors import AccessDeniedError, BadInputError, NotFoundError, ThrottledError, UnavailableError
from tests.web.pages.conftest import Browser
from tests.web.pages.html import Document
from tests.web.pages.twin import World
from tests.web.pages.twin_linking import QUEUE, THUMBNAILS, LinkFacts
from tests.web.pages.worlds import BLOG, DOCS
from web.models import Bucket
from web.services.errors import BusyError, OverlapError, StepFailedError
from web.services.progress import UNANSWERED

PLAN = f"/links/new?bucket=blog-2026&distribution={BLOG}&step=plan"
FIELDS = {"bucket": ["blog-2026"], "distribution": [BLOG]}


def in_the_way(world: World, bucket: str = "blog-2026") -> None:
    """Have somebody's notification of thumbnails listen to the bucket's new objects."""
    world.link_facts[bucket] = LinkFacts(overlaps=[THUMBNAILS])


def alert(page: Document) -> str:
    """What a page says went wrong."""
    return page.one("div", role="alert").text


def ways(page: Document) -> dict[str, str]:
    """The ways on that stand beside it: where each leads, by its words."""
    links = [each for each in page.all("a") if (around := each.inside("div")) and around.get("role") == "alert"]
    return {each.text: each.get("href") for each in links}


def test_the_wizard_goes_from_bucket_to_distribution_to_diff_to_verified(browser: Browser, world: World) -> None:
    first = browser.get("/links/new")
    assert first.form("/links/new", holding="bucket").fields == {"bucket": ["blog-2026"]}
    second = browser.get("/links/new?bucket=blog-2026")
    chosen = second.form("/links/new").fields
    assert chosen == {"bucket": ["blog-2026"], "distribution": [BLOG], "via": ["queue"]}
    third = browser.get(f"/links/new?bucket=blog-2026&distribution={BLOG}&step=plan")
    assert [row.text for row in third.all("tr", class_="added")] == [
        f"+added distributionId {BLOG}",
        "+added freshedge ObjectCreated:*",
        "+added ObjectRemoved:*",
        "+added LifecycleExpiration:*",
        "+added → arn:aws:sqs:us-east-1:123456789012:freshedge-events",
    ]
    assert third.all("tr", class_="stays")[0].text == "stays team web"
    assert "1,284 objects are read once (under $0.01)" in third.text
    assert not world.audit, "nothing is written before the last click"
    where = browser.send("/links", third.form("/links").fields)
    assert where == "/links/blog-2026?done=linked"
    assert world.audit == [("link", "blog-2026", "demo")]
    last = browser.get(where)
    assert last.one("li", aria_current="step").text == "4 Verified"
    assert "Linked. Tag and notification were read back from AWS." in last.text


def test_buckets_that_a_distribution_reads_come_first_on_the_first_of_many_pages(
    browser: Browser, world: World
) -> None:
    names = [f"many-{number:02}" for number in range(60)]
    for name in names:
        read = [BLOG] if name == names[-1] else []
        world.buckets[name] = Bucket(name=name, region="us-east-1", state="unlinked", suggested_distribution_ids=read)
    first = browser.get("/links/new?q=many")
    offered = [each.get("value") for each in first.all("input", name_="bucket")]
    assert offered == [names[-1], *names[:49]]
    second = browser.get(first.one("a", rel="next").get("href"))
    assert [each.get("value") for each in second.all("input", name_="bucket")] == names[49:-1]


def test_the_wizard_wants_a_distribution(browser: Browser) -> None:
    page = browser.get("/links/new?bucket=blog-2026&step=plan", 422)
    assert page.one("div", role="alert").text == "Choose at least one distribution."


def test_the_wizard_refuses_what_can_not_be_linked_and_keeps_the_choice(browser: Browser, world: World) -> None:
    world.failing["plan"] = BadInputError("A tag holds 256 characters, and 30 ids are 419. Link to fewer.")
    page = browser.get(f"/links/new?bucket=blog-2026&distribution={DOCS}", 422)
    assert alert(page) == "A tag holds 256 characters, and 30 ids are 419. Link to fewer."
    assert page.form("/links/new").fields["distribution"] == [DOCS]


def test_a_conflict_is_explained_as_soon_as_the_bucket_is_chosen(browser: Browser, world: World) -> None:
    in_the_way(world)
    page = browser.get("/links/new?bucket=blog-2026")
    assert "Somebody's notification listens to the same events." in page.text
    said = page.one("ul", class_="conflicts").text
    assert said == (
        "thumbnails tells the Lambda function thumbnails: ObjectCreated:* prefix “img/” → "
        + THUMBNAILS["LambdaFunctionArn"]
    )
    assert page.form("/links/new").fields["via"] == ["eventbridge"]
    assert "disabled" in page.one("input", value="queue").attributes


def test_the_way_by_event_bridge_shows_its_rule_and_stays_in_the_form(browser: Browser, world: World) -> None:
    in_the_way(world)
    page = browser.get(PLAN + "&via=eventbridge")
    added = [row.text for row in page.all("tr", class_="added")]
    assert "+added EventBridge all events" in added
    assert "+added Pattern source: aws.s3" in added
    assert "+added detail.bucket.name: blog-2026" in added
    assert f"+added Target freshedge → {QUEUE}" in added
    assert "EventBridge rule freshedge-blog-2026" in page.text
    assert "stays thumbnails ObjectCreated:*" in [row.text for row in page.all("tr", class_="stays")]
    fields = page.form("/links").fields
    assert fields == {**FIELDS, "via": ["eventbridge"]}
    browser.send("/links", fields)
    assert world.services().linking.link("blog-2026").via == "eventbridge"


def test_a_plan_against_a_conflict_says_whose_it_is_and_leads_to_the_other_way(browser: Browser, world: World) -> None:
    in_the_way(world)
    page = browser.get(PLAN + "&via=queue", 409)
    assert "tells the Lambda function thumbnails" in alert(page)
    assert "Nothing was written" not in alert(page), "nothing was to be"
    way = next(each for each in page.all("a") if each.text == "Link it by EventBridge")
    assert "EventBridge rule" in browser.get(way.get("href")).text


def test_a_conflict_that_comes_up_between_plan_and_click_offers_the_other_way(browser: Browser, world: World) -> None:
    world.failing["apply"] = OverlapError("…", [THUMBNAILS])
    page = browser.post("/links", FIELDS, 409)
    assert "Nothing was written." in alert(page)
    assert list(ways(page)) == ["Link it by EventBridge", "See how blog-2026 is now"]
    assert not page.all("button", form="apply"), "the same again would fail again"


def test_a_link_by_event_bridge_keeps_its_way_when_the_distributions_change(browser: Browser, world: World) -> None:
    world.link_facts["docs-site"] = LinkFacts(via="eventbridge")
    assert browser.get("/links/new?bucket=docs-site").form("/links/new").fields["via"] == ["eventbridge"]


def test_what_stays_though_one_might_expect_it_to_go_is_said(browser: Browser, world: World) -> None:
    world.notes.append("The bucket goes on sending its events to EventBridge: others may rely on it.")
    assert "The bucket goes on sending its events to EventBridge" in browser.get(PLAN).text


def test_back_from_the_plan_keeps_what_was_chosen(browser: Browser) -> None:
    page = browser.get(f"/links/new?bucket=blog-2026&distribution={BLOG}&distribution={DOCS}&via=eventbridge&step=plan")
    back = next(each.get("href") for each in page.all("a") if each.text == "Back")
    fields = browser.get(back).form("/links/new").fields
    assert sorted(fields["distribution"]) == sorted([BLOG, DOCS])
    assert fields["via"] == ["eventbridge"]


def test_a_choice_that_is_of_no_use_is_warned_of_and_can_be_made(browser: Browser, world: World) -> None:
    world.distributions[DOCS] = world.distributions[DOCS].model_copy(update={"enabled": False})
    page = browser.get(f"/links/new?bucket=blog-2026&distribution={DOCS}&step=plan")
    assert f"{DOCS} is disabled" in page.text
    assert f"No origin of {DOCS} is this bucket." in page.text
    assert page.one("button", class_="button primary").text == "Link blog-2026"
    assert "disabled" in browser.get("/links/new?bucket=blog-2026").text


def test_a_link_that_is_already_so_has_no_button(browser: Browser) -> None:
    page = browser.get(f"/links/new?bucket=docs-site&distribution={DOCS}&step=plan")
    assert "Nothing needs to change: the link is like this already." in page.text
    assert not page.all("button", class_="button primary")


def test_a_link_that_fails_half_way_tells_what_was_written_and_the_ways_on_and_back(
    browser: Browser, world: World
) -> None:
    denied = AccessDeniedError("s3:PutBucketTagging", "arn:aws:s3:::blog-2026")
    world.failing["apply"] = StepFailedError(denied, ["the notification"], "the tag", "Do it again.", "unlink")
    page = browser.post("/links", {**FIELDS, "via": ["eventbridge"]}, 403)
    said = alert(page)
    assert "It stopped at: the tag." in said
    assert "Done: the notification." in said
    assert "Not done: the tag." in said
    assert '"Action": "s3:PutBucketTagging"' in said
    assert page.one("button", form="apply").text == "Go on"
    assert ways(page) == {
        "Go back: unlink blog-2026…": "/links/blog-2026/unlink",
        "See how blog-2026 is now": "/links/blog-2026",
    }
    assert page.form("/links").fields == {**FIELDS, "via": ["eventbridge"]}, "going on is the same click"


def test_a_change_of_a_link_that_fails_goes_back_by_restoring(browser: Browser, world: World) -> None:
    slow = UnavailableError("S3 gave no answer.", 5)
    world.failing["apply"] = StepFailedError(slow, ["the notification"], "the tag", "Do it again.", "restore")
    page = browser.post("/links", {"bucket": ["docs-site"], "distribution": [BLOG]}, 503)
    back = next(each for each in page.all("a") if each.text.startswith("Go back"))
    assert (back.text, back.get("href")) == ("Go back: restore what was there…", "/links/docs-site/restore")


def test_what_was_written_is_told_even_where_the_plan_can_not_be_read_any_more(browser: Browser, world: World) -> None:
    gone = NotFoundError("There is no bucket blog-2026 any more.")
    world.failing["apply"] = StepFailedError(gone, ["the rule of EventBridge"], "the notification", "Do it again.")
    world.failing["plan"] = gone
    page = browser.post("/links", FIELDS, 404)
    assert "Done: the rule of EventBridge." in alert(page)
    assert "There is no bucket blog-2026 any more." in alert(page)
    assert "What it changes can't be shown just now." in page.text


def test_a_bucket_that_went_between_plan_and_click_is_told_and_nothing_was_written(
    browser: Browser, world: World
) -> None:
    fields = browser.get(PLAN).form("/links").fields
    del world.buckets["blog-2026"]
    page = browser.post("/links", fields, 404)
    assert "Nothing was written. There is no bucket blog-2026 in this account." in alert(page)
    assert not world.audit


def test_a_distribution_that_went_between_plan_and_click_is_told_and_nothing_was_written(
    browser: Browser, world: World
) -> None:
    fields = browser.get(PLAN).form("/links").fields
    del world.distributions[BLOG]
    page = browser.post("/links", fields, 404)
    assert f"Nothing was written. There is no distribution {BLOG} in this account." in alert(page)
    back = next(each.get("href") for each in page.all("a") if each.text == "Back")
    assert browser.get(back).form("/links/new").fields["bucket"] == ["blog-2026"], "another one can be chosen"


def test_what_may_pass_can_be_tried_again_from_the_same_page(browser: Browser, world: World) -> None:
    world.failing["apply"] = BusyError("Somebody else writes to blog-2026 just now. Try again in a few seconds.")
    page = browser.post("/links", FIELDS, 409)
    assert page.one("button", form="apply").text == "Try again"
    del world.failing["apply"]
    assert browser.send("/links", page.form("/links").fields) == "/links/blog-2026?done=linked"


def test_a_throttled_plan_says_so_where_the_distributions_are_chosen(browser: Browser, world: World) -> None:
    world.failing["plan"] = ThrottledError("S3 wants this later. Try again in 2 s.", 2)
    page = browser.get(PLAN, 503)
    assert "S3 wants this later." in alert(page)
    assert page.form("/links/new").fields["distribution"] == [BLOG]


def test_unknown_ways_are_refused(browser: Browser) -> None:
    browser.get(PLAN + "&via=pigeon", 422)
    browser.post("/links", {**FIELDS, "via": ["pigeon"]}, 422)


def test_without_queues_event_bridge_is_no_choice_and_says_why(browser: Browser, world: World) -> None:
    world.link_facts["blog-2026"] = LinkFacts(ways=["queue"])
    page = browser.get("/links/new?bucket=blog-2026&via=eventbridge")
    assert "disabled" in page.one("input", value="eventbridge").attributes
    assert page.form("/links/new").fields["via"] == ["queue"]
    assert "here buckets notify the Lambda" in page.text


def test_a_step_without_an_answer_is_told_as_perhaps_done(browser: Browser, world: World) -> None:
    silent = UnavailableError("S3 gave no answer.", 5)
    done = ["the rule of EventBridge", f"the notification ({UNANSWERED})"]
    world.failing["apply"] = StepFailedError(silent, done, "the notification", "Do it again.", "unlink")
    said = alert(browser.post("/links", FIELDS, 503))
    assert "Done: the rule of EventBridge." in said
    assert "Perhaps done: the notification (perhaps: AWS gave no answer)." in said
    assert "Not done" not in said, "that is not known"
