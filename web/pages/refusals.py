"""What AWS answered, in words for people: pages say what it means, the API and the log keep it as it was.

The sentences that are read here are those of `invalidator.aws.refusals`; what is not among them stays as it is.
"""

import re

from invalidator.aws.refusals import LATER, THROTTLED

SERVICES = {
    "cloudfront": "CloudFront",
    "dynamodb": "DynamoDB",
    "events": "EventBridge",
    "lambda": "Lambda",
    "s3": "S3",
    "s3control": "S3 Control",
    "sqs": "SQS",
    "sts": "STS",
    "tag": "The tagging API",
}
IN_PROGRESS = "TooManyInvalidationsInProgress"

_CALL = r"(?P<service>[a-z0-9]+):(?P<call>[A-Za-z]+) on \S+ "
_REFUSED = re.compile(_CALL + r"was refused with (?P<code>\w+): ?(?P<said>.*)", re.DOTALL)
_SILENT = re.compile(_CALL + r"got no answer: .*", re.DOTALL)
_STATEMENT = re.compile(r' \{"Effect": .*\}$', re.DOTALL)
_SERVER_ERROR = re.compile(r"5\d\d")


def plain(error: str) -> str:
    """Say an error in words; an IAM statement at its end is left away (it is shown apart).

    >>> plain("cloudfront:CreateInvalidation on arn:aws:cloudfront::1:distribution/E1 was refused with Throttling: x")
    'CloudFront wants fewer requests a second just now (CreateInvalidation: Throttling).'
    """
    return _REFUSED.sub(_refused, _SILENT.sub(_silent, _STATEMENT.sub("", error)))


def passes(error: str) -> bool:
    """Whether an error is AWS's wish to be asked later: nobody has to do anything about it."""
    refused = _REFUSED.search(error)
    return bool(_SILENT.search(error)) or (refused is not None and _meaning(refused["code"]) is not None)


def _refused(found: re.Match[str]) -> str:
    meaning = _meaning(found["code"])
    if meaning is None:
        return found[0]
    return f"{_name(found)} {meaning} ({found['call']}: {found['code']})."


def _silent(found: re.Match[str]) -> str:
    return f"{_name(found)} gave no answer in time ({found['call']})."


def _meaning(code: str) -> str | None:
    if code in THROTTLED:
        return "wants fewer requests a second just now"
    if code == IN_PROGRESS:
        return "has as many files or wildcards in progress as it takes"
    if code in LATER or _SERVER_ERROR.fullmatch(code):
        return "is not available just now"
    return None


def _name(found: re.Match[str]) -> str:
    return SERVICES.get(found["service"], found["service"])
