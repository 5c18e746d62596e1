"""Conditional requests (User Guide, "Conditional requests"; RFC 9110, section 13)."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from sandbox.aws.errors import AwsError
from sandbox.aws.s3.model import Version
from sandbox.aws.s3.store import no_such_key


class NotModifiedError(Exception):
    """A read whose caller has the same version already."""


def check_read(headers: Mapping[str, str], version: Version, prefix: str = "") -> None:
    """Raise `NotModifiedError` or `PreconditionFailed` where a read's condition does not hold.

    prefix: `x-amz-copy-source-` where the source of a copy is meant; there nothing is "not modified".
    """
    match, none_match = headers.get(f"{prefix}if-match"), headers.get(f"{prefix}if-none-match")
    since, unmodified = headers.get(f"{prefix}if-modified-since"), headers.get(f"{prefix}if-unmodified-since")
    if match is not None:
        if not _names(match, version.etag):
            raise _failed("If-Match")
    elif unmodified is not None and _later(version.modified, unmodified):
        raise _failed("If-Unmodified-Since")
    if none_match is not None:
        if _names(none_match, version.etag):
            raise _failed("If-None-Match") if prefix else NotModifiedError
    elif since is not None and not _later(version.modified, since, otherwise=True):
        raise _failed("If-Modified-Since") if prefix else NotModifiedError


def check_write(headers: Mapping[str, str], current: Version | None) -> None:
    """Raise where a write's condition does not hold: `If-None-Match: *`, or `If-Match` with the ETag of now."""
    there = current is not None and not current.marker
    none_match, match = headers.get("if-none-match"), headers.get("if-match")
    if none_match is not None:
        if none_match != "*":
            words = "A header you provided implies functionality that is not implemented"
            raise AwsError("NotImplemented", words, 501, {"Header": "If-None-Match"})
        if there:
            raise _failed("If-None-Match")
    if match is not None:
        if current is None or not there:
            raise no_such_key(current.key if current else "")
        if not _names(match, current.etag):
            raise _failed("If-Match")


def _names(header: str, etag: str) -> bool:
    named = [one.strip().removeprefix("W/").strip('"') for one in header.split(",")]
    return "*" in named or etag in named


def _later(modified: float, date: str, *, otherwise: bool = False) -> bool:
    """Whether something was modified after a date; `otherwise` where the date is none and does not count."""
    try:
        return int(modified) > parsedate_to_datetime(date).timestamp()
    except ValueError:
        return otherwise


def _failed(condition: str) -> AwsError:
    words = "At least one of the pre-conditions you specified did not hold"
    return AwsError("PreconditionFailed", words, 412, {"Condition": condition})
