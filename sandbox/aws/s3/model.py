"""What S3 holds: versions of objects in buckets. Plain records; whoever changes them holds the store's lock."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

NULL_VERSION = "null"
"""The version id of what was written while a bucket was not versioned (User Guide, "Versioning")."""

Grant = tuple[str, str]
"""Who and what: a canonical user id or a group's URI, and a permission like `READ`."""


@dataclass(slots=True, kw_only=True)
class Version:
    """One version of an object, or a delete marker.

    version_id: `null` where the bucket was not versioned when it was written.
    modified: unix seconds; of an object uploaded in parts, when the upload was begun.
    sequence: grows with every change of the store; S3's `sequencer` is made from it.
    etag: without quotes.
    headers: what is served as it was given, by S3's spelling: Content-Type, Cache-Control, ….
    meta: user metadata, by name in lower case, without `x-amz-meta-`.
    checksum: algorithm in lower case, value, `FULL_OBJECT` or `COMPOSITE`; None if the uploader gave none.
    part_sizes: sizes of the parts, empty unless it was uploaded in parts.
    """

    key: str
    version_id: str = NULL_VERSION
    modified: float
    sequence: int = 0
    marker: bool = False
    body: bytes = b""
    etag: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    redirect: str = ""
    storage_class: str = "STANDARD"
    encryption: dict[str, str] = field(default_factory=dict)
    checksum: tuple[str, str, str] | None = None
    part_sizes: tuple[int, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()


@dataclass(slots=True, kw_only=True)
class Part:
    """One part of an upload that is not complete yet. checksum: algorithm in lower case and value."""

    number: int
    body: bytes
    etag: str
    modified: float
    checksum: tuple[str, str] | None = None


@dataclass(slots=True, kw_only=True)
class Upload:
    """An upload in parts, begun and neither completed nor aborted. template: the version that it will become."""

    id: str
    template: Version
    algorithm: str = ""
    checksum_type: str = ""
    parts: dict[int, Part] = field(default_factory=dict)


class Bucket:
    """A bucket: its objects, tags, notification configuration, and moto's own record of all other settings.

    config: moto's `FakeBucket`.
    tags: in the order they were put.
    notification: in boto3's shape, without what is not configured.
    replay: requests that made the other settings, by subresource, to make them again after a restart.
    """

    def __init__(self, name: str, region: str, created: float, config: Any) -> None:  # noqa: ANN401 - moto is untyped
        self.name, self.region, self.created, self.config = name, region, created, config
        self.objects: dict[str, list[Version]] = {}
        self.uploads: dict[str, Upload] = {}
        self.tags: dict[str, str] = {}
        self.notification: dict[str, Any] = {}
        self.replay: dict[str, tuple[dict[str, str], str]] = {}
        self._sorted: list[str] | None = []

    @property
    def versioning(self) -> str:
        """`Enabled`, `Suspended`, or empty where versioning never was on."""
        return self.config.versioning_status or ""

    def keys(self) -> list[str]:
        """Every key that has any version, in S3's order: by the bytes of UTF-8, which is that of code points."""
        if self._sorted is None:
            self._sorted = sorted(self.objects)
        return self._sorted

    def sort(self) -> None:
        """Note that objects were put in without `add`."""
        self._sorted = None

    def current(self, key: str) -> Version | None:
        """The newest version, which may be a delete marker; None where there is none."""
        versions = self.objects.get(key)
        return versions[-1] if versions else None

    def version(self, key: str, version_id: str) -> Version | None:
        """A version by its id."""
        return next((one for one in self.objects.get(key, ()) if one.version_id == version_id), None)

    def versions(self) -> Iterator[Version]:
        """All versions of all keys, newest first within a key."""
        for key in self.keys():
            yield from reversed(self.objects[key])

    def add(self, version: Version) -> None:
        """Make a version the newest of its key; one with the id `null` takes the place of the earlier one with it."""
        versions = self.objects.get(version.key)
        if versions is None:
            self.objects[version.key] = [version]
            self._sorted = None
            return
        if version.version_id == NULL_VERSION:
            versions[:] = [one for one in versions if one.version_id != NULL_VERSION]
        versions.append(version)

    def remove(self, version: Version) -> None:
        """Forget a version for good."""
        versions = self.objects[version.key]
        versions.remove(version)
        if not versions:
            del self.objects[version.key]
            self._sorted = None
