"""Direct mode: no table; the Lambda reads the tag and invalidates at once.

Best effort: what can't be done within the call's time is raised, and Lambda tries twice more. Because caller references
come from the content, a repeat of what was done makes nothing new.
"""

import logging
import random
import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from invalidator.aws.buckets import Buckets
from invalidator.aws.cloudfront import CloudFront
from invalidator.clock import Clock
from invalidator.deadline import Deadline, Jitter
from invalidator.errors import (
    AccessDeniedError,
    BadInputError,
    FreshedgeError,
    IdempotencyConflictError,
    InvalidPathError,
    NotFoundError,
    ReferenceReusedError,
    TryLaterError,
    UnknownEventError,
)
from invalidator.log import log
from invalidator.outcome import Outcome
from invalidator.plan import plan_paths
from invalidator.rounds import in_rounds
from invalidator.routing import Routing
from invalidator.rules.changes import Change
from invalidator.rules.envelopes import queue_messages
from invalidator.rules.events import Parsed, merged, parse, parse_body
from invalidator.rules.references import caller_reference, part_reference, request_reference
from invalidator.rules.requests import Request, read_request
from invalidator.rules.tag import parse_tag
from invalidator.submission import Paths, Submission

# Of the time left: how much the reading of tags may take, so that buckets that can be read still get their turn.
_SHARE_FOR_TAGS = 0.5


class Direct:
    """What the Lambda does where no table is configured.

    The original's three permissions are enough: logs, `s3:GetBucketTagging`, `cloudfront:CreateInvalidation`.
    """

    def __init__(
        self,
        cloudfront: CloudFront,
        buckets: Buckets,
        routing: Routing,
        clock: Clock,
        jitter: Jitter = random.uniform,
    ) -> None:
        self._cloudfront = cloudfront
        self._buckets = buckets
        self._routing = routing
        self._clock = clock
        self._jitter = jitter

    def handle(self, event: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Invalidate what an event says has changed, one invalidation a distribution.

        Returns a summary, or for messages of a queue the `batchItemFailures` that Lambda expects: those that have to
        come again. The mapping of the queue must have `ReportBatchItemFailures`, or Lambda does not heed them.

        Raises: UnknownEventError, where the event is none that we know; FreshedgeError, where something of it could
            not be done or read (all else is done), so that Lambda calls again.
        """
        queued = queue_messages(event)
        if queued is not None:
            return self._answer_queue(queued, deadline)
        outcome = self._carry_out(parse(event), deadline)
        if error := outcome.error():
            raise error
        return {"summary": outcome.sentence, "invalidations": _invalidations(outcome.submissions.values())}

    def request(self, payload: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Carry a person's request out: `{"manual_request": {"distribution_id", "paths", "caller_reference"}}`.

        Paths go out as they are given, under this reference; without one, under one of its own. Returns the
        invalidation: `id`, `distribution_id`, `status`, `created_at`, `caller_reference`, `paths`, and a summary.

        Raises: BadInputError (also for what CloudFront refuses), IdempotencyConflictError (the reference was used for
            other paths), NotFoundError, AccessDeniedError; TryLaterError where no time was left.
        """
        asked = read_request(payload)
        whole = asked.caller_reference or request_reference(asked.distribution_id, asked.paths, self._clock.now())
        submission = Submission(
            self._cloudfront,
            asked.distribution_id,
            plan=lambda: asked.paths,
            reference=lambda paths: whole if paths == asked.paths else part_reference(whole, paths),
            replacing=False,
        )
        for reason in in_rounds({asked.distribution_id: submission.go_on}, deadline, self._jitter).values():
            raise _for_a_person(reason, asked)
        first = _invalidations([submission])[0]
        summary = f"Distribution {asked.distribution_id}: {len(asked.paths):,} asked for, all accepted."
        return {**first, "paths": list(asked.paths), "summary": summary}

    def _answer_queue(self, queued: Sequence[tuple[str, str]], deadline: Deadline) -> dict[str, Any]:
        """Invalidate what a batch of messages says together, and name the messages that have to come again."""
        told = {message_id: _read(body) for message_id, body in queued}
        outcome = self._carry_out(merged(told.values()), deadline)
        again = [name for name, one in told.items() if one.problems or outcome.left_undone(one.changes)]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in again]}

    def _carry_out(self, told: Parsed, deadline: Deadline) -> Outcome:
        """Read the tags, then send each distribution its paths; log all that people should know."""
        outcome = Outcome(told)
        for problem in told.problems:
            log(logging.ERROR, "A record of an event can't be understood; it comes again.", reason=problem)
        self._read_tags(outcome, deadline.part(_SHARE_FOR_TAGS))
        changes = outcome.changes_by_distribution()
        outcome.submissions = {name: self._submission(name, changes[name]) for name in changes}
        tasks = {name: submission.go_on for name, submission in outcome.submissions.items()}
        outcome.unsent = in_rounds(tasks, deadline, self._jitter)
        for name, reason in outcome.unsent.items():
            _complain(reason, distribution_id=name, buckets=outcome.buckets_of(name))
        log(logging.ERROR if outcome.error() else logging.INFO, outcome.sentence)
        return outcome

    def _read_tags(self, outcome: Outcome, deadline: Deadline) -> None:
        regions = {change.bucket: change.region for change in outcome.told.changes}

        def read(bucket: str) -> None:
            outcome.ids[bucket] = self._ids(bucket, regions[bucket])

        outcome.unread = in_rounds({bucket: partial(read, bucket) for bucket in regions}, deadline, self._jitter)
        for bucket, reason in outcome.unread.items():
            _complain(reason, bucket=bucket)

    def _ids(self, bucket: str, region: str | None) -> tuple[str, ...]:
        """Return the distribution ids in a bucket's tag; none where it has no tag or is gone, which is logged."""
        try:
            value = self._buckets.tag(bucket, region)
        except NotFoundError:
            log(logging.WARNING, "The bucket is gone, and its tag with it: its changes are dropped.", bucket=bucket)
            return ()
        named = parse_tag(value or "")
        for problem in named.problems:
            log(
                logging.ERROR,
                "The bucket's tag names what is no distribution.",
                bucket=bucket,
                reason=problem,
            )
        if not named.ids:
            log(logging.WARNING, "The bucket's tag names no distribution: its changes are dropped.", bucket=bucket)
        return named.ids

    def _submission(self, distribution_id: str, changes: Sequence[Change]) -> Submission:
        return Submission(
            self._cloudfront,
            distribution_id,
            plan=lambda: self._plan(distribution_id, changes),
            reference=lambda paths: caller_reference(distribution_id, changes, paths),
        )

    def _plan(self, distribution_id: str, changes: Sequence[Change]) -> Paths:
        """Return the paths of a distribution's changes, by its routes as they are now."""
        config = self._routing.config(distribution_id)
        regions = {change.bucket: change.region for change in changes}
        routes = {bucket: self._routing.routes(config, bucket, region) for bucket, region in regions.items()}
        paths = plan_paths(routes, changes)
        if not paths:
            log(
                logging.INFO,
                "The distribution does not serve what has changed: nothing to invalidate.",
                distribution_id=distribution_id,
                keys=[change.key for change in changes],
            )
        return paths


