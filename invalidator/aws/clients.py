"""The AWS clients: the only place that makes them, each on its first use, with explicit retries and time-outs."""

import os
import re
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_resourcegroupstaggingapi import ResourceGroupsTaggingAPIClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3control import S3ControlClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient

CONNECT_SECONDS = 2
READ_SECONDS = 10


class Clients:
    """boto3's low-level clients, one a service and region, shared by all threads.

    make: called as make(service, region), once for each pair; region None is the default one.
    """

    def __init__(self, make: Callable[[str, str | None], Any]) -> None:
        self._make = make
        self._made: dict[tuple[str, str | None], Any] = {}
        self._lock = threading.Lock()

    def _client(self, service: str, region: str | None = None) -> Any:  # noqa: ANN401 - each caller names its type
        with self._lock:  # boto3 sessions must not make two clients at once
            if (service, region) not in self._made:
                self._made[service, region] = self._make(service, region)
            return self._made[service, region]

    @property
    def s3(self) -> "S3Client":
        """S3 in the default region."""
        return self._client("s3")  # type: ignore[no-any-return]

    def s3_in(self, region: str | None) -> "S3Client":
        """S3 in a bucket's own region; None for the default one."""
        return self._client("s3", region)  # type: ignore[no-any-return]

    @property
    def sqs(self) -> "SQSClient":
        """SQS in the default region."""
        return self._client("sqs")  # type: ignore[no-any-return]

    def sqs_in(self, region: str | None) -> "SQSClient":
        """SQS in the region of a queue; None for the default one."""
        return self._client("sqs", region)  # type: ignore[no-any-return]

    @property
    def dynamodb(self) -> "DynamoDBClient":
        """DynamoDB in the default region."""
        return self._client("dynamodb")  # type: ignore[no-any-return]

    @property
    def cloudfront(self) -> "CloudFrontClient":
        """CloudFront, which has no regions."""
        return self._client("cloudfront")  # type: ignore[no-any-return]

    @property
    def s3control(self) -> "S3ControlClient":
        """S3's control plane in the default region (one-tag calls)."""
        return self._client("s3control")  # type: ignore[no-any-return]

    def s3control_in(self, region: str | None) -> "S3ControlClient":
        """S3's control plane in a bucket's own region; None for the default one."""
        return self._client("s3control", region)  # type: ignore[no-any-return]

    def events_in(self, region: str | None) -> Any:  # noqa: ANN401 - its stubs are not among our tools
        """EventBridge in a bucket's own region; None for the default one."""
        return self._client("events", region)

    @property
    def sts(self) -> "STSClient":
        """STS in the default region."""
        return self._client("sts")  # type: ignore[no-any-return]

    @property
    def tagging(self) -> "ResourceGroupsTaggingAPIClient":
        """Resource Groups Tagging in the default region."""
        return self._client("resourcegroupstaggingapi")  # type: ignore[no-any-return]

    def tagging_in(self, region: str | None) -> "ResourceGroupsTaggingAPIClient":
        """Resource Groups Tagging, which knows one region's resources; None for the default one."""
        return self._client("resourcegroupstaggingapi", region)  # type: ignore[no-any-return]

    @property
    def lambda_(self) -> "LambdaClient":
        """Lambda in the default region."""
        return self._client("lambda")  # type: ignore[no-any-return]


def make_clients(
    region: str | None = None, endpoint_url: str | None = None, credentials: tuple[str, str] | None = None
) -> Clients:
    """Return the clients of an account.

    region: the default region; None as boto3 finds it (`AWS_REGION`).
    endpoint_url: of a local AWS; None as boto3 finds it (`AWS_ENDPOINT_URL`), normally AWS itself.
    credentials: access key and secret; None as boto3 finds them.
    """
    import boto3  # noqa: PLC0415 - only who talks to AWS pays for it
    from botocore.config import Config  # noqa: PLC0415

    region = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    key, secret = credentials or (None, None)
    session = boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=region)
    local = bool(endpoint_url or os.environ.get("AWS_ENDPOINT_URL"))

    def make(service: str, where: str | None) -> Any:  # noqa: ANN401 - a client of any service
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            max_pool_connections=32,
            # Set explicitly: defaults differ between the botocore that Lambda brings along and newer ones. One more
            # try of CloudFront is for a broken connection; its throttling lasts longer than botocore waits.
            retries={"mode": "standard", "total_max_attempts": 2 if service == "cloudfront" else 4},
            # A local AWS has one host: no account id or bucket name in front of it.
            inject_host_prefix=not local,
            s3={"addressing_style": "path" if local else "auto"},
        )
        client = session.client(service, region_name=where, endpoint_url=endpoint_url, config=config)  # type: ignore[call-overload]
        client.meta.events.register("before-parse", refuse_page)
        if service == "s3control" and local:
            client.meta.events.register("before-send.s3-control", on_one_host)
        return client

    return Clients(make)


def refuse_page(response_dict: dict[str, Any], operation_model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's own
    """Refuse a web page that says it is an answer: botocore would read it as one without any content.

    Proxies and the sign-in pages of networks answer so, with 200. An object's own type may well be HTML.

    Raises: PageAnsweredError; `refusals.explained` makes an UnavailableError of it.
    """
    from invalidator.aws.refusals import PageAnsweredError  # noqa: PLC0415 - it needs botocore

    whole = not operation_model.has_streaming_output and operation_model.name != "HeadObject"
    kind = response_dict["headers"].get("content-type", "")
    if whole and kind.startswith("text/html") and response_dict["status_code"] == HTTPStatus.OK:
        raise PageAnsweredError


def on_one_host(request: Any, **_: object) -> None:  # noqa: ANN401 - botocore's prepared request
    """Take the account out of a host: a local AWS has one name, whatever botocore's endpoint rules put before it.

    `inject_host_prefix` does not keep S3 Control's rules from doing so.
    """
    parts = urlsplit(request.url)
    request.url = urlunsplit(parts._replace(netloc=re.sub(r"^\d{12}\.", "", parts.netloc)))
