"""The one table, as few verbs over DynamoDB: every read is strongly consistent, no index, no scan.

A condition that does not hold is an answer, not an error; what DynamoDB asks to try again is tried again here.
Limits: an item of 400 KB, 25 puts a batch, 100 actions and 4 MB a transaction (DynamoDB Developer Guide,
ServiceQuotas.html; API Reference, TransactWriteItems).
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from invalidator.aws.refusals import explained
from invalidator.clock import Clock
from invalidator.errors import ConditionFailedError, ThrottledError
from invalidator.table.values import Item, dumped, dumped_item, expression, loaded_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_ACTIONS = 100
MOST_PUTS = 25
MOST_GETS = 100
TRIES = 8
# Between tries: up to 0.05 s, 0.1 s, … 2 s, with full jitter. botocore has tried throttled calls a few times before.
FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 2.0
# Reasons for which a whole transaction may be sent again (API Reference, TransactionCanceledException).
_AGAIN = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_CONFLICTS = {"TransactionConflictException", "TransactionInProgressException"}

Action = dict[str, Any]
"""One action of a transaction, in boto3's shape; made by `Store.putting` and its like."""

Answer = TypeVar("Answer")
Values = Mapping[str, Any]


class Store:
    """Verbs over one table.

    clock: passes the time between tries. Every verb raises ThrottledError, UnavailableError, AccessDeniedError,
    or NotFoundError where there is no such table.
    """

    def __init__(self, client: "DynamoDBClient", name: str, clock: Clock) -> None:
        self._client, self._name, self.clock = client, name, clock

    def get(self, pk: str, sk: str) -> Item | None:
        """Return an item; None where there is none."""
        answer = self._call(
            "GetItem", lambda: self._client.get_item(TableName=self._name, Key=_key(pk, sk), ConsistentRead=True)
        )
        return loaded_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        """Return the items that exist of these, in their order."""
        found: dict[tuple[str, str], Item] = {}
        for begin in range(0, len(keys), MOST_GETS):
            left: Any = {
                self._name: {"Keys": [_key(*key) for key in keys[begin : begin + MOST_GETS]], "ConsistentRead": True}
            }
            for answer in self._until_done("BatchGetItem", left, "UnprocessedKeys"):
                for typed in answer["Responses"].get(self._name, []):
                    item = loaded_item(typed)
                    found[item["pk"], item["sk"]] = item
        return [found[key] for key in dict.fromkeys(keys) if key in found]

    def query(
        self,
        pk: str,
        *,
        since: str = " ",
        until: str = "~",
        newest_first: bool = False,
        limit: int | None = None,
        condition: str | None = None,
        values: Values | None = None,
        only: str | None = None,
    ) -> Iterator[Item]:
        """Yield the items of a partition in the order of their sort keys, page by page.

        since, until: bounds of the sort key, both included. limit: items to read at most. condition: a filter over
        other attributes; what it leaves out was read all the same. only: the attributes to return, such as `#a, #b`.
        """
        told = expression(
            {"pk": pk, "since": since, "until": until, **(values or {})},
            KeyConditionExpression="#pk = :pk AND #sk BETWEEN :since AND :until",
            FilterExpression=condition,
            ProjectionExpression=only,
        )
        left = limit
        start: dict[str, Any] = {}
        while True:
            page = {**told, **start} if left is None else {**told, **start, "Limit": left}
            answer = self._call("Query", lambda page=page: self._query(page, not newest_first))  # type: ignore[misc]
            yield from map(loaded_item, answer["Items"])
            left = None if left is None else left - answer["ScannedCount"]
            if "LastEvaluatedKey" not in answer or (left is not None and left <= 0):
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def put(self, item: Item, condition: str | None = None, values: Values | None = None) -> bool:
        """Write an item whole; False where the condition does not hold."""
        told = {"Item": dumped_item(item), **expression(values, ConditionExpression=condition)}
        return self._conditional("PutItem", lambda: self._client.put_item(TableName=self._name, **told)) is not None

    def put_many(self, items: Sequence[Item]) -> None:
        """Write items, each by itself: where this raises, some of them may be written."""
        for begin in range(0, len(items), MOST_PUTS):
            puts = [{"PutRequest": {"Item": dumped_item(item)}} for item in items[begin : begin + MOST_PUTS]]
            for _ in self._until_done("BatchWriteItem", {self._name: puts}, "UnprocessedItems"):
                pass

    def update(self, pk: str, sk: str, change: str, values: Values, condition: str | None = None) -> Item | None:
        """Change an item, which is made where there is none; return it as it is then, None where the condition fails.

        change: an UpdateExpression, such as `SET #a = :a REMOVE #b`.
        """
        told = {
            "Key": _key(pk, sk),
            "ReturnValues": "ALL_NEW",
            **expression(values, UpdateExpression=change, ConditionExpression=condition),
        }
        answer = self._conditional("UpdateItem", lambda: self._client.update_item(TableName=self._name, **told))
        return None if answer is None else loaded_item(answer.get("Attributes", {}))

    def delete(self, pk: str, sk: str, condition: str | None = None, values: Values | None = None) -> bool:
        """Remove an item; False where the condition does not hold."""
        told = {"Key": _key(pk, sk), **expression(values, ConditionExpression=condition)}
        return (
            self._conditional("DeleteItem", lambda: self._client.delete_item(TableName=self._name, **told)) is not None
        )

    def transact(self, actions: Sequence[Action]) -> None:
        """Do all of these, or none.

        Raises: ConditionFailedError, with the places of the actions whose conditions do not hold.
        """
        assert len(actions) <= MOST_ACTIONS
        self._call("TransactWriteItems", lambda: self._transact(actions))

    def putting(self, item: Item, condition: str | None = None, values: Values | None = None) -> Action:
        """Return the action that writes an item whole."""
        told = expression(values, ConditionExpression=condition)
        return {"Put": {"TableName": self._name, "Item": dumped_item(item), **told}}

    def updating(self, pk: str, sk: str, change: str, values: Values, condition: str | None = None) -> Action:
        """Return the action that changes an item, or makes it."""
        told = expression(values, UpdateExpression=change, ConditionExpression=condition)
        return {"Update": {"TableName": self._name, "Key": _key(pk, sk), **told}}

    def deleting(self, pk: str, sk: str) -> Action:
        """Return the action that removes an item, if it is there."""
        return {"Delete": {"TableName": self._name, "Key": _key(pk, sk)}}

    def checking(self, pk: str, sk: str, condition: str, values: Values) -> Action:
        """Return the action that only makes sure of a condition."""
        told = expression(values, ConditionExpression=condition)
        return {"ConditionCheck": {"TableName": self._name, "Key": _key(pk, sk), **told}}

    def _query(self, page: dict[str, Any], forward: bool) -> Any:  # noqa: ANN401 - boto3's shape
        return self._client.query(TableName=self._name, ConsistentRead=True, ScanIndexForward=forward, **page)

    def _transact(self, actions: Sequence[Action]) -> None:
        try:
            self._client.transact_write_items(TransactItems=actions)  # type: ignore[arg-type]
        except self._client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
            failed = [at for at, code in enumerate(codes) if code == "ConditionalCheckFailed"]
            if failed:
                raise ConditionFailedError(failed) from error
            raise

    def _until_done(self, operation: str, left: Any, name: str) -> Iterator[Any]:  # noqa: ANN401 - boto3's shape
        """Send a batch again and again until DynamoDB has left nothing of it."""
        call: Any = self._client.batch_get_item if operation == "BatchGetItem" else self._client.batch_write_item
        for tried in range(1, TRIES + 1):
            answer = self._call(operation, lambda left=left: call(RequestItems=left))  # type: ignore[misc]
            yield answer
            left = answer.get(name)
            if not left:
                return
            self._wait(tried)
        raise ThrottledError(f"The table {self._name} did not take a whole batch.", LONGEST_WAIT_SECONDS)

    def _conditional(self, operation: str, call: Callable[[], Answer]) -> Answer | None:
        try:
            return self._call(operation, call)
        except ConditionFailedError:
            return None

    def _call(self, operation: str, call: Callable[[], Answer]) -> Answer:
        with explained(f"dynamodb:{operation}", f"arn:aws:dynamodb:*:*:table/{self._name}"):
            for tried in range(1, TRIES + 1):
                try:
                    return call()
                except ClientError as error:
                    if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                        raise ConditionFailedError([0]) from error
                    if not _worth_another(error):
                        raise
                self._wait(tried)
        raise ThrottledError(f"Others write to the same items of the table {self._name}.", LONGEST_WAIT_SECONDS)

    def _wait(self, tried: int) -> None:
        ceiling = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (tried - 1))
        self.clock.sleep(random.uniform(0, ceiling))  # noqa: S311 - spreads tries, keeps no secret


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": dumped(pk), "sk": dumped(sk)}


def _worth_another(error: ClientError) -> bool:
    """Whether the call was refused only for what others were doing at that moment."""
    if error.response["Error"]["Code"] in _CONFLICTS:
        return True
    codes = {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])} - {"None"}
    return bool(codes) and codes <= _AGAIN
