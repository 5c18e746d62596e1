"""For how long an edge keeps that a key is absent, shape by shape."""

from typing import Any

import pytest

from invalidator.rules.absence import absence_ttl
from invalidator.rules.routes import Website, plain_route, routes_of

REST = {"Id": "s3", "DomainName": "site.s3.us-east-1.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
WEBSITE = {
    "Id": "s3",
    "DomainName": "site.s3-website-us-east-1.amazonaws.com",
    "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"},
}


def config(origin: dict[str, Any] = REST, **more: Any) -> dict[str, Any]:
    default = {"TargetOriginId": "s3", "ViewerProtocolPolicy": "allow-all"}
    return {"Origins": {"Quantity": 1, "Items": [origin]}, "DefaultCacheBehavior": default, **more}


def seconds(told: dict[str, Any], website: Website | None = None) -> float | None:
    return absence_ttl(told, routes_of(told, "site", website))


def error(code: int, **more: Any) -> dict[str, Any]:
    return {"CustomErrorResponses": {"Quantity": 1, "Items": [{"ErrorCode": code, **more}]}}


def test_a_rest_origin_without_more_is_cloudfronts_default() -> None:
    assert seconds(config()) == 10
    assert seconds(config(DefaultRootObject="index.html")) == 10


@pytest.mark.parametrize("code", [403, 404])
def test_an_error_caching_minimum_counts_where_it_is_longer(code: int) -> None:
    assert seconds(config(**error(code, ErrorCachingMinTTL=300))) == 300
    assert seconds(config(**error(code, ErrorCachingMinTTL=0))) == 10
    assert seconds(config(**error(code, ResponsePagePath="/404.html", ResponseCode="404"))) == 10


def test_errors_that_are_no_absence_do_not_count() -> None:
    assert seconds(config(**error(503, ErrorCachingMinTTL=300))) == 10


@pytest.mark.parametrize("website", [None, Website(), Website(index="index.html"), Website("index.html", "404.html")])
def test_a_website_endpoint_may_answer_otherwise(website: Website | None) -> None:
    """By an error document with a Cache-Control, by routing rules, or by a redirect to a directory."""
    assert seconds(config(WEBSITE), website) is None


@pytest.mark.parametrize("event", ["viewer-request", "origin-request", "origin-response"])
@pytest.mark.parametrize("kind", ["LambdaFunctionAssociations", "FunctionAssociations"])
def test_a_function_may_answer_or_change_what_is_cached(event: str, kind: str) -> None:
    told = config()
    told["DefaultCacheBehavior"][kind] = {"Quantity": 1, "Items": [{"EventType": event}]}
    assert seconds(told) is None


def test_a_function_behind_the_cache_changes_nothing() -> None:
    told = config()
    told["DefaultCacheBehavior"]["FunctionAssociations"] = {"Quantity": 1, "Items": [{"EventType": "viewer-response"}]}
    assert seconds(told) == 10


def test_an_origin_group_asks_somebody_else_for_what_is_absent() -> None:
    members = {"Quantity": 2, "Items": [{"OriginId": "s3"}, {"OriginId": "s3"}]}
    group = {"Id": "both", "Members": members, "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [404]}}}
    assert seconds(config(OriginGroups={"Quantity": 1, "Items": [group]})) is None


def test_what_can_not_be_read_or_stands_in_between_counts_as_for_ever() -> None:
    assert absence_ttl(None, [plain_route()]) is None
    other = {"Id": "s3", "DomainName": "api.example.org", "CustomOriginConfig": {}}
    assert seconds(config(other)) is None
