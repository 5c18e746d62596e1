"""The pages of links over the real services and the strict local AWS: what people click is what AWS then has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.pages.conftest import Browser
from tests.web.pages.html import Document
from tests.web.services.world import ANNA, OURS, World, make_world
from web.app import create_app


@dataclass
class Dashboard:
    """An account, and somebody who looks at it with a browser."""

    world: World
    browser: Browser

    def click(self, page: Document, action: str) -> str:
        """Send the form of a page untouched; return where it leads."""
        return self.browser.send(action, page.form(action).fields)


@pytest.fixture
def dashboard() -> Iterator[Dashboard]:
    world = make_world()
    app = create_app(world.settings, world.services, clock=world.clock)
    client = TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50000), follow_redirects=False)
    yield Dashboard(world, Browser(client))
    client.close()
    world.aws.close()


def thumbnails(world: World) -> dict[str, Any]:
    """Have somebody's notification listen to new objects of `docs`."""
    told = {"Id": "thumbs", "QueueArn": world.queue("thumbs"), "Events": ["s3:ObjectCreated:*"]}
    world.notify("docs", {"QueueConfigurations": [told]})
    return told


def alert(page: Document) -> str:
    return page.one("div", role="alert").text


def test_a_bucket_with_somebody_in_the_way_is_linked_beside_them_and_unlinked_again(dashboard: Dashboard) -> None:
    world, browser = dashboard.world, dashboard.browser
    site = world.distribution(world.bucket("docs", owner="web team"))
    theirs = thumbnails(world)
    choice = browser.get("/links/new?bucket=docs").form("/links/new")
    assert choice.fields == {"bucket": ["docs"], "distribution": [site], "via": ["eventbridge"]}
    plan = browser.get(f"/links/new?bucket=docs&distribution={site}&via=eventbridge&step=plan")
    assert "EventBridge rule freshedge-docs" in plan.text
    assert world.wire.written() == []
    where = dashboard.click(plan, "/links")
    assert "Linked." in browser.get(where).text
    assert world.notifications("docs") == {"QueueConfigurations": [theirs], "EventBridgeConfiguration": {}}
    assert world.tags("docs") == {"owner": "web team", "distributionId": site}
    unlinked = dashboard.click(browser.get("/links/docs/unlink"), "/links/docs/unlink")
    assert "Unlinked." in browser.get(unlinked).text
    assert world.notifications("docs") == {"QueueConfigurations": [theirs]}
    assert world.tags("docs") == {"owner": "web team"}


def test_a_restore_brings_back_what_was_there_before_our_last_write(dashboard: Dashboard) -> None:
    world, browser = dashboard.world, dashboard.browser
    site = world.distribution(world.bucket("docs"))
    by_hand = {"QueueConfigurations": [OURS | {"Id": "by-hand", "Events": ["s3:ObjectCreated:*"]}]}
    world.notify("docs", by_hand)
    world.tag("docs", distributionId=site)
    dashboard.click(browser.get("/links/docs/repair"), "/links/docs/repair")
    assert world.notifications("docs") == {"QueueConfigurations": [OURS]}
    where = dashboard.click(browser.get("/links/docs/restore"), "/links/docs/restore")
    assert "Restored." in browser.get(where).text
    assert world.notifications("docs") == by_hand


def test_a_probe_is_sent_and_shown_and_waits_for_its_event(dashboard: Dashboard) -> None:
    world, browser = dashboard.world, dashboard.browser
    world.services.linking.apply("docs", [world.distribution(world.bucket("docs"))], ANNA)
    page = browser.get(dashboard.click(browser.get("/links/docs/verify"), "/links/docs/verify"))
    assert "waiting S3's event S3's event of it has not reached us yet." in page.text
    (probe,) = world.s3.list_objects_v2(Bucket="docs")["Contents"]
    assert probe["Key"] in page.text
    world.s3.delete_object(Bucket="docs", Key=probe["Key"])
    world.s3.delete_bucket(Bucket="docs")
    world.clock.sleep(11 * 60)
    over = browser.get("/links/docs/verify")
    assert "did not come through" in over.text
    assert "The probe object is deleted." in over.text


