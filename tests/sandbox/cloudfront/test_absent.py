"""Kinds of things that this CloudFront has none of."""

from typing import Any

import pytest

from tests.sandbox.cloudfront.world import World, refused

LISTS = [
    "functions",
    "key_groups",
    "public_keys",
    "key_value_stores",
    "field_level_encryption_configs",
    "field_level_encryption_profiles",
    "realtime_log_configs",
    "continuous_deployment_policies",
    "streaming_distributions",
    "vpc_origins",
    "anycast_ip_lists",
    "connection_groups",
    "connection_functions",
    "trust_stores",
]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_them_is_empty(world: World, name: str) -> None:
    answer = getattr(world.client, f"list_{name}")()
    del answer["ResponseMetadata"]
    assert not [inner for inner in answer.values() if isinstance(inner, dict) and inner.get("Items")]
    assert not [inner for inner in answer.values() if isinstance(inner, list) and inner]


@pytest.mark.parametrize(
    ("call", "params", "code"),
    [
        ("describe_function", {"Name": "f"}, "NoSuchFunctionExists"),
        ("get_function", {"Name": "f"}, "NoSuchFunctionExists"),
        ("get_key_group", {"Id": "x"}, "NoSuchResource"),
        ("get_public_key", {"Id": "x"}, "NoSuchPublicKey"),
        ("describe_key_value_store", {"Name": "x"}, "EntityNotFound"),
        ("get_vpc_origin", {"Id": "x"}, "EntityNotFound"),
        ("list_distributions_by_key_group", {"KeyGroupId": "x"}, "NoSuchResource"),
        ("get_monitoring_subscription", {"DistributionId": "E1"}, "NoSuchMonitoringSubscription"),
    ],
)
def test_none_of_them_is_found(world: World, call: str, params: dict[str, Any], code: str) -> None:
    with refused(code, 404):
        getattr(world.client, call)(**params)
