"""What a viewer's conditional headers ask of a cached success (RFC 9110, section 13)."""

from collections.abc import Mapping
from typing import Literal

from sandbox.edge.freshness import http_time

Outcome = Literal["send", "not modified", "failed"]


def evaluate(asked: Mapping[str, str], held: Mapping[str, str]) -> Outcome:
    """Tell what the conditions of a GET or HEAD come to, in the order of RFC 9110, 13.2.2.

    Args:
        asked: the viewer's headers, names in lower case.
        held: the response's headers, names in lower case.
    """
    etag, modified = held.get("etag", ""), http_time(held.get("last-modified", ""))
    if "if-match" in asked:
        if not _any_is(asked["if-match"], etag):
            return "failed"
    elif _later(modified, asked.get("if-unmodified-since")):
        return "failed"
    if "if-none-match" in asked:
        return "not modified" if _any_is(asked["if-none-match"], etag) else "send"
    since = http_time(asked.get("if-modified-since", ""))
    return "not modified" if since is not None and modified is not None and modified <= since else "send"


def range_counts(asked: Mapping[str, str], held: Mapping[str, str]) -> bool:
    """Tell whether a Range header is to be heeded: there is no If-Range, or it still names the same response."""
    condition = asked.get("if-range")
    if condition is None:
        return True
    if condition.startswith('"'):
        return condition == held.get("etag")
    return condition == held.get("last-modified")


def _any_is(tags: str, etag: str) -> bool:
    return tags.strip() == "*" or _bare(etag) in (_bare(tag) for tag in tags.split(","))


def _bare(tag: str) -> str:
    return tag.strip().removeprefix("W/")


def _later(modified: float | None, moment: str | None) -> bool:
    since = http_time(moment or "")
    return modified is not None and since is not None and modified > since
