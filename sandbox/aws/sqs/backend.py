"""moto's SQS with our mailboxes inside: everything that touches messages is ours, everything else moto's.

moto keeps FIFO queues for itself: S3 refuses them, and nothing here reads one.
"""

import copy
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

from moto.sqs.exceptions import InvalidParameterValue, QueueAlreadyExists, ReceiptHandleIsInvalid, SQSException
from moto.sqs.models import Message, Queue, SQSBackend, _filter_message_attributes

from sandbox.aws.moto_regions import own_regions
from sandbox.aws.sqs.mailbox import Depth, Letter, Mailbox

LONGEST_VISIBILITY_S = 43_200


class LocalQueue(Queue):  # type: ignore[misc] # moto is untyped here
    """A queue that finds its dead letters in its own region."""

    def __init__(self, backend: "Sqs", name: str, **attributes: Any) -> None:  # noqa: ANN401 - as moto has it
        self.siblings = backend.queues
        super().__init__(name, backend.region_name, backend.account_id, **attributes)

    def _setup_dlq(self, policy: Any) -> None:  # noqa: ANN401 - as moto has it
        """Take a redrive policy over, as moto does, but look for its queue among the siblings."""
        if self._is_empty_redrive_policy(policy):
            self.redrive_policy, self.dead_letter_queue = None, None
            return
        read = _redrive_policy(policy)
        dead = next((one for one in self.siblings.values() if one.queue_arn == read["deadLetterTargetArn"]), None)
        if dead is None:
            words = f"Could not find DLQ for {read['deadLetterTargetArn']}"
            raise SQSException("AWS.SimpleQueueService.NonExistentQueue", words)
        if self.fifo_queue != dead.fifo_queue:
            words = "Dead-letter queue must be same type of queue as the source."
            raise SQSException("InvalidParameterCombination", words)
        self.redrive_policy, self.dead_letter_queue = read, dead


class BoxedQueue(LocalQueue):
    """A standard queue whose messages are in a mailbox."""

    def __init__(self, backend: "Sqs", name: str, **attributes: Any) -> None:  # noqa: ANN401 - as moto has it
        self.box = Mailbox(backend.clock)
        super().__init__(backend, name, **attributes)

    @property
    def depth(self) -> Depth:
        """How many messages there are."""
        return self.box.depth()

    @property
    def approximate_number_of_messages(self) -> int:
        """For GetQueueAttributes."""
        return self.depth.visible

    @property
    def approximate_number_of_messages_not_visible(self) -> int:
        """For GetQueueAttributes."""
        return self.depth.in_flight

    @property
    def approximate_number_of_messages_delayed(self) -> int:
        """For GetQueueAttributes."""
        return self.depth.delayed

    def add_message(self, message: Message) -> None:
        """Take a message of moto's in."""
        sent_at = self.box._clock()  # noqa: SLF001 - the box's time is the queue's
        delay_s = max(message.delayed_until / 1000 - (message.sent_timestamp or 0) / 1000, 0)
        attributes = message.message_attributes
        letter = Letter(id=message.id, body=message.body, sent_at=sent_at, visible_at=sent_at, attributes=attributes)
        letter.visible_at = sent_at + (round(delay_s) if message.delayed_until else 0)
        self.box.send(letter)


