"""Distribution configurations in boto3's shape, written short."""

from typing import Any, NamedTuple

from invalidator.rules.routes import Website

BUCKET = "site"
REST = f"{BUCKET}.s3.eu-central-1.amazonaws.com"
WEBSITE = f"{BUCKET}.s3-website.eu-central-1.amazonaws.com"

OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_QUERIES = "4cc15a8a-d715-48a4-82b8-cc0b614638fe"


def listed(*items: Any) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": list(items)} if items else {"Quantity": 0}


def origin(domain: str = REST, path: str = "", name: str = "bucket") -> dict[str, Any]:
    kind = {"CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}}
    if ".s3." in domain:
        kind = {"S3OriginConfig": {"OriginAccessIdentity": ""}}
    return {"Id": name, "DomainName": domain, "OriginPath": path, **kind}


def behavior(pattern: str = "", target: str = "bucket", policy: str = OPTIMIZED, **more: Any) -> dict[str, Any]:
    it = {"TargetOriginId": target, "ViewerProtocolPolicy": "allow-all", "CachePolicyId": policy, **more}
    it = {name: value for name, value in it.items() if value is not None}
    return it | ({"PathPattern": pattern} if pattern else {})


def function(event: str) -> dict[str, Any]:
    arn = "arn:aws:cloudfront::123456789012:function/rewrite"
    return {"FunctionAssociations": listed({"FunctionARN": arn, "EventType": event})}


def edge_lambda(event: str) -> dict[str, Any]:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:rewrite:1"
    return {"LambdaFunctionAssociations": listed({"LambdaFunctionARN": arn, "EventType": event})}


def group(name: str, *members: str) -> dict[str, Any]:
    codes = {"StatusCodes": listed(500, 502)}
    return {"Id": name, "FailoverCriteria": codes, "Members": listed(*({"OriginId": one} for one in members))}


def error(code: int, page: str = "", seconds: int | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = {"ErrorCode": code}
    if page:
        answer |= {"ResponsePagePath": page, "ResponseCode": "200"}
    return answer if seconds is None else answer | {"ErrorCachingMinTTL": seconds}


def config(
    *origins: dict[str, Any],
    root: str = "",
    behaviors: tuple[dict[str, Any], ...] = (),
    default: dict[str, Any] | None = None,
    errors: tuple[dict[str, Any], ...] = (),
    groups: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    return {
        "CallerReference": "one",
        "Comment": "",
        "Enabled": True,
        "Origins": listed(*(origins or (origin(),))),
        "OriginGroups": listed(*groups),
        "DefaultRootObject": root,
        "DefaultCacheBehavior": default or behavior(),
        "CacheBehaviors": listed(*behaviors),
        "CustomErrorResponses": listed(*errors),
    }


class Shape(NamedTuple):
    """A distribution over the bucket `site`, keys, and the paths that each makes."""

    name: str
    page: str
    config: dict[str, Any]
    paths: dict[str, list[str]]
    website: Website | None = None
    policies: dict[str, dict[str, Any]] = {}  # noqa: RUF012 - never changed


INDEX = Website("index.html")
API = origin("api.example.com", name="api")
OTHER_BUCKET = origin("media.s3.eu-central-1.amazonaws.com", name="media")