def _read(body: str) -> Parsed:
    """Return what a message of a queue says; where it is none that we know, that is its problem."""
    try:
        return parse_body(body)
    except UnknownEventError as error:
        return Parsed(problems=(str(error),))


def _invalidations(submissions: Iterable[Submission]) -> list[dict[str, Any]]:
    return [
        {
            "id": sent.created.id,
            "distribution_id": submission.distribution_id,
            "status": sent.created.status,
            "created_at": sent.created.created_at.isoformat(),
            "caller_reference": sent.reference,
            "paths": list(sent.paths),
        }
        for submission in submissions
        for sent in submission.sent
    ]


def _complain(reason: Exception, **fields: object) -> None:
    """Log a failure; where it is none of ours by name, with the trace that whoever mends it needs."""
    trace = None if isinstance(reason, FreshedgeError) else "".join(traceback.format_exception(reason))
    log(logging.ERROR, _what_to_do(reason), **fields, reason=repr(reason), trace=trace)


def _what_to_do(reason: Exception) -> str:
    """Return the log line of a failure: what happened, and what to do about it."""
    if isinstance(reason, NotFoundError):
        return "The distribution does not exist in this account: correct the tag distributionId of its buckets."
    if isinstance(reason, AccessDeniedError):
        return "AWS denied an action: add the statement that allows it to the function's role."
    if isinstance(reason, TryLaterError):
        return "AWS wanted this later than this call may last: Lambda calls again."
    return "This failed and is tried again; if it goes on failing, please report it."


def _for_a_person(reason: Exception, asked: Request) -> Exception:
    """Return the error to raise for a person's request."""
    if isinstance(reason, ReferenceReusedError):
        return IdempotencyConflictError(
            f"The reference {asked.caller_reference!r} was used before for other paths. Use another one."
        )
    if isinstance(reason, InvalidPathError):
        return BadInputError(f"CloudFront refused the request: {reason}")
    return reason
