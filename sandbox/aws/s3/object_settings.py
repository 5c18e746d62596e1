"""Tags and access control lists of single objects (API Reference, the operations of `?tagging` and `?acl`)."""

from collections.abc import Sequence

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Response
from sandbox.aws.s3 import acl
from sandbox.aws.s3.call import Call, Headers, answer_xml, malformed
from sandbox.aws.s3.changes import Changes
from sandbox.aws.s3.model import Bucket, Version
from sandbox.aws.s3.store import Store, no_such_key, no_such_version
from sandbox.aws.s3.template import check_object_tags, grants
from sandbox.aws.xml import Item, MalformedError, parse, text


class ObjectSettings:
    """What can be changed of an object without a new version."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store, self._changes = store, changes

    def get_tags(self, call: Call) -> Response:
        """GetObjectTagging."""
        bucket, version = self._find(call)
        return answer_xml("Tagging", tag_set(list(version.tags.items())), headers=_told(bucket, version))

    def put_tags(self, call: Call) -> Response:
        """PutObjectTagging."""
        pairs = read_tags(call.body)
        check_object_tags(pairs)
        return Response(200, self._retag(call, dict(pairs), "ObjectTagging:Put"))

    def delete_tags(self, call: Call) -> Response:
        """DeleteObjectTagging."""
        return Response(204, self._retag(call, {}, "ObjectTagging:Delete"))

    def get_acl(self, call: Call) -> Response:
        """GetObjectAcl."""
        bucket, version = self._find(call)
        headers = (("Content-Type", "application/xml"), *_told(bucket, version))
        return Response(200, headers, acl.write(version.grants))

    def put_acl(self, call: Call) -> Response:
        """PutObjectAcl, by headers or by XML."""
        granted = grants(call.headers)
        if call.body:
            try:
                granted = acl.read(parse(call.body))
            except MalformedError:
                raise malformed() from None
        with self._store.lock:
            bucket, version = self._find(call)
            version.grants = granted
            self._store.touch()
            self._changes.note("ObjectAcl:Put", bucket, version, call)
        return Response(200, _told(bucket, version))

    def _retag(self, call: Call, tags: dict[str, str], event: str) -> Headers:
        with self._store.lock:
            bucket, version = self._find(call)
            version.tags = tags
            self._store.touch()
            self._changes.note(event, bucket, version, call)
        return _told(bucket, version)

    def _find(self, call: Call) -> tuple[Bucket, Version]:
        bucket, version_id = self._store.bucket(call.bucket), call.query.get("versionId", "")
        version = bucket.version(call.key, version_id) if version_id else bucket.current(call.key)
        if version is None:
            raise no_such_version(call.key, version_id) if version_id else no_such_key(call.key)
        if version.marker:
            words = "The specified method is not allowed against this resource."
            raise AwsError("MethodNotAllowed", words, 405, {"ResourceType": "DeleteMarker"})
        return bucket, version


def read_tags(body: bytes) -> list[tuple[str, str]]:
    """Return the tags of a `Tagging` document, in their order; raise `MalformedXML`."""
    try:
        root = parse(body)
    except MalformedError:
        raise malformed() from None
    if root.tag != "Tagging" or root.find("TagSet") is None:
        raise malformed()
    pairs = [(text(tag, "Key"), text(tag, "Value")) for tag in root.iterfind("TagSet/Tag")]
    if any(name is None or value is None for name, value in pairs):
        raise malformed()
    return [(name or "", value or "") for name, value in pairs]


def tag_set(pairs: Sequence[tuple[str, str]]) -> list[Item]:
    """Return the elements of a `Tagging` document."""
    return [("TagSet", [("Tag", [("Key", name), ("Value", value)]) for name, value in pairs])]


def _told(bucket: Bucket, version: Version) -> Headers:
    return (("x-amz-version-id", version.version_id),) if bucket.versioning else ()
