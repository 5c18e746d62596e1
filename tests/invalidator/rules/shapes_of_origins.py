"""Distributions by what stands behind them: rows of the table that `test_routes` goes through.

Pages are of the CloudFront Developer Guide, unless S3's are named.
"""

from invalidator.rules.routes import Website
from tests.invalidator.rules.shapes import (
    API,
    INDEX,
    WEBSITE,
    Shape,
    behavior,
    config,
    origin,
)

ORIGINS = [
    Shape("a bucket", "Invalidation.html", config(), {"a.html": ["/a.html"], "d/a": ["/d/a"]}),
    Shape(
        "a bucket knows no index documents",
        "DefaultRootObject.html",
        config(),
        {"index.html": ["/index.html"], "d/index.html": ["/d/index.html"]},
    ),
    Shape(
        "a default root object answers the root alone",
        "DefaultRootObject.html",
        config(root="index.html"),
        {"index.html": ["/index.html", "/"], "d/index.html": ["/d/index.html"], "a": ["/a"]},
    ),
    Shape(
        "a default root object in a directory",
        "DefaultRootObject.html",
        config(root="en/home.html"),
        {"en/home.html": ["/en/home.html", "/"], "home.html": ["/home.html"]},
    ),
    Shape(
        "a default root object with a slash before it",
        "DefaultRootObject.html",
        config(root="/index.html"),
        {"index.html": ["/index.html", "/"]},
    ),
    Shape(
        "an origin path stands before the key and not in the URI",
        "DownloadDistValuesOrigin.html, Origin path",
        config(origin(path="/site")),
        {"site/a": ["/a"], "a": [], "site": [], "sites/a": [], "SITE/a": [], "site/site/a": ["/site/a"], "/site/a": []},
    ),
    Shape(
        "an origin path of two directories, with a default root object below it",
        "DownloadDistValuesOrigin.html, Origin path; DefaultRootObject.html",
        config(origin(path="/v1/live"), root="index.html"),
        {"v1/live/index.html": ["/index.html", "/"], "index.html": [], "v1/index.html": [], "v1/live/": ["/"]},
    ),
    Shape(
        "an origin path with an encoded blank",
        "DownloadDistValuesOrigin.html, Origin path",
        config(origin(path="/my%20site")),
        {"my site/a": ["/a"], "my%20site/a": []},
    ),
    Shape(
        "a website endpoint answers directories, and redirects to them",
        "S3: IndexDocumentSupport.html",
        config(origin(WEBSITE)),
        {
            "index.html": ["/index.html", "/"],
            "d/index.html": ["/d/index.html", "/d/", "/d"],
            "d/e/index.html": ["/d/e/index.html", "/d/e/", "/d/e"],
            "d/a.html": ["/d/a.html"],
            "myindex.html": ["/myindex.html"],
            "d/": ["/d/"],
        },
        INDEX,
    ),
    Shape(
        "an index document of another name",
        "S3: IndexDocumentSupport.html",
        config(origin(WEBSITE)),
        {"d/home.htm": ["/d/home.htm", "/d/", "/d"], "d/index.html": ["/d/index.html"]},
        Website("home.htm"),
    ),
    Shape(
        "a website endpoint below an origin path",
        "S3: IndexDocumentSupport.html; DownloadDistValuesOrigin.html, Origin path",
        config(origin(WEBSITE, "/docs")),
        {
            "docs/index.html": ["/index.html", "/"],
            "docs/x/index.html": ["/x/index.html", "/x/", "/x"],
            "index.html": [],
        },
        INDEX,
    ),
    Shape(
        "a website whose configuration can't be read: the usual names",
        "S3: IndexDocumentSupport.html, CustomErrorDocSupport.html",
        config(origin(WEBSITE)),
        {"d/index.html": ["/d/index.html", "/d/", "/d"], "404.html": ["/*"], "error.html": ["/*"]},
    ),
    Shape(
        "a website that only redirects",
        "S3: how-to-page-redirect.html",
        config(origin(WEBSITE)),
        {"d/index.html": ["/d/index.html"]},
        Website(),
    ),
    Shape(
        "a website's error document is kept under the URIs that failed",
        "S3: CustomErrorDocSupport.html; custom-error-pages-expiration.html",
        config(origin(WEBSITE)),
        {"oops.html": ["/*"], "a.html": ["/a.html"]},
        Website("index.html", "oops.html"),
    ),
    Shape(
        "an error document outside of the origin path answers all the same",
        "S3: CustomErrorDocSupport.html",
        config(origin(WEBSITE, "/docs")),
        {"oops.html": ["/*"], "docs/oops.html": ["/oops.html"]},
        Website("index.html", "oops.html"),
    ),
    Shape(
        "an error document where one behavior leads to the website",
        "S3: CustomErrorDocSupport.html; DownloadDistValuesCacheBehavior.html",
        config(origin(WEBSITE), API, behaviors=(behavior("/docs/*"),), default=behavior(target="api")),
        {"oops.html": ["/docs/*"], "docs/a": ["/docs/a"], "a": []},
        Website("index.html", "oops.html"),
    ),
    Shape(
        "a custom host name that is the bucket's",
        "S3: VirtualHosting.html, Customizing URLs with CNAME records",
        config(origin("site")),
        {"d/index.html": ["/d/index.html", "/d/", "/d"]},
        INDEX,
    ),
    Shape(
        "an endpoint for all buckets, the bucket in the origin path",
        "S3: VirtualHosting.html, Path-style requests",
        config(origin("s3.eu-central-1.amazonaws.com", "/site")),
        {"a": ["/a"], "site/a": ["/site/a"]},
    ),
    Shape(
        "an endpoint for all buckets, the bucket in the URI",
        "S3: VirtualHosting.html, Path-style requests",
        config(origin("s3.eu-central-1.amazonaws.com")),
        {"a b": ["/site/a%20b", "/site/a+b"]},
    ),
    Shape(
        "an access point may be the bucket's",
        "S3: access-points-cloudfront-distribution.html",
        config(origin("ap-x1y2-s3alias.s3.eu-central-1.amazonaws.com")),
        {"d/index.html": ["/d/index.html", "/d/", "/d"], "a": ["/a"]},
    ),
    Shape(
        "no origin that we know, but somebody linked the two",
        "DownloadDistValuesOrigin.html, Origin domain",
        config(origin("proxy.example.com")),
        {"d/index.html": ["/d/index.html", "/d/", "/d"], "a": ["/a"]},
    ),
    Shape(
        "no origin that we know, with an origin path: it may be the key's, or not",
        "DownloadDistValuesOrigin.html, Origin path",
        config(origin("proxy.example.com", "/v1")),
        {"v1/a": ["/v1/a", "/a"], "b": ["/b"]},
    ),
]
