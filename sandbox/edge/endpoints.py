"""Which bucket a host name means, and by which of S3's endpoints.

Names: "Amazon S3 endpoints and quotas" (General Reference, s3.html), `VirtualHosting.html` and `WebsiteEndpoints.html`
(Amazon S3 User Guide; website endpoints have a dash or a dot before the region).
"""

import re
from dataclasses import dataclass
from typing import Literal

_REGION = r"(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)"
_END = r"\.amazonaws\.com(?:\.cn)?"
_WEBSITE = re.compile(rf"(?P<bucket>.+)\.s3-website[.-]{_REGION}{_END}")
_REST = re.compile(rf"(?:(?P<bucket>.+)\.)?s3(?:-fips)?(?:\.dualstack)?(?:[.-]{_REGION})?{_END}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an origin's requests end.

    kind: "rest", "website", or "path" (a REST endpoint for all buckets: the first segment of the path names one).
    bucket: empty for "path".
    region: of the endpoint; None for the global one.
    """

    kind: Literal["rest", "website", "path"]
    bucket: str
    region: str | None


def endpoint_of(domain_name: str) -> Endpoint | None:
    """Read an origin's domain name; None where it is no endpoint of S3.

    >>> endpoint_of("a.b.s3.dualstack.eu-west-1.amazonaws.com")
    Endpoint(kind='rest', bucket='a.b', region='eu-west-1')
    """
    name = domain_name.lower().rstrip(".")
    if match := _WEBSITE.fullmatch(name):
        return Endpoint("website", match["bucket"], match["region"])
    if match := _REST.fullmatch(name):
        return Endpoint("rest" if match["bucket"] else "path", match["bucket"] or "", match["region"])
    return None
