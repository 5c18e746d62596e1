"""Dead letters: messages that can't be understood are put there by us, with the reason; others die by redrive.

Redrive (`maxReceiveCount`) is only for what kills the handler.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from invalidator.aws.refusals import explained

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# An attribute's text counts towards the size of the message; a reason is a few sentences.
MOST_REASON = 2000
# A letter that can't be given back comes back after this.
HELD_SECONDS = 600
_AT_ONCE = 10
_MOST_RECEIVES = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """A message among the dead ones. receipt: to bury it with."""

    body: str
    receipt: str


class DeadLetters:
    """The dead-letter queue of the events queue."""

    def __init__(self, sqs: "SQSClient", queue_url: str) -> None:
        self._sqs, self._url = sqs, queue_url

    def put(self, body: str, reason: str) -> None:
        """Put a message there, with the reason why it was not understood.

        Raises: ThrottledError, UnavailableError, AccessDeniedError.
        """
        # Control characters are not allowed in an attribute (SQS API Reference, SendMessage).
        told = "".join(c if c.isprintable() else "?" for c in reason)[:MOST_REASON] or "unknown"
        with explained("sqs:SendMessage", self._url):
            self._sqs.send_message(
                QueueUrl=self._url,
                MessageBody=body,
                MessageAttributes={"reason": {"DataType": "String", "StringValue": told}},
            )

    def read(self) -> Iterator[list[Letter]]:
        """Yield a few letters at a time, that nobody holds. Whoever reads them buries them, or gives them back.

        Raises: ThrottledError, UnavailableError, AccessDeniedError.
        """
        for _ in range(_MOST_RECEIVES):
            with explained("sqs:ReceiveMessage", self._url):
                answer = self._sqs.receive_message(
                    QueueUrl=self._url, MaxNumberOfMessages=_AT_ONCE, VisibilityTimeout=HELD_SECONDS
                )
            found = answer.get("Messages", [])
            if not found:
                return
            yield [Letter(message["Body"], message["ReceiptHandle"]) for message in found]

    def give_back(self, letters: Sequence[Letter]) -> None:
        """Let others see letters at once, people on the dashboard above all.

        Raises: ThrottledError, UnavailableError, AccessDeniedError; then they come back by themselves.
        """
        for begin in range(0, len(letters), _AT_ONCE):
            entries: Any = [
                {"Id": str(number), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
                for number, letter in enumerate(letters[begin : begin + _AT_ONCE])
            ]
            with explained("sqs:ChangeMessageVisibility", self._url):
                self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)

    def bury(self, letter: Letter) -> None:
        """Remove a letter whose content is durable elsewhere."""
        with explained("sqs:DeleteMessage", self._url):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=letter.receipt)
