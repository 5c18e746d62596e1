"""What links notify: the events queue, or the Lambda itself, in each bucket's own region."""

from dataclasses import dataclass

from invalidator.errors import BadInputError

KINDS: dict[str, tuple[str, str]] = {
    "sqs": ("QueueConfigurations", "QueueArn"),
    "sns": ("TopicConfigurations", "TopicArn"),
    "lambda": ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
}
"""By an ARN's service: the list in a notification configuration, and the member (API_NotificationConfiguration)."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the bucket of one region is to notify. `kind` and `member` name its place in a configuration."""

    arn: str
    service: str
    region: str
    name: str

    @property
    def kind(self) -> str:
        """The list that it stands in, such as `QueueConfigurations`."""
        return KINDS[self.service][0]

    @property
    def member(self) -> str:
        """What an entry calls it, such as `QueueArn`."""
        return KINDS[self.service][1]


class Targets:
    """The targets of all regions, made from `FRESHEDGE_TARGET_ARN` by replacing its region.

    target_arn: None where there is none; the function is the target then (direct mode).
    function_arn: the invalidator's own; what notifies it straight is ours too.

    Raises: BadInputError for an ARN that S3 can't notify.
    """

    def __init__(self, target_arn: str | None, function_arn: str | None) -> None:
        chosen = target_arn or function_arn
        self._parts = _parts(chosen, "FRESHEDGE_TARGET_ARN") if chosen else None
        self._function = _parts(function_arn, "FRESHEDGE_FUNCTION_ARN") if function_arn else None

    @property
    def known(self) -> bool:
        """Whether there is a target at all."""
        return self._parts is not None

    @property
    def account(self) -> str | None:
        """The account that the target is in."""
        return self._parts[4] if self._parts else None

    def at(self, region: str | None) -> Target:
        """Return the target for buckets of a region; None is the target's own region.

        Raises: BadInputError where none is configured.
        """
        if self._parts is None:
            raise BadInputError(
                "It is not configured what buckets notify. Set FRESHEDGE_TARGET_ARN to the events queue."
            )
        service, own, rest = self._parts[2], self._parts[3], self._parts[4:]
        # A function is where it is: only queues and topics are made in every region.
        where = own if service == "lambda" else region or own
        arn = ":".join([*self._parts[:3], where, *rest])
        return Target(arn, service, where, rest[1] if service != "lambda" else rest[2])

    def is_ours(self, arn: str) -> bool:
        """Whether an ARN is the target of any region, or the invalidator itself (any alias or version of it)."""
        return any(known is not None and _same(arn, known) for known in (self._parts, self._function))

    def is_straight(self, arn: str) -> bool:
        """Whether an ARN is the Lambda itself while links normally notify something else."""
        queue_first = self._parts is not None and self._parts[2] != "lambda"
        return queue_first and self._function is not None and _same(arn, self._function)


def _parts(arn: str, name: str) -> list[str]:
    parts = arn.split(":")
    least = 7 if parts[2:3] == ["lambda"] else 6
    if len(parts) < least or parts[0] != "arn" or parts[2] not in KINDS or not parts[-1]:
        raise BadInputError(f"{name} is the ARN of an SQS queue, an SNS topic or a Lambda function, not {arn!r}.")
    return parts


def _same(arn: str, known: list[str]) -> bool:
    """Whether two ARNs differ at most in region, and a function's in its alias or version too."""
    parts = arn.split(":")
    length = 7 if known[2] == "lambda" else 6
    if len(parts) < length or (known[2] != "lambda" and len(parts) != length):
        return False
    return [*parts[:3], *parts[4:length]] == [*known[:3], *known[4:length]]
