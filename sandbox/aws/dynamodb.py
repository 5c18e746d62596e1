"""The local DynamoDB: moto's, one request at a time, for it is not safe across threads; transactions by token."""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from moto.dynamodb.models.table import Table

from sandbox.aws.dispatch import scope
from sandbox.aws.dynamo_tables import Item, LocalDynamo, LocalHandler
from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Request, Response
from sandbox.aws.moto_http import call as call_moto
from sandbox.aws.moto_regions import own_entry, own_regions

TOKEN_S = 600
"""How long a transaction's token is remembered (API Reference, TransactWriteItems)."""


class Dynamo:
    """The account's tables; every request is carried out alone.

    regions: moto's backends by region, made when they are asked for.
    changes: grows with every request that may have changed something.
    """

    def __init__(self, account: str, clock: Callable[[], float]) -> None:
        self._account, self._clock = account, clock
        self._lock = threading.Lock()
        self._made_by: dict[tuple[str, str], dict[str, Any]] = {}
        self._tokens: dict[str, tuple[float, str]] = {}
        self.regions: Mapping[str, LocalDynamo] = own_regions("dynamodb", account, LocalDynamo)
        self._entry = own_entry(LocalHandler, "dynamodb_backend", lambda asked: self.regions[asked.region])
        self.changes = 0

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        operation = request.headers.get("x-amz-target", "").partition(".")[2]
        with self._lock:
            token, text = _token(request) if operation == "TransactWriteItems" else (None, "")
            if token is not None and self._repeated(token, text):
                return Response(200, (("Content-Type", "application/x-amz-json-1.0"),), b"{}")
            response = call_moto(self._entry, request, self._account)
            if token is not None and response.status == 200:  # noqa: PLR2004 - HTTP's own
                self._tokens[token] = (self._clock() + TOKEN_S, text)
            if operation == "CreateTable" and response.status == 200:  # noqa: PLR2004 - HTTP's own
                self._remember(request)
            if operation not in ("GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"):
                self.changes += 1
            return response

    def dump(self) -> list[dict[str, Any]]:
        """Return every table with its items, as plain values."""
        with self._lock:
            return [
                {
                    "region": region,
                    "made_by": self._made_by.get((region, table.name)) or described(table),
                    "ttl": dict(table.ttl),
                    "items": _items(table),
                }
                for region, backend in list(self.regions.items())
                for table in backend.tables.values()
            ]

    def load(self, tables: list[dict[str, Any]]) -> None:
        """Make the tables that `dump` returned."""
        with self._lock:
            for one in tables:
                self._make_again(one["made_by"], one["region"])
                table = self.regions[one["region"]].tables[one["made_by"]["TableName"]]
                table.ttl.update(one["ttl"])
                for item in one["items"]:
                    table.put_item(item)

    def make(self, properties: Mapping[str, Any], region: str) -> None:
        """Make a table by CloudFormation's properties, unless it is there."""
        backend = self.regions[region]
        if properties["TableName"] in backend.tables:
            return
        backend.create_table(
            properties["TableName"],
            schema=properties["KeySchema"],
            throughput=None,
            attr=properties["AttributeDefinitions"],
            global_indexes=[],
            indexes=[],
            streams=None,
            billing_mode=properties.get("BillingMode", "PAY_PER_REQUEST"),
            sse_specification=None,
            tags=[],
            deletion_protection_enabled=None,
            warm_throughput=None,
        )
        if ttl := properties.get("TimeToLiveSpecification"):
            backend.update_time_to_live(properties["TableName"], dict(ttl))

    def _remember(self, request: Request) -> None:
        """Keep the request that made a table: it says more than can be read from moto's table again."""
        body = json.loads(request.body)
        self._made_by[scope(request).region, body["TableName"]] = body

    def _make_again(self, made_by: dict[str, Any], region: str) -> None:
        """Make a table by the request that made it."""
        credential = f"AWS4-HMAC-SHA256 Credential=local/20000101/{region}/dynamodb/aws4_request"
        target = "DynamoDB_20120810.CreateTable"
        headers = {"authorization": credential, "x-amz-target": target, "content-type": "application/x-amz-json-1.0"}
        call_moto(self._entry, Request("POST", "/", "", headers, json.dumps(made_by).encode()), self._account)
        self._made_by[region, made_by["TableName"]] = made_by

    def _repeated(self, token: str, text: str) -> bool:
        """Whether a transaction was carried out before under the same token; raise where it was another one."""
        now = self._clock()
        self._tokens = {one: kept for one, kept in self._tokens.items() if kept[0] > now}
        known = self._tokens.get(token)
        if known is not None and known[1] != text:
            words = "Request parameters do not match the ones that were sent with this token before."
            raise AwsError("IdempotentParameterMismatchException", words)
        return known is not None


def described(table: Table) -> dict[str, Any]:
    """Return what makes a table again, in the words of CreateTable."""
    return {
        "TableName": table.name,
        "KeySchema": table.schema,
        "AttributeDefinitions": table.attr,
        "BillingMode": table.billing_mode,
    }


def _token(request: Request) -> tuple[str | None, str]:
    """Return a transaction's token, None where it has none, and what it asks for, as text."""
    body = json.loads(request.body)
    return body.pop("ClientRequestToken", None), json.dumps(body, sort_keys=True)


def _items(table: Table) -> list[Item]:
    return [item.to_json()["Attributes"] for item in table.all_items()]
