"""Which service and region a request is for: all services listen at the one endpoint that clients are given."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sandbox.aws.messages import Request

_SCOPE = re.compile(r"Credential=([^,\s]+)")
_TARGETS = {
    "DynamoDB": "dynamodb",
    "AmazonSQS": "sqs",
    "ResourceGroupsTaggingAPI": "tagging",
    "AWSEvents": "events",
}
_VERSIONS = {"2011-06-15": "sts", "2012-11-05": "sqs", "2010-03-31": "sns"}
_OLD_NAMES = {"US": "us-east-1", "EU": "eu-west-1"}
"""What s3cmd still calls two regions."""

_PATHS = {
    "/2020-05-31/": "cloudfront",
    "/v20180820/": "s3control",
    "/2015-03-31/functions/": "lambda",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a request is for.

    service: as SigV4 names it, except `s3control`, whose requests are signed for `s3`.
    region: the region of the signature; empty where it names none.
    signed: whether the request carries a signature at all.
    """

    service: str
    region: str
    signed: bool


def scope(request: Request) -> Scope:
    """Tell whom a request is for: by the signature's scope, the target header, the path, the form; S3 otherwise.

    SigV4: "Create a signed AWS API request", the credential scope. SigV4a's scope has no region. SigV2 and what is
    not signed at all is taken for S3's, unless target, path or form say otherwise.
    """
    service, region, signed = _signature(request)
    region = _OLD_NAMES.get(region, region)
    for prefix, name in _PATHS.items():
        if request.path.startswith(prefix) and service in ("", "s3", name):
            return Scope(name, region, signed)
    return Scope(service or _by_target(request) or _by_form(request) or "s3", region, signed)


def _signature(request: Request) -> tuple[str, str, bool]:
    header = request.headers.get("authorization", "")
    found = _SCOPE.search(header) if header else None
    credential = found[1] if found else request.parameters.get("X-Amz-Credential", "")
    parts = credential.split("/")
    if len(parts) >= 5 and parts[-1] == "aws4_request":  # noqa: PLR2004 - key/date/region/service/aws4_request
        return parts[-2], parts[-3], True
    if len(parts) == 4 and parts[-1] == "aws4_request":  # noqa: PLR2004 - SigV4a: key/date/service/aws4_request
        return parts[-2], "", True
    return "", "", header.startswith("AWS") or "Signature" in request.parameters


def _by_target(request: Request) -> str:
    target = request.headers.get("x-amz-target", "")
    return _TARGETS.get(re.split(r"[_.]", target, maxsplit=1)[0], "")


def _by_form(request: Request) -> str:
    if request.path != "/" or not request.headers.get("content-type", "").startswith("application/x-www-form"):
        return ""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    return _VERSIONS.get(form.get("Version", ""), "")
