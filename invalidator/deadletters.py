"""Dead letters: messages that can't be understood are put there by us, with the reason; others die by redrive.

Redrive (`maxReceiveCount`) is only for what kills the handler.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from invalidator.aws.refusals import explained

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# An attribute's text counts towards the size of the message; a reason is a few sentences.
MOST_REASON = 2000
# A letter that stays unread is not looked at again before.
LOOK_AGAIN_SECONDS = 600
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
        """Yield a few letters at a time, that nobody looked at lately.

        Those that are not buried come back after ten minutes.

        Raises: ThrottledError, UnavailableError, AccessDeniedError.
        """
        for _ in range(_MOST_RECEIVES):
            with explained("sqs:ReceiveMessage", self._url):
                answer = self._sqs.receive_message(
                    QueueUrl=self._url, MaxNumberOfMessages=_AT_ONCE, VisibilityTimeout=LOOK_AGAIN_SECONDS
                )
            found = answer.get("Messages", [])
            if not found:
                return
            yield [Letter(message["Body"], message["ReceiptHandle"]) for message in found]

    def bury(self, letter: Letter) -> None:
        """Remove a letter whose content is durable elsewhere."""
        with explained("sqs:DeleteMessage", self._url):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=letter.receipt)
