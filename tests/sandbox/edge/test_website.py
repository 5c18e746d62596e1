"""Website endpoints, as the S3 User Guide tells them, seen through the edge."""

from typing import Any

import pytest

from tests.sandbox.edge.world import BUCKET, SERVICE, World, allow, config_of, headers_of, website_origin, x_cache

HOST = f"{BUCKET}.s3-website-us-east-1.amazonaws.com"


@pytest.fixture
def site(world: World) -> World:
    """A website with index documents and no error document."""
    world.buckets.websites[BUCKET] = {"IndexDocument": {"Suffix": "index.html"}}
    world.distribution(config_of(website_origin()))
    return world


def configure(site: World, **website: Any) -> None:
    site.buckets.websites[BUCKET] = {"IndexDocument": {"Suffix": "index.html"}} | website


def location(site: World, uri: str) -> tuple[int, str | None]:
    answer = site.get(uri)
    return answer.status, headers_of(answer).get("location")


def test_folders_have_index_documents(site: World) -> None:
    site.buckets.put("index.html", "root")
    site.buckets.put("photos/2006/index.html", "album")
    assert site.text("/") == "root"
    assert site.text("/photos/2006/") == "album"
    assert site.get("/photos/").status == 404


def test_a_folder_without_its_slash_is_sent_there_only_if_there_is_a_document(site: World) -> None:
    site.buckets.put("a b/ü/index.html", "one")
    assert location(site, "/a%20b/%C3%BC") == (302, "/a%20b/%C3%BC/")
    assert location(site, "/a+b") == (404, None)
    site.buckets.put("a b/ü", "an object of its own")
    site.invalidate("/*")
    assert site.text("/a%20b/%C3%BC") == "an object of its own"


def test_the_redirect_to_the_slash_has_the_origin_path_in_it(site: World) -> None:
    site.distribution(config_of(website_origin("/v1")))
    site.buckets.put("v1/d/index.html", "one")
    assert location(site, "/d") == (302, "/v1/d/")
    assert site.text("/d/") == "one"


def test_a_redirect_is_kept_like_an_object(site: World) -> None:
    site.buckets.put("d/index.html", "one")
    assert [x_cache(site.get("/d")) for _ in range(2)] == ["Miss", "Hit"]
    site.clock.advance(86401)
    assert x_cache(site.get("/d")) == "Miss"


@pytest.mark.parametrize("target", ["/page2.html", "https://example.com/x"])
def test_an_object_may_be_a_redirect(site: World, target: str) -> None:
    site.buckets.put("page1.html", "", x_amz_website_redirect_location=target)
    assert location(site, "/page1.html") == (301, target)


def test_a_rest_endpoint_serves_such_an_object_itself(world: World) -> None:
    world.buckets.put("page1.html", "one", x_amz_website_redirect_location="/page2.html")
    assert world.text("/page1.html") == "one"


@pytest.mark.parametrize(
    ("everything", "target"),
    [
        ({"HostName": "example.com"}, "http://example.com/a%20b/c"),
        ({"HostName": "example.com", "Protocol": "https"}, "https://example.com/a%20b/c"),
    ],
)
def test_a_bucket_may_redirect_everything(site: World, everything: dict[str, str], target: str) -> None:
    site.buckets.websites[BUCKET] = {"RedirectAllRequestsTo": everything}
    assert location(site, "/a+b/c") == (301, target)


