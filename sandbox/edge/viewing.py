"""Turns a cached response into the answer for one viewer: the whole, a part, or only that nothing has changed."""

from sandbox.aws.messages import Request, Response
from sandbox.edge.cache import Entry
from sandbox.edge.conditions import evaluate, range_counts
from sandbox.edge.ranges import multipart, read_spans

OK = 200

_CONDITIONS = ("if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "range")
_WITH_304 = frozenset({"etag", "last-modified", "cache-control", "expires", "vary", "content-location", "date"})
"""What a 304 carries of the response that it stands for (RFC 9110, 15.4.5)."""

_BOUNDARY = "CloudFront-freshedge-byteranges"

Headers = tuple[tuple[str, str], ...]


def view(entry: Entry, request: Request, added: Headers) -> Response:
    """Return the answer to a GET or HEAD.

    Args:
        entry: what there is.
        request: the viewer's.
        added: headers of the edge itself.
    """
    asked = request.headers
    if entry.status == OK and any(name in asked for name in _CONDITIONS):
        return _conditional(entry, request, added)
    return _whole(entry, request, added)


def _conditional(entry: Entry, request: Request, added: Headers) -> Response:
    held = {name.lower(): value for name, value in entry.headers}
    outcome = evaluate(request.headers, held)
    if outcome == "not modified":
        return Response(304, (*((name, value) for name, value in entry.headers if name.lower() in _WITH_304), *added))
    if outcome == "failed":
        return Response(412, (*added, ("Content-Length", "0")))
    if request.method == "GET" and "range" in request.headers and range_counts(request.headers, held):
        return _ranged(entry, request, added)
    return _whole(entry, request, added)


def _ranged(entry: Entry, request: Request, added: Headers) -> Response:
    size = len(entry.body)
    spans = read_spans(request.headers["range"], size)
    if spans is None:
        return _whole(entry, request, added)
    if not spans:
        return Response(416, (*added, ("Content-Range", f"bytes */{size}"), ("Content-Length", "0")))
    if len(spans) == 1:
        first, last = spans[0]
        return _part(entry, entry.body[first : last + 1], (*added, ("Content-Range", f"bytes {first}-{last}/{size}")))
    content_type = next((v for name, v in entry.headers if name.lower() == "content-type"), "binary/octet-stream")
    body = multipart(entry.body, spans, content_type, _BOUNDARY)
    parts = tuple((name, value) for name, value in entry.headers if name.lower() != "content-type")
    return Response(
        206,
        (
            *parts,
            *added,
            ("Content-Type", f"multipart/byteranges; boundary={_BOUNDARY}"),
            ("Content-Length", str(len(body))),
        ),
        body,
    )


def _part(entry: Entry, body: bytes, added: Headers) -> Response:
    return Response(206, (*entry.headers, *added, ("Content-Length", str(len(body)))), body)


def _whole(entry: Entry, request: Request, added: Headers) -> Response:
    headers = (*entry.headers, *added, ("Content-Length", str(len(entry.body))))
    return Response(entry.status, headers, b"" if request.method == "HEAD" else entry.body)
