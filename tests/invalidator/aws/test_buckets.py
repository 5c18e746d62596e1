"""What a bucket says of itself, through a real client."""

from collections.abc import Iterator

import pytest

from invalidator.aws.buckets import Buckets
from invalidator.aws.clients import Clients
from invalidator.errors import AccessDeniedError, NotFoundError, ThrottledError, UnavailableError
from invalidator.rules.routes import Website
from tests.invalidator.direct.world import S3


@pytest.fixture
def s3() -> Iterator[S3]:
    return S3()


@pytest.fixture
def buckets(s3: S3) -> Buckets:
    return Buckets(Clients(lambda _service, region: s3.client(region)))


def test_the_tag_is_found_among_others(s3: S3, buckets: Buckets) -> None:
    s3.tags["site"] = {"owner": "web", "distributionId": "E1 E2", "aws:cloudformation:stack-name": "x"}
    assert buckets.tag("site") == "E1 E2"


@pytest.mark.parametrize("tags", [{}, {"owner": "web"}, {"DistributionId": "E1"}, {"distributionid": "E1"}])
def test_a_bucket_without_exactly_this_tag_has_none(s3: S3, buckets: Buckets, tags: dict[str, str]) -> None:
    s3.tags["site"] = tags
    assert buckets.tag("site") is None


def test_a_bucket_is_asked_in_its_region(s3: S3, buckets: Buckets) -> None:
    s3.tags["site"] = {}
    buckets.tag("site", "eu-west-1")
    buckets.website("site", "eu-west-1")
    assert s3.asked == [("eu-west-1", "site")] * 2


def test_a_website_has_its_index(s3: S3, buckets: Buckets) -> None:
    s3.tags["site"] = {}
    assert buckets.website("site") is None
    s3.websites["site"] = "home.html"
    assert buckets.website("site") == Website("home.html", None)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (404, "NoSuchBucket", NotFoundError),
        (403, "AccessDenied", AccessDeniedError),
        (503, "SlowDown", ThrottledError),
        (503, "ServiceUnavailable", UnavailableError),
        (500, "InternalError", UnavailableError),
    ],
)
def test_refusals_are_ours(s3: S3, buckets: Buckets, status: int, code: str, error: type[Exception]) -> None:
    s3.refusals["site"] = (status, code)
    with pytest.raises(error):
        buckets.tag("site")
    with pytest.raises(error):
        buckets.website("site")
