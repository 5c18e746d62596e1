"""CopyObject (API Reference), and how a copy's source is named and read."""

from dataclasses import replace
from urllib.parse import parse_qs, unquote

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Response
from sandbox.aws.s3.acl import canned
from sandbox.aws.s3.call import Call, Headers, answer_xml, invalid
from sandbox.aws.s3.changes import Changes
from sandbox.aws.s3.conditions import check_read
from sandbox.aws.s3.listing import iso_time
from sandbox.aws.s3.model import Bucket, Version
from sandbox.aws.s3.store import Store, no_such_key, no_such_version
from sandbox.aws.s3.template import (
    etag,
    grants,
    object_tags,
    served_headers,
    storage_class,
    template,
    user_metadata,
)
from sandbox.aws.s3.writing import Writing

SAME = (
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
    "metadata, storage class, website redirect location or encryption attributes."
)


class Copying:
    """Copies within this S3."""

    def __init__(self, store: Store, writing: Writing, changes: Changes) -> None:
        self._store, self._writing, self._changes = store, writing, changes

    def copy(self, call: Call) -> Response:
        """CopyObject."""
        bucket = self._store.bucket(call.bucket)
        with self._store.lock:
            source_bucket, source = find_source(self._store, call)
            version = self._copied(bucket, call, source)
            version.modified = float(int(self._store.clock()))
            self._refuse_same(call, source_bucket, source, version)
            self._writing.keep(bucket, version)
            self._changes.note("ObjectCreated:Copy", bucket, version, call)
        headers: list[tuple[str, str]] = list(version.encryption.items())
        if bucket.versioning:
            headers.append(("x-amz-version-id", version.version_id))
        return answer_xml(
            "CopyObjectResult",
            [("ETag", f'"{version.etag}"'), ("LastModified", iso_time(version.modified))],
            headers=(*headers, *source_headers(source_bucket, source)),
        )

    def _copied(self, bucket: Bucket, call: Call, source: Version) -> Version:
        """Return the source as its copy: metadata and tags go along unless they shall be replaced, grants never."""
        replacing = _directive(call, "x-amz-metadata-directive") == "REPLACE"
        retagging = _directive(call, "x-amz-tagging-directive") == "REPLACE"
        asked = template(bucket, call.key, call.headers, self._store.clock())
        return replace(
            source,
            key=call.key,
            # A copy is one whole: its ETag is that of its bytes, as if it had not been uploaded in parts.
            etag=etag(source.body, asked.encryption),
            part_sizes=(),
            checksum=None if source.part_sizes else source.checksum,
            headers=served_headers(call.headers) if replacing else dict(source.headers),
            meta=user_metadata(call.headers) if replacing else dict(source.meta),
            redirect=asked.redirect,
            storage_class=storage_class(call.headers),
            encryption=asked.encryption,
            tags=object_tags(call.headers.get("x-amz-tagging", "")) if retagging else dict(source.tags),
            grants=grants(call.headers) or canned("private"),
        )

    def _refuse_same(self, call: Call, source_bucket: Bucket, source: Version, version: Version) -> None:
        """Refuse a copy onto itself that changes nothing; an older version of itself is another thing."""
        if (source_bucket.name, source.key) != (call.bucket, call.key) or "versionId" in call.headers[
            "x-amz-copy-source"
        ]:
            return
        asked = {"x-amz-metadata-directive": "REPLACE"}
        if any(call.headers.get(name) == value for name, value in asked.items()):
            return
        changed = (version.redirect, version.storage_class) != (source.redirect, source.storage_class)
        if not changed and not any(name.startswith("x-amz-server-side-encryption") for name in call.headers):
            raise AwsError("InvalidRequest", SAME)


def find_source(store: Store, call: Call) -> tuple[Bucket, Version]:
    """Return the version that `x-amz-copy-source` names; raise where it is not there, or a condition fails.

    The header holds the URL-encoded bucket and key; here a `+` is a plus, for it is no path.
    """
    path, _, query = call.headers["x-amz-copy-source"].partition("?")
    name, slash, key = unquote(path).removeprefix("/").partition("/")
    if not slash or not key:
        words = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey"
        raise invalid("x-amz-copy-source", path, words)
    version_id = parse_qs(query).get("versionId", [""])[0]
    bucket = store.bucket(name)
    version = bucket.version(key, version_id) if version_id else bucket.current(key)
    if version is None or (version.marker and not version_id):
        raise no_such_version(key, version_id) if version_id else no_such_key(key)
    if version.marker:
        raise AwsError(
            "InvalidRequest",
            "The source of a copy request may not specifically refer to a delete marker by version id.",
        )
    check_read(call.headers, version, "x-amz-copy-source-")
    return bucket, version


def source_headers(bucket: Bucket, version: Version) -> Headers:
    """Return what a copy's answer says of the source."""
    return (("x-amz-copy-source-version-id", version.version_id),) if bucket.versioning else ()


def _directive(call: Call, name: str) -> str:
    asked = call.headers.get(name, "") or "COPY"
    if asked not in ("COPY", "REPLACE"):
        raise invalid(name, asked, f"Unknown {name.removeprefix('x-amz-').replace('-', ' ')}.")
    return asked
