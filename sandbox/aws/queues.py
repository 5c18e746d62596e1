"""The queues as the event source mappings read them: straight on the local SQS, no HTTP."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.aws.sqs.mailbox import Depth, Letter

__all__ = ["Depth", "QueueMessage", "Queues"]


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """A message as it was received.

    attributes: as Lambda's SQS records show them: ApproximateReceiveCount, SentTimestamp, SenderId,
        ApproximateFirstReceiveTimestamp; texts, times in milliseconds.
    receive_count: how often it has been received, this time included.
    """

    id: str
    receipt: str
    body: str
    attributes: dict[str, str]
    receive_count: int


class Queues:
    """The account's queues, by name and region.

    region: the region meant where none is given.
    regions: the local SQS of each region, made when it is asked for.
    address: where a queue's URL begins, like `http://127.0.0.1:8001`; AWS's own where it is empty.
    """

    def __init__(self, account: str, region: str, regions: Mapping[str, Any], address: str = "") -> None:
        self._account, self._region, self._regions, self.address = account, region, regions, address

    def create(self, name: str, attributes: Mapping[str, str], region: str | None = None) -> str:
        """Make a queue unless it is there, and return its ARN. attributes: as CreateQueue takes them."""
        backend = self._regions[region or self._region]
        if name not in backend.queues:
            backend.create_queue(name, **attributes)
        else:
            backend.set_queue_attributes(name, dict(attributes))
        return self.arn(name, region)

    def arn(self, name: str, region: str | None = None) -> str:
        """Return a queue's ARN, whether it is there or not."""
        return f"arn:aws:sqs:{region or self._region}:{self._account}:{name}"

    def url(self, name: str, region: str | None = None) -> str:
        """Return a queue's URL, whether it is there or not."""
        address = self.address or f"https://sqs.{region or self._region}.amazonaws.com"
        return f"{address}/{self._account}/{name}"

    def exists(self, name: str, region: str | None = None) -> bool:
        """Whether there is such a queue."""
        region = region or self._region
        return region in self._regions and name in self._regions[region].queues

    def longest(self, name: str, region: str | None = None) -> int:
        """The most bytes of one message that a queue takes."""
        return int(self._found(name, region)[1].maximum_message_size)

    def receive(self, name: str, most: int, wait_s: float, region: str | None = None) -> list[QueueMessage]:
        """Return up to `most` visible messages, waiting for the first; those received too often go to the dead."""
        backend, queue = self._found(name, region)
        return [_received(letter) for letter in backend.letters(queue, most, wait_s)]

    def delete(self, name: str, receipt: str, region: str | None = None) -> None:
        """Delete a message that was received."""
        self._found(name, region)[1].box.delete(receipt)

    def release(self, name: str, receipt: str, after_s: float = 0, region: str | None = None) -> None:
        """Have a message that was received be visible again after so many seconds."""
        self._found(name, region)[1].box.change_visibility(receipt, after_s)

    def send(self, name: str, body: str, delay_s: float = 0, region: str | None = None) -> None:
        """Send a message."""
        queue = self._found(name, region)[1]
        now = queue.box._clock()  # noqa: SLF001 - the box's time is the queue's
        queue.box.send(Letter(id=str(uuid.uuid4()), body=body, sent_at=now, visible_at=now + delay_s))

    def depth(self, name: str, region: str | None = None) -> Depth:
        """Count a queue's messages."""
        depth: Depth = self._found(name, region)[1].box.depth()
        return depth

    def wake(self) -> None:
        """Have every blocked `receive` return, those of clients included."""
        for backend in list(self._regions.values()):
            for queue in backend.boxes():
                queue.box.wake()

    def close(self) -> None:
        """Have every blocked `receive` return, and none block from now on."""
        for backend in list(self._regions.values()):
            for queue in backend.boxes():
                queue.box.close()

    def _found(self, name: str, region: str | None) -> tuple[Any, Any]:
        backend = self._regions[region or self._region]
        return backend, backend.get_queue(name)


def _received(letter: Letter) -> QueueMessage:
    first = letter.first_received_at or letter.sent_at
    attributes = {
        "ApproximateReceiveCount": str(letter.receive_count),
        "SentTimestamp": str(int(letter.sent_at * 1000)),
        "SenderId": "AIDAIT2UOQQY3AUEKVGXU",
        "ApproximateFirstReceiveTimestamp": str(int(first * 1000)),
    }
    return QueueMessage(letter.id, letter.receipts[-1], letter.body, attributes, letter.receive_count)
