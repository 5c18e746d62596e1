"""A local CloudFront with a real boto3 client in front of it, and no socket in between."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from sandbox.cloudfront.api import CloudFrontApi
from sandbox.cloudfront.settings import CloudFrontSettings
from sandbox.cloudfront.store import CloudFront
from sandbox.faults import FaultSwitch

UNTHROTTLED = CloudFrontSettings(requests_per_second=float("inf"))
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


class HandClock:
    """Unix seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class World:
    """The store, the client that a user would have, the clock and the faults."""

    clock: HandClock
    faults: FaultSwitch
    store: CloudFront
    api: CloudFrontApi
    client: Any

    def config(self, reference: str = "one", **changes: Any) -> dict[str, Any]:
        """The least that a distribution over a bucket needs."""
        origin = {
            "Id": "bucket",
            "DomainName": "site.s3.us-east-1.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }
        behavior = {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all", "CachePolicyId": OPTIMIZED}
        least = {
            "CallerReference": reference,
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": behavior,
        }
        return least | changes

    def create(self, reference: str = "one", **changes: Any) -> str:
        """Make a distribution, and return its id."""
        return self.client.create_distribution(DistributionConfig=self.config(reference, **changes))["Distribution"][
            "Id"
        ]

    def invalidate(self, distribution_id: str, *paths: str, reference: str | None = None) -> str:
        """Make an invalidation, and return its id."""
        reference = reference or f"r{len(self.store.dump()['invalidations'])}"
        batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": reference}
        answer = self.client.create_invalidation(DistributionId=distribution_id, InvalidationBatch=batch)
        return answer["Invalidation"]["Id"]

    def send(self, method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> tuple[int, str]:
        """Send what no client would; return status and body."""
        response = self.api.handle(method, path, query, headers, body)
        return response.status, response.body.decode()


def make_world(settings: CloudFrontSettings = UNTHROTTLED) -> World:
    clock, faults = HandClock(), FaultSwitch()
    store = make_store(clock, settings, faults)
    api = CloudFrontApi(store)
    return World(clock, faults, store, api, client_of(api))


def make_store(
    clock: HandClock | None = None, settings: CloudFrontSettings = UNTHROTTLED, faults: FaultSwitch | None = None
) -> CloudFront:
    return CloudFront(clock or HandClock(), settings, faults or FaultSwitch(), "123456789012")


def client_of(api: CloudFrontApi) -> Any:
    """A real client, whose requests end in `api.handle`. It tries once, so that a refusal is seen."""
    client = boto3.client(
        "cloudfront",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        headers = {name: v.decode() if isinstance(v, bytes) else v for name, v in request.headers.items()}
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        response = api.handle(request.method, url.path, url.query, headers, body)
        if response.drop:
            raise ConnectionClosedError(endpoint_url=request.url)
        return AWSResponse(request.url, response.status, dict(response.headers), _Raw(response.body))

    client.meta.events.register("before-send.cloudfront", answer)
    return client


class _Raw(BytesIO):
    """What AWSResponse reads its body from."""

    def stream(self, **_: Any) -> Any:
        yield self.read()


def refused(code: str, status: int | None = None) -> pytest.RaisesExc[ClientError]:
    """Expect a refusal with this code, and this HTTP status if given."""

    def fits(error: ClientError) -> bool:
        answered = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return error.response["Error"]["Code"] == code and status in (None, answered)

    return pytest.raises(ClientError, check=fits)
