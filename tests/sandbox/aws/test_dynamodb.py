"""DynamoDB where moto was mended: transactions are whole, quick, and one at a time."""

import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.aws.world import World

TABLE = "freshedge"


def key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def put(pk: str, sk: str, **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": TABLE, "Item": key(pk, sk), **more}}


def found(world: World, pk: str) -> list[str]:
    query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": pk}}}
    items = world.client("dynamodb").query(TableName=TABLE, ConsistentRead=True, **query)["Items"]
    return [item["sk"]["S"] for item in items]


def test_a_transaction_that_fails_changes_nothing(world: World) -> None:
    db = world.client("dynamodb")
    db.put_item(TableName=TABLE, Item={**key("t", "there"), "n": {"N": "1"}, "b": {"B": b"\x00\xff"}})
    before = db.get_item(TableName=TABLE, Key=key("t", "there"))["Item"]
    update = {
        "TableName": TABLE,
        "Key": key("t", "there"),
        "UpdateExpression": "SET n = n + :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    with pytest.raises(ClientError) as refused:
        db.transact_write_items(
            TransactItems=[
                put("t", "new"),
                {"Update": update},
                {"Delete": {"TableName": TABLE, "Key": key("t", "absent")}},
                put("t", "other", ConditionExpression="attribute_exists(pk)"),
            ]
        )
    reasons = [one["Code"] for one in refused.value.response["CancellationReasons"]]
    assert reasons == ["None", "None", "None", "ConditionalCheckFailed"]
    assert found(world, "t") == ["there"]
    assert db.get_item(TableName=TABLE, Key=key("t", "there"))["Item"] == before
    db.transact_write_items(TransactItems=[put("t", "new"), {"Update": update}])
    assert db.get_item(TableName=TABLE, Key=key("t", "there"))["Item"]["n"] == {"N": "2"}


def test_the_same_token_does_it_once(world: World) -> None:
    db = world.client("dynamodb")
    only_new = put("token", "x", ConditionExpression="attribute_not_exists(pk)")
    for _ in range(2):
        db.transact_write_items(TransactItems=[only_new], ClientRequestToken="t1")
    with pytest.raises(ClientError, match="IdempotentParameterMismatch"):
        db.transact_write_items(TransactItems=[put("token", "y")], ClientRequestToken="t1")
    with pytest.raises(ClientError, match="TransactionCanceled"):
        db.transact_write_items(TransactItems=[only_new], ClientRequestToken="t2")
    assert found(world, "token") == ["x"]


def test_a_transaction_costs_the_same_in_a_large_table(world: World) -> None:
    table = world.aws.dynamo.regions["us-east-1"].tables[TABLE]
    entries = {"L": [{"M": {"k": {"S": "v"}}} for _ in range(20)]}
    for n in range(3000):
        table.put_item({**key("large", f"{n:05}"), "entries": entries})
    db = world.client("dynamodb")
    begun = time.monotonic()
    for n in range(10):
        db.transact_write_items(TransactItems=[put("large-2", str(n))])
    assert time.monotonic() - begun < 3  # moto's own copies 3,000 items each time: ten seconds and more
    table.items.pop(next(hash_key for hash_key in table.items if hash_key.value == "large"))


def test_conditional_writes_of_many_have_one_winner(world: World) -> None:
    won: list[int] = []

    def race(n: int) -> None:
        db = world.client("dynamodb")
        try:
            db.put_item(TableName=TABLE, Item=key("race", "x"), ConditionExpression="attribute_not_exists(pk)")
            won.append(n)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"  # noqa: PT017 - the losers'

    threads = [threading.Thread(target=race, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(won) == 1


def test_a_query_looks_at_its_partition_alone_and_answers_quickly(world: World) -> None:
    table = world.aws.dynamo.regions["us-east-1"].tables[TABLE]
    entries = {"L": [{"M": {"k": {"S": "v"}, "b": {"B": b"\x00"}}} for _ in range(20)]}
    for n in range(300):
        table.put_item({**key("wide", f"{n:03}"), "entries": entries})
        table.put_item(key("other", f"{n:03}"))
    db = world.client("dynamodb")
    begun = time.monotonic()
    pages = list(
        db.get_paginator("query").paginate(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk AND sk >= :sk",
            ExpressionAttributeValues={":pk": {"S": "wide"}, ":sk": {"S": "100"}},
            PaginationConfig={"PageSize": 90},
        )
    )
    assert time.monotonic() - begun < 3  # moto's own takes one second for a hundred such items
    found_items = [item for page in pages for item in page["Items"]]
    assert [item["sk"]["S"] for item in found_items] == [f"{n:03}" for n in range(100, 300)]
    assert found_items[0]["entries"] == entries
    newest = db.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "wide"}},
        ScanIndexForward=False,
        Limit=1,
        ProjectionExpression="sk",
    )
    assert (newest["Items"], newest["LastEvaluatedKey"]) == ([{"sk": {"S": "299"}}], key("wide", "299"))
    assert (
        db.query(
            TableName=TABLE, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "absent"}}
        )["Items"]
        == []
    )
    assert len(db.scan(TableName=TABLE)["Items"]) >= 600
