"""moto's services that are taken as they are; each is imported when somebody first asks for it, for a quick start."""

from importlib import import_module
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.moto_http import Dispatch

_ENTRIES = {
    "sqs": ("moto.sqs.responses", "SQSResponse"),
    "sts": ("moto.sts.responses", "TokenResponse"),
    "sns": ("moto.sns.responses", "SNSResponse"),
    "events": ("moto.events.responses", "EventsHandler"),
}


def entry(service: str) -> Dispatch:
    """Return how moto answers requests for a service; raise `AwsError` for one that is not here."""
    if service not in _ENTRIES:
        words = (
            f"The local AWS has no service named {service!r}. It has S3, SQS, DynamoDB, STS, CloudFront, tagging, "
            "Lambda's Invoke, SNS and EventBridge."
        )
        raise AwsError("UnknownService", words, 501)
    module, name = _ENTRIES[service]
    dispatch: Dispatch = getattr(import_module(module), name).dispatch
    return dispatch


def backend(service: str, account: str, region: str) -> Any:  # noqa: ANN401 - moto is untyped
    """Return what moto keeps of a service in one region."""
    return getattr(import_module(f"moto.{service}.models"), f"{service}_backends")[account][region]
