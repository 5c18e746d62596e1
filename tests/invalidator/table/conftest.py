from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from invalidator.table.tables import Tables
from tests.invalidator.hands import HandClock, make_table


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def tables(dynamodb: Any, clock: HandClock) -> Tables:
    name = f"t-{uuid4().hex}"
    make_table(dynamodb, name)
    return Tables.of(dynamodb, name, clock)
