"""The Resource Groups Tagging API's GetResources, for what is here: buckets and queues, by region, in pages.

API Reference, GetResources: a call sees one region; filters by tag and by type; 100 resources a page.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Request, Response

PAGE = 100

Tagged = Mapping[str, Mapping[str, str]]
"""Tags by the ARN of the resource."""


class TaggingApi:
    """Answers by asking for all tagged resources of a region."""

    def __init__(self, tagged: Callable[[str], Tagged]) -> None:
        self._tagged = tagged

    def handle(self, request: Request, region: str) -> Response:
        """Answer GetResources, GetTagKeys or GetTagValues."""
        operation = request.headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            asked = json.loads(request.body or b"{}")
        except ValueError:
            raise AwsError("SerializationException", "The request is not valid JSON.") from None
        tagged = self._tagged(region)
        if operation == "GetResources":
            answer = _resources(tagged, asked)
        elif operation == "GetTagKeys":
            answer = {"TagKeys": sorted({key for tags in tagged.values() for key in tags}), "PaginationToken": ""}
        elif operation == "GetTagValues":
            values = sorted({tags[asked["Key"]] for tags in tagged.values() if asked.get("Key") in tags})
            answer = {"TagValues": values, "PaginationToken": ""}
        else:
            words = f"The local tagging API does not have the operation {operation}."
            raise AwsError("UnknownOperationException", words)
        return Response(200, (("Content-Type", "application/x-amz-json-1.1"),), json.dumps(answer).encode())


def _resources(tagged: Tagged, asked: Mapping[str, Any]) -> dict[str, Any]:
    most = asked.get("ResourcesPerPage", PAGE)
    if not 1 <= most <= PAGE:
        raise AwsError("InvalidParameterException", "ResourcesPerPage must be between 1 and 100.")
    after = _from_token(asked.get("PaginationToken") or "")
    arns = sorted(arn for arn, tags in tagged.items() if tags and arn > after and _wanted(arn, tags, asked))
    page = arns[:most]
    items = [{"ResourceARN": arn, "Tags": [{"Key": k, "Value": v} for k, v in tagged[arn].items()]} for arn in page]
    return {"ResourceTagMappingList": items, "PaginationToken": _to_token(page[-1]) if len(arns) > most else ""}


def _wanted(arn: str, tags: Mapping[str, str], asked: Mapping[str, Any]) -> bool:
    listed = asked.get("ResourceARNList")
    types = asked.get("ResourceTypeFilters") or []
    service = arn.split(":")[2]
    kinds = {"s3": ("s3", "s3:bucket"), "sqs": ("sqs", "sqs:queue")}.get(service, (service,))
    return (
        (not listed or arn in listed)
        and (not types or any(one in kinds for one in types))
        and all(_has(tags, one["Key"], one.get("Values") or []) for one in asked.get("TagFilters") or [])
    )


def _has(tags: Mapping[str, str], key: str, values: list[str]) -> bool:
    return key in tags and (not values or tags[key] in values)


def _to_token(arn: str) -> str:
    return base64.b64encode(arn.encode()).decode()


def _from_token(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except ValueError:
        raise AwsError("PaginationTokenExpiredException", "The pagination token is not valid.") from None
