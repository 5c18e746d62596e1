"""Reads and writes rules of EventBridge on the default bus of a region, which is where S3 sends."""

import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from botocore.exceptions import ClientError

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.errors import NotFoundError, UnavailableError
from web.services.bridge import OWN_ID, Rule, may_get, pattern_of, rule_name
from web.services.identity import Identity
from web.services.targets import Target

Writing = Callable[[], AbstractContextManager[None]]
"""What notes that a write was done."""

DESCRIPTION = "Tells freshedge what changes in the bucket, so that its distributions are made fresh."


class Rules:
    """Rules of EventBridge. What AWS refuses is raised as one of `invalidator.errors`.

    remember: for a short while and many buckets, each region's rules are listed once.
    """

    def __init__(self, clients: Clients, identity: Identity, *, remember: bool = False) -> None:
        self._clients = clients
        self._identity = identity
        self._known: dict[str | None, list[Rule]] | None = {} if remember else None
        self._listing = threading.Lock()

    def remembering(self) -> "Rules":
        """Return one for a short while and many buckets."""
        return Rules(self._clients, self._identity, remember=True)

    def about(self, bucket: str, region: str | None) -> list[Rule]:
        """Return the rules that may get a bucket's events, with their targets, and the one that has the name of ours.

        Raises: AccessDeniedError, ThrottledError, UnavailableError.
        """
        found = [r for r in self._listed(region) if may_get(r.pattern, bucket) or r.name == rule_name(bucket)]
        return [self._with_targets(rule, region) for rule in found]

    def make(self, bucket: str, region: str | None, target: Target, writing: Writing) -> None:
        """Make a bucket's rule as it should be; targets that others put on it stay. writing: around each write.

        Raises: AccessDeniedError, ThrottledError, UnavailableError.
        """
        name, client = rule_name(bucket), self._clients.events_in(region)
        with writing(), explained("events:PutRule", self._arn(name, region)):
            client.put_rule(
                Name=name, EventPattern=json.dumps(pattern_of(bucket)), State="ENABLED", Description=DESCRIPTION
            )
        with writing(), explained("events:PutTargets", self._arn(name, region)):
            answer = client.put_targets(Rule=name, Targets=[{"Id": OWN_ID, "Arn": target.arn}])
        _check(answer, name)

    def remove(self, bucket: str, region: str | None, writing: Writing) -> None:
        """Remove our target from a bucket's rule, and the rule where nobody else has one on it; none is no error.

        writing: around each write.

        Raises: AccessDeniedError, ThrottledError, UnavailableError.
        """
        name, client = rule_name(bucket), self._clients.events_in(region)
        arn = self._arn(name, region)
        try:
            with explained("events:ListTargetsByRule", arn):
                targets = client.list_targets_by_rule(Rule=name)["Targets"]
            if any(one["Id"] == OWN_ID for one in targets):
                with writing(), explained("events:RemoveTargets", arn):
                    _check(client.remove_targets(Rule=name, Ids=[OWN_ID]), name)
            if all(one["Id"] == OWN_ID for one in targets):
                with writing(), explained("events:DeleteRule", arn):
                    self._delete(lambda: client.delete_rule(Name=name))
        except NotFoundError:
            return

    def _delete(self, delete: Callable[[], object]) -> None:
        try:
            delete()
        except ClientError as error:
            # Somebody put a target on it since we looked: then it is theirs too, and stays.
            if error.response["Error"]["Code"] != "ValidationException":
                raise

    def _listed(self, region: str | None) -> list[Rule]:
        if self._known is None:
            return self._list(region)
        with self._listing:
            if region not in self._known:
                self._known[region] = self._list(region)
            return self._known[region]

    def _list(self, region: str | None) -> list[Rule]:
        found: list[Rule] = []
        token: dict[str, Any] = {}
        while True:
            with explained("events:ListRules", "*"):
                answer = self._clients.events_in(region).list_rules(**token)
            found += [
                Rule(one["Name"], one["Arn"], one.get("State") != "DISABLED", _pattern(one.get("EventPattern")))
                for one in answer.get("Rules", [])
            ]
            if not answer.get("NextToken"):
                return found
            token = {"NextToken": answer["NextToken"]}

    def _with_targets(self, rule: Rule, region: str | None) -> Rule:
        try:
            with explained("events:ListTargetsByRule", rule.arn):
                answer = self._clients.events_in(region).list_targets_by_rule(Rule=rule.name)
        except NotFoundError:
            return rule  # gone since it was listed
        return Rule(rule.name, rule.arn, rule.enabled, rule.pattern, tuple(dict(one) for one in answer["Targets"]))

    def _arn(self, name: str, region: str | None) -> str:
        return f"arn:aws:events:{region or '*'}:{self._identity.account}:rule/{name}"


def _pattern(text: str | None) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return {}  # AWS took it, so it means something: in doubt anything
    return found if isinstance(found, dict) else {}


def _check(answer: Any, name: str) -> None:  # noqa: ANN401 - boto3's shape
    if answer.get("FailedEntryCount"):
        why = answer["FailedEntries"][0].get("ErrorMessage", "")
        raise UnavailableError(f"EventBridge did not change the target of the rule {name}: {why} Try again.", 5.0)
