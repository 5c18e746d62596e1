"""Objects as the edge's origins read them: straight from the local S3's store, no HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from sandbox.aws.policies import parsed
from sandbox.aws.s3.acl import is_public
from sandbox.aws.s3.model import Bucket
from sandbox.aws.s3.reading import served
from sandbox.aws.s3.store import Store
from sandbox.aws.xml import parse


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of now. headers: as S3 serves them, user metadata included, without Content-Length."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class Objects:
    """Reads buckets and objects; of what is not there it says None."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def region(self, bucket: str) -> str | None:
        """The region of a bucket."""
        found = self._bucket(bucket)
        return found.region if found else None

    def get(self, bucket: str, key: str) -> StoredObject | None:
        """The current version of an object; None where there is none, or a delete marker hides it."""
        found = self._bucket(bucket)
        version = found.current(key) if found else None
        if found is None or version is None or version.marker:
            return None
        return StoredObject(version.body, served(found, version))

    def policy(self, bucket: str) -> Mapping[str, Any] | None:
        """A bucket's policy, parsed."""
        found = self._bucket(bucket)
        return parsed(found.config.policy) or None if found else None

    def website(self, bucket: str) -> Mapping[str, Any] | None:
        """A bucket's website configuration, in the shape of boto3's GetBucketWebsite."""
        found = self._bucket(bucket)
        text = found.config.website_configuration if found else None
        return website_shape(parse(text)) if text else None

    def public_acl(self, bucket: str, key: str) -> bool:
        """Whether an object's ACL lets anybody read it."""
        found = self._bucket(bucket)
        version = found.current(key) if found else None
        return version is not None and not version.marker and is_public(version.grants)

    def _bucket(self, name: str) -> Bucket | None:
        return self._store.buckets.get(name)


def website_shape(root: ET.Element) -> dict[str, Any]:
    """Return a `WebsiteConfiguration` in boto3's shape: elements by name, routing rules as a list."""
    found: dict[str, Any] = {}
    for element in root:
        if element.tag == "RoutingRules":
            found["RoutingRules"] = [_fields(rule) for rule in element]
        else:
            found[element.tag] = _fields(element)
    return found


def _fields(element: ET.Element) -> Any:  # noqa: ANN401 - text, or elements by name
    return {child.tag: _fields(child) for child in element} if len(element) else element.text or ""
