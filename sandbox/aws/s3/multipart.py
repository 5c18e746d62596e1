"""Uploads in parts (User Guide, "Uploading and copying objects using multipart upload")."""

import base64
import hashlib
import re
import secrets
from xml.etree import ElementTree as ET

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Response
from sandbox.aws.s3.acl import owner
from sandbox.aws.s3.body import SLOW_BYTES, check_body, checksum
from sandbox.aws.s3.call import Call, answer_xml, invalid, malformed
from sandbox.aws.s3.changes import Changes
from sandbox.aws.s3.conditions import check_write
from sandbox.aws.s3.copying import find_source, source_headers
from sandbox.aws.s3.listing import iso_time
from sandbox.aws.s3.model import Bucket, Part, Upload, Version
from sandbox.aws.s3.store import Store
from sandbox.aws.s3.template import template
from sandbox.aws.s3.writing import Writing, written
from sandbox.aws.xml import Item, MalformedError, parse, text

PART_BYTES = 5 * 1024**2
"""Least bytes of every part but the last (User Guide, "Amazon S3 multipart upload limits")."""

MOST_PARTS = 10_000

_SPAN = re.compile(r"bytes=(\d+)-(\d+)$")


class Multipart:
    """Uploads that are begun, fed in parts, and completed or aborted."""

    def __init__(self, store: Store, writing: Writing, changes: Changes) -> None:
        self._store, self._writing, self._changes = store, writing, changes

    def create(self, call: Call) -> Response:
        """CreateMultipartUpload."""
        bucket = self._store.bucket(call.bucket)
        upload = Upload(
            id=secrets.token_urlsafe(48),
            template=template(bucket, call.key, call.headers, self._store.clock()),
            algorithm=call.headers.get("x-amz-checksum-algorithm", "").lower(),
            checksum_type=call.headers.get("x-amz-checksum-type", "").upper(),
        )
        with self._store.lock:
            bucket.uploads[upload.id] = upload
            self._store.touch()
        items: list[Item] = [("Bucket", call.bucket), ("Key", call.key), ("UploadId", upload.id)]
        return answer_xml("InitiateMultipartUploadResult", items, headers=tuple(upload.template.encryption.items()))

    def put_part(self, call: Call) -> Response:
        """UploadPart."""
        given = check_body(call.body, call.headers)
        part = self._keep(call, call.body, given)
        headers = [("ETag", f'"{part.etag}"')]
        if given:
            headers.append((f"x-amz-checksum-{given[0]}", given[1]))
        return Response(200, tuple(headers))

    def copy_part(self, call: Call) -> Response:
        """UploadPartCopy."""
        with self._store.lock:
            bucket, source = find_source(self._store, call)
        part = self._keep(call, _span(call, source), None)
        items: list[Item] = [("ETag", f'"{part.etag}"'), ("LastModified", iso_time(part.modified))]
        return answer_xml("CopyPartResult", items, headers=source_headers(bucket, source))

    def complete(self, call: Call) -> Response:
        """CompleteMultipartUpload; again, once it is complete, it says the same as long as the object is there."""
        bucket = self._store.bucket(call.bucket)
        with self._store.lock:
            upload = self._upload(bucket, call)
            parts = _chosen(upload, _read(call.body))
            check_write(call.headers, bucket.current(call.key))
            version = upload.template
            version.body = b"".join(part.body for part in parts)
            digests = b"".join(bytes.fromhex(part.etag) for part in parts)
            version.etag = f"{hashlib.md5(digests).hexdigest()}-{len(parts)}"
            version.part_sizes = tuple(len(part.body) for part in parts)
            version.checksum = _checksum(upload, parts, version.body)
            del bucket.uploads[upload.id]
            self._writing.keep(bucket, version)
            self._changes.note("ObjectCreated:CompleteMultipartUpload", bucket, version, call)
        location = f"http://{call.headers.get('host', 's3.localhost')}/{call.bucket}/{call.key}"
        items: list[Item] = [("Location", location), ("Bucket", call.bucket), ("Key", call.key)]
        items.append(("ETag", f'"{version.etag}"'))
        if version.checksum:
            items += [
                (f"Checksum{version.checksum[0].upper()}", version.checksum[1]),
                ("ChecksumType", version.checksum[2]),
            ]
        headers = tuple(h for h in written(bucket, version) if h[0] != "ETag")
        return answer_xml("CompleteMultipartUploadResult", items, headers=headers)

    def abort(self, call: Call) -> Response:
        """AbortMultipartUpload."""
        bucket = self._store.bucket(call.bucket)
        with self._store.lock:
            del bucket.uploads[self._upload(bucket, call).id]
            self._store.touch()
        return Response(204)

    def list_parts(self, call: Call) -> Response:
        """ListParts."""
        bucket = self._store.bucket(call.bucket)
        after, most = call.whole_number("part-number-marker", 0), min(call.whole_number("max-parts", 1000), 1000)
        with self._store.lock:
            upload = self._upload(bucket, call)
            later = [part for number, part in sorted(upload.parts.items()) if number > after]
        page = later[:most]
        items: list[Item] = [
            ("Bucket", call.bucket),
            ("Key", call.key),
            ("UploadId", upload.id),
            owner(),
            ("StorageClass", upload.template.storage_class),
            ("PartNumberMarker", after),
            ("NextPartNumberMarker", page[-1].number if page else 0),
            ("MaxParts", most),
            ("IsTruncated", len(later) > most),
        ]
        return answer_xml("ListPartsResult", items + [_part(part) for part in page])

    def list_uploads(self, call: Call) -> Response:
        """ListMultipartUploads, all on one page."""
        bucket, prefix = self._store.bucket(call.bucket), call.query.get("prefix", "")
        with self._store.lock:
            uploads = sorted(bucket.uploads.values(), key=lambda one: (one.template.key, one.template.modified))
        items: list[Item] = [
            ("Bucket", call.bucket),
            ("KeyMarker", ""),
            ("UploadIdMarker", ""),
            ("Prefix", prefix),
            ("MaxUploads", len(uploads)),
            ("IsTruncated", False),
        ]
        found = [one for one in uploads if one.template.key.startswith(prefix)]
        return answer_xml("ListMultipartUploadsResult", items + [("Upload", _begun(one)) for one in found])

    def _keep(self, call: Call, body: bytes, given: tuple[str, str] | None) -> Part:
        number = call.whole_number("partNumber", 0)
        if not 1 <= number <= MOST_PARTS:
            raise invalid("partNumber", number, "Part number must be an integer between 1 and 10000, inclusive")
        bucket = self._store.bucket(call.bucket)
        now, etag = float(int(self._store.clock())), hashlib.md5(body).hexdigest()
        with self._store.lock:
            upload = self._upload(bucket, call)
            if given is None and upload.algorithm and len(body) <= SLOW_BYTES:
                given = upload.algorithm, checksum(body, upload.algorithm)
            part = Part(number=number, body=body, etag=etag, modified=now, checksum=given)
            upload.parts[number] = part
            self._store.touch()
        return part

    def _upload(self, bucket: Bucket, call: Call) -> Upload:
        upload = bucket.uploads.get(call.query["uploadId"])
        if upload is None or upload.template.key != call.key:
            words = (
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
                "aborted or completed."
            )
            raise AwsError("NoSuchUpload", words, 404, {"UploadId": call.query["uploadId"]})
        return upload


