"""Looks whether the queue that a bucket is to notify is there, and lets S3 send to it."""

from botocore.exceptions import ClientError

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.errors import AccessDeniedError
from web.services.bridge import rule_name
from web.services.facts import Destination
from web.services.identity import Identity
from web.services.policy import RULES, lets_s3_send, lets_send
from web.services.targets import Target

_MISSING = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}


class Queues:
    """Reads queues."""

    def __init__(self, clients: Clients, identity: Identity, *, remember: bool = False) -> None:
        self._clients = clients
        self._identity = identity
        self._known: dict[str, str | None] | None = {} if remember else None

    def remembering(self) -> "Queues":
        """Return one for a short while and many buckets, that reads each queue once."""
        return Queues(self._clients, self._identity, remember=True)

    def destination(self, target: Target, bucket: str) -> Destination | None:
        """Return how the target stands for a bucket; None where it is no queue: then S3 alone can tell.

        Raises: ThrottledError, UnavailableError.
        """
        if target.service != "sqs":
            return None
        try:
            policy = self._policy(target)
        except AccessDeniedError as denied:
            return Destination(denied=denied)
        if policy is None:
            return Destination(exists=False)
        account = self._identity.account
        rule = f"arn:aws:events:{target.region}:{account}:rule/{rule_name(bucket)}"
        return Destination(
            exists=True,
            accepts=lets_s3_send(policy, target.arn, bucket, account),
            accepts_rule=lets_send(policy, target.arn, RULES, rule, account),
        )

    def _policy(self, target: Target) -> str | None:
        """The queue's policy, empty without one; None where there is no queue."""
        if self._known is None:
            return self._read_policy(target)
        if target.arn not in self._known:
            self._known[target.arn] = self._read_policy(target)
        return self._known[target.arn]

    def _read_policy(self, target: Target) -> str | None:
        sqs = self._clients.sqs_in(target.region)
        with explained("sqs:GetQueueAttributes", target.arn):
            try:
                owner = target.arn.split(":")[4]
                url = sqs.get_queue_url(QueueName=target.name, QueueOwnerAWSAccountId=owner)["QueueUrl"]
                answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
            except ClientError as error:
                if error.response["Error"]["Code"] in _MISSING:
                    return None
                raise
        return answer.get("Attributes", {}).get("Policy", "")