@pytest.mark.parametrize(
    ("rule", "uri", "answer"),
    [
        (
            {"Condition": {"KeyPrefixEquals": "docs/"}, "Redirect": {"ReplaceKeyPrefixWith": "documents/"}},
            "/docs/a.html",
            (301, f"http://{HOST}/documents/a.html"),
        ),
        (
            {"Condition": {"KeyPrefixEquals": "images/"}, "Redirect": {"ReplaceKeyWith": "gone.html"}},
            "/images/x.png",
            (301, f"http://{HOST}/gone.html"),
        ),
        (
            {
                "Condition": {"HttpErrorCodeReturnedEquals": "404"},
                "Redirect": {"HostName": "example.com", "ReplaceKeyPrefixWith": "report-404/"},
            },
            "/Page.html",
            (301, "http://example.com/report-404/Page.html"),
        ),
        (
            {"Condition": {"HttpErrorCodeReturnedEquals": "404"}, "Redirect": {"HostName": "example.com"}},
            "/here.html",
            (200, None),
        ),
        (
            {
                "Condition": {"KeyPrefixEquals": "x/", "HttpErrorCodeReturnedEquals": "404"},
                "Redirect": {"Protocol": "https", "HttpRedirectCode": "302"},
            },
            "/x/y",
            (302, f"https://{HOST}/x/y"),
        ),
        (
            {"Condition": {"KeyPrefixEquals": "x/", "HttpErrorCodeReturnedEquals": "404"}, "Redirect": {}},
            "/y",
            (404, None),
        ),
        ({"Redirect": {"HostName": "example.com"}}, "/here.html", (301, "http://example.com/here.html")),
    ],
)
def test_routing_rules_redirect(site: World, rule: dict[str, Any], uri: str, answer: tuple[int, str | None]) -> None:
    configure(site, RoutingRules=[rule])
    site.buckets.put("here.html", "here")
    assert location(site, uri) == answer


def test_the_first_routing_rule_that_fits_wins(site: World) -> None:
    rules = [
        {"Condition": {"KeyPrefixEquals": "a/b"}, "Redirect": {"ReplaceKeyWith": "one"}},
        {"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyWith": "two"}},
    ]
    configure(site, RoutingRules=rules)
    assert location(site, "/a/b") == (301, f"http://{HOST}/one")
    assert location(site, "/a/c") == (301, f"http://{HOST}/two")


def test_an_error_document_comes_with_the_errors_status_and_its_own_headers(site: World) -> None:
    configure(site, ErrorDocument={"Key": "404.html"})
    site.buckets.put("404.html", "nope", Content_Type="text/x-nope")
    answer = site.get("/new")
    assert (answer.status, answer.body, headers_of(answer)["content-type"]) == (404, b"nope", "text/x-nope")
    assert site.get("/404.html").status == 200


def test_without_its_error_document_s3_shows_a_page_of_its_own(site: World) -> None:
    configure(site, ErrorDocument={"Key": "404.html"})
    page = site.text("/<new>")
    assert "Code: NoSuchKey" in page
    assert "&lt;new&gt;" in page


def test_what_not_everybody_may_read_is_forbidden_at_a_website(site: World) -> None:
    site.buckets.put("a", "one")
    site.buckets.policies[BUCKET] = allow(SERVICE, "s3:GetObject", "s3:ListBucket")
    assert site.get("/a").status == 403
    assert site.get("/new").status == 403


def test_a_policy_that_wants_tls_keeps_a_website_endpoint_out(site: World) -> None:
    site.buckets.put("a", "one")
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    site.buckets.policies[BUCKET]["Statement"].append(denial)
    assert site.get("/a").status == 403


@pytest.mark.parametrize(
    ("domain", "status", "code"),
    [
        ("site.s3-website-eu-west-1.amazonaws.com", 400, "IncorrectEndpoint"),
        ("gone.s3-website-us-east-1.amazonaws.com", 404, "NoSuchBucket"),
        ("bare.s3-website-us-east-1.amazonaws.com", 404, "NoSuchWebsiteConfiguration"),
    ],
)
def test_a_wrong_website_endpoint_says_what_is_wrong(site: World, domain: str, status: int, code: str) -> None:
    site.buckets.create("bare")
    site.distribution(config_of(website_origin() | {"DomainName": domain}))
    answer = site.get("/a")
    assert (answer.status, f"Code: {code}" in answer.body.decode()) == (status, True)


def test_both_spellings_of_a_website_endpoint_are_the_same(site: World) -> None:
    site.buckets.put("a", "one")
    site.distribution(config_of(website_origin() | {"DomainName": f"{BUCKET}.s3-website.us-east-1.amazonaws.com"}))
    assert site.text("/a") == "one"
