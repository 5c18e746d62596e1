"""Byte ranges (RFC 9110, section 14; CloudFront Developer Guide, `RangeGETs.html`)."""

import re

_ONE = re.compile(r"(\d*)-(\d*)", re.ASCII)

Span = tuple[int, int]
"""First and last byte, both included."""


def read_spans(header: str, size: int) -> list[Span] | None:
    """Return the spans that a Range header asks of so many bytes; empty where none can be satisfied.

    None: the header is not to be heeded, and everything is sent. CloudFront wants the ranges in ascending order,
    without overlap, and all of them valid.

    >>> read_spans("bytes=0-1,-2", 10), read_spans("bytes=10-", 10), read_spans("bytes=5-6,0-1", 10)
    ([(0, 1), (8, 9)], [], None)
    """
    unit, sign, listed = header.partition("=")
    if unit.strip().lower() != "bytes" or not sign:
        return None
    spans: list[Span] = []
    for part in listed.split(","):
        match = _ONE.fullmatch(part.strip())
        span = _span(match[1], match[2], size) if match else None
        if span is None:
            return None
        if span[0] >= size or span[0] > span[1]:
            continue
        if spans and span[0] <= spans[-1][1]:
            return None
        spans.append(span)
    return spans


def _span(first: str, last: str, size: int) -> Span | None:
    """Return one span, perhaps beyond the end; None for what is not valid."""
    if not first:
        return (max(0, size - int(last)), size - 1) if last else None
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1


def multipart(body: bytes, spans: list[Span], content_type: str, boundary: str) -> bytes:
    """Return several spans as one `multipart/byteranges` body (RFC 9110, 14.6)."""
    parts = []
    for first, last in spans:
        place = f"Content-Range: bytes {first}-{last}/{len(body)}"
        head = f"--{boundary}\r\nContent-Type: {content_type}\r\n{place}\r\n\r\n"
        parts += [head.encode("utf-8"), body[first : last + 1], b"\r\n"]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()])
