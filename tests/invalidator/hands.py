"""What tests of the invalidator hold in their hands: a clock that is moved, and the table as serverless.yml has it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from invalidator.rules.changes import Change

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands still until told; sleeping moves it."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def __call__(self) -> float:
        """Unix seconds, as the sandbox's rooms want their clock."""
        return self._now.timestamp()


def make_table(dynamodb: Any, name: str) -> None:
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )


def change(key: str = "a.html", bucket: str = "site", at: datetime = START, **told: Any) -> Change:
    told = {"kind": "created", "event": "ObjectCreated:Put", **told}
    return Change(bucket=bucket, key=key, time=at, **told)
