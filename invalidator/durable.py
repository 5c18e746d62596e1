"""Durable mode: where there is a table. Everything that an event says is durable before it is acknowledged."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from invalidator.answer import Answerer
from invalidator.deadletters import DeadLetters
from invalidator.deadline import Deadline
from invalidator.doorbell import Doorbell, Ring, ring_of
from invalidator.errors import FreshedgeError, UnknownEventError
from invalidator.log import log
from invalidator.record import Recorder
from invalidator.rescue import Rescue
from invalidator.rules.changes import Change
from invalidator.rules.envelopes import decoded
from invalidator.rules.events import Parsed, parse, parse_body
from invalidator.rules.requests import read_request
from invalidator.table.tables import Tables


class Durable:
    """Gives each event to the step whose it is."""

    def __init__(
        self,
        tables: Tables,
        recorder: Recorder,
        answerer: Answerer,
        rescue: Rescue,
        doorbell: Doorbell,
        dead_letters: DeadLetters | None,
    ) -> None:
        self._tables, self._recorder, self._answerer = tables, recorder, answerer
        self._rescue, self._doorbell, self._dead_letters = rescue, doorbell, dead_letters

    def handle(self, event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Carry an event out; a batch of SQS is answered with the messages that must come again.

        Raises: whatever kept an event that came straight from being durable, so that Lambda tries it again.
        """
        records = event.get("Records")
        if isinstance(records, list) and records and all(_is_of_sqs(record) for record in records):
            return self._batch(records, deadline)
        if event.get("detail-type") == "Scheduled Event":
            return asdict(self._rescue.run(deadline))
        if "manual_request" in event:
            return self._request(event)
        return self._straight(event)

    def _batch(self, records: Sequence[Mapping[str, Any]], deadline: Deadline) -> dict[str, Any]:
        """Answer doorbells and record events; each message fails by itself."""
        rings: list[tuple[str, Ring]] = []
        changes: list[Change] = []
        told: list[str] = []
        failed: list[str] = []
        for record in records:
            ring = _ring(record["body"])
            if ring is not None:
                rings.append((record["messageId"], ring))
                continue
            found = self._read(record["body"])
            if found is None:
                failed.append(record["messageId"])
            else:
                told.append(record["messageId"])
                changes += found.changes
        if not self._recorded(changes):
            failed += told
        failed += [message for message, ring in rings if not self._answered(ring, deadline)]
        return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}

    def _read(self, body: str) -> Parsed | None:
        """Return what a message says; what can't be understood lies among the dead letters then.

        None where it could not be put there: the message must come again.
        """
        try:
            told = parse_body(body)
        except UnknownEventError as reason:
            told = Parsed(problems=(str(reason),))
        _tell_ignored(told)
        return told if not told.problems or self._put_aside(body, told.problems) else None

    def _put_aside(self, body: str, problems: Sequence[str]) -> bool:
        reason = " ".join(dict.fromkeys(problems))
        log(logging.ERROR, "A message can't be understood. It was put into the dead-letter queue.", reason=reason)
        if self._dead_letters is None:
            return False
        try:
            self._dead_letters.put(body, reason)
        except FreshedgeError as refusal:
            message = "A message could not be put into the dead-letter queue. It comes again."
            log(logging.ERROR, message, reason=str(refusal))
            return False
        return True

    def _recorded(self, changes: Sequence[Change]) -> bool:
        try:
            self._recorder.record(changes)
        except Exception as error:  # noqa: BLE001 - said; the messages are not acknowledged, so they come again
            log(logging.ERROR, "Changes could not be recorded. Their messages come again.", reason=repr(error))
            return False
        return True

    def _answered(self, ring: Ring, deadline: Deadline) -> bool:
        try:
            self._answerer.answer(ring, deadline)
        except Exception as error:  # noqa: BLE001 - said; the doorbell comes again, or the rescue rings
            message = "A doorbell could not be answered. It comes again."
            log(logging.ERROR, message, distribution_id=ring.distribution_id, reason=repr(error))
            return False
        return True

    def _straight(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Record an event that came without a queue of ours in between."""
        told = parse(event)
        _tell_ignored(told)
        recorded = self._recorder.record(told.changes)
        if told.problems and not self._put_aside(json.dumps(event, default=str), told.problems):
            raise UnknownEventError(" ".join(told.problems))
        return asdict(recorded)

    def _request(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Take a manual request from an invocation; the dashboard writes its own into the table."""
        asked = read_request(event)
        attempt = self._tables.requests.submit(
            asked.distribution_id, asked.paths, actor="invocation", key=asked.caller_reference
        )
        self._doorbell.ring(asked.distribution_id)
        return {"id": attempt.id, "distribution_id": attempt.distribution_id, "state": attempt.state}


def _is_of_sqs(record: object) -> bool:
    return (
        isinstance(record, Mapping) and record.get("eventSource") == "aws:sqs" and isinstance(record.get("body"), str)
    )


def _ring(body: str) -> Ring | None:
    if '"doorbell"' not in body:
        return None
    try:
        return ring_of(decoded(body))
    except UnknownEventError:
        return None


def _tell_ignored(told: Parsed) -> None:
    for name, count in told.ignored.items():
        log(logging.INFO, "Events that change nothing for viewers came.", event=name, count=count)
