"""moto's services that are taken as they are; each is imported when somebody first asks for it, for a quick start."""

from importlib import import_module
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Request
from sandbox.aws.moto_http import Dispatch

_ENTRIES = {
    "sts": ("moto.sts.responses", "TokenResponse"),
    "sns": ("moto.sns.responses", "SNSResponse"),
    "events": ("moto.events.responses", "EventsHandler"),
}


_PUBLISHING = (b"Action=Publish", b'"Entries"')
"""What is in requests that hand messages to a topic or to EventBridge."""


def entry(service: str, request: Request) -> Dispatch:
    """Return how moto answers a request for a service; raise `AwsError` for what is not here.

    Topics and EventBridge's rules are here for the events of S3 alone: moto would look for their queues elsewhere.
    """
    if service not in _ENTRIES:
        words = (
            f"The local AWS has no service named {service!r}. It has S3, SQS, DynamoDB, STS, CloudFront, tagging, "
            "Lambda's Invoke, SNS and EventBridge."
        )
        raise AwsError("UnknownService", words, 501)
    if service in ("sns", "events") and any(one in request.body for one in _PUBLISHING):
        words = "Topics and rules of the local AWS pass on the events of S3; nothing else can be published to them."
        raise AwsError("NotImplemented", words, 501)
    module, name = _ENTRIES[service]
    dispatch: Dispatch = getattr(import_module(module), name).dispatch
    return dispatch


def backend(service: str, account: str, region: str) -> Any:  # noqa: ANN401 - moto is untyped
    """Return what moto keeps of a service in one region."""
    return getattr(import_module(f"moto.{service}.models"), f"{service}_backends")[account][region]
