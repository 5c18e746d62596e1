"""What this installation is, whom it knows, what its buckets notify and which permissions it lacks."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from invalidator.errors import AccessDeniedError, ThrottledError
from tests.web.pages.conftest import Browser
from tests.web.pages.html import Element
from tests.web.pages.twin import NOON, World
from tests.web.pages.worlds import DOCS, failed, record
from web.access.person import ROLE_COOKIE
from web.app import create_app
from web.models import Bucket, HealthItem, Link
from web.pages.permissions import missing
from web.pages.targets import region_rows
from web.services.targets import Targets
from web.settings import WebSettings

QUEUE = "arn:aws:sqs:us-east-1:123456789012:freshedge-events"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:freshedge"


@pytest.fixture
def open_with(world: World) -> Iterator[Callable[..., Browser]]:
    """Open the dashboard with settings of its own."""
    clients: list[TestClient] = []

    def opened(**settings: object) -> Browser:
        app = create_app(WebSettings(**settings), world.services(), clock=world.clock)  # type: ignore[arg-type]
        clients.append(TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1), follow_redirects=False))
        return Browser(clients[-1])

    yield opened
    for client in clients:
        client.close()


def rows_of(browser: Browser) -> list[Element]:
    return [row for row in browser.get("/about").all("tr") if row.inside("tbody")]


def link(bucket: str, region: str, *codes: str, checked: bool = True, via: str | None = "queue") -> Link:
    health = [HealthItem(code=code, severity="fault", message=f"{code}!") for code in codes]
    return Link.model_validate(
        {
            "bucket": bucket,
            "region": region,
            "state": "linked",
            "distribution_ids": [DOCS],
            "health": health,
            "checked_at": NOON if checked else None,
            "via": via,
        }
    )


def buckets(*regions: str | None) -> list[Bucket]:
    return [Bucket(name=f"b{n}", region=region, state="unlinked") for n, region in enumerate(regions)]


def test_every_region_with_a_bucket_has_the_target_of_its_own(browser: Browser) -> None:
    rows = rows_of(browser)
    assert [row.text.split()[0] for row in rows] == ["eu-west-1", "us-east-1"]
    assert QUEUE.replace("us-east-1", "eu-west-1") in rows[0].text
    assert QUEUE in rows[1].text


@pytest.mark.parametrize(
    ("links", "word"),
    [
        ([], "unknown"),
        ([link("a", "eu-west-1", checked=False, via=None)], "unknown"),
        ([link("a", "eu-west-1", "notification_missing", via=None)], "unknown"),
        ([link("a", "eu-west-1")], "takes events"),
        ([link("a", "eu-west-1", via="eventbridge")], "takes events"),
        ([link("a", "eu-west-1", "lambda_straight")], "unknown"),
        ([link("a", "eu-west-1"), link("b", "eu-west-1", "queue_missing")], "missing"),
        ([link("a", "eu-west-1", "queue_refuses")], "refuses S3"),
        ([link("a", "eu-west-1", "queue_unreadable")], "unknown"),
        ([link("a", "eu-west-1", "tag_bad")], "takes events"),
    ],
)
def test_a_target_is_what_the_links_of_its_region_showed(links: list[Link], word: str) -> None:
    (row,) = region_rows(buckets("eu-west-1", "eu-west-1", None), links, Targets(QUEUE, None))
    assert (row.badge.word, row.buckets, row.linked) == (word, 2, len(links))
    assert row.sentence


def test_a_function_is_out_of_reach_of_other_regions() -> None:
    rows = region_rows(buckets("us-east-1", "eu-west-1"), [link("a", "eu-west-1")], Targets(None, FUNCTION))
    assert [(row.region, row.badge.word) for row in rows] == [("eu-west-1", "out of reach"), ("us-east-1", "unknown")]
    assert "S3 notifies only in its own region" in rows[0].sentence


def test_without_a_target_it_says_what_to_set(open_with: Callable[..., Browser]) -> None:
    page = open_with(demo_person="demo").get("/about")
    assert "Set FRESHEDGE_TARGET_ARN to the events queue." in page.text


def test_a_missing_permission_names_call_role_place_and_statement(browser: Browser) -> None:
    page = browser.get("/about")
    (row,) = page.all("li", class_="line finding failure")
    assert row.text.startswith("dashboard s3:GetBucketPolicy for press-kit")
    assert '"Resource": "arn:aws:s3:::press-kit"' in page.one("pre").text


def test_one_statement_holds_all_places_of_a_call() -> None:
    def denied(name: str) -> Bucket:
        item = HealthItem(
            code="tag_unreadable",
            severity="warning",
            message="Denied.",
            statement=AccessDeniedError("s3:GetBucketTagging", f"arn:aws:s3:::{name}").statement,
        )
        return Bucket(name=name, region=None, state="unlinked", health=[item, item])

    (found,) = missing([denied("b"), denied("a")], [])
    assert found.where == "a and b (2 places)"
    assert found.statement.count("arn:aws:s3:::") == 2


def test_what_the_invalidator_lacks_is_said_to_be_its_own(browser: Browser, world: World) -> None:
    lost = record(50, 3, state="failed", error="Denied.")
    statement = AccessDeniedError("cloudfront:CreateInvalidation", f"arn:…/{DOCS}").statement
    world.failures = [failed(lost).model_copy(update={"statement": statement})]
    rows = browser.get("/about").all("li", class_="line finding failure")
    assert [row.text.split(" the statement")[0] for row in rows] == [
        "dashboard s3:GetBucketPolicy for press-kit",
        f"invalidator cloudfront:CreateInvalidation for {DOCS}",
    ]


def test_dead_letters_that_can_not_be_read_are_for_the_role_of_the_dashboard(world: World) -> None:
    queue = "arn:aws:sqs:us-east-1:123456789012:freshedge-events-dead"
    lost = failed(world.history[-3]).model_copy(
        update={
            "id": "unread.events",
            "kind": "message",
            "distribution_id": None,
            "bucket": None,
            "statement": AccessDeniedError("sqs:ReceiveMessage", queue).statement,
        }
    )
    (found,) = missing([], [lost])
    assert (found.whose, found.action, found.where) == ("dashboard", "sqs:ReceiveMessage", "unread.events")


def test_a_statement_for_a_queue_is_no_permission_of_a_role() -> None:
    item = HealthItem(code="queue_refuses", severity="fault", message="No.", statement={"Action": "sqs:SendMessage"})
    assert missing([Bucket(name="a", region=None, state="faulty", health=[item])], []) == []


def test_an_account_that_can_not_be_listed_is_told_with_its_statement(browser: Browser, world: World) -> None:
    world.failing["buckets"] = AccessDeniedError("s3:ListAllMyBuckets", "*")
    page = browser.get("/about")
    assert "dashboard s3:ListAllMyBuckets for the list of the whole account" in page.text
    assert "admin: may do everything here" in page.text


def test_what_can_not_be_read_keeps_nothing_else_away(browser: Browser, world: World) -> None:
    world.failing["failures"] = ThrottledError("dynamodb:Query on t was refused with Throttling: x", 1)
    page = browser.get("/about")
    assert "DynamoDB wants fewer requests a second just now" in page.one("div", role="alert").text
    assert rows_of(browser)


def test_nothing_denied_is_said_with_what_it_is_worth(browser: Browser, world: World) -> None:
    world.change("press-kit", health=[])
    assert "What nobody has tried yet can't show here." in browser.get("/about").text


def test_the_age_of_what_is_shown_stands_beside_it(browser: Browser, world: World) -> None:
    assert "read 40 s ago" in browser.get("/about").text
    world.clock.at += timedelta(seconds=1)
    assert "read 40 s ago" in browser.get("/about").text


@pytest.mark.parametrize(("role", "may"), [("viewer", False), ("operator", False), ("linker", False), ("admin", True)])
def test_only_an_admin_is_offered_the_switch_for_everything(
    browser: Browser, world: World, role: str, *, may: bool
) -> None:
    browser.client.cookies.set(ROLE_COOKIE, role)
    assert bool(browser.get("/about").all("form", action="/pause")) == may
    world.paused = True
    page = browser.get("/about")
    assert bool(page.all("form", action="/resume")) == may
    assert ("until you resume" in page.text) == may
    assert ("until an admin resumes" in page.text) != may


def test_without_a_table_there_is_no_pause_to_offer(open_with: Callable[..., Browser]) -> None:
    page = open_with(demo_person="demo", function_arn=FUNCTION).get("/about")
    assert not page.all("form", action="/pause")
    assert "so there is no pause" in page.text
    assert "every event is invalidated at once" in page.text


def test_about_says_who_one_is_and_what_runs_here(browser: Browser) -> None:
    page = browser.get("/about")
    assert "admin: may do everything here" in page.text
    assert QUEUE in page.text
    assert "durable" in page.text
