"""Distributions by their behaviors, functions and error pages: rows of the table that `test_routes` goes through.

Pages are of the CloudFront Developer Guide, unless S3's are named.
"""

from typing import Any

from tests.invalidator.rules.shapes import (
    ALL_QUERIES,
    API,
    INDEX,
    OTHER_BUCKET,
    WEBSITE,
    Shape,
    behavior,
    config,
    edge_lambda,
    error,
    function,
    group,
    origin,
)

OLD = {"policy": None, "MinTTL": 0}
QUERY = {"ForwardedValues": {"QueryString": True, "Cookies": {"Forward": "none"}}}
NO_QUERY = {"ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}}
CUSTOM = "11111111-2222-3333-4444-555555555555"


def policy(queries: str) -> dict[str, Any]:
    strings = {"QueryStringsConfig": {"QueryStringBehavior": queries}}
    return {CUSTOM: {"Name": "own", "ParametersInCacheKeyAndForwardedToOrigin": strings}}


BEHAVIORS = [
    Shape(
        "another bucket's origin beside ours",
        "DownloadDistValuesCacheBehavior.html, Path pattern",
        config(origin(), OTHER_BUCKET, behaviors=(behavior("/media/*", "media"),)),
        {"a": ["/a"], "media/a": [], "mediathek": ["/mediathek"]},
    ),
    Shape(
        "a behavior for some paths, all others elsewhere",
        "DownloadDistValuesCacheBehavior.html, Path pattern",
        config(origin(), API, behaviors=(behavior("static/*"), behavior("*.js")), default=behavior(target="api")),
        {"static/a": ["/static/a"], "x/y.js": ["/x/y.js"], "a.css": []},
    ),
    Shape(
        "the first behavior that matches counts",
        "DownloadDistValuesCacheBehavior.html, Path pattern",
        config(
            origin(),
            API,
            behaviors=(behavior("/a/b/*"), behavior("/a/*", "api"), behavior("/a/c/*")),
            default=behavior(target="api"),
        ),
        {"a/b/x": ["/a/b/x"], "a/c/x": [], "a/x": []},
    ),
    Shape(
        "behaviors see URIs without what stands in front: the pattern is of the URI, not of the key",
        "DownloadDistValuesCacheBehavior.html, Path pattern; DownloadDistValuesOrigin.html, Origin path",
        config(origin(path="/site"), API, behaviors=(behavior("/site/*", "api"),)),
        {"site/a": ["/a"], "site/site/a": []},
    ),
    Shape(
        "behaviors see URIs in normal form, caches don't",
        "DownloadDistValuesCacheBehavior.html, Path pattern",
        config(origin(), API, behaviors=(behavior("/a/b"),), default=behavior(target="api")),
        {"a//b": ["/a//b"], "x/../a/b": ["/x/../a/b"], "a/c": []},
    ),
    Shape(
        "a pattern in one spelling of a blank",
        "DownloadDistValuesCacheBehavior.html, Path pattern",
        config(origin(), API, behaviors=(behavior("/a+b"),), default=behavior(target="api")),
        {"a b": ["/a%20b", "/a+b"]},
    ),
    Shape(
        "two behaviors, two origin paths of one bucket",
        "DownloadDistValuesOrigin.html, Origin path",
        config(
            origin(path="/live"),
            origin(path="/beta", name="beta"),
            behaviors=(behavior("/next/*", "beta"),),
        ),
        {"live/a": ["/a"], "beta/next/a": ["/next/a"], "beta/a": [], "live/next/a": [], "a": []},
    ),
    Shape(
        "an origin that no behavior asks",
        "DownloadDistValuesCacheBehavior.html, Origin or origin group",
        config(origin(), API, default=behavior(target="api")),
        {"a": []},
    ),
    Shape(
        "an origin group asks both of its members",
        "high_availability_origin_failover.html",
        config(
            OTHER_BUCKET,
            origin(path="/spare"),
            groups=(group("both", "media", "bucket"),),
            default=behavior(target="both"),
        ),
        {"spare/a": ["/a"], "a": []},
    ),
    Shape(
        "query strings in the cache key, as cache policies say it",
        "invalidation-specifying-objects.html, Forwarding query strings",
        config(default=behavior(policy=ALL_QUERIES)),
        {"a.html": ["/a.html*"], "a": ["/a", "/a?*"], "d.x/a": ["/d.x/a", "/d.x/a?*"], "~a": ["/*"]},
    ),
    Shape(
        "query strings in the cache key, as ForwardedValues says it",
        "API Reference, ForwardedValues",
        config(default=behavior(**OLD, **QUERY)),
        {"a.html": ["/a.html*"]},
    ),
    Shape(
        "no query strings in the cache key, as ForwardedValues says it",
        "API Reference, ForwardedValues",
        config(default=behavior(**OLD, **NO_QUERY)),
        {"a.html": ["/a.html"]},
    ),
    Shape(
        "a policy of one's own without query strings",
        "cache-key-understand-cache-policy.html",
        config(default=behavior(policy=CUSTOM)),
        {"a.html": ["/a.html"]},
        policies=policy("none"),
    ),
    Shape(
        "a policy of one's own with some query strings",
        "cache-key-understand-cache-policy.html",
        config(default=behavior(policy=CUSTOM)),
        {"a.html": ["/a.html*"]},
        policies=policy("whitelist"),
    ),
    Shape(
        "a policy that can't be read counts as having query strings",
        "cache-key-understand-cache-policy.html",
        config(default=behavior(policy=CUSTOM)),
        {"a.html": ["/a.html*"]},
    ),
    Shape(
        "query strings count by behavior",
        "DownloadDistValuesCacheBehavior.html, Path pattern",
        config(behaviors=(behavior("/api/*", policy=ALL_QUERIES),)),
        {"api/a.json": ["/api/a.json*"], "a.html": ["/a.html"]},
    ),
    Shape(
        "directories and roots with query strings",
        "invalidation-specifying-objects.html, Forwarding query strings",
        config(origin(WEBSITE), default=behavior(policy=ALL_QUERIES)),
        {"d/index.html": ["/d/index.html*", "/d/", "/d/?*", "/d", "/d?*"], "index.html": ["/index.html*", "/", "/?*"]},
        INDEX,
    ),
    Shape(
        "a function on viewer requests may make any URI of any",
        "invalidation-specifying-objects.html, Changing the URI by using a Lambda function",
        config(default=behavior(**function("viewer-request"))),
        {"a": ["/*"]},
    ),
    Shape(
        "a Lambda function on origin requests too",
        "lambda-event-structure.html, origin request",
        config(default=behavior(**edge_lambda("origin-request"))),
        {"a": ["/*"]},
    ),
    Shape(
        "functions on responses don't",
        "lambda-cloudfront-trigger-events.html",
        config(default=behavior(**function("viewer-response"), **edge_lambda("origin-response"))),
        {"a": ["/a"]},
    ),
    Shape(
        "a function on one behavior: all that it takes, and the key's own",
        "invalidation-specifying-objects.html, Changing the URI by using a Lambda function",
        config(behaviors=(behavior("/app/*", **function("viewer-request")),)),
        {"x": ["/app/*", "/x"], "app/x": ["/app/*"]},
    ),
    Shape(
        "a function does not lead out of the origin path",
        "DownloadDistValuesOrigin.html, Origin path",
        config(origin(path="/site"), default=behavior(**function("viewer-request"))),
        {"site/x": ["/*"], "x": []},
    ),
    Shape(
        "a custom error page kept ten seconds is no affair of ours",
        "custom-error-pages-expiration.html",
        config(errors=(error(404, "/app.html"), error(403, "/app.html", 10))),
        {"app.html": ["/app.html"]},
    ),
    Shape(
        "a custom error page kept long is kept under the URIs that failed",
        "GeneratingCustomErrorResponses.html, HTTPStatusCodes.html",
        config(errors=(error(404, "/app.html", 300),)),
        {"app.html": ["/*"], "a": ["/a"]},
    ),
    Shape(
        "a website's own errors may be kept long, and with them the page in their place",
        "custom-error-pages-expiration.html",
        config(origin(WEBSITE), errors=(error(404, "/app.html"),)),
        {"app.html": ["/*"]},
        INDEX,
    ),
    Shape(
        "a custom error page below an origin path, named by its URI",
        "GeneratingCustomErrorResponses.html",
        config(origin(path="/site"), errors=(error(404, "/my%20error.html", 60),)),
        {"site/my error.html": ["/*"], "my error.html": []},
    ),
    Shape(
        "an error caching time without a page needs nothing",
        "custom-error-pages-expiration.html",
        config(errors=(error(404, seconds=300),)),
        {"a": ["/a"]},
    ),
    Shape(
        "the root counts by the behavior of its object's name too",
        "DefaultRootObject.html; DownloadDistValuesCacheBehavior.html, Path pattern",
        config(origin(), API, root="index.html", behaviors=(behavior("/index.html"),), default=behavior(target="api")),
        {"index.html": ["/index.html", "/"]},
    ),
    Shape(
        "an origin path that each tenant fills in may lead to any key",
        "tenant-customization.html, How parameters work with distribution tenants",
        config(origin(path="/{{tenant}}"), API, behaviors=(behavior("/assets/*"),), default=behavior(target="api")),
        {"acme/a": ["/assets/*"]},
    ),
    Shape(
        "a bucket that each tenant fills in may be this one",
        "tenant-customization.html, How parameters work with distribution tenants",
        config(origin("{{bucket}}.s3.eu-central-1.amazonaws.com")),
        {"a": ["/a"], "d/index.html": ["/d/index.html", "/d/", "/d"]},
    ),
    Shape(
        "strange keys",
        "invalidation-specifying-objects.html, Non-ASCII or unsafe characters in the path",
        config(origin(WEBSITE)),
        {
            "/a": ["//a"],
            "a//index.html": ["/a//index.html", "/a//", "/a/"],
            "/index.html": ["//index.html", "//"],
            "../a": ["/../a"],
            "d e/index.html": ["/d%20e/index.html", "/d+e/index.html", "/d%20e/", "/d+e/", "/d%20e", "/d+e"],
            "~/index.html": ["/*"],
            "a/~/index.html": ["/a/*"],
            "a*/index.html": ["/a*"],
            "é/index.html": ["/%C3%A9/index.html", "/%C3%A9/", "/%C3%A9"],
        },
        INDEX,
    ),
]
