# ruff: noqa: N803 - the argument names are boto3's
"""A queue that keeps SQS's promises by the tests' clock: delays, visibility, repeats. It refuses what SQS refuses."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from tests.invalidator.hands import HandClock


@dataclass
class Held:
    id: str
    body: str
    visible_at: datetime
    attributes: dict[str, Any] = field(default_factory=dict)
    received: int = 0


class HandQueues:
    """As boto3's SQS client; the first message to a URL makes its queue. `before`, `after`: told of each call."""

    def __init__(self, clock: HandClock, visibility_s: float = 360) -> None:
        self._clock, self._visibility = clock, visibility_s
        self.held: dict[str, dict[str, Held]] = {}
        self.before = self.after = lambda _: None
        self._count = 0

    def send_message(
        self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0, MessageAttributes: Any = None
    ) -> dict[str, Any]:
        self.before("SendMessage")
        if type(DelaySeconds) is not int or not 0 <= DelaySeconds <= 900:
            raise refusal("InvalidParameterValue", "DelaySeconds must be >= 0 and <= 900.")
        if not MessageBody or len(MessageBody.encode()) > 1_048_576:
            raise refusal("InvalidParameterValue", "One or more parameters are invalid.")
        visible_at = self._clock.now() + timedelta(seconds=DelaySeconds)
        held = self.put(QueueUrl, MessageBody, visible_at, MessageAttributes)
        self.after("SendMessage")
        return {"MessageId": held.id}

    def put(self, url: str, body: str, visible_at: datetime, attributes: dict[str, Any] | None = None) -> Held:
        self._count += 1
        held = Held(f"m{self._count}", body, visible_at, attributes or {})
        self.held.setdefault(url, {})[held.id] = held
        return held

    def receive_message(
        self, *, QueueUrl: str, MaxNumberOfMessages: int = 1, VisibilityTimeout: float | None = None
    ) -> dict[str, Any]:
        self.before("ReceiveMessage")
        visible = VisibilityTimeout if VisibilityTimeout is not None else self._visibility
        taken = self.visible(QueueUrl)[:MaxNumberOfMessages]
        for one in taken:
            one.visible_at = self._clock.now() + timedelta(seconds=visible)
            one.received += 1
        self.after("ReceiveMessage")
        return {"Messages": [{"MessageId": m.id, "Body": m.body, "ReceiptHandle": m.id} for m in taken]}

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.before("ChangeMessageVisibilityBatch")
        if not 1 <= len(Entries) <= 10 or len({one["Id"] for one in Entries}) < len(Entries):
            raise refusal("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "1 to 10, each with an Id of its own.")
        for one in Entries:
            held = self.held.get(QueueUrl, {})[one["ReceiptHandle"]]
            held.visible_at = self._clock.now() + timedelta(seconds=one["VisibilityTimeout"])
        self.after("ChangeMessageVisibilityBatch")
        return {"Successful": [{"Id": one["Id"]} for one in Entries], "Failed": []}

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:
        self.before("DeleteMessage")
        self.held.get(QueueUrl, {}).pop(ReceiptHandle, None)
        self.after("DeleteMessage")

    def visible(self, url: str) -> list[Held]:
        return [one for one in self.held.get(url, {}).values() if one.visible_at <= self._clock.now()]

    def next_visible_at(self, url: str) -> datetime | None:
        return min((one.visible_at for one in self.held.get(url, {}).values()), default=None)


def refusal(code: str, message: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, "SendMessage"
    )
