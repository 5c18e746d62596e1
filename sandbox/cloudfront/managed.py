"""The managed cache policies: `using-managed-cache-policies.html` in the CloudFront Developer Guide."""

from sandbox.cloudfront.shelf import Entry, Params

_DAY, _YEAR = 86400, 31536000

_ADDED_AT = 1595886000.0
"""When the first of them appeared, 27 July 2020; CloudFront gives some such date for all."""

_TABLE: tuple[tuple[str, str, tuple[int, int, int], tuple[bool, bool], Params], ...] = (
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


def managed_policies() -> list[Entry]:
    """Return the managed cache policies, as every account has them."""
    return [
        Entry(policy_id, _config(name, ttls, compressed, key), "E23ZP02F085DFQ", _ADDED_AT)
        for policy_id, name, ttls, compressed, key in _TABLE
    ]


def _config(name: str, ttls: tuple[int, int, int], compressed: tuple[bool, bool], key: Params) -> Params:
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
