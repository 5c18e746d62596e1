"""Events as S3 sends them: to queues, topics, functions (notification-content-structure), EventBridge (ev-events)."""

import uuid
from typing import Any
from urllib.parse import quote_plus

from sandbox.aws.s3.changes import Change
from sandbox.aws.s3.listing import iso_time
from sandbox.aws.s3.store import sequencer

VERSION = "2.6"
"""The unified version of today; consumers shall accept every 2.x (notification-content-structure)."""

_DETAIL_TYPES = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "ObjectTagging:Put": "Object Tags Added",
    "ObjectTagging:Delete": "Object Tags Deleted",
    "ObjectAcl": "Object ACL Updated",
}
_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}


def record(change: Change, configuration_id: str, owner: str) -> dict[str, Any]:
    """Return the record of a change for a queue, a topic or a function.

    The key is URL-encoded with `+` for a space. Size and eTag are left out where S3 has none, a sequencer is there
    for puts and deletes alone, a version id only in buckets with versioning.
    """
    thing: dict[str, Any] = {"key": quote_plus(change.key, safe="/*-._")}
    if change.size is not None:
        thing["size"] = change.size
    if change.etag is not None:
        thing["eTag"] = change.etag
    if change.version_id:
        thing["versionId"] = change.version_id
    if change.sequence is not None:
        thing["sequencer"] = sequencer(change.sequence)
    return {
        "eventVersion": VERSION,
        "eventSource": "aws:s3",
        "awsRegion": change.region,
        "eventTime": iso_time(change.time),
        "eventName": change.event,
        "userIdentity": {"principalId": f"AWS:{change.requester}"},
        "requestParameters": {"sourceIPAddress": change.source_ip},
        "responseElements": {"x-amz-request-id": change.request_id, "x-amz-id-2": f"local/{change.request_id}"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {
                "name": change.bucket,
                "ownerIdentity": {"principalId": owner},
                "arn": f"arn:aws:s3:::{change.bucket}",
            },
            "object": thing,
        },
    }


def bridge_event(change: Change, account: str) -> dict[str, Any]:
    """Return the event of a change for EventBridge; there the key is plain and the time has whole seconds."""
    family = change.event.partition(":")[0]
    thing: dict[str, Any] = {"key": change.key}
    if change.size is not None:
        thing["size"] = change.size
    if change.etag is not None:
        thing["etag"] = change.etag
    if change.version_id:
        thing["version-id"] = change.version_id
    if change.sequence is not None:
        thing["sequencer"] = sequencer(change.sequence)
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": change.bucket},
        "object": thing,
        "request-id": change.request_id,
        "requester": change.requester,
        "source-ip-address": change.source_ip,
    }
    if reason := _REASONS.get(change.event):
        detail["reason"] = reason
    if family == "ObjectRemoved":
        marked = change.event.endswith("DeleteMarkerCreated")
        detail["deletion-type"] = "Delete Marker Created" if marked else "Permanently Deleted"
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": _DETAIL_TYPES.get(change.event) or _DETAIL_TYPES[family],
        "source": "aws.s3",
        "account": account,
        "time": iso_time(int(change.time)).replace(".000Z", "Z"),
        "region": change.region,
        "resources": [f"arn:aws:s3:::{change.bucket}"],
        "detail": detail,
    }


def test_event(bucket: str, now: float, request_id: str) -> dict[str, Any]:
    """Return what S3 sends to a queue or a topic when it is configured; it has no `Records`."""
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": iso_time(now),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": f"local/{request_id}",
    }
