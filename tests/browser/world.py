"""What the browser tests begin with, put into the sandbox as people and the invalidator put it there."""

import re
import time
from typing import TYPE_CHECKING

import pytest

from invalidator.table.leases import Lease
from invalidator.table.tables import Tables
from sandbox.run import Sandbox
from sandbox.workers import EVENTS, EVENTS_DEAD
from web.models import Person

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ANNA = Person(name="anna", role="admin")
LONG = "a-very-long-key-without-any-space-" * 29 + "end.html"


def distribution_of(sandbox: Sandbox, alias: str) -> str:
    """Return the id of the distribution with that alias."""
    items = sandbox.clients.cloudfront.list_distributions()["DistributionList"].get("Items", [])
    (found,) = [item["Id"] for item in items if alias in item["Aliases"].get("Items", [])]
    assert re.fullmatch(r"E[A-Z0-9]+", found)
    return found


def a_long_record(sandbox: Sandbox) -> str:
    """Ask for a path as long as a key may be, for a long reason; return the id of the record."""
    blog = distribution_of(sandbox, "blog.example.org")
    return sandbox.services.invalidating.submit(blog, [f"/{LONG}"], reason="x" * 400, person=ANNA).id


def a_failure(sandbox: Sandbox, path: str, why: str = "CloudFront refused it.") -> str:
    """Let a request fail in a pause, so that no worker is quicker; return the id of what failed."""
    docs = distribution_of(sandbox, "docs.example.org")
    tables = Tables.of(sandbox.clients.dynamodb, "freshedge", sandbox)
    sandbox.services.invalidating.pause(docs, ANNA)
    try:
        asked = sandbox.services.invalidating.submit(docs, [path], reason="a relaunch", person=ANNA)
        attempt, lease = tables.attempts.get(asked.id), lease_of(tables, docs)
        assert attempt
        tables.fenced(lease).end(attempt, "failed", error=why)
        lease.release()
    finally:
        sandbox.services.invalidating.resume(docs, ANNA)
    return asked.id


def an_invalidation_of_others(sandbox: Sandbox, distribution_id: str) -> str:
    """Have somebody invalidate beside us, with the AWS CLI say; return CloudFront's id of it."""
    batch = {"Paths": {"Quantity": 2, "Items": ["/theirs/*", "/index.html"]}, "CallerReference": "theirs"}
    made = sandbox.clients.cloudfront.create_invalidation(DistributionId=distribution_id, InvalidationBatch=batch)
    return made["Invalidation"]["Id"]


def lease_of(tables: Tables, distribution_id: str) -> Lease:
    """Take the lease of a distribution once the worker that was rung for has let go of it."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if lease := tables.leases.take(distribution_id, 60):
            return lease
        time.sleep(0.05)
    pytest.fail(f"Somebody holds the lease of {distribution_id} for ten seconds.")


def many_paths(sandbox: Sandbox) -> str:
    """Ask for more paths than a page of one invalidation shows; return the id of the record."""
    blog = distribution_of(sandbox, "blog.example.org")
    lines = [f"/pictures/{number}.png" for number in range(120)]
    return sandbox.services.invalidating.submit(blog, lines, reason="new pictures", person=ANNA).id


def a_dead_letter(sandbox: Sandbox) -> None:
    """Send the invalidator something that is no event, once, and wait until it lies in the dead-letter queue.

    Failures keep for ten seconds what they saw there: whoever has this done before anybody looks need not wait.
    """
    dead = sandbox.clients.sqs, sandbox.aws.queues.url(EVENTS_DEAD)
    if not lying(*dead):
        sandbox.aws.queues.send(EVENTS, "rubbish", 0)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if lying(*dead):
            return
        time.sleep(0.05)
    pytest.fail("A message that is no event is not in the dead-letter queue after ten seconds.")


def lying(sqs: "SQSClient", url: str) -> int:
    """How many messages lie in a queue, those that somebody reads just now too."""
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(told[name]) for name in names)


def a_broken_link(sandbox: Sandbox) -> None:
    """Have the bucket of the app tell of new objects alone, as somebody left it who forgot deletions."""
    queue = sandbox.aws.queues.arn(EVENTS)
    told = {"Id": "by-hand", "QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}
    sandbox.clients.s3.put_bucket_notification_configuration(
        Bucket="app-site", NotificationConfiguration={"QueueConfigurations": [told]}
    )
    sandbox.services.inventory.refresh()


def docs_without_link(sandbox: Sandbox) -> str:
    """Leave the bucket of the documentation linked to nothing; return its distribution's id."""
    s3 = sandbox.clients.s3
    s3.put_bucket_notification_configuration(Bucket="docs-site", NotificationConfiguration={})
    s3.put_bucket_tagging(Bucket="docs-site", Tagging={"TagSet": [{"Key": "team", "Value": "web"}]})
    sandbox.services.inventory.refresh()
    return distribution_of(sandbox, "docs.example.org")
