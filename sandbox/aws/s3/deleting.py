"""DeleteObject and DeleteObjects (API Reference; User Guide, "Deleting object versions", "delete markers")."""

import hashlib
from xml.etree import ElementTree as ET

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Response
from sandbox.aws.s3.body import check_body
from sandbox.aws.s3.call import KEY_BYTES, Call, Headers, answer_xml, malformed
from sandbox.aws.s3.changes import Changes
from sandbox.aws.s3.conditions import check_write
from sandbox.aws.s3.model import Bucket, Version
from sandbox.aws.s3.store import Store, new_version_id
from sandbox.aws.xml import Item, MalformedError, parse, text

MOST_AT_ONCE = 1000
"""Most keys of one DeleteObjects."""

EMPTY_ETAG = hashlib.md5(b"").hexdigest()
"""What events say is the ETag of a delete marker."""


class Deleting:
    """Deletions, one or many at once."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store, self._changes = store, changes

    def delete(self, call: Call) -> Response:
        """DeleteObject; of what is not there it says 204 as well."""
        bucket = self._store.bucket(call.bucket)
        with self._store.lock:
            if "if-match" in call.headers:
                check_write({"if-match": call.headers["if-match"]}, bucket.current(call.key))
            deleted = self._delete(bucket, call.key, call.query.get("versionId", ""), call)
        return Response(204, _headers(deleted))

    def delete_many(self, call: Call) -> Response:
        """DeleteObjects: an answer for each key, unless the caller wants to hear of failures alone."""
        bucket = self._store.bucket(call.bucket)
        check_body(call.body, call.headers)
        quiet, wanted = _read(call.body)
        items: list[Item] = []
        for key, version_id in wanted:
            if len(key.encode()) > KEY_BYTES:
                error: list[Item] = [("Key", key), ("Code", "KeyTooLongError"), ("Message", "Your key is too long")]
                items.append(("Error", error))
                continue
            with self._store.lock:
                deleted = self._delete(bucket, key, version_id, call)
            if not quiet:
                items.append(("Deleted", _told(key, version_id, deleted)))
        return answer_xml("DeleteResult", items)

    def _delete(self, bucket: Bucket, key: str, version_id: str, call: Call) -> tuple[Version | None, bool]:
        """Delete and return the version concerned, and whether it was made now: a delete marker."""
        if version_id or not bucket.versioning:
            version = bucket.version(key, version_id or "null")
            if version is not None:
                bucket.remove(version)
                self._changes.note("ObjectRemoved:Delete", bucket, version, call, self._store.next_sequence())
            return version, False
        marker = Version(
            key=key,
            version_id=new_version_id(bucket),
            modified=float(int(self._store.clock())),
            sequence=self._store.next_sequence(),
            marker=True,
            etag=EMPTY_ETAG,
        )
        bucket.add(marker)
        self._changes.note("ObjectRemoved:DeleteMarkerCreated", bucket, marker, call)
        return marker, True


def _headers(deleted: tuple[Version | None, bool]) -> Headers:
    version, _ = deleted
    if version is None:
        return ()
    headers: Headers = (("x-amz-delete-marker", "true"),) if version.marker else ()
    return (*headers, ("x-amz-version-id", version.version_id)) if version.version_id != "null" or headers else headers


def _told(key: str, version_id: str, deleted: tuple[Version | None, bool]) -> list[Item]:
    version, made = deleted
    items: list[Item] = [("Key", key), ("VersionId", version_id or None)]
    if version is not None and version.marker:
        items += [("DeleteMarker", True), ("DeleteMarkerVersionId", version.version_id if made else version_id)]
    return items


def _read(body: bytes) -> tuple[bool, list[tuple[str, str]]]:
    try:
        root = parse(body)
    except MalformedError:
        raise malformed() from None
    wanted = [(_key(one), text(one, "VersionId") or "") for one in root.iterfind("Object")]
    if root.tag != "Delete" or not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise malformed()
    return (text(root, "Quiet") or "").lower() == "true", wanted


def _key(element: ET.Element) -> str:
    key = text(element, "Key")
    if not key:
        raise AwsError("UserKeyMustBeSpecified", "The bucket POST request must contain the specified field name.")
    return key
