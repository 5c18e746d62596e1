"""A site is uploaded, overwritten and deleted, and the edge serves what the bucket holds, soon and for good."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.options import FUNCTION_ARN
from sandbox.run import Sandbox
from tests.e2e.world import SETTLE_S, Account, numbered, settled, until

pytestmark = pytest.mark.e2e


def test_a_site_of_300_files_is_fresh_soon_after_it_was_overwritten_and_deleted(
    account: Account, sandbox: Sandbox
) -> None:
    site = account.site("e2e-deploy")
    keys = [f"{'abc'[n % 3]}/{n:03}.html" for n in range(300)]
    first, second = numbered(keys, "one"), numbered(keys, "two")
    site.put_all(first)
    settled(sandbox, site)
    assert site.stale(dict(first)) == [], "visitors have seen all of it, so the edge holds it"
    site.put_all(second)
    begun = time.monotonic()
    site.becomes(dict(second))
    assert time.monotonic() - begun < SETTLE_S + 2
    for key in keys[:100]:
        site.delete(key)
    begun = time.monotonic()
    site.becomes(dict.fromkeys(keys[:100]))
    assert time.monotonic() - begun < SETTLE_S + 2
    settled(sandbox, site)
    assert site.stale({key: None if key in keys[:100] else second[key] for key in keys}) == []


def test_the_median_overwrite_is_fresh_within_settle_and_two_seconds(account: Account) -> None:
    site = account.site("e2e-median")
    site.put("page.html", b"0")
    site.becomes({"page.html": b"0"})
    taken = []
    for n in range(1, 6):
        body = str(n).encode()
        site.put("page.html", body)
        begun = time.monotonic()
        site.becomes({"page.html": body})
        taken.append(time.monotonic() - begun)
    assert statistics.median(taken) < SETTLE_S + 2


def test_a_deploy_becomes_one_invalidation_that_the_history_shows_with_its_cause(
    account: Account, sandbox: Sandbox
) -> None:
    site = account.site("e2e-history", "website")
    site.put_all(numbered([f"{n}/index.html" for n in range(20)], "one"))
    sandbox.sources.drain(30)
    (record,) = sandbox.services.history.page(distribution=site.distribution_id).items
    assert (record.state, record.cause.kind, record.cause.buckets) == ("completed", "s3", ["e2e-history"])
    assert record.changes == 20
    assert {"/0/index.html", "/0/", "/0"} <= set(sandbox.services.history.paths(record.id))


def test_objects_in_several_parts_are_fresh_too(account: Account) -> None:
    site = account.site("e2e-parts")
    site.put("big.bin", b"small")
    site.becomes({"big.bin": b"small"})
    parts = [b"a" * 5 * 1024 * 1024, b"the end"]
    at = {"Bucket": site.bucket, "Key": "big.bin"}
    upload = site.s3.create_multipart_upload(**at)["UploadId"]
    done = [
        {"PartNumber": n, "ETag": site.s3.upload_part(**at, UploadId=upload, PartNumber=n, Body=part)["ETag"]}
        for n, part in enumerate(parts, 1)
    ]
    site.s3.complete_multipart_upload(**at, UploadId=upload, MultipartUpload={"Parts": done})
    site.becomes({"big.bin": b"".join(parts)})


def test_a_bucket_with_two_distributions_makes_both_fresh(account: Account, sandbox: Sandbox) -> None:
    site = account.site("e2e-two", linked=False)
    other = account.another_distribution(site)
    link = sandbox.services.linking.apply
    link(site.bucket, [site.distribution_id, other.distribution_id], account.person, baseline=False)
    for body in (b"one", b"two"):
        site.put("page.html", body)
        site.becomes({"page.html": body})
        other.becomes({"page.html": body})


def test_a_bucket_in_another_region_is_linked_and_fresh(account: Account) -> None:
    site = account.site("e2e-frankfurt", region="eu-central-1")
    for body in (b"one", b"two"):
        site.put("page.html", body)
        site.becomes({"page.html": body})


def test_a_link_by_hand_that_notifies_the_function_itself_is_fresh_and_no_fault(
    account: Account, sandbox: Sandbox
) -> None:
    site = account.site("e2e-by-hand", linked=False)
    tags = [{"Key": "distributionId", "Value": site.distribution_id}]
    site.s3.put_bucket_tagging(Bucket=site.bucket, Tagging={"TagSet": tags})
    events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
    site.s3.put_bucket_notification_configuration(
        Bucket=site.bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": FUNCTION_ARN, "Events": events}]
        },
    )
    site.put("page.html", b"one")
    settled(sandbox, site)
    assert site.serves("page.html", b"one")
    sandbox.faults.set(kill_worker=True)  # Lambda tries an asynchronous call again
    site.put("page.html", b"two")
    site.becomes({"page.html": b"two"})
    link = sandbox.services.linking.link(site.bucket)
    assert (link.state, [item.code for item in link.health if item.severity == "fault"]) == ("linked", [])


def test_an_unlinked_bucket_stays_stale_until_somebody_invalidates_by_hand(account: Account, sandbox: Sandbox) -> None:
    site = account.site("e2e-unlinked", linked=False)
    site.put("page.html", b"one")
    site.becomes({"page.html": b"one"})
    site.put("page.html", b"two")
    sandbox.sources.drain(30)
    assert site.serves("page.html", b"one"), "the edge forgot without an invalidation"
    submit = sandbox.services.invalidating.submit
    made = submit(site.distribution_id, ["/page.html"], reason="wrong price", person=account.person)
    site.becomes({"page.html": b"two"})
    record = until(lambda: _completed(sandbox, made.id), "completed")
    assert (record.cause.kind, record.cause.actor, record.cause.reason) == ("person", "tester", "wrong price")


def test_uploads_from_many_sides_at_once_lose_nothing(account: Account, sandbox: Sandbox) -> None:
    site = account.site("e2e-busy")
    keys = [f"{n}.html" for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: site.put(keys[n % 20], str(n).encode()), range(200)))
    site.put_all(numbered(keys, "last"))
    site.becomes(dict(numbered(keys, "last")))
    settled(sandbox, site)
    assert site.stale(dict(numbered(keys, "last"))) == []


def _completed(sandbox: Sandbox, record_id: str) -> object:
    record = sandbox.services.history.get(record_id)
    return record if record.state == "completed" else None