def _read(body: bytes) -> list[tuple[int, str]]:
    try:
        root = parse(body)
    except MalformedError:
        raise malformed() from None
    chosen = [_numbered(one) for one in root.iterfind("Part")]
    if root.tag != "CompleteMultipartUpload" or not chosen:
        raise malformed()
    return chosen


def _numbered(part: ET.Element) -> tuple[int, str]:
    number, etag = text(part, "PartNumber") or "", text(part, "ETag")
    if not number.isdecimal() or etag is None:
        raise malformed()
    return int(number), etag.strip('"')


def _chosen(upload: Upload, wanted: list[tuple[int, str]]) -> list[Part]:
    numbers = [number for number, _ in wanted]
    if numbers != sorted(set(numbers)):
        words = "The list of parts was not in ascending order. Parts must be ordered by part number."
        raise AwsError("InvalidPartOrder", words, fields={"UploadId": upload.id})
    parts = []
    for number, etag in wanted:
        part = upload.parts.get(number)
        if part is None or part.etag != etag:
            words = (
                "One or more of the specified parts could not be found.  The part may not have been uploaded, or the "
                "specified entity tag may not match the part's entity tag."
            )
            raise AwsError(
                "InvalidPart", words, fields={"UploadId": upload.id, "PartNumber": str(number), "ETag": etag}
            )
        parts.append(part)
    for part in parts[:-1]:
        if len(part.body) < PART_BYTES:
            fields = {
                "ProposedSize": str(len(part.body)),
                "MinSizeAllowed": str(PART_BYTES),
                "PartNumber": str(part.number),
            }
            words = "Your proposed upload is smaller than the minimum allowed size"
            raise AwsError("EntityTooSmall", words, fields=fields)
    return parts


def _checksum(upload: Upload, parts: list[Part], body: bytes) -> tuple[str, str, str] | None:
    """Return the whole's checksum: of the parts' checksums, or of all bytes where that was asked for."""
    algorithm = upload.algorithm
    values = [part.checksum[1] for part in parts if part.checksum and part.checksum[0] == algorithm]
    if not algorithm or len(values) < len(parts):
        return None
    if upload.checksum_type == "FULL_OBJECT" or algorithm == "crc64nvme":
        if algorithm not in ("crc32", "sha1", "sha256") and len(body) > SLOW_BYTES:
            return None
        return algorithm, checksum(body, algorithm), "FULL_OBJECT"
    digest = checksum(b"".join(base64.b64decode(value) for value in values), algorithm)
    return algorithm, f"{digest}-{len(parts)}", "COMPOSITE"


def _span(call: Call, source: Version) -> bytes:
    header = call.headers.get("x-amz-copy-source-range", "")
    if not header:
        return source.body
    found = _SPAN.match(header)
    if not found or int(found[1]) > int(found[2]):
        words = (
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
            "zero-based offsets of the first and last bytes to copy"
        )
        raise invalid("x-amz-copy-source-range", header, words)
    if int(found[2]) >= len(source.body):
        words = f"Range specified is not valid for source object of size: {len(source.body)}"
        raise invalid("x-amz-copy-source-range", header, words)
    return source.body[int(found[1]) : int(found[2]) + 1]


def _part(part: Part) -> Item:
    items: list[Item] = [
        ("PartNumber", part.number),
        ("LastModified", iso_time(part.modified)),
        ("ETag", f'"{part.etag}"'),
        ("Size", len(part.body)),
    ]
    if part.checksum:
        items.append((f"Checksum{part.checksum[0].upper()}", part.checksum[1]))
    return ("Part", items)


def _begun(upload: Upload) -> list[Item]:
    return [
        ("Key", upload.template.key),
        ("UploadId", upload.id),
        owner(),
        ("StorageClass", upload.template.storage_class),
        ("Initiated", iso_time(upload.template.modified)),
    ]
