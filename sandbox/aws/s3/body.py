"""An upload's body: taken out of its streaming signature, and checked against the digests that came with it."""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Mapping
from functools import cache

from sandbox.aws.errors import AwsError

ALGORITHMS = ("crc64nvme", "crc32c", "crc32", "sha256", "sha1")
"""The checksums that S3 knows (User Guide, "Checking object integrity")."""

SLOW_BYTES = 4 * 1024 * 1024
"""Above this size a CRC-32C or CRC-64 is believed: they are computed in Python here, 10 MB a second."""

_POLYNOMIALS = {"crc32c": (0x82F63B78, 32), "crc64nvme": (0x9A6C9329AC4BC9B5, 64)}


def unframed(body: bytes, headers: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    """Return a body without `aws-chunked` framing, and the headers with the trailing ones.

    "Signature calculations: transferring payload in multiple chunks": `size;chunk-signature=…` CRLF data CRLF, a
    chunk of size 0, trailing headers. Signatures are not checked here.
    """
    if not headers.get("x-amz-content-sha256", "").startswith("STREAMING-"):
        return body, dict(headers)
    pieces, at = [], 0
    while True:
        end = body.find(b"\r\n", at)
        size = _size(body[at:end]) if end >= 0 else None
        if size is None or end + 2 + size > len(body):
            raise AwsError("IncompleteBody", "The request body terminated unexpectedly")
        at = end + 2
        if size == 0:
            break
        pieces.append(body[at : at + size])
        at += size + 2
    trailing = {}
    for line in body[at:].split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            trailing[name.decode("latin-1").strip().lower()] = value.decode("latin-1").strip()
    return b"".join(pieces), {**headers, **trailing}


def check_body(body: bytes, headers: Mapping[str, str]) -> tuple[str, str] | None:
    """Check every digest that a request brings; return algorithm and value of its checksum, or None.

    Raises `InvalidDigest`, `BadDigest`, `XAmzContentSHA256Mismatch` in S3's words. Where only the algorithm is
    named, the checksum is computed.
    """
    _check_md5(body, headers.get("content-md5"))
    sha256 = headers.get("x-amz-content-sha256", "")
    if len(sha256) == 64 and sha256 != hashlib.sha256(body).hexdigest():  # noqa: PLR2004 - hexadecimal SHA-256
        words = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise AwsError("XAmzContentSHA256Mismatch", words)
    for algorithm in ALGORITHMS:
        given = headers.get(f"x-amz-checksum-{algorithm}")
        if given is not None:
            _check_checksum(body, algorithm, given)
            return algorithm, given
    named = headers.get("x-amz-sdk-checksum-algorithm", "").lower()
    return (named, checksum(body, named)) if named in ALGORITHMS else None


def checksum(body: bytes, algorithm: str) -> str:
    """Return a checksum as S3 writes it, in Base64."""
    if algorithm == "crc32":
        raw = zlib.crc32(body).to_bytes(4, "big")
    elif algorithm in _POLYNOMIALS:
        raw = _crc(body, algorithm)
    else:
        raw = hashlib.new(algorithm, body, usedforsecurity=False).digest()
    return base64.b64encode(raw).decode()


def _check_checksum(body: bytes, algorithm: str, given: str) -> None:
    if algorithm in _POLYNOMIALS and len(body) > SLOW_BYTES:
        return
    if given != checksum(body, algorithm):
        words = f"The {algorithm.upper()} you specified did not match the calculated checksum."
        raise AwsError("BadDigest", words)


def _check_md5(body: bytes, given: str | None) -> None:
    if given is None:
        return
    try:
        digest = base64.b64decode(given, validate=True)
    except binascii.Error:
        digest = b""
    if len(digest) != 16:  # noqa: PLR2004 - bytes of an MD5
        raise AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.")
    if digest != hashlib.md5(body).digest():
        raise AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.")


def _size(line: bytes) -> int | None:
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError:
        return None


@cache
def _table(algorithm: str) -> list[int]:
    polynomial, _ = _POLYNOMIALS[algorithm]
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (polynomial if value & 1 else 0)
        table.append(value)
    return table


def _crc(body: bytes, algorithm: str) -> bytes:
    table, bits = _table(algorithm), _POLYNOMIALS[algorithm][1]
    value = all_ones = (1 << bits) - 1
    for byte in body:
        value = table[(value ^ byte) & 255] ^ value >> 8
    return (value ^ all_ones).to_bytes(bits // 8, "big")
