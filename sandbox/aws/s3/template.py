"""What an upload says of its object besides the bytes: headers that are served again, metadata, tags, grants."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl

from sandbox.aws.errors import AwsError
from sandbox.aws.s3.acl import canned, granted
from sandbox.aws.s3.call import invalid
from sandbox.aws.s3.model import Bucket, Grant, Version

SERVED = {
    name.lower(): name
    for name in (
        "Content-Type",
        "Cache-Control",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Expires",
    )
}
"""System-defined metadata that the uploader chooses (User Guide, "Working with object metadata")."""

SSE = "x-amz-server-side-encryption"

METADATA_BYTES = 2048
"""Most bytes of user metadata in all."""

OBJECT_TAGS = 10
"""Most tags of an object."""

STORAGE_CLASSES = frozenset(
    [
        "STANDARD",
        "REDUCED_REDUNDANCY",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER",
        "DEEP_ARCHIVE",
        "GLACIER_IR",
    ]
)
_TAG = re.compile(r"[\w\s+\-=.:/@]*")


def template(bucket: Bucket, key: str, headers: Mapping[str, str], now: float) -> Version:
    """Return a version without bytes, as an upload's headers describe it; raise what S3 refuses of them."""
    return Version(
        key=key,
        modified=float(int(now)),
        headers=served_headers(headers),
        meta=user_metadata(headers),
        redirect=_redirect(headers.get("x-amz-website-redirect-location", "")),
        storage_class=storage_class(headers),
        encryption=encryption(bucket, headers),
        tags=object_tags(headers.get("x-amz-tagging", "")),
        grants=grants(headers),
    )


def served_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that S3 keeps and serves again; an object always has a Content-Type."""
    kept = {name: headers[lower] for lower, name in SERVED.items() if headers.get(lower)}
    kept.setdefault("Content-Type", "binary/octet-stream")
    encodings = [one.strip() for one in kept.pop("Content-Encoding", "").split(",")]
    if encodings := [one for one in encodings if one and one != "aws-chunked"]:
        kept["Content-Encoding"] = ",".join(encodings)
    return kept


def user_metadata(headers: Mapping[str, str]) -> dict[str, str]:
    """Return user metadata by name, without `x-amz-meta-`; raise `MetadataTooLarge`."""
    found = {name.removeprefix("x-amz-meta-"): text for name, text in headers.items() if name.startswith("x-amz-meta-")}
    size = sum(len(name.encode()) + len(text.encode()) for name, text in found.items())
    if size > METADATA_BYTES:
        fields = {"Size": str(size), "MaxSizeAllowed": str(METADATA_BYTES)}
        raise AwsError(
            "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", fields=fields
        )
    return found


def storage_class(headers: Mapping[str, str]) -> str:
    """Return the storage class asked for; raise `InvalidStorageClass`."""
    asked = headers.get("x-amz-storage-class", "") or "STANDARD"
    if asked not in STORAGE_CLASSES:
        words = "The storage class you specified is not valid"
        raise AwsError("InvalidStorageClass", words, fields={"StorageClassRequested": asked})
    return asked


def encryption(bucket: Bucket, headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that tell of an object's encryption: asked for, the bucket's default, or S3's own keys.

    User Guide, "Setting default server-side encryption behavior". Keys of the caller's own are not here.
    """
    asked = {name: text for name, text in headers.items() if name.startswith(SSE)}
    if any("customer" in name for name in asked):
        raise AwsError("NotImplemented", "The local S3 has no encryption with customer-provided keys (SSE-C).", 501)
    if asked:
        return asked
    default = ((bucket.config.encryption or {}).get("Rule") or {}).get("ApplyServerSideEncryptionByDefault") or {}
    found = {SSE: default.get("SSEAlgorithm") or "AES256"}
    if key := default.get("KMSMasterKeyID"):
        found[f"{SSE}-aws-kms-key-id"] = key
    return found


def etag(body: bytes, encrypted: Mapping[str, str]) -> str:
    """Return the ETag of what was uploaded in one piece: the MD5 of its bytes, and with KMS keys of no use.

    API Reference, "Object": with SSE-KMS the ETag is no MD5 of the data. Here as there two uploads of the same bytes
    have two ETags then.
    """
    salt = secrets.token_bytes(16) if encrypted.get(SSE, "").startswith("aws:kms") else b""
    return hashlib.md5(salt + body).hexdigest()


def object_tags(text: str) -> dict[str, str]:
    """Return an object's tags from their header, like `a=1&b=2`; raise what S3 refuses of them."""
    pairs = parse_qsl(text, keep_blank_values=True)
    check_object_tags(pairs)
    return dict(pairs)


def check_object_tags(pairs: list[tuple[str, str]]) -> None:
    """Raise what S3 refuses in tags of an object (User Guide, "Categorizing your storage using tags")."""
    if len(pairs) > OBJECT_TAGS:
        raise AwsError("BadRequest", "Object tags cannot be greater than 10")
    if len(dict(pairs)) < len(pairs):
        raise AwsError("InvalidTag", "Cannot provide multiple Tags with the same key")
    for name, value in pairs:
        if not 1 <= len(name) <= 128 or not _TAG.fullmatch(name):  # noqa: PLR2004 - S3's own limit
            raise AwsError("InvalidTag", "The TagKey you have provided is invalid", fields={"TagKey": name})
        if len(value) > 256 or not _TAG.fullmatch(value):  # noqa: PLR2004 - S3's own limit
            raise AwsError("InvalidTag", "The TagValue you have provided is invalid", fields={"TagValue": value})
        if name.startswith("aws:"):
            raise AwsError("InvalidTag", "Your TagKey cannot be prefixed with aws:", fields={"TagKey": name})


def grants(headers: Mapping[str, str]) -> tuple[Grant, ...]:
    """Return the grants that `x-amz-acl` or the `x-amz-grant-*` headers ask for; private where neither is there."""
    explicit = granted(headers)
    name = headers.get("x-amz-acl", "")
    if explicit and name:
        raise AwsError("InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed")
    return explicit or canned(name or "private")


def _redirect(location: str) -> str:
    if location and not location.startswith(("/", "http://", "https://")):
        words = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."
        raise invalid("x-amz-website-redirect-location", location, words)
    return location
