"""ListObjects, ListObjectsV2 and ListObjectVersions (API Reference): order, delimiters, pages, encoding."""

import base64
import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from sandbox.aws.messages import Response
from sandbox.aws.s3.acl import owner
from sandbox.aws.s3.call import Call, answer_xml, invalid
from sandbox.aws.s3.model import Bucket, Version
from sandbox.aws.s3.store import Store
from sandbox.aws.xml import Item

PAGE = 1000
"""Most entries of one page, keys and common prefixes together."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A version, or a common prefix, and the place where the next page goes on: after this key and version."""

    key: str
    version: Version | None


class Listing:
    """Lists of a bucket's objects."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def objects(self, call: Call) -> Response:
        """ListObjects: pages by Marker."""
        asked = _Asked(call)
        entries, more = self._page(call, asked, call.query.get("marker", ""))
        # NextMarker is told only with a delimiter; without one the last key is the marker.
        items: list[Item] = [
            ("Name", call.bucket),
            ("Prefix", asked.encode(asked.prefix)),
            ("Marker", asked.encode(call.query.get("marker", ""))),
            ("MaxKeys", asked.most),
            ("Delimiter", asked.encode(asked.delimiter) or None),
            ("IsTruncated", more),
            ("EncodingType", asked.encoding or None),
            ("NextMarker", asked.encode(entries[-1].key) if more and asked.delimiter else None),
        ]
        return answer_xml("ListBucketResult", items + _contents(entries, asked, owned=True))

    def objects_v2(self, call: Call) -> Response:
        """ListObjectsV2: pages by ContinuationToken."""
        asked = _Asked(call)
        token, after = call.query.get("continuation-token"), call.query.get("start-after", "")
        entries, more = self._page(call, asked, after if token is None else _from_token(token))
        items: list[Item] = [
            ("Name", call.bucket),
            ("Prefix", asked.encode(asked.prefix)),
            ("StartAfter", asked.encode(after) or None),
            ("ContinuationToken", token),
            ("KeyCount", len(entries)),
            ("MaxKeys", asked.most),
            ("Delimiter", asked.encode(asked.delimiter) or None),
            ("IsTruncated", more),
            ("EncodingType", asked.encoding or None),
            ("NextContinuationToken", _to_token(entries[-1].key) if more else None),
        ]
        owned = call.query.get("fetch-owner", "") == "true"
        return answer_xml("ListBucketResult", items + _contents(entries, asked, owned=owned))

    def versions(self, call: Call) -> Response:
        """ListObjectVersions: pages by KeyMarker and VersionIdMarker."""
        bucket, asked = self._store.bucket(call.bucket), _Asked(call)
        marker, version_marker = call.query.get("key-marker", ""), call.query.get("version-id-marker", "")
        if version_marker and not marker:
            raise invalid(
                "version-id-marker", version_marker, "A version-id marker cannot be specified without a key marker."
            )
        with self._store.lock:
            entries, more = _cut(_all_versions(bucket, asked, marker, version_marker), asked.most)
        last = entries[-1] if more else None
        items: list[Item] = [
            ("Name", call.bucket),
            ("Prefix", asked.encode(asked.prefix)),
            ("KeyMarker", asked.encode(marker)),
            ("VersionIdMarker", version_marker),
            ("NextKeyMarker", asked.encode(last.key) if last else None),
            ("NextVersionIdMarker", last.version.version_id if last and last.version else None),
            ("MaxKeys", asked.most),
            ("Delimiter", asked.encode(asked.delimiter) or None),
            ("IsTruncated", more),
            ("EncodingType", asked.encoding or None),
        ]
        items += [_version(bucket, one.version, asked) for one in entries if one.version]
        return answer_xml("ListVersionsResult", items + _prefixes(entries, asked))

    def _page(self, call: Call, asked: "_Asked", after: str) -> tuple[list[_Entry], bool]:
        bucket = self._store.bucket(call.bucket)
        with self._store.lock:
            return _cut(_all_objects(bucket, asked, after), asked.most)


class _Asked:
    """The parameters that all lists have."""

    def __init__(self, call: Call) -> None:
        self.prefix = call.query.get("prefix", "")
        self.delimiter = call.query.get("delimiter", "")
        self.most = min(call.whole_number("max-keys", PAGE), PAGE)
        self.encoding = call.query.get("encoding-type", "")
        if self.encoding not in ("", "url"):
            raise invalid("encoding-type", self.encoding, "Invalid Encoding Method specified in Request")

    def encode(self, text: str) -> str:
        """Return a key as the list shall show it; `url` leaves slashes, and makes a `+` of no space."""
        return quote(text, safe="/~*-._") if self.encoding else text

    def folded(self, key: str) -> str | None:
        """Return the common prefix that a key falls under, or None."""
        if not self.delimiter:
            return None
        at = key.find(self.delimiter, len(self.prefix))
        return None if at < 0 else key[: at + len(self.delimiter)]


def _all_objects(bucket: Bucket, asked: _Asked, after: str) -> Iterator[_Entry]:
    for key, version in _entries(bucket, asked, after):
        if version is None:
            yield _Entry(key, None)
            continue
        current = bucket.objects[key][-1]
        if not current.marker:
            yield _Entry(key, current)


def _all_versions(bucket: Bucket, asked: _Asked, after: str, version_id: str) -> Iterator[_Entry]:
    if version_id and after.startswith(asked.prefix):
        rest = list(reversed(bucket.objects.get(after, [])))
        at = next((n for n, one in enumerate(rest) if one.version_id == version_id), len(rest))
        yield from (_Entry(after, one) for one in rest[at + 1 :])
    for key, version in _entries(bucket, asked, after, hidden=True):
        if version is None:
            yield _Entry(key, None)
        else:
            yield from (_Entry(key, one) for one in reversed(bucket.objects[key]))


def _entries(
    bucket: Bucket, asked: _Asked, after: str, *, hidden: bool = False
) -> Iterator[tuple[str, Version | None]]:
    """Give keys with their newest version, and common prefixes once, from after a place on.

    hidden: whether keys count whose newest version is a delete marker.
    """
    keys = bucket.keys()
    at, folded = bisect.bisect_left(keys, max(asked.prefix, after)), None
    while at < len(keys) and keys[at].startswith(asked.prefix):
        key = keys[at]
        at += 1
        newest = bucket.objects[key][-1]
        if (key <= after and after) or (newest.marker and not hidden):
            continue
        prefix = asked.folded(key)
        if prefix is None:
            yield key, newest
        elif prefix not in (folded, after):
            folded = prefix
            yield prefix, None


def _cut(entries: Iterator[_Entry], most: int) -> tuple[list[_Entry], bool]:
    if most == 0:
        return [], False
    page: list[_Entry] = []
    for one in entries:
        if len(page) == most:
            return page, True
        page.append(one)
    return page, False


def _contents(entries: list[_Entry], asked: _Asked, *, owned: bool) -> list[Item]:
    items: list[Item] = [
        ("Contents", [*_common(one.version, asked), *([owner()] if owned else [])]) for one in entries if one.version
    ]
    return items + _prefixes(entries, asked)


def _prefixes(entries: list[_Entry], asked: _Asked) -> list[Item]:
    return [("CommonPrefixes", [("Prefix", asked.encode(one.key))]) for one in entries if one.version is None]


def _common(version: Version, asked: _Asked) -> list[Item]:
    checksum: list[Item] = []
    if version.checksum:
        checksum = [("ChecksumAlgorithm", version.checksum[0].upper()), ("ChecksumType", version.checksum[2])]
    return [
        ("Key", asked.encode(version.key)),
        ("LastModified", iso_time(version.modified)),
        ("ETag", f'"{version.etag}"'),
        *checksum,
        ("Size", len(version.body)),
        ("StorageClass", version.storage_class),
    ]


def _version(bucket: Bucket, version: Version, asked: _Asked) -> Item:
    latest = bucket.objects[version.key][-1] is version
    told: list[Item] = [("VersionId", version.version_id), ("IsLatest", latest)]
    if version.marker:
        own: list[Item] = [("Key", asked.encode(version.key)), ("LastModified", iso_time(version.modified))]
        return ("DeleteMarker", [*own, *told, owner()])
    return ("Version", [*_common(version, asked), *told, owner()])


def iso_time(seconds: float) -> str:
    """Return a time as S3's documents write it.

    >>> iso_time(0)
    '1970-01-01T00:00:00.000Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(seconds % 1 * 1000):03d}Z"


def _to_token(key: str) -> str:
    return base64.urlsafe_b64encode(b"1" + key.encode()).decode()


def _from_token(token: str) -> str:
    try:
        raw = base64.urlsafe_b64decode(token)
        if raw[:1] == b"1":
            return raw[1:].decode()
    except ValueError:
        pass
    raise invalid("continuation-token", token, "The continuation token provided is incorrect")
