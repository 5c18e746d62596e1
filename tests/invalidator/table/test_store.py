from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from hypothesis import given
from hypothesis import strategies as st

from invalidator.errors import (
    AccessDeniedError,
    ConditionFailedError,
    NotFoundError,
    ThrottledError,
    UnavailableError,
)
from invalidator.table.store import TRIES, Store
from invalidator.table.tables import Tables
from invalidator.table.values import dumped_item, loaded_item
from tests.invalidator.hands import START, HandClock


@pytest.fixture
def store(tables: Tables) -> Store:
    return tables.store


@contextmanager
def failing(client: Any, operation: str, error: Exception, times: int) -> Iterator[list[None]]:
    """Have a call fail so many times before it goes through."""
    failures: list[None] = []

    def fail(**_: Any) -> None:
        if len(failures) < times:
            failures.append(None)
            raise error

    client.meta.events.register(f"before-call.dynamodb.{operation}", fail)
    try:
        yield failures
    finally:
        client.meta.events.unregister(f"before-call.dynamodb.{operation}", fail)


def conflict(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    told = {"Error": {"Code": "TransactionCanceledException", "Message": "cancelled"}, "CancellationReasons": reasons}
    return ClientError(told, "TransactWriteItems")


def test_conditions_that_do_not_hold_are_answers(store: Store) -> None:
    assert store.put({"pk": "a", "sk": "1", "n": 1}, "attribute_not_exists(#pk)")
    assert not store.put({"pk": "a", "sk": "1", "n": 2}, "attribute_not_exists(#pk)")
    assert store.update("a", "1", "SET #n = :n", {"n": 3, "was": 2}, "#n = :was") is None
    assert store.update("a", "1", "SET #n = :n", {"n": 3, "was": 1}, "#n = :was") == {"pk": "a", "sk": "1", "n": 3}
    assert not store.delete("a", "1", "#n = :was", {"was": 1})
    assert store.get("a", "1")
    assert store.delete("a", "1")
    assert store.get("a", "1") is None


def test_a_transaction_names_the_actions_that_were_refused(store: Store) -> None:
    store.put({"pk": "a", "sk": "1", "n": 1})
    with pytest.raises(ConditionFailedError) as refused:
        store.transact(
            [
                store.checking("a", "1", "#n = :n", {"n": 1}),
                store.putting({"pk": "a", "sk": "2"}),
                store.checking("a", "1x", "#n = :n", {"n": 1}),
            ]
        )
    assert refused.value.indexes == (2,)
    assert store.get("a", "2") is None


def test_a_conflict_with_others_is_tried_again(store: Store, dynamodb: Any, clock: HandClock) -> None:
    with failing(dynamodb, "TransactWriteItems", conflict("None", "TransactionConflict"), 3) as failures:
        store.transact([store.putting({"pk": "a", "sk": "1"})])
    assert len(failures) == 3
    assert store.get("a", "1")
    assert clock.now() > START


def test_a_conflict_without_end_ends_as_throttled(store: Store, dynamodb: Any) -> None:
    with (
        failing(dynamodb, "TransactWriteItems", conflict("TransactionConflict"), 99) as failures,
        pytest.raises(ThrottledError),
    ):
        store.transact([store.putting({"pk": "a", "sk": "1"})])
    assert len(failures) == TRIES


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "GetItem"), ThrottledError),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetItem"), AccessDeniedError),
        (ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetItem"), NotFoundError),
        (
            ClientError(
                {"Error": {"Code": "InternalServerError"}, "ResponseMetadata": {"HTTPStatusCode": 500}}, "GetItem"
            ),
            UnavailableError,
        ),
        (ConnectionClosedError(endpoint_url="https://dynamodb"), UnavailableError),
    ],
)
def test_what_the_table_refuses_has_a_name(store: Store, dynamodb: Any, error: Exception, expected: type) -> None:
    with failing(dynamodb, "GetItem", error, 1), pytest.raises(expected):
        store.get("a", "1")


def test_more_than_a_batch_is_written_and_read_in_order(store: Store) -> None:
    items = [{"pk": "a", "sk": f"{n:03}", "blob": b"x" * 20_000} for n in range(230)]
    store.put_many(items)
    assert store.get_many([(item["pk"], item["sk"]) for item in items] + [("a", "none"), ("a", "000")]) == items
    assert list(store.query("a")) == items  # several pages of 1 MB
    assert [item["sk"] for item in store.query("a", since="010", until="020", newest_first=True, limit=3)] == [
        "020",
        "019",
        "018",
    ]


def test_what_a_batch_left_over_is_sent_again(store: Store, dynamodb: Any) -> None:
    left: list[int] = []

    def leave_half(parsed: dict[str, Any], **_: Any) -> None:
        if not left:
            left.append(1)
            parsed["UnprocessedItems"] = {
                store._name: [{"PutRequest": {"Item": dumped_item({"pk": "b", "sk": "late"})}}]
            }

    dynamodb.meta.events.register("after-call.dynamodb.BatchWriteItem", leave_half)
    try:
        store.put_many([{"pk": "b", "sk": "1"}])
    finally:
        dynamodb.meta.events.unregister("after-call.dynamodb.BatchWriteItem", leave_half)
    assert [item["sk"] for item in store.query("b")] == ["1", "late"]


scalars = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=20) | st.binary(max_size=20)
values = st.recursive(
    scalars | st.floats(-1e6, 1e6).filter(lambda n: n != int(n)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner.filter(lambda v: v is not None), max_size=4)
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), values.filter(lambda value: value is not None), max_size=5))
def test_items_come_back_as_they_were_put(item: dict[str, Any]) -> None:
    assert loaded_item(dumped_item(item)) == item


def test_what_the_table_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        dumped_item({"a": {1}})
