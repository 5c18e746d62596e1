"""Dead letters: messages that the invalidator did not understand, or that killed it, in the queues of all our regions.

They are looked at without being lost: received for some seconds, and given back at once (SQS Developer Guide,
"visibility timeout").
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.clock import Clock
from invalidator.errors import FreshedgeError, NotFoundError
from invalidator.table.times import from_ms
from web.services.dead_queues import DeadQueue, DeadQueues, Source
from web.services.errors import BusyError

AT_ONCE = 8
MOST_LETTERS = 100
"""Of one queue that are looked at."""

AGE = timedelta(seconds=10)
"""How old what is shown may be."""

KEPT = timedelta(seconds=60)
"""How long letters are shown on that somebody else holds: the invalidator and other dashboards read them too."""

HELD_SECONDS = 30
"""How long nobody else sees what is being looked at, where it can't be given back."""

_RECEIVED = 10


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead message.

    reason: why it was not understood, where it was put aside for that. receipt: to delete or to give it back with.
    sent_at: when it was sent first.
    """

    queue: DeadQueue
    message_id: str
    body: str
    reason: str | None
    sent_at: datetime
    receipt: str

    @property
    def id(self) -> str:
        """The failure's id."""
        return f"message.{self.queue.digest}.{self.message_id}"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at one or all queues of dead letters found.

    hidden: by queue, how many others hold just now. refused: by queue, why it can't be read. more: queues with more.
    """

    letters: tuple[Letter, ...] = ()
    hidden: Mapping[str, int] | None = None
    refused: Mapping[str, FreshedgeError] | None = None
    more: tuple[str, ...] = ()


class Letters:
    """Reads, sends again and deletes dead letters.

    sources: returns the queues whose messages may die, of all regions.
    """

    def __init__(self, clients: Clients, sources: Callable[[], Sequence[Source]], clock: Clock) -> None:
        self._clients, self._sources, self._clock = clients, sources, clock
        self._queues = DeadQueues(clients, clock)
        self._looking = threading.Lock()
        self._last: tuple[datetime, Looked] | None = None

    def all(self) -> Looked:
        """Return what lies in the queues of dead letters, as of some seconds ago at most."""
        with self._looking:  # one look at a time: another one would find the letters held by the first
            now, last = self._clock.now(), self._last
            if last is not None and now - last[0] <= AGE:
                return last[1]
            with ThreadPoolExecutor(AT_ONCE) as pool:
                looked = joined(pool.map(self._look, self._sources()))
            if last is not None and now - last[0] <= KEPT:
                looked = with_held(looked, last[1])
            self._last = now, looked
            return looked

    @contextmanager
    def taken(self, failure_id: str) -> Iterator[Letter]:
        """Hold one letter; where the work with it fails, it is given back.

        Raises: NotFoundError, where there is none of this id; BusyError, where somebody else may hold it;
            AccessDeniedError, ThrottledError, UnavailableError.
        """
        with self._looking:
            letter = self._take(failure_id)
        try:
            yield letter
        except BaseException:
            with suppress(FreshedgeError):  # it comes back by itself
                self._give_back(letter.queue, [letter])
            raise
        finally:
            self._last = None

    def send_again(self, letter: Letter, body: str | None = None) -> None:
        """Send a letter to the queue that it died in. body: what to send in its place."""
        with explained("sqs:SendMessage", letter.queue.source_url):
            sqs = self._clients.sqs_in(letter.queue.region)
            sqs.send_message(QueueUrl=letter.queue.source_url, MessageBody=body or letter.body)

    def delete(self, letter: Letter) -> None:
        """Delete a letter for good."""
        with explained("sqs:DeleteMessage", letter.queue.arn):
            sqs = self._clients.sqs_in(letter.queue.region)
            sqs.delete_message(QueueUrl=letter.queue.url, ReceiptHandle=letter.receipt)

    def _look(self, source: Source) -> Looked:
        """Look through the dead letters of one queue."""
        try:
            queue = self._queues.of(source)
            if queue is None:
                return Looked()
            visible, hidden = self._counted(queue)
            letters = self._received(queue, MOST_LETTERS) if visible else []
            self._give_back(queue, letters)
        except FreshedgeError as error:
            self._queues.forget(source)  # it may be another one by now
            return Looked(refused={source.place: error})
        more = (queue.place,) if len(letters) >= MOST_LETTERS and visible > len(letters) else ()
        return Looked(tuple(letters), {queue.place: hidden} if hidden else {}, {}, more)

    def _counted(self, queue: DeadQueue) -> tuple[int, int]:
        """Return about how many letters can be read, and how many somebody else holds."""
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        with explained("sqs:GetQueueAttributes", queue.arn):
            sqs = self._clients.sqs_in(queue.region)
            told = sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=names)["Attributes"]
        return int(told[names[0]]), int(told[names[1]])

    def _received(self, queue: DeadQueue, most: int) -> list[Letter]:
        """Receive letters until there are no more, or enough; they are hidden from others then."""
        found: dict[str, Letter] = {}
        sqs = self._clients.sqs_in(queue.region)
        while len(found) < most:
            with explained("sqs:ReceiveMessage", queue.arn):
                answer = sqs.receive_message(
                    QueueUrl=queue.url,
                    MaxNumberOfMessages=_RECEIVED,
                    VisibilityTimeout=HELD_SECONDS,
                    # All servers of the queue are asked, where otherwise a few are (Developer Guide, "long polling").
                    WaitTimeSeconds=1 if not found else 0,
                    AttributeNames=["SentTimestamp"],
                    MessageAttributeNames=["reason"],
                )
            messages = answer.get("Messages", [])
            if not messages:
                break
            found |= {message["MessageId"]: _letter(queue, message) for message in messages}
        return list(found.values())

    def _give_back(self, queue: DeadQueue, letters: Sequence[Letter]) -> None:
        """Let others see letters again; where that fails they come back by themselves."""
        sqs = self._clients.sqs_in(queue.region)
        for begin in range(0, len(letters), _RECEIVED):
            some = letters[begin : begin + _RECEIVED]
            entries: Any = [
                {"Id": str(n), "ReceiptHandle": one.receipt, "VisibilityTimeout": 0} for n, one in enumerate(some)
            ]
            with explained("sqs:ChangeMessageVisibility", queue.arn):
                sqs.change_message_visibility_batch(QueueUrl=queue.url, Entries=entries)

    def _take(self, failure_id: str) -> Letter:
        """Find one letter, and hold it; all others are given back."""
        for source in self._sources():
            queue = self._queues.of(source)
            if queue is None or not failure_id.startswith(f"message.{queue.digest}."):
                continue
            visible, held = self._counted(queue)
            letters = self._received(queue, MOST_LETTERS) if visible else []
            chosen = next((one for one in letters if one.id == failure_id), None)
            self._give_back(queue, [one for one in letters if one is not chosen])
            if chosen is not None:
                return chosen
            if held or len(letters) >= MOST_LETTERS:
                raise BusyError("That message could not be got hold of just now. Try again in half a minute.")
        raise NotFoundError("There is no such message among the dead letters. It may have been dealt with.")


def with_held(now: Looked, before: Looked) -> Looked:
    """Return a look with those letters of the one before that somebody holds now."""
    held = dict(now.hidden or {})
    known = {one.id for one in now.letters}
    kept = [one for one in before.letters if one.id not in known and held.get(one.queue.place, 0) > 0]
    for one in kept:
        held[one.queue.place] -= 1
    letters = sorted([*now.letters, *kept], key=lambda one: one.sent_at, reverse=True)
    return replace(now, letters=tuple(letters), hidden={place: count for place, count in held.items() if count > 0})


def joined(many: Iterable[Looked]) -> Looked:
    """Return what several looks found together, the newest letter first."""
    looks = list(many)
    return Looked(
        tuple(sorted((letter for one in looks for letter in one.letters), key=lambda one: one.sent_at, reverse=True)),
        {place: count for one in looks for place, count in (one.hidden or {}).items()},
        {place: error for one in looks for place, error in (one.refused or {}).items()},
        tuple(place for one in looks for place in one.more),
    )


def _letter(queue: DeadQueue, message: Mapping[str, Any]) -> Letter:
    reason = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue")
    return Letter(
        queue=queue,
        message_id=message["MessageId"],
        body=message["Body"],
        reason=reason,
        sent_at=from_ms(int(message["Attributes"]["SentTimestamp"])),
        receipt=message["ReceiptHandle"],
    )
