"""The lists of a large account from cold, each call of AWS taking 20 ms on its way."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from bench.account import ACCOUNT, REGION, Account
from bench.report import Row
from invalidator.aws.clients import Clients
from web.services import Services
from web.services.wiring import make_services
from web.settings import WebSettings

BUCKETS, SITES = 1000, 200
WAY_SECONDS = 0.02
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


class RealClock:
    """The real time."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def rows(stack: ExitStack) -> list[Row]:
    """Read the account from cold and warm, and look at all links; beside it the calls alone, one after the other."""
    account = Account()
    stack.callback(account.close)
    fill(account)
    calls: Counter[str] = Counter()
    services = _services(account, calls)
    cold = _seconds(lambda: services.inventory.buckets(limit=1000))
    made = sum(calls.values())
    calls.clear()
    warm = _seconds(lambda: services.linking.links(limit=1000))
    again = sum(calls.values())
    calls.clear()
    all_links = _seconds(services.linking.check_all)
    alone = ("calls one by one", made * WAY_SECONDS)
    return [
        Row("cold list of 1,000 buckets, 200 sites", cold, "s", alone, "3 s"),
        Row("  its AWS calls", made, "calls", goal="under 40"),
        Row("  warm", warm, "s", ("cold", cold)),
        Row("  its AWS calls", again, "calls", goal="under 3"),
        Row("look at all 200 links", all_links, "s", ("calls one by one", sum(calls.values()) * WAY_SECONDS)),
    ]


def _services(account: Account, calls: Counter[str]) -> Services:
    def slow(event_name: str, **_: object) -> None:
        calls[event_name.rpartition(".")[2]] += 1
        time.sleep(WAY_SECONDS)

    def make(service: str, region: str | None) -> Any:  # noqa: ANN401 - a client of any service
        client = account.client(service, region)
        client.meta.events.register_first("before-send", slow)
        return client

    return make_services(settings_of(account), Clients(make), RealClock())


def settings_of(account: Account) -> WebSettings:
    """Return how a dashboard of the account is configured."""
    return WebSettings(
        table="freshedge",
        work_queue_url=account.aws.queues.url("freshedge-work"),
        target_arn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:freshedge-events",
        function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:freshedge-invalidator",
    )


def fill(account: Account) -> None:
    """Make the buckets in three regions, and link every fifth one by its tag."""
    regions: tuple[Any, ...] = (REGION, "eu-west-1", "eu-central-1")  # boto3's types know them as literals
    for n in range(BUCKETS):
        name, region = f"site-{n:04}", regions[n % len(regions)]
        s3 = account.clients.s3_in(region)
        if region == REGION:
            s3.create_bucket(Bucket=name)
        else:
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
        if n < SITES:
            tag: Any = {"Key": "distributionId", "Value": _distribution(account, name, region)}
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [tag]})


def _distribution(account: Account, bucket: str, region: str) -> str:
    origin = {
        "Id": bucket,
        "DomainName": f"{bucket}.s3.{region}.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    behavior = {"TargetOriginId": bucket, "ViewerProtocolPolicy": "allow-all", "CachePolicyId": OPTIMIZED}
    config: Any = {
        "CallerReference": bucket,
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behavior,
    }
    return account.clients.cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"]


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
