"""Buckets: made, listed, found, deleted; their regions (User Guide, "General purpose buckets overview")."""

import base64
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Response
from sandbox.aws.s3.acl import owner
from sandbox.aws.s3.bucket_tags import check_bucket_tags
from sandbox.aws.s3.call import Call, answer_xml, invalid, malformed
from sandbox.aws.s3.listing import iso_time
from sandbox.aws.s3.model import Bucket
from sandbox.aws.s3.names import check_bucket_name
from sandbox.aws.s3.store import Store
from sandbox.aws.xml import Item, MalformedError, parse, text

MOST_BUCKETS = 10_000
"""Most buckets of one page."""

HOME = "us-east-1"
"""The region whose buckets have no location constraint."""

Make = Callable[[Call, str], Any]
"""Has moto make its own record of a bucket in a region, and returns it; raises what moto refuses."""


class Buckets:
    """The account's buckets.

    forget: drops moto's record of a bucket.
    """

    def __init__(self, store: Store, make: Make, forget: Callable[[str], None]) -> None:
        self._store, self._make, self._forget = store, make, forget

    def create(self, call: Call) -> Response:
        """CreateBucket; again by its owner it is refused, except in us-east-1, where it says 200 (API Reference)."""
        check_bucket_name(call.bucket)
        region, tags = _configuration(call)
        with self._store.lock:
            if known := self._store.buckets.get(call.bucket):
                if known.region == region == HOME:
                    return Response(200, (("Location", f"/{call.bucket}"),))
                words = "Your previous request to create the named bucket succeeded and you already own it."
                raise AwsError("BucketAlreadyOwnedByYou", words, 409, {"BucketName": call.bucket})
            bucket = Bucket(call.bucket, region, self._store.clock(), self._make(call, region))
            bucket.tags = tags
            self._store.buckets[call.bucket] = bucket
            self._store.touch()
        return Response(200, (("Location", f"/{call.bucket}"),))

    def list(self, call: Call) -> Response:
        """ListBuckets; pages, and each bucket's region, only where the call has a parameter (API Reference)."""
        paged = {"max-buckets", "prefix", "continuation-token", "bucket-region"} & set(call.query)
        most = call.whole_number("max-buckets", MOST_BUCKETS)
        if not 1 <= most <= MOST_BUCKETS:
            words = "Argument max-buckets must be an integer between 1 and 10000"
            raise invalid("max-buckets", most, words)
        after = _from_token(call.query.get("continuation-token", ""))
        prefix, region = call.query.get("prefix", ""), call.query.get("bucket-region", "")
        with self._store.lock:
            buckets = sorted(self._store.buckets.values(), key=lambda one: one.name)
        found = [b for b in buckets if b.name > after and b.name.startswith(prefix) and region in ("", b.region)]
        page = found[:most]
        items: list[Item] = [
            owner(),
            ("Buckets", [("Bucket", _listed(bucket, told=bool(paged))) for bucket in page]),
            ("Prefix", prefix or None),
            ("ContinuationToken", _to_token(page[-1].name) if len(found) > most else None),
        ]
        return answer_xml("ListAllMyBucketsResult", items)

    def head(self, call: Call) -> Response:
        """HeadBucket."""
        bucket = self._store.bucket(call.bucket)
        headers = (("x-amz-bucket-region", bucket.region), ("x-amz-access-point-alias", "false"))
        return Response(200, (*headers, ("Content-Type", "application/xml"), ("x-amz-bucket-arn", arn(bucket.name))))

    def location(self, call: Call) -> Response:
        """GetBucketLocation: the document is the element itself, empty for us-east-1."""
        bucket = self._store.bucket(call.bucket)
        region = "" if bucket.region == HOME else bucket.region
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{region}</LocationConstraint>'
        )
        return Response(200, (("Content-Type", "application/xml"),), body.encode())

    def delete(self, call: Call) -> Response:
        """DeleteBucket; only an empty one, versions and delete markers included."""
        with self._store.lock:
            bucket = self._store.bucket(call.bucket)
            if bucket.objects:
                words = "The bucket you tried to delete is not empty"
                if bucket.versioning:
                    words += ". You must delete all versions in the bucket."
                raise AwsError("BucketNotEmpty", words, 409, {"BucketName": bucket.name})
            del self._store.buckets[bucket.name]
            self._forget(bucket.name)
            self._store.touch()
        return Response(204)


def arn(bucket: str) -> str:
    """Return a bucket's ARN."""
    return f"arn:aws:s3:::{bucket}"


def _listed(bucket: Bucket, *, told: bool) -> list[Item]:
    items: list[Item] = [("Name", bucket.name), ("CreationDate", iso_time(int(bucket.created)))]
    if told:
        items += [("BucketRegion", bucket.region), ("BucketArn", arn(bucket.name))]
    return items


def _configuration(call: Call) -> tuple[str, dict[str, str]]:
    """Return region and tags of a new bucket; raise what S3 says of a constraint that does not fit the endpoint."""
    constraint, tags = "", {}
    if call.body:
        try:
            root = parse(call.body)
        except MalformedError:
            raise malformed() from None
        constraint = text(root, "LocationConstraint") or ""
        pairs = [(text(tag, "Key") or "", text(tag, "Value") or "") for tag in _tags(root)]
        check_bucket_tags(pairs)
        tags = dict(pairs)
    if constraint == HOME:
        words = "The specified location-constraint is not valid"
        raise AwsError("InvalidLocationConstraint", words, fields={"LocationConstraint": constraint})
    if constraint and call.region not in (HOME, constraint):
        words = (
            f"The {constraint} location constraint is incompatible for the region specific endpoint this request was "
            "sent to."
        )
        raise AwsError("IllegalLocationConstraintException", words)
    if not constraint and call.region != HOME:
        words = (
            "The unspecified location constraint is incompatible for the region specific endpoint this request was "
            "sent to."
        )
        raise AwsError("IllegalLocationConstraintException", words)
    return {"EU": "eu-west-1", "": HOME}.get(constraint, constraint), tags


def _tags(root: ET.Element) -> list[ET.Element]:
    return root.findall("Tags/Tag")


def _to_token(name: str) -> str:
    return base64.urlsafe_b64encode(b"b" + name.encode()).decode()


def _from_token(token: str) -> str:
    if not token:
        return ""
    try:
        raw = base64.urlsafe_b64decode(token)
        if raw[:1] == b"b":
            return raw[1:].decode()
    except ValueError:
        pass
    raise invalid("continuation-token", token, "The continuation token provided is incorrect")
