"""moto's tables, made quick: none copied for a transaction, none read whole for a query, answers written as they are.

moto copies the table before each transaction, reads all items for a query of one partition, and writes an answer of a
few hundred items in most of a second. Here what a transaction touches is kept, and put back if it fails; a query looks
at its partition alone; what is plain already is written as it is.
"""

import base64
import copy
import json
from typing import Any, cast

from moto.core.responses import ActionResult
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

INDEX_AT = 6
"""Which of the arguments of moto's `Table.query` after the hash key is the index."""

PLAIN = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
"""Operations whose answers moto holds as they are to be written."""

Item = dict[str, Any]


class LocalTable(Table):  # type: ignore[misc] # moto is untyped here
    """A table that is not copied while a transaction is under way, and not read whole for a query of one partition."""

    in_transaction = False
    partition: Any = None

    def query(self, hash_key: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as moto has it
        """Find items of one partition."""
        index = kwargs.get("index_name") or (len(args) > INDEX_AT and args[INDEX_AT])
        self.partition = None if index else hash_key
        try:
            return super().query(hash_key, *args, **kwargs)
        finally:
            self.partition = None

    def all_items(self) -> list[Any]:
        """Return all items, or those of the partition that is asked for."""
        if self.partition is None:
            return cast("list[Any]", super().all_items())
        return list(self.items[self.partition].values()) if self.partition in self.items else []

    def __deepcopy__(self, memo: dict[int, Any]) -> "LocalTable":
        """Return the table itself to moto's transaction, a copy to everybody else."""
        if self.in_transaction:
            return self
        made = object.__new__(LocalTable)
        memo[id(self)] = made
        made.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return made


class LocalDynamo(DynamoDBBackend):  # type: ignore[misc] # moto is untyped here
    """One region's tables."""

    def create_table(self, *args: Any, **kwargs: Any) -> Table:  # noqa: ANN401 - as moto has it
        """Make a table."""
        table = super().create_table(*args, **kwargs)
        table.__class__ = LocalTable
        return table

    def transact_write_items(self, transact_items: list[dict[str, Any]]) -> None:
        """Carry a transaction out whole, or not at all."""
        before = [(table, key, self._found(table, key)) for table, key in self._touched(transact_items)]
        tables = {id(table): table for table, _, _ in before}.values()
        for table in tables:
            table.in_transaction = True
        try:
            super().transact_write_items(transact_items)
        except BaseException:
            for table, key, item in before:
                self._put_back(table, key, item)
            raise
        finally:
            for table in tables:
                table.in_transaction = False

    def _found(self, table: LocalTable, key: Item) -> Item | None:
        found = self.get_item(table.name, key)
        return cast("Item", found.to_json()["Attributes"]) if found is not None else None

    def _touched(self, transact_items: list[dict[str, Any]]) -> list[tuple[LocalTable, Item]]:
        touched = []
        for one in transact_items:
            operation = next(iter(one.values()))
            table = self.tables.get(operation.get("TableName"))
            source = operation.get("Key") or operation.get("Item")
            if table is not None and source:
                names = [name for name in (table.hash_key_attr, table.range_key_attr) if name]
                if all(name in source for name in names):
                    touched.append((table, {name: source[name] for name in names}))
        return touched

    def _put_back(self, table: LocalTable, key: Item, item: Item | None) -> None:
        if item is not None:
            table.put_item(item)
        elif self._found(table, key) is not None:
            table.delete_item(*self.get_keys_value(table, key))


class LocalHandler(DynamoHandler):  # type: ignore[misc] # moto is untyped here
    """moto's protocol, without looking every attribute of every item up in the service's model."""

    def serialized(self, action_result: ActionResult) -> Any:  # noqa: ANN401 - as moto has it
        """Write an answer."""
        result = action_result.result
        if not isinstance(result, dict) or self._get_action() not in PLAIN:
            return super().serialized(action_result)
        body = json.dumps({name: value for name, value in result.items() if value is not None}, default=_base64)
        return 200, {"Content-Type": "application/x-amz-json-1.0", **self.response_headers}, body


def _base64(value: Any) -> Any:  # noqa: ANN401 - JSON's own hook
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is no attribute value")