def test_a_bucket_deleted_between_plan_and_click_is_told_with_nothing_written(dashboard: Dashboard) -> None:
    world, browser = dashboard.world, dashboard.browser
    site = world.distribution(world.bucket("docs"))
    plan = browser.get(f"/links/new?bucket=docs&distribution={site}&step=plan")
    world.s3.delete_bucket(Bucket="docs")
    page = browser.post("/links", plan.form("/links").fields, 404)
    assert alert(page).startswith("Nothing was written.")
    assert "docs" in alert(page)


def test_a_bucket_deleted_between_two_writes_is_told_with_what_was_written(dashboard: Dashboard) -> None:
    world, browser = dashboard.world, dashboard.browser
    site = world.distribution(world.bucket("docs"))
    plan = browser.get(f"/links/new?bucket=docs&distribution={site}&step=plan")
    world.wire.before["TagResource"] = [lambda: world.s3.delete_bucket(Bucket="docs")]
    page = browser.post("/links", plan.form("/links").fields, 404)
    assert "It stopped at: the tag." in alert(page)
    assert "Done: the notification." in alert(page)


def test_a_distribution_disabled_between_plan_and_click_is_linked_and_warned_of(dashboard: Dashboard) -> None:
    world, browser = dashboard.world, dashboard.browser
    site = world.distribution(world.bucket("docs"))
    plan = browser.get(f"/links/new?bucket=docs&distribution={site}&step=plan")
    found = world.cloudfront.get_distribution_config(Id=site)
    config = found["DistributionConfig"] | {"Enabled": False}
    world.cloudfront.update_distribution(Id=site, IfMatch=found["ETag"], DistributionConfig=config)
    page = browser.get(dashboard.click(plan, "/links"))
    assert f"{site} is disabled: it serves nobody." in page.text


def test_going_on_after_a_denied_tag_does_the_rest(dashboard: Dashboard) -> None:
    world, browser = dashboard.world, dashboard.browser
    site = world.distribution(world.bucket("docs"))
    world.wire.denied |= {"TagResource", "PutBucketTagging"}
    plan = browser.get(f"/links/new?bucket=docs&distribution={site}&step=plan")
    stopped = browser.post("/links", plan.form("/links").fields, 403)
    assert '"Action": "s3:TagResource"' in alert(stopped)
    world.wire.denied.clear()
    where = dashboard.click(stopped, "/links")
    assert "Linked." in browser.get(where).text
    assert world.tags("docs") == {"distributionId": site}


def test_going_back_after_a_denied_tag_leaves_nothing_of_ours(dashboard: Dashboard) -> None:
    world, browser = dashboard.world, dashboard.browser
    site = world.distribution(world.bucket("docs"))
    theirs = thumbnails(world)
    world.wire.denied |= {"TagResource", "PutBucketTagging"}
    plan = browser.get(f"/links/new?bucket=docs&distribution={site}&via=eventbridge&step=plan")
    stopped = browser.post("/links", plan.form("/links").fields, 403)
    (back,) = [each.get("href") for each in stopped.all("a") if each.text.startswith("Go back")]
    dashboard.click(browser.get(back), back)
    assert world.notifications("docs") == {"QueueConfigurations": [theirs]}
    assert world.others.events_in("us-east-1").list_rules()["Rules"] == []
    assert world.tags("docs") == {}


def test_all_that_could_be_linked_is_linked_by_two_clicks(dashboard: Dashboard) -> None:
    world, browser = dashboard.world, dashboard.browser
    sites = {name: world.distribution(world.bucket(name)) for name in ("one", "two", "three")}
    plan = browser.get("/links/several?every=true")
    done = browser.post("/links/several", plan.form("/links/several").fields)
    assert "3 buckets are linked." in done.text
    assert {name: world.tags(name) for name in sites} == {name: {"distributionId": id_} for name, id_ in sites.items()}
    checked = browser.post("/links/check")
    assert "3 links were looked at just now: none faulty." in checked.text
