"""Who takes an S3 event to its destination: a queue, a topic, a function, or EventBridge with its rules."""

import json
import logging
import uuid
from collections.abc import Mapping
from typing import Any

from sandbox.aws.lambdas import Lambdas
from sandbox.aws.moto_services import backend
from sandbox.aws.queues import Queues
from sandbox.aws.s3.delivery import BRIDGE

_log = logging.getLogger(__name__)


class Couriers:
    """Delivers to what is there; what is gone gets nothing, as with S3."""

    def __init__(self, account: str, queues: Queues, lambdas: Lambdas) -> None:
        self._account, self._queues, self._lambdas = account, queues, lambdas

    def send(self, destination: str, event: dict[str, Any]) -> None:
        """Take an event to the destination of this ARN, or to EventBridge."""
        if destination == BRIDGE:
            self._to_rules(event)
        elif ":lambda:" in destination:
            self._lambdas.later(destination, event)
        elif ":sns:" in destination:
            self._to_topic(destination, event)
        else:
            self._to_queue(destination, event)

    def _to_topic(self, arn: str, event: dict[str, Any]) -> None:
        """Hand an event to the queues and functions that subscribe to a topic (SNS, "Parsing message formats")."""
        sns = backend("sns", self._account, _region(arn))
        for one in [it for it in sns.subscriptions.values() if it.topic.arn == arn]:
            body = json.dumps(event)
            if one.protocol == "sqs" and one.attributes.get("RawMessageDelivery") != "true":
                self.send(one.endpoint, one.get_post_data(body, str(uuid.uuid4()), "Amazon S3 Notification"))
            elif one.protocol == "sqs":
                self.send(one.endpoint, event)
            else:
                _log.warning("Topics here reach queues alone, not %s.", one.endpoint)

    def _to_queue(self, arn: str, event: Mapping[str, Any]) -> None:
        name, region = arn.rpartition(":")[2], _region(arn)
        if not self._queues.exists(name, region):
            return
        body = json.dumps(event, separators=(",", ":"))
        if len(body.encode()) > self._queues.longest(name, region):
            # "Amazon SQS rejects the notification and doesn't deliver the event" (notification-content-structure).
            _log.warning("%s takes no message of %d bytes: an S3 event is lost, as on AWS.", arn, len(body))
        else:
            self._queues.send(name, body, region=region)

    def _to_rules(self, event: dict[str, Any]) -> None:
        """Hand an event to the targets of every rule of the default bus that it fits (ev-events)."""
        for rule in backend("events", self._account, event["region"]).event_buses["default"].rules.values():
            if rule.state != "ENABLED" or not rule.event_pattern.matches_event(event):
                continue
            for target in rule.targets:
                arn = target["Arn"]
                if arn.split(":")[2] in ("sqs", "lambda", "sns"):
                    self.send(arn, event)
                else:
                    _log.warning("EventBridge here reaches queues, topics and functions alone, not %s.", arn)


def _region(arn: str) -> str:
    return arn.split(":")[3]
