"""Asks the edge for the headers of one object, at its distribution's own name and nowhere else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from invalidator.errors import UnavailableError
from web.models import Distribution

SECONDS = 5.0
# Names of distributions (distribution-web-values-returned.html), in China `cloudfront.cn`.
_OWN_NAME = re.compile(r"[a-z0-9]+\.cloudfront\.(?:net|cn)")


@dataclass(frozen=True, slots=True)
class EdgeAnswer:
    """What the edge said. headers: by lower-case name."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """The ETag as S3 tells it: quoted, weak or not."""
        return self.headers.get("etag", "").removeprefix("W/")


class Head:
    """Asks for headers. edge_host: where a local edge answers, such as `localhost:8002`; None for CloudFront."""

    def __init__(self, edge_host: str | None) -> None:
        self._edge_host = edge_host

    def ask(self, distribution: Distribution, path: str) -> EdgeAnswer:
        """Return the edge's answer to HEAD; redirections are not followed. path: encoded, from the slash.

        Raises: UnavailableError, where there is no answer in five seconds, or the name is not CloudFront's.
        """
        connection, host = self._connection(distribution)
        try:
            connection.request("HEAD", path, headers={"Host": host, "Accept-Encoding": "identity"})
            answer = connection.getresponse()
            return EdgeAnswer(answer.status, {name.lower(): value for name, value in answer.getheaders()})
        except (OSError, HTTPException) as error:
            raise UnavailableError(f"The edge gave no answer for {host}: {error!r}.", 2) from error
        finally:
            connection.close()

    def _connection(self, distribution: Distribution) -> tuple[HTTPConnection, str]:
        if self._edge_host:
            return HTTPConnection(self._edge_host, timeout=SECONDS), f"{distribution.id.lower()}.{self._edge_host}"
        name = distribution.domain_name.lower()
        if not _OWN_NAME.fullmatch(name):
            raise UnavailableError(f"{name} is no name of CloudFront's, so it is not asked.", 60)
        return HTTPSConnection(name, timeout=SECONDS), name
