"""What pages show only once somebody has done something: each state is reached as people reach it."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.run import Sandbox
from tests.browser.world import distribution_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Reach = Callable[["Page", str, Sandbox], None]


def a_role_chosen_from_the_menu(page: "Page", base: str, _: Sandbox) -> None:
    page.goto(f"{base}/invalidations?bucket=no-such-bucket")  # on others the menu lies over smaller things
    page.locator("header details.who summary").click()


def lines_that_cannot_be_used(page: "Page", base: str, sandbox: Sandbox) -> None:
    page.goto(f"{base}/distributions/{distribution_of(sandbox, 'docs.example.org')}")
    page.get_by_label("Paths, addresses or keys").fill(
        "/a b\nftp://x/\nhttps://elsewhere.example/\n/guide/*\ns3://no/x"
    )
    page.locator("#to-mend").wait_for()


def everything_that_is_to_be_confirmed(page: "Page", base: str, sandbox: Sandbox) -> None:
    page.goto(f"{base}/distributions/{distribution_of(sandbox, 'docs.example.org')}")
    page.get_by_label("Paths, addresses or keys").fill("/*")
    page.locator("[name=confirm]").wait_for()


def a_bucket_that_somebody_elses_notification_is_in_the_way_of(page: "Page", base: str, sandbox: Sandbox) -> None:
    site = clashing(sandbox)
    page.goto(f"{base}/links/new?bucket=clash-site&distribution={site}&via=queue&step=plan")


def the_way_by_event_bridge(page: "Page", base: str, sandbox: Sandbox) -> None:
    site = clashing(sandbox)
    page.goto(f"{base}/links/new?bucket=clash-site&distribution={site}&via=eventbridge&step=plan")


def several_of_which_one_is_in_the_way(page: "Page", base: str, sandbox: Sandbox) -> None:
    clashing(sandbox)
    page.goto(f"{base}/links/several?bucket=clash-site&bucket=docs-site")


def several_linked_at_once(page: "Page", base: str, sandbox: Sandbox) -> None:
    page.goto(f"{base}/links")
    page.get_by_label("docs-site").check()
    page.get_by_role("button", name="Link all selected").click()
    page.get_by_role("button", name="Link 1 bucket").click()
    page.get_by_text("Tags and notifications were read back from AWS.").wait_for()
    assert sandbox.services.linking.link("docs-site").state != "unlinked"


def a_bucket_that_is_deleted_before_the_last_click(page: "Page", base: str, sandbox: Sandbox) -> None:
    sandbox.clients.s3.create_bucket(Bucket="short-lived")
    sandbox.services.inventory.refresh()
    site = distribution_of(sandbox, "docs.example.org")
    page.goto(f"{base}/links/new?bucket=short-lived&distribution={site}&step=plan")
    sandbox.clients.s3.delete_bucket(Bucket="short-lived")
    page.get_by_role("button", name="Link short-lived").click()
    page.get_by_role("alert").first.wait_for()


def all_links_checked(page: "Page", base: str, _: Sandbox) -> None:
    page.goto(f"{base}/links")
    page.get_by_role("button", name="Check all now").click()
    page.locator("div.note[role=status]").wait_for()


def a_probe_on_its_way(page: "Page", base: str, _: Sandbox) -> None:
    page.goto(f"{base}/links/blog-site/verify")
    page.get_by_role("button", name="Verify").first.click()
    page.locator("#verification").wait_for()


def clashing(sandbox: Sandbox) -> str:
    """Have a bucket whose new objects tell somebody's function already; return a distribution to link it with."""
    s3 = sandbox.clients.s3
    if "clash-site" not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket="clash-site")
        theirs = {"Id": "thumbnails", "QueueArn": _somebodys_queue(sandbox), "Events": ["s3:ObjectCreated:*"]}
        told = {"QueueConfigurations": [theirs]}
        s3.put_bucket_notification_configuration(Bucket="clash-site", NotificationConfiguration=told)
        sandbox.services.inventory.refresh()
    return distribution_of(sandbox, "docs.example.org")


def _somebodys_queue(sandbox: Sandbox) -> str:
    """Make a queue that S3 may send to, and return its ARN."""
    sqs = sandbox.clients.sqs
    url = sqs.create_queue(QueueName="thumbnails")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    principal = {"Service": "s3.amazonaws.com"}
    allow = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return arn


STATES: tuple[Reach, ...] = (
    a_role_chosen_from_the_menu,
    lines_that_cannot_be_used,
    everything_that_is_to_be_confirmed,
    a_bucket_that_somebody_elses_notification_is_in_the_way_of,
    the_way_by_event_bridge,
    several_of_which_one_is_in_the_way,
    several_linked_at_once,
    a_bucket_that_is_deleted_before_the_last_click,
    all_links_checked,
    a_probe_on_its_way,
)
