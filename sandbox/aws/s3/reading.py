"""GetObject, HeadObject, GetObjectAttributes (API Reference): versions, conditions, ranges, parts, overrides."""

import re
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Response
from sandbox.aws.policies import allows, parsed
from sandbox.aws.s3.acl import is_public
from sandbox.aws.s3.body import SLOW_BYTES, checksum
from sandbox.aws.s3.call import Call, Headers, answer_xml, http_date
from sandbox.aws.s3.conditions import NotModifiedError, check_read
from sandbox.aws.s3.model import Bucket, Version
from sandbox.aws.s3.store import Store, no_such_key, no_such_version

OVERRIDES = {
    "response-content-type": "Content-Type",
    "response-content-language": "Content-Language",
    "response-expires": "Expires",
    "response-cache-control": "Cache-Control",
    "response-content-disposition": "Content-Disposition",
    "response-content-encoding": "Content-Encoding",
}
"""Parameters of GetObject that change a header of this one answer."""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


class Reading:
    """Reads of one object."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, call: Call) -> Response:
        """GetObject, and HeadObject: the server leaves the body away."""
        bucket = self._store.bucket(call.bucket)
        version = self.find(bucket, call)
        try:
            check_read(call.headers, version)
        except NotModifiedError:
            return Response(304, tuple(h for h in served(bucket, version) if not h[0].startswith("Content-")))
        span = _part(call, version) or _range(call.headers.get("range", ""), version)
        first, last = span or (0, len(version.body) - 1)
        headers = dict(served(bucket, version))
        headers |= {OVERRIDES[name]: text for name, text in call.query.items() if name in OVERRIDES}
        headers |= _checksum(call, version) if span is None else {}
        headers["Content-Length"] = str(last - first + 1)
        if span is None:
            return Response(200, tuple(headers.items()), version.body)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(version.body)}"
        return Response(206, tuple(headers.items()), version.body[first : last + 1])

    def attributes(self, call: Call) -> Response:
        """GetObjectAttributes."""
        bucket = self._store.bucket(call.bucket)
        version = self.find(bucket, call)
        asked = {one.strip() for one in call.headers.get("x-amz-object-attributes", "").split(",")}
        items: list[Any] = []
        if "ETag" in asked:
            items.append(("ETag", version.etag))
        if "Checksum" in asked and version.checksum:
            algorithm, value, kind = version.checksum
            items.append(("Checksum", [(f"Checksum{algorithm.upper()}", value), ("ChecksumType", kind)]))
        if "ObjectParts" in asked and version.part_sizes:
            items.append(("ObjectParts", [("PartsCount", len(version.part_sizes))]))
        if "StorageClass" in asked:
            items.append(("StorageClass", version.storage_class))
        if "ObjectSize" in asked:
            items.append(("ObjectSize", len(version.body)))
        told = [("x-amz-version-id", version.version_id)] if bucket.versioning else []
        return answer_xml(
            "GetObjectAttributesResponse", items, headers=(("Last-Modified", http_date(version.modified)), *told)
        )

    def find(self, bucket: Bucket, call: Call) -> Version:
        """Return the version that a call means; raise where there is none, it is a delete marker, or is forbidden."""
        version_id = call.query.get("versionId", "")
        version = bucket.version(call.key, version_id) if version_id else bucket.current(call.key)
        if not call.signed and not _anybody_may_read(bucket, call.key, version):
            raise AwsError("AccessDenied", "Access Denied", 403)
        if version is None:
            raise no_such_version(call.key, version_id) if version_id else no_such_key(call.key)
        if version.marker:
            raise _deleted(version, bucket, named=bool(version_id))
        return version


def served(bucket: Bucket, version: Version) -> Headers:
    """Return the headers that S3 serves with a version, without its length."""
    headers = [
        ("Last-Modified", http_date(version.modified)),
        ("ETag", f'"{version.etag}"'),
        ("Accept-Ranges", "bytes"),
        *version.headers.items(),
        *version.encryption.items(),
        *((f"x-amz-meta-{name}", text) for name, text in version.meta.items()),
    ]
    if version.redirect:
        headers.append(("x-amz-website-redirect-location", version.redirect))
    if version.storage_class != "STANDARD":
        headers.append(("x-amz-storage-class", version.storage_class))
    if version.tags:
        headers.append(("x-amz-tagging-count", str(len(version.tags))))
    if bucket.versioning:
        headers.append(("x-amz-version-id", version.version_id))
    return tuple(headers)


def _anybody_may_read(bucket: Bucket, key: str, version: Version | None) -> bool:
    if version is not None and not version.marker and is_public(version.grants):
        return True
    return allows(parsed(bucket.config.policy), "s3:GetObject", f"arn:aws:s3:::{bucket.name}/{key}")


def _deleted(marker: Version, bucket: Bucket, *, named: bool) -> AwsError:
    error = no_such_key(marker.key)
    if named:
        error = AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405)
        error.headers = (("Allow", "DELETE"),)
    if bucket.versioning:
        error.headers += (("x-amz-delete-marker", "true"), ("x-amz-version-id", marker.version_id))
    return error


def _range(header: str, version: Version) -> tuple[int, int] | None:
    """Return the first and last byte asked for; None for the whole, which S3 sends for what it can't read too."""
    found = _RANGE.match(header.strip())
    if not found or found.groups() == ("", ""):
        return None
    size = len(version.body)
    first, last = found.groups()
    if not first:
        span = (max(size - int(last), 0), size - 1)
        fits = int(last) > 0 and size > 0
    else:
        span = (int(first), min(int(last), size - 1) if last else size - 1)
        fits = int(first) < size
        if last and int(last) < int(first):
            return None
    if not fits:
        fields = {"RangeRequested": header, "ActualObjectSize": str(size)}
        raise AwsError("InvalidRange", "The requested range is not satisfiable", 416, fields)
    return span


def _part(call: Call, version: Version) -> tuple[int, int] | None:
    if "partNumber" not in call.query:
        return None
    sizes = version.part_sizes or (len(version.body),)
    number = call.whole_number("partNumber", 1)
    if not 1 <= number <= len(sizes):
        words = "The requested partnumber is not satisfiable"
        raise AwsError("InvalidPartNumber", words, 416, {"PartNumberRequested": str(number)})
    first = sum(sizes[: number - 1])
    return first, first + sizes[number - 1] - 1


def _checksum(call: Call, version: Version) -> dict[str, str]:
    """Return the checksum's headers where the caller wants them; S3 has a CRC-64 of what came without one."""
    if call.headers.get("x-amz-checksum-mode", "").upper() != "ENABLED":
        return {}
    if version.checksum is None and not version.part_sizes and len(version.body) <= SLOW_BYTES:
        version.checksum = ("crc64nvme", checksum(version.body, "crc64nvme"), "FULL_OBJECT")
    if version.checksum is None:
        return {}
    algorithm, value, kind = version.checksum
    return {f"x-amz-checksum-{algorithm}": value, "x-amz-checksum-type": kind}