class Sqs(SQSBackend):  # type: ignore[misc] # moto is untyped here
    """One region's queues. `clock` is set by who makes it."""

    clock: Callable[[], float]

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._lock = threading.RLock()
        self.changes = 0

    def create_queue(self, name: str, tags: dict[str, str] | None = None, **attributes: Any) -> Queue:  # noqa: ANN401 - as moto has it
        """Make a queue, or return the one of this name; raise where it has other attributes."""
        attributes.pop("region", None)
        fifo = str(attributes.get("FifoQueue", "")).lower() == "true"
        with self._lock:
            made: LocalQueue = (LocalQueue if fifo else BoxedQueue)(self, name, **attributes)
            known = self.queues.get(name)
            if known is None:
                self.queues[name] = known = made
            elif any(known.attributes.get(one) != made.attributes.get(one) for one in attributes):
                raise QueueAlreadyExists(
                    "A queue already exists with the same name and a different value for attributes"
                )
            if tags:
                known.tags = tags
            self.changes += 1
            return known

    def delete_queue(self, queue_name: str) -> None:
        """Delete a queue and its messages."""
        with self._lock:
            super().delete_queue(queue_name)
            self.changes += 1

    def set_queue_attributes(self, queue_name: str, attributes: dict[str, Any]) -> Queue:
        """Change attributes of a queue."""
        with self._lock:
            self.changes += 1
            return super().set_queue_attributes(queue_name, attributes)

    def tag_queue(self, queue_name: str, tags: dict[str, str]) -> None:
        """Put tags on a queue."""
        with self._lock:
            self.changes += 1
            super().tag_queue(queue_name, tags)

    def receive_message(
        self,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> list[Message]:
        """Receive, waiting for the first message if asked to."""
        queue = self.get_queue(queue_name)
        if not isinstance(queue, BoxedQueue):
            with self._lock:
                found = super().receive_message(queue_name, count, 0, visibility_timeout, message_attribute_names)
            return cast("list[Message]", found)
        letters = self.letters(queue, count, wait_seconds_timeout, visibility_timeout)
        messages = [_message(letter) for letter in letters]
        for message in messages:
            _filter_message_attributes(message, message_attribute_names or [])
        return messages

    def letters(self, queue: BoxedQueue, most: int, wait_s: float, visibility_s: float | None = None) -> list[Letter]:
        """Receive from a queue by its own attributes: visibility, retention, redrive."""
        redrive = None
        dead = queue.dead_letter_queue
        if queue.redrive_policy and isinstance(dead, BoxedQueue):
            redrive = (int(queue.redrive_policy["maxReceiveCount"]), dead.box)
        hidden_s = float(queue.visibility_timeout if visibility_s is None else visibility_s)
        retention_s = float(queue.message_retention_period)
        return queue.box.receive(most, wait_s, hidden_s, retention_s=retention_s, redrive=redrive)

    def delete_message(self, queue_name: str, receipt_handle: str) -> None:
        """Delete; of what is deleted already it says the same."""
        queue = self.get_queue(queue_name)
        if not isinstance(queue, BoxedQueue):
            with self._lock:
                super().delete_message(queue_name, receipt_handle)
        elif not queue.box.delete(receipt_handle):
            raise ReceiptHandleIsInvalid

    def change_message_visibility(self, queue_name: str, receipt_handle: str, visibility_timeout: int) -> None:
        """Change when a message in flight may be received again."""
        queue = self.get_queue(queue_name)
        if not isinstance(queue, BoxedQueue):
            with self._lock:
                super().change_message_visibility(queue_name, receipt_handle, visibility_timeout)
            return
        if not 0 <= int(visibility_timeout) <= LONGEST_VISIBILITY_S:
            raise InvalidParameterValue(
                f"{_invalid(visibility_timeout, 'VisibilityTimeout')} Must be between 0 and 43200."
            )
        if not queue.box.change_visibility(receipt_handle, int(visibility_timeout)):
            if not queue.box.knows(receipt_handle):
                raise ReceiptHandleIsInvalid
            why = "Message does not exist or is not available for visibility timeout change."
            raise InvalidParameterValue(f"{_invalid(receipt_handle, 'ReceiptHandle')} {why}")

    def purge_queue(self, queue_name: str) -> None:
        """Forget a queue's messages."""
        super().purge_queue(queue_name)
        queue = self.get_queue(queue_name)
        if isinstance(queue, BoxedQueue):
            queue.box.purge()

    def boxes(self) -> list[BoxedQueue]:
        """Every standard queue."""
        return [queue for queue in list(self.queues.values()) if isinstance(queue, BoxedQueue)]


def regions(account: str, clock: Callable[[], float]) -> Mapping[str, Sqs]:
    """Return the account's regions by name."""

    def make(region_name: str, account_id: str) -> Sqs:
        backend = Sqs(region_name, account_id)
        backend.clock = clock
        return backend

    return own_regions("sqs", account, make)


def _redrive_policy(policy: Any) -> dict[str, Any]:  # noqa: ANN401 - text, or what it says
    try:
        read = json.loads(policy) if isinstance(policy, str) else dict(policy)
        return {
            **read,
            "deadLetterTargetArn": read["deadLetterTargetArn"],
            "maxReceiveCount": int(read["maxReceiveCount"]),
        }
    except KeyError as missing:
        words = f"Redrive policy does not contain {missing.args[0]}"
        raise SQSException("InvalidParameterValue", words) from None
    except (ValueError, TypeError):
        raise SQSException("InvalidParameterValue", "Redrive policy is not a dict or valid json") from None


def _invalid(value: object, parameter: str) -> str:
    return f"Value {value} for parameter {parameter} is invalid. Reason:"


def _message(letter: Letter) -> Message:
    """Return a letter as moto's protocol layer wants it."""
    message = Message(letter.id, letter.body)
    message.message_attributes = copy.copy(letter.attributes)
    message.receipt_handle = letter.receipts[-1]
    message.sent_timestamp = int(letter.sent_at * 1000)
    message.approximate_first_receive_timestamp = int((letter.first_received_at or letter.sent_at) * 1000)
    message.approximate_receive_count = letter.receive_count
    return message
