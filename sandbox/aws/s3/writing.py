"""PutObject and the browser's PostObject (API Reference): an upload becomes a version, then an event."""

from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Response
from sandbox.aws.s3.body import check_body
from sandbox.aws.s3.call import Call, Headers, answer_xml
from sandbox.aws.s3.changes import Changes
from sandbox.aws.s3.conditions import check_write
from sandbox.aws.s3.model import Bucket, Version
from sandbox.aws.s3.store import Store, new_version_id
from sandbox.aws.s3.template import etag, template

OBJECT_BYTES = 5 * 1024**3
"""Most bytes of one upload that is not in parts."""


class Writing:
    """Uploads in one request."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store, self._changes = store, changes

    def put(self, call: Call) -> Response:
        """PutObject."""
        bucket = self._store.bucket(call.bucket)
        given = check_body(call.body, call.headers)
        version = template(bucket, call.key, call.headers, self._store.clock())
        version.body, version.etag = call.body, etag(call.body, version.encryption)
        version.checksum = (*given, "FULL_OBJECT") if given else None
        with self._store.lock:
            check_write(call.headers, bucket.current(call.key))
            self.keep(bucket, version)
            self._changes.note("ObjectCreated:Put", bucket, version, call)
        return Response(200, written(bucket, version))

    def keep(self, bucket: Bucket, version: Version) -> None:
        """Make a version the current one of its key; the caller holds the lock."""
        version.version_id = new_version_id(bucket)
        version.sequence = self._store.next_sequence()
        bucket.add(version)

    def post(self, call: Call) -> Response:
        """PostObject: an HTML form with the file last ("Browser-based uploads using POST")."""
        bucket = self._store.bucket(call.bucket)
        fields, body, name = _form(call)
        if "key" not in fields:
            raise AwsError("InvalidArgument", "Bucket POST must contain a field named 'key'.")
        key = fields["key"].replace("${filename}", name)
        headers = {k: v for k, v in fields.items() if k not in ("key", "file", "policy")}
        headers.setdefault("x-amz-acl", fields.get("acl", "private"))
        version = template(bucket, key, headers, self._store.clock())
        version.body, version.etag = body, etag(body, version.encryption)
        with self._store.lock:
            self.keep(bucket, version)
            self._changes.note("ObjectCreated:Post", bucket, version, call)
        return _post_answer(fields, bucket, version)


def written(bucket: Bucket, version: Version) -> Headers:
    """Return what S3 says of a version that it has just made."""
    headers = [("ETag", f'"{version.etag}"'), *version.encryption.items()]
    if bucket.versioning:
        headers.append(("x-amz-version-id", version.version_id))
    if version.checksum:
        algorithm, value, kind = version.checksum
        headers += [(f"x-amz-checksum-{algorithm}", value), ("x-amz-checksum-type", kind)]
    return tuple(headers)


def _form(call: Call) -> tuple[dict[str, str], bytes, str]:
    """Return a form's fields before the file, the file's bytes, and its name (RFC 7578)."""
    kind = _described(f"Content-Type: {call.headers.get('content-type', '')}".encode())
    boundary = kind.get_boundary()
    if kind.get_content_type() != "multipart/form-data" or not boundary:
        raise AwsError("PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data", 412)
    fields: dict[str, str] = {}
    for part in (b"\r\n" + call.body).split(b"\r\n--" + boundary.encode())[1:]:
        head, blank, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        about = _described(head)
        name = about.get_param("name", None, "content-disposition")
        if not blank or not isinstance(name, str):
            continue
        if name.lower() == "file":
            return fields, content, about.get_filename() or ""
        fields[name.lower()] = content.decode("utf-8", "replace")
    raise AwsError("InvalidArgument", "POST requires exactly one file upload per request.")


def _described(head: bytes) -> Message:
    return BytesParser(policy=HTTP).parsebytes(head + b"\r\n\r\n", headersonly=True)


def _post_answer(fields: dict[str, str], bucket: Bucket, version: Version) -> Response:
    redirect = fields.get("success_action_redirect") or fields.get("redirect")
    headers = written(bucket, version)
    if redirect:
        return Response(303, (("Location", redirect), *headers))
    status = fields.get("success_action_status", "204")
    if status == "201":
        items = [("Bucket", bucket.name), ("Key", version.key), ("ETag", f'"{version.etag}"')]
        return answer_xml("PostResponse", items, 201, headers)
    return Response(200 if status == "200" else 204, headers)
