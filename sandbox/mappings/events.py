"""What Lambda hands to a handler, and what it sends on when a handler has failed for good."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.queues import QueueMessage


def sqs_event(messages: Sequence[QueueMessage], queue_arn: str) -> dict[str, Any]:
    """Return the event of a batch of messages (Lambda Developer Guide, `with-sqs.html`, "Example standard queue")."""
    region = queue_arn.split(":")[3]
    return {"Records": [_record(message, queue_arn, region) for message in messages]}


def _record(message: QueueMessage, queue_arn: str, region: str) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": dict(message.attributes),
        "messageAttributes": {},
        "md5OfBody": md5(message.body),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    }


def md5(body: str) -> str:
    """Return the digest by which SQS names a body."""
    return hashlib.md5(body.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def scheduled_event(rule: str, account: str, region: str, now: float) -> dict[str, Any]:
    """Return what a schedule sends (EventBridge User Guide, `eb-run-lambda-schedule.html`).

    rule: the rule's name. now: unix seconds; EventBridge tells whole ones.
    """
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [f"arn:aws:events:{region}:{account}:rule/{rule}"],
        "detail": {},
    }


def failure_record(
    function_arn: str, event: dict[str, Any], error: dict[str, Any], *, request_id: str, tries: int, now: float
) -> dict[str, Any]:
    """Return what an on-failure destination is sent (Lambda Developer Guide, `invocation-async-retain-records.html`).

    error: what the function's last call answered. tries: how often it was called. now: unix seconds.
    """
    return {
        "version": "1.0",
        "timestamp": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{function_arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": tries,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": error,
    }
