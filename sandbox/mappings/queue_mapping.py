"""An event source mapping of an SQS queue: polls, gathers batches, calls the function, deletes what was handled.

Lambda Developer Guide, `with-sqs.html` and `services-sqs-configure.html`. What is not handled is left alone: it comes
back when its visibility time-out is over, and goes to the dead letters after `maxReceiveCount` tries, which SQS does.
"""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sandbox.aws.queues import QueueMessage, Queues
from sandbox.mappings.answers import failed_ids
from sandbox.mappings.events import sqs_event
from sandbox.mappings.function import Function, told

_log = logging.getLogger(__name__)

RECEIVE_MOST = 10
"""Messages of one receive (SQS API Reference, `ReceiveMessage`)."""

RECEIVE_WAIT_S = 20.0
"""Lambda polls with long polling."""

PAYLOAD_BYTES = 6 * 1024 * 1024
"""A batch is full at this size (`services-sqs-configure.html`): the limit of a synchronous call."""


@dataclass(frozen=True, slots=True)
class MappingSettings:
    """What a mapping declares.

    name: how the log calls it. queue: the queue's name; region: where it is.
    batch_size: messages at most; window_s: how long a batch is gathered, from its first message on.
    partial: whether the function reports `batchItemFailures`. concurrency: batches at once.

    Raises: ValueError for what Lambda refuses.
    """

    name: str
    queue: str
    region: str
    batch_size: int = 10
    window_s: float = 0
    partial: bool = False
    concurrency: int = 2

    def __post_init__(self) -> None:
        """Refuse what CreateEventSourceMapping refuses (`services-sqs-configure.html`, `services-sqs-scaling.html`)."""
        if self.batch_size > RECEIVE_MOST and self.window_s < 1:
            raise ValueError(f"{self.name}: more than {RECEIVE_MOST} messages a batch need a window of 1 s or more.")
        if self.concurrency < 2:  # noqa: PLR2004 - Lambda's least
            raise ValueError(f"{self.name}: MaximumConcurrency is 2 or more.")


class QueueMapping:
    """Feeds a function from one queue, from `start` until `stop`."""

    def __init__(self, settings: MappingSettings, queues: Queues, function: Function) -> None:
        self.settings = settings
        self._queues, self._function = queues, function
        self._arn = queues.arn(settings.queue, settings.region)
        self._slots = threading.Semaphore(settings.concurrency)
        self._pool = ThreadPoolExecutor(settings.concurrency, thread_name_prefix=f"mapping-{settings.name}")
        self._stopping = threading.Event()
        self._poller = threading.Thread(
            target=self._poll, name=f"poller-{settings.name}-{settings.region}", daemon=True
        )

    @property
    def polling(self) -> bool:
        """Whether it may still take messages."""
        return self._poller.is_alive()

    def start(self) -> None:
        """Begin to poll."""
        self._poller.start()

    def stop(self) -> None:
        """Take no more messages. The caller wakes the queues; batches that were begun go on."""
        self._stopping.set()

    def join(self, within_s: float) -> None:
        """Wait for the poller and the batches that were begun."""
        if self._poller.ident is not None:
            self._poller.join(within_s)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _poll(self) -> None:
        while not self._stopping.is_set():
            if not self._slots.acquire(timeout=0.2):
                continue
            batch = self._gather()
            if batch and not self._stopping.is_set():
                self._pool.submit(self._handle, batch)
                continue
            self._slots.release()
            self._give_back(batch)

    def _give_back(self, batch: list[QueueMessage]) -> None:
        """Have messages be visible at once: at the end of the sandbox, for whoever is started next."""
        for message in batch:
            self._queues.release(self.settings.queue, message.receipt, 0, self.settings.region)

    def _gather(self) -> list[QueueMessage]:
        """Return the next batch: what is there, and what comes within the window after the first message."""
        batch = self._receive(self.settings.batch_size, RECEIVE_WAIT_S)
        end = time.monotonic() + self.settings.window_s
        while batch and not self._full(batch):
            left = end - time.monotonic()
            if left <= 0 or self._stopping.is_set():
                break
            batch += self._receive(self.settings.batch_size - len(batch), left)
        return batch

    def _full(self, batch: list[QueueMessage]) -> bool:
        room = RECEIVE_MOST * max(len(message.body) for message in batch)
        size = sum(len(message.body) for message in batch)
        return len(batch) >= self.settings.batch_size or size + room > PAYLOAD_BYTES

    def _receive(self, most: int, wait_s: float) -> list[QueueMessage]:
        return self._queues.receive(self.settings.queue, min(most, RECEIVE_MOST), wait_s, self.settings.region)

    def _handle(self, batch: list[QueueMessage]) -> None:
        try:
            outcome = self._function.call(sqs_event(batch, self._arn))
            ids = {message.id for message in batch}
            failed = ids if outcome.error else failed_ids(outcome.value, ids, partial=self.settings.partial)
            for message in batch:
                if message.id not in failed:
                    self._queues.delete(self.settings.queue, message.receipt, self.settings.region)
            if self._stopping.is_set():
                self._give_back([message for message in batch if message.id in failed])
            elif failed:
                why = told(outcome.error) if outcome.error else "named in batchItemFailures"
                _log.warning("%s: %d of %d messages come back: %s", self.settings.queue, len(failed), len(batch), why)
        except Exception:  # noqa: BLE001 - the rim of a thread: a batch that fails here comes back as any other
            _log.exception("The mapping %s failed; its messages come back", self.settings.name)
        finally:
            self._slots.release()
