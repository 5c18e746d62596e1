"""An HTTP request and an answer, as the local AWS hands them around: exact, without anybody's interpretation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from urllib.parse import parse_qsl, unquote_plus


@dataclass(frozen=True)
class Request:
    """One HTTP request, read whole.

    path: the path exactly as it was sent, percent-encoded, without the query string.
    query: the query string as it was sent, without the question mark.
    headers: names in lower case; a header sent twice is joined by commas.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The query string's parameters, decoded; of repeated ones the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @cached_property
    def text_path(self) -> str:
        """The path as S3 reads it: percent-decoded, and a `+` is a space (crates.io issue 4891 shows that it is)."""
        return unquote_plus(self.path)

    @property
    def bucket(self) -> str:
        """First segment of the path, or the empty text."""
        return self.text_path[1:].split("/", 1)[0]

    @property
    def key(self) -> str:
        """What stands after the bucket and one slash, or the empty text.

        >>> Request("GET", "/b//a%2Fb+c", "", {}, b"").key
        '/a/b c'
        """
        return self.text_path[1:].partition("/")[2]


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer.

    drop: close the connection instead of answering.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    drop: bool = False


class Answer(Protocol):
    """What any room of the sandbox may answer with; `Response` is one."""

    @property
    def status(self) -> int:
        """HTTP status."""

    @property
    def headers(self) -> Iterable[tuple[str, str]]:
        """Header names and values."""

    @property
    def body(self) -> bytes:
        """The body, empty for none."""

    @property
    def drop(self) -> bool:
        """Whether to close the connection instead of answering."""
