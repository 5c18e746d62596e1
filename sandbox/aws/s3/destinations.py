"""Whether S3 may notify a destination: checked for all of a configuration before any of it is kept.

User Guide, "Granting permissions to publish event notification messages to a destination": the destination is there,
in the bucket's own region, no FIFO queue or topic, and its policy lets S3 send.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from sandbox.aws.errors import AwsError
from sandbox.aws.policies import allows
from sandbox.aws.s3.model import Bucket
from sandbox.aws.s3.notification import KINDS

WHOLE = "Unable to validate the following destination configurations"
_LACKING = {
    "sqs": "Permissions on the destination queue do not allow S3 to publish notifications from this bucket",
    "sns": "Permissions on the destination topic do not allow S3 to publish notifications from this bucket",
    "lambda": "Not authorized to invoke function [{arn}]",
}


class Directory(Protocol):
    """What destinations there are."""

    def queue_policy(self, arn: str) -> Mapping[str, Any] | None:
        """A queue's policy, empty where it has none; None where there is no such queue."""

    def topic_policy(self, arn: str) -> Mapping[str, Any] | None:
        """A topic's policy; None where there is no such topic."""

    def has_function(self, arn: str) -> bool:
        """Whether there is such a function, and S3 may invoke it."""


def check_destinations(configuration: Mapping[str, Any], bucket: Bucket, account: str, known: Directory) -> None:
    """Raise `InvalidArgument` for destinations that S3 cannot notify, each named with what is wrong."""
    wrong = []
    for kind, (_, _, name) in KINDS.items():
        for one in configuration.get(kind, ()):
            _check_arn(one[name], kind, bucket)
            if problem := _problem(one[name], bucket, account, known):
                wrong.append((one[name], problem))
    if wrong:
        fields: dict[str, str] = {}
        for number, (arn, problem) in enumerate(wrong, 1):
            fields |= {f"ArgumentName{number}": f"{arn}, null", f"ArgumentValue{number}": problem}
        raise AwsError("InvalidArgument", WHOLE, fields=fields)


def _check_arn(arn: str, kind: str, bucket: Bucket) -> None:
    """Raise what S3 says of an ARN before it looks whether there is such a thing."""
    parts = arn.split(":")
    service = {"QueueConfigurations": "sqs", "TopicConfigurations": "sns"}.get(kind, "lambda")
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != service or not parts[5]:  # noqa: PLR2004 - parts of an ARN
        raise AwsError(
            "InvalidArgument", "The ARN could not be parsed", fields={"ArgumentName": "ARN", "ArgumentValue": arn}
        )
    if arn.endswith(".fifo"):
        whose = "SQS FIFO queues" if service == "sqs" else "SNS FIFO topics"
        raise AwsError(
            "InvalidArgument", f"{whose} are not supported as a destination for Amazon S3 event notifications."
        )
    if parts[3] != bucket.region:
        words = "The notification destination service region is not valid for the bucket location constraint"
        raise AwsError("InvalidArgument", words, fields={"ArgumentName": "Destination", "ArgumentValue": arn})


def _problem(arn: str, bucket: Bucket, account: str, known: Directory) -> str:
    service = arn.split(":")[2]
    if service == "lambda":
        return "" if known.has_function(arn) else _LACKING["lambda"].format(arn=arn)
    policy = known.queue_policy(arn) if service == "sqs" else known.topic_policy(arn)
    if policy is None:
        return f"The destination {'queue' if service == 'sqs' else 'topic'} does not exist"
    return "" if lets_s3_send(policy, arn, bucket.name, account) else _LACKING[service]


def lets_s3_send(policy: Mapping[str, Any], arn: str, bucket: str, account: str) -> bool:
    """Whether a queue's or topic's policy lets S3 send events of a bucket."""
    action = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}[arn.split(":")[2]]
    context = {"aws:sourcearn": f"arn:aws:s3:::{bucket}", "aws:sourceaccount": account}
    return allows(policy, action, arn, service="s3.amazonaws.com", context=context)
