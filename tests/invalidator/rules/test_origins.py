"""Which origins read a bucket, by their host names."""

import pytest

from invalidator.rules.origins import Kind, items, kind_of, targets

BUCKET = "my.site"


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("my.site.s3.amazonaws.com", "rest"),
        ("my.site.s3.eu-central-1.amazonaws.com", "rest"),
        ("MY.SITE.S3.eu-central-1.amazonaws.com.", "rest"),
        ("my.site.s3-eu-west-1.amazonaws.com", "rest"),
        ("my.site.s3-external-1.amazonaws.com", "rest"),
        ("my.site.s3.dualstack.us-east-1.amazonaws.com", "rest"),
        ("my.site.s3-fips.us-gov-west-1.amazonaws.com", "rest"),
        ("my.site.s3-fips.dualstack.us-east-1.amazonaws.com", "rest"),
        ("my.site.s3-accelerate.amazonaws.com", "rest"),
        ("my.site.s3-accelerate.dualstack.amazonaws.com", "rest"),
        ("my.site.s3.cn-north-1.amazonaws.com.cn", "rest"),
        ("my.site.s3.eusc-de-east-1.amazonaws.eu", "rest"),
        ("my.site.s3-website-us-east-1.amazonaws.com", "website"),
        ("my.site.s3-website.eu-central-1.amazonaws.com", "website"),
        ("my.site.s3-website.cn-north-1.amazonaws.com.cn", "website"),
        ("my.site", "website"),
        ("s3.amazonaws.com", "path"),
        ("s3.eu-central-1.amazonaws.com", "path"),
        ("s3-us-west-2.amazonaws.com", "path"),
        ("ap-123456789012.s3-accesspoint.us-west-2.amazonaws.com", "maybe"),
        ("ap-x1y2z3-s3alias.s3.us-west-2.amazonaws.com", "maybe"),
        ("ol-x1y2z3--ol-s3.s3.us-west-2.amazonaws.com", "maybe"),
        ("ol-123456789012.s3-object-lambda.us-west-2.amazonaws.com", "maybe"),
        ("mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com", "maybe"),
        ("{{tenant}}.s3.us-west-2.amazonaws.com", "maybe"),
        ("site.s3.amazonaws.com", "other"),
        ("not.my.site.s3.amazonaws.com", "other"),
        ("my.site.example.com", "other"),
        ("my.site.s3.amazonaws.com.example.com", "other"),
        ("my-site.s3.amazonaws.com", "other"),
        ("www.example.com", "other"),
    ],
)
def test_a_host_name_tells_how_it_reads_the_bucket(domain: str, kind: Kind) -> None:
    assert kind_of({"DomainName": domain}, BUCKET) == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [("", "path"), ("/my.site", "path"), ("/my.site/sub", "path"), ("/my.sites", "other"), ("/another", "other")],
)
def test_an_endpoint_for_all_buckets_reads_the_one_that_its_path_begins_with(path: str, kind: Kind) -> None:
    assert kind_of({"DomainName": "s3.us-east-1.amazonaws.com", "OriginPath": path}, BUCKET) == kind


def test_an_origin_is_reached_by_its_id_and_by_the_groups_that_it_is_in() -> None:
    members = {"Quantity": 2, "Items": [{"OriginId": "a"}, {"OriginId": "b"}]}
    config = {"OriginGroups": {"Quantity": 1, "Items": [{"Id": "both", "Members": members}]}}
    assert targets(config, "b") == {"b", "both"}
    assert targets(config, "c") == {"c"}
    assert targets({"OriginGroups": {"Quantity": 0}}, "c") == {"c"}


def test_cloudfronts_empty_lists_have_no_items() -> None:
    assert items({"Aliases": {"Quantity": 0}}, "Aliases") == []
    assert items({"Aliases": {"Quantity": 0, "Items": None}}, "Aliases") == []
    assert items({}, "Aliases") == []
