"""Asks an origin: the buckets of the sandbox, by the host names that S3 gives them."""

import logging
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from sandbox.aws.messages import Response
from sandbox.edge import pages, rest, s3_errors, website
from sandbox.edge.access import Asker
from sandbox.edge.buckets import Buckets
from sandbox.edge.endpoints import Endpoint, endpoint_of
from sandbox.edge.keys import Config
from sandbox.edge.plan import READING
from sandbox.edge.rest import Reader

__all__ = ["Buckets", "Origins", "key_of"]

KEY_BYTES = 1024
"""The longest key (Amazon S3 User Guide, `object-keys.html`)."""

_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_log = logging.getLogger(__name__)
_IDENTITY = "origin-access-identity/cloudfront/"


@dataclass(frozen=True, slots=True)
class Origins:
    """Every origin that a distribution may have.

    account: number of the account whose distributions ask.
    """

    buckets: Buckets
    account: str

    def ask(self, distribution_id: str, origin: Config, method: str, path: str) -> Response:
        """Return what an origin answers for a path of the viewer, or of a page in its place; what breaks is a 502.

        The local edge does not write: other methods than GET and HEAD are refused as by a bucket that grants none.
        """
        try:
            return self._answer(distribution_id, origin, method, path)
        except Exception:  # noqa: BLE001 - to a cache, an origin that breaks is one more answer
            _log.exception("The origin %s failed at %s", origin["DomainName"], path)
            return pages.origin_failed()

    def _answer(self, distribution_id: str, origin: Config, method: str, path: str) -> Response:
        endpoint = endpoint_of(origin["DomainName"])
        if endpoint is None:
            return pages.foreign_origin(origin["DomainName"])
        key = key_of((origin.get("OriginPath") or "") + path)
        if key is None:
            return _error(endpoint, s3_errors.INVALID_URI)
        if method not in READING:
            return _error(
                endpoint, s3_errors.METHOD_NOT_ALLOWED if endpoint.kind == "website" else s3_errors.ACCESS_DENIED
            )
        bucket = endpoint.bucket
        if endpoint.kind == "path":
            bucket, _, key = key.partition("/")
        if len(key.encode()) > KEY_BYTES:
            return _error(endpoint, s3_errors.KEY_TOO_LONG)
        reader = Reader(self.buckets, bucket, self._asker(distribution_id, origin, endpoint))
        if endpoint.kind == "website":
            return website.answer(reader, key, endpoint.region, origin["DomainName"])
        return rest.answer(reader, key, endpoint.region)

    def _asker(self, distribution_id: str, origin: Config, endpoint: Endpoint) -> Asker:
        """Return who the bucket sees; its requests come over TLS, except at website endpoints, which have none."""
        added = {one["HeaderName"].lower(): one["HeaderValue"] for one in _items(origin, "CustomHeaders")}
        context = {
            "aws:securetransport": "false" if endpoint.kind == "website" else "true",
            "aws:useragent": "Amazon CloudFront",
        }
        if "referer" in added:
            context["aws:referer"] = added["referer"]
        if endpoint.kind == "website":
            return Asker(context=context)
        if origin.get("OriginAccessControlId"):
            context["aws:sourceaccount"] = self.account
            context["aws:sourcearn"] = f"arn:aws:cloudfront::{self.account}:distribution/{distribution_id}"
            return Asker(signed=True, context=context)
        named: str = (origin.get("S3OriginConfig") or {}).get("OriginAccessIdentity") or ""
        return Asker(identity=named.removeprefix(_IDENTITY), context=context)


def key_of(path: str) -> str | None:
    """Return the key that S3 reads from a path: percent-decoded, a `+` is a space; None for what is no UTF-8.

    >>> key_of("/a%20b+c%2Bd"), key_of("/%ff"), key_of("/100%")
    ('a b c+d', None, None)
    """
    if _BROKEN_PERCENT.search(path):
        return None
    try:
        return unquote_to_bytes(path.replace("+", " ").encode("latin-1"))[1:].decode()
    except UnicodeError:
        return None


def _error(endpoint: Endpoint, error: s3_errors.S3Error) -> Response:
    return error.as_page() if endpoint.kind == "website" else error.as_xml()


def _items(config: Config, name: str) -> list[Config]:
    return list((config.get(name) or {}).get("Items") or [])
