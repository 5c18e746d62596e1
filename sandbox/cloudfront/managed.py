"""The managed cache and origin request policies.

CloudFront Developer Guide, `using-managed-cache-policies.html` and `using-managed-origin-request-policies.html`.
"""

from sandbox.cloudfront.shelf import Entry, Params

_DAY, _YEAR = 86400, 31536000

ADDED_AT = 1595886000.0
"""When the first managed policies appeared, 27 July 2020; CloudFront gives some such date for all."""

ETAG = "E23ZP02F085DFQ"
"""The ETag of all managed policies: nobody can change them."""

_CACHE: tuple[tuple[str, str, tuple[int, int, int], tuple[bool, bool], Params], ...] = (
    # id, name, (minimum, default, maximum TTL), (gzip, brotli), the cache key where it is not empty
    (
        "2e54312d-136d-493c-8eb9-b001f22f67d2",
        "Managed-Amplify",
        (2, 2, 600),
        (True, True),
        {"headers": ["Authorization", "CloudFront-Viewer-Country", "Host"], "cookies": "all", "queries": "all"},
    ),
    ("4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "Managed-CachingDisabled", (0, 0, 0), (False, False), {}),
    ("658327ea-f89d-4fab-a63d-7e88639e58f6", "Managed-CachingOptimized", (1, _DAY, _YEAR), (True, True), {}),
    (
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
        "Managed-CachingOptimizedForUncompressedObjects",
        (1, _DAY, _YEAR),
        (False, False),
        {},
    ),
    (
        "08627262-05a9-4f76-9ded-b50ca2e3a84f",
        "Managed-Elemental-MediaPackage",
        (0, _DAY, _YEAR),
        (True, False),
        {"headers": ["Origin"], "queries": ["aws.manifestfilter", "start", "end", "m"]},
    ),
    (
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
        "Managed-UseOriginCacheControlHeaders",
        (0, 0, _YEAR),
        (True, True),
        {
            "headers": ["Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"],
            "cookies": "all",
        },
    ),
    (
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
        "Managed-UseOriginCacheControlHeaders-QueryStrings",
        (0, 0, _YEAR),
        (True, True),
        {
            "headers": ["Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"],
            "cookies": "all",
            "queries": "all",
        },
    ),
)


_CORS = ["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"]
_OF_CLOUDFRONT = [
    "CloudFront-Forwarded-Proto",
    "CloudFront-Is-Android-Viewer",
    "CloudFront-Is-Desktop-Viewer",
    "CloudFront-Is-IOS-Viewer",
    "CloudFront-Is-Mobile-Viewer",
    "CloudFront-Is-SmartTV-Viewer",
    "CloudFront-Is-Tablet-Viewer",
    "CloudFront-Viewer-Address",
    "CloudFront-Viewer-ASN",
    "CloudFront-Viewer-City",
    "CloudFront-Viewer-Country",
    "CloudFront-Viewer-Country-Name",
    "CloudFront-Viewer-Country-Region",
    "CloudFront-Viewer-Country-Region-Name",
    "CloudFront-Viewer-Http-Version",
    "CloudFront-Viewer-Latitude",
    "CloudFront-Viewer-Longitude",
    "CloudFront-Viewer-Metro-Code",
    "CloudFront-Viewer-Postal-Code",
    "CloudFront-Viewer-Time-Zone",
    "CloudFront-Viewer-TLS",
]
_REQUESTS: tuple[tuple[str, str, tuple[str, list[str]], tuple[str, str]], ...] = (
    # id, name, (how headers are chosen, which), (cookies, query strings)
    ("216adef6-5c7f-47e4-b989-5492eafa07d3", "Managed-AllViewer", ("allViewer", []), ("all", "all")),
    (
        "33f36d7e-f396-46d9-90e0-52428a34d9dc",
        "Managed-AllViewerAndCloudFrontHeaders-2022-06",
        ("allViewerAndWhitelistCloudFront", _OF_CLOUDFRONT),
        ("all", "all"),
    ),
    (
        "b689b0a8-53d0-40ab-baf2-68738e2966ac",
        "Managed-AllViewerExceptHostHeader",
        ("allExcept", ["Host"]),
        ("all", "all"),
    ),
    ("59781a5b-3903-41f3-afcb-af62929ccde1", "Managed-CORS-CustomOrigin", ("whitelist", ["Origin"]), ("none", "none")),
    ("88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", "Managed-CORS-S3Origin", ("whitelist", _CORS), ("none", "none")),
    (
        "775133bc-15f2-49f9-abea-afb2e0bf67d2",
        "Managed-Elemental-MediaTailor-PersonalizedManifests",
        ("whitelist", [*_CORS, "User-Agent", "X-Forwarded-For"]),
        ("none", "all"),
    ),
    ("bf0718e1-ba1e-49d1-88b1-f726733018ae", "Managed-HostHeaderOnly", ("whitelist", ["Host"]), ("none", "none")),
    (
        "acba4595-bd28-49b8-b9fe-13317c0390fa",
        "Managed-UserAgentRefererHeaders",
        ("whitelist", ["User-Agent", "Referer"]),
        ("none", "none"),
    ),
)


def cache_policies() -> list[Entry]:
    """Return the managed cache policies, as every account has them."""
    return [
        entry(policy_id, _cache_config(name, ttls, compressed, key))
        for policy_id, name, ttls, compressed, key in _CACHE
    ]


def origin_request_policies() -> list[Entry]:
    """Return the managed origin request policies, as every account has them."""
    return [entry(policy_id, _request_config(name, headers, others)) for policy_id, name, headers, others in _REQUESTS]


def entry(policy_id: str, config: Params) -> Entry:
    """Return a managed policy."""
    return Entry(policy_id, config, ETAG, ADDED_AT)


def _request_config(name: str, headers: tuple[str, list[str]], others: tuple[str, str]) -> Params:
    chosen: Params = {"HeaderBehavior": headers[0]}
    if headers[1]:
        chosen["Headers"] = {"Quantity": len(headers[1]), "Items": headers[1]}
    return {
        "Name": name,
        "Comment": "",
        "HeadersConfig": chosen,
        "CookiesConfig": {"CookieBehavior": others[0]},
        "QueryStringsConfig": {"QueryStringBehavior": others[1]},
    }


def _cache_config(name: str, ttls: tuple[int, int, int], compressed: tuple[bool, bool], key: Params) -> Params:
    return {
        "Name": name,
        "Comment": "",
        "MinTTL": ttls[0],
        "DefaultTTL": ttls[1],
        "MaxTTL": ttls[2],
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": compressed[0],
            "EnableAcceptEncodingBrotli": compressed[1],
            "HeadersConfig": _part("HeaderBehavior", "Headers", key.get("headers")),
            "CookiesConfig": _part("CookieBehavior", "Cookies", key.get("cookies")),
            "QueryStringsConfig": _part("QueryStringBehavior", "QueryStrings", key.get("queries")),
        },
    }


def _part(behavior: str, group: str, names: list[str] | str | None) -> Params:
    if isinstance(names, list):
        return {behavior: "whitelist", group: {"Quantity": len(names), "Items": names}}
    return {behavior: names or "none"}
