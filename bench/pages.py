"""What pages cost at 1,000 buckets: the server's time once everything is warm, their weight, and their requests.

The local AWS answers at once, in this process: its own work is taken off, and told beside. The way to AWS is in
neither; what of a page is read live costs it once a call on top, and the table's calls are counted.
"""

import gc
import re
import time
from collections.abc import Sequence
from contextlib import ExitStack
from statistics import quantiles

from fastapi.testclient import TestClient

from bench.account import Account
from bench.inventory import BUCKETS, RealClock, fill, settings_of
from bench.report import Row
from invalidator.table.tables import Tables
from web.app import create_app
from web.models import Person
from web.services.wiring import make_services

LISTS = ("/", "/buckets", "/links", "/distributions", "/invalidations", "/failures", "/about")
TIMES = 20
RECORDS, OF_SITES = 50, 5
WITH_NOTIFICATION = 150
"""Of the 200 links; the others are faulty, so that there is something to say."""

_FETCHED = re.compile(r"""<(?:link|script|img)\b[^>]*?\b(?:href|src)="(/[^"]+)\"""")
"""What a browser fetches by itself: style sheet, scripts, icon."""


def rows(stack: ExitStack) -> list[Row]:
    """Ask for each page often; p95 of its times, and what one visit with an empty cache transfers."""
    account = Account()
    stack.callback(account.close)
    fill(account)
    client, one_link, one_site = _opened(account, stack)
    found = []
    for path in (*LISTS, f"/links/{one_link}", f"/distributions/{one_site}"):
        size, requests, html = _weight(client, path)
        account.calls.clear()
        times, own = zip(*(_timed(account, client, path) for _ in range(TIMES)), strict=True)
        live = "" if path in LISTS else ", read live"
        shown = f"/{path.split('/')[1]}" + ("/…" if live else "")
        found += [
            Row(
                f"{shown} at {BUCKETS:,} buckets, p95{live}",
                _p95(own),
                "ms",
                ("with the local AWS's work", _p95(times)),
                "50 ms",
            ),
            Row("  whole visit, compressed", size / 1024, "KB", ("page alone", html / 1024), "100 KB"),
            Row("  its requests", requests, "requests", goal="5"),
            Row("  its calls of the table", sum(account.calls.values()) / TIMES, "calls"),
        ]
    return found


def _opened(account: Account, stack: ExitStack) -> tuple[TestClient, str, str]:
    """Return the dashboard over the account with a history, and a bucket and a distribution to look at."""
    settings, clock = settings_of(account), RealClock()
    services = make_services(settings, account.clients, clock)
    linked = services.inventory.distributions(limit=200).items
    for one in linked[:WITH_NOTIFICATION]:
        for origin in one.origins:
            _notify(account, str(origin.bucket))
    tables = Tables.of(account.clients.dynamodb, "freshedge", clock)
    for n in range(RECORDS):
        tables.requests.submit(linked[n % OF_SITES].id, [f"/news/{n}.html"], actor="anna", reason="news", key=None)
    services.linking.check_all()
    app = create_app(settings, services, clock=clock, identify=lambda _: Person(name="anna", role="admin"))
    client = TestClient(app, "http://localhost", client=("127.0.0.1", 5))
    stack.callback(client.__exit__)
    client.__enter__()
    # The local account is millions of objects in this process, which no dashboard has in its own: the garbage collector
    # need not go through them again and again.
    gc.collect()
    gc.freeze()
    stack.callback(gc.unfreeze)
    return client, str(linked[0].origins[0].bucket), linked[0].id


def _notify(account: Account, bucket: str) -> None:
    region = account.aws.store.buckets[bucket].region
    arn = f"arn:aws:sqs:{region}:123456789012:freshedge-events"
    ours = {"Id": "freshedge", "QueueArn": arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}
    account.clients.s3_in(region).put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={"QueueConfigurations": [ours]},  # type: ignore[list-item]
        SkipDestinationValidation=True,
    )


def _p95(seconds: Sequence[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return quantiles(seconds, n=20)[-1] * 1000


def _timed(account: Account, client: TestClient, path: str) -> tuple[float, float]:
    """Return the seconds that a page took, and those of them that the local AWS did not work itself."""
    before = account.spent
    taken = _seconds(client, path)
    return taken, taken - (account.spent - before)


def _seconds(client: TestClient, path: str) -> float:
    begun = time.perf_counter()
    answer = client.get(path)
    taken = time.perf_counter() - begun
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return taken


def _weight(client: TestClient, path: str) -> tuple[int, int, int]:
    """Return the bytes that a first visit transfers with headers, its requests, and the bytes of the page alone."""
    page, html = _transferred(client, path)
    fetched = sorted(set(_FETCHED.findall(html)))
    return page + sum(_transferred(client, one)[0] for one in fetched), 1 + len(fetched), page


def _transferred(client: TestClient, path: str) -> tuple[int, str]:
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        size = sum(len(part) for part in answer.iter_raw())
        heads = sum(len(name) + len(value) + 4 for name, value in answer.headers.multi_items())
    again = client.get(path)
    assert again.status_code == 200, f"{path}: {again.status_code}"
    return size + heads, again.text
