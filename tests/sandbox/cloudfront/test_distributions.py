from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sandbox.cloudfront.configs import CERTIFICATE, assert_holds, behavior, group, legacy
from tests.sandbox.cloudfront.world import World, refused


def update(world: World, distribution_id: str, **changes: Any) -> dict[str, Any]:
    """Change what is there, as the documentation says to: get, change, send all."""
    got = world.client.get_distribution_config(Id=distribution_id)
    config = got["DistributionConfig"] | changes
    return world.client.update_distribution(Id=distribution_id, IfMatch=got["ETag"], DistributionConfig=config)


def test_a_new_one_is_answered_whole_with_its_address_and_its_etag(world: World) -> None:
    answer = world.client.create_distribution(DistributionConfig=world.config())
    made = answer["Distribution"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert answer["Location"] == f"https://cloudfront.amazonaws.com/2020-05-31/distribution/{made['Id']}"
    assert made["ARN"] == f"arn:aws:cloudfront::123456789012:distribution/{made['Id']}"
    assert made["DomainName"].endswith(".cloudfront.net")
    assert made["LastModifiedTime"] == datetime.fromtimestamp(world.clock(), UTC)
    assert len(made["Id"]) == 14
    assert answer["ETag"] == world.client.get_distribution(Id=made["Id"])["ETag"]


def test_what_was_not_said_is_filled_in_as_aws_does(world: World) -> None:
    config = world.client.get_distribution_config(Id=world.create())["DistributionConfig"]
    assert config["Aliases"] == {"Quantity": 0}
    assert config["DefaultRootObject"] == ""
    assert config["PriceClass"] == "PriceClass_All"
    assert config["ConnectionMode"] == "direct"
    assert config["Origins"]["Items"][0]["OriginPath"] == ""
    assert config["DefaultCacheBehavior"]["AllowedMethods"]["Items"] == ["HEAD", "GET"]
    assert "CacheTagConfig" not in config


def three_origins(control: str, identity: str) -> list[dict[str, Any]]:
    """A bucket by its REST endpoint in both ways of access, and by its website endpoint."""
    s3 = {"Id": "bucket", "DomainName": "site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    return [
        {**s3, "OriginPath": "/docs", "OriginAccessControlId": control},
        {
            **s3,
            "Id": "by identity",
            "S3OriginConfig": {"OriginAccessIdentity": f"origin-access-identity/cloudfront/{identity}"},
            "CustomHeaders": group({"HeaderName": "x-from", "HeaderValue": "edge"}),
        },
        {
            "Id": "website",
            "DomainName": "site.s3-website-us-east-1.amazonaws.com",
            "OriginPath": "/blog",
            "CustomOriginConfig": {
                "HTTPPort": 80,
                "HTTPSPort": 443,
                "OriginProtocolPolicy": "http-only",
                "OriginSslProtocols": group("TLSv1.2"),
                "OriginReadTimeout": 20,
                "OriginKeepaliveTimeout": 6,
            },
        },
    ]


def test_the_whole_configuration_comes_back_as_it_was_sent(world: World) -> None:
    control = world.client.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": "bucket",
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )["OriginAccessControl"]["Id"]
    identity = world.client.create_cloud_front_origin_access_identity(
        CloudFrontOriginAccessIdentityConfig={"CallerReference": "one", "Comment": ""}
    )["CloudFrontOriginAccessIdentity"]["Id"]
    sent = world.config(
        Comment="docs & blog <main>",
        DefaultRootObject="index.html",
        Aliases=group("www.example.org", "*.example.com"),
        ViewerCertificate=CERTIFICATE,
        CacheTagConfig={"HeaderName": "x-amz-meta-cache-tag"},
        Origins=group(*three_origins(control, identity)),
        OriginGroups=group(
            {
                "Id": "either",
                "FailoverCriteria": {"StatusCodes": group(500, 502)},
                "Members": group({"OriginId": "bucket"}, {"OriginId": "website"}),
            }
        ),
        CacheBehaviors=group(
            behavior("/api/*", **legacy(True, MinTTL=1, DefaultTTL=2, MaxTTL=3)),
            behavior("*.jpg", TargetOriginId="either", CachePolicyId="4135ea2d-6df8-44a3-9df3-4b5a84be39ad"),
        ),
        CustomErrorResponses=group(
            {"ErrorCode": 404, "ResponsePagePath": "/404.html", "ResponseCode": "404", "ErrorCachingMinTTL": 60},
            {"ErrorCode": 403, "ErrorCachingMinTTL": 0},
        ),
    )
    one = world.create(**sent)
    assert_holds(world.client.get_distribution(Id=one)["Distribution"]["DistributionConfig"], sent)
    assert_holds(world.client.get_distribution_config(Id=one)["DistributionConfig"], sent)
    kept = world.store.get(one)
    assert kept is not None
    assert_holds(kept.config, sent)


def test_a_list_shows_neither_the_default_root_object_nor_the_cache_tags_header(world: World) -> None:
    world.create(DefaultRootObject="index.html", CacheTagConfig={"HeaderName": "x-amz-meta-cache-tag"})
    (item,) = world.client.list_distributions()["DistributionList"]["Items"]
    assert not {"DefaultRootObject", "CacheTagConfig", "CallerReference", "Logging"} & set(item)
    assert {"Id", "ARN", "Status", "DomainName", "Aliases", "Origins", "CacheBehaviors", "Comment"} <= set(item)


def test_it_is_in_progress_and_then_deployed_and_so_is_every_change(world: World) -> None:
    world.store.configure(deploy_seconds=60)
    one = world.create()
    status = lambda: world.client.get_distribution(Id=one)["Distribution"]["Status"]  # noqa: E731 - read three times
    assert status() == "InProgress"
    world.clock.advance(60)
    assert status() == "Deployed"
    update(world, one, Comment="new")
    assert status() == "InProgress"


def test_the_clients_own_waiter_is_content_once_it_is_deployed(world: World) -> None:
    world.store.configure(deploy_seconds=0)
    world.client.get_waiter("distribution_deployed").wait(
        Id=world.create(), WaiterConfig={"Delay": 0, "MaxAttempts": 1}
    )


def test_a_caller_reference_makes_one_distribution_only(world: World) -> None:
    world.create("one")
    with refused("DistributionAlreadyExists", 409):
        world.create("one")
    with refused("DistributionAlreadyExists", 409):
        world.create("one", Comment="another")


def test_an_update_gives_a_new_etag_and_the_old_one_is_refused(world: World) -> None:
    one = world.create()
    old = world.client.get_distribution_config(Id=one)
    new = update(world, one, Comment="changed")
    assert new["ETag"] != old["ETag"]
    with refused("PreconditionFailed", 412):
        world.client.update_distribution(Id=one, IfMatch=old["ETag"], DistributionConfig=old["DistributionConfig"])
    assert world.client.get_distribution(Id=one)["Distribution"]["DistributionConfig"]["Comment"] == "changed"


@pytest.mark.parametrize("etag", [{}, {"IfMatch": ""}, {"IfMatch": "*"}, {"IfMatch": "no etag"}])
def test_an_update_without_a_version_is_refused(world: World, etag: dict[str, str]) -> None:
    one = world.create()
    config = world.client.get_distribution_config(Id=one)["DistributionConfig"]
    with refused("InvalidIfMatchVersion", 400):
        world.client.update_distribution(Id=one, DistributionConfig=config, **etag)


@pytest.mark.parametrize("name", ["Aliases", "DefaultRootObject", "CacheBehaviors", "HttpVersion", "WebACLId"])
def test_an_update_must_say_more_than_a_creation(world: World, name: str) -> None:
    one = world.create()
    got = world.client.get_distribution_config(Id=one)
    del got["DistributionConfig"][name]
    with refused("IllegalUpdate", 400) as caught:
        world.client.update_distribution(Id=one, IfMatch=got["ETag"], DistributionConfig=got["DistributionConfig"])
    assert f"{name} is required for updates." in str(caught.value)


def test_an_update_must_be_whole_inside_behaviors_and_origins_too(world: World) -> None:
    one = world.create()
    for path in (("DefaultCacheBehavior", "AllowedMethods"), ("DefaultCacheBehavior", "FieldLevelEncryptionId")):
        got = world.client.get_distribution_config(Id=one)
        del got["DistributionConfig"][path[0]][path[1]]
        with refused("IllegalUpdate", 400):
            world.client.update_distribution(Id=one, IfMatch=got["ETag"], DistributionConfig=got["DistributionConfig"])


def test_the_caller_reference_stays(world: World) -> None:
    one = world.create("one")
    with refused("IllegalUpdate", 400):
        update(world, one, CallerReference="two")


def test_a_refused_update_changes_nothing(world: World) -> None:
    one = world.create()
    before = world.client.get_distribution(Id=one)
    with refused("NoSuchOrigin"):
        config = before["Distribution"]["DistributionConfig"]
        update(world, one, DefaultCacheBehavior=config["DefaultCacheBehavior"] | {"TargetOriginId": "none"})
    after = world.client.get_distribution(Id=one)
    assert (after["ETag"], after["Distribution"]) == (before["ETag"], before["Distribution"])


def test_only_what_is_disabled_and_deployed_can_be_deleted(world: World) -> None:
    one = world.create()
    world.clock.advance(60)
    with refused("DistributionNotDisabled", 409):
        world.client.delete_distribution(Id=one, IfMatch=world.client.get_distribution(Id=one)["ETag"])
    etag = update(world, one, Enabled=False)["ETag"]
    with refused("DistributionNotDisabled", 409):
        world.client.delete_distribution(Id=one, IfMatch=etag)
    world.clock.advance(60)
    with refused("InvalidIfMatchVersion", 400):
        world.client.delete_distribution(Id=one)
    world.client.delete_distribution(Id=one, IfMatch=etag)
    with refused("NoSuchDistribution", 404):
        world.client.get_distribution(Id=one)
    assert world.store.find_by_host(f"{one.lower()}.localhost") is None


def test_the_list_comes_in_pages_of_a_hundred(world: World) -> None:
    made = [world.create(str(n)) for n in range(101)]
    first = world.client.list_distributions()["DistributionList"]
    assert (first["IsTruncated"], first["Quantity"], first["MaxItems"]) == (True, 100, 100)
    assert first["NextMarker"] == first["Items"][-1]["Id"]
    pages = world.client.get_paginator("list_distributions").paginate(PaginationConfig={"PageSize": 40})
    assert [item["Id"] for page in pages for item in page["DistributionList"]["Items"]] == made


def test_an_empty_list_has_no_items(world: World) -> None:
    listed = world.client.list_distributions()["DistributionList"]
    assert (listed["Quantity"], listed["IsTruncated"], "Items" in listed) == (0, False, False)


def test_distributions_are_found_by_what_they_use(world: World) -> None:
    policy = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    plain = world.create("plain")
    other = world.create("other", CacheBehaviors=group(behavior("/a", CachePolicyId=policy)))
    by_policy = world.client.list_distributions_by_cache_policy_id(CachePolicyId=policy)["DistributionIdList"]
    assert by_policy["Items"] == [other]
    by_acl = world.client.list_distributions_by_web_acl_id(WebACLId="null")["DistributionList"]
    assert [item["Id"] for item in by_acl["Items"]] == [plain, other]


def test_an_alias_belongs_to_one_distribution_whatever_its_case(world: World) -> None:
    one = world.create("one", Aliases=group("www.example.org"), ViewerCertificate=CERTIFICATE)
    with refused("CNAMEAlreadyExists", 409):
        world.create("two", Aliases=group("WWW.example.org"), ViewerCertificate=CERTIFICATE)
    update(world, one, Aliases={"Quantity": 0})
    two = world.create("two", Aliases=group("www.example.org"), ViewerCertificate=CERTIFICATE)
    found = world.store.find_by_host("www.example.org")
    assert found is not None
    assert found.id == two


@pytest.mark.parametrize("host", ["{id}", "{id}.localhost:8002", "{domain}", "www.example.org", "a.wild.example.org"])
def test_a_distribution_answers_to_its_id_its_domain_and_its_aliases(world: World, host: str) -> None:
    one = world.create(Aliases=group("www.example.org", "*.wild.example.org"), ViewerCertificate=CERTIFICATE)
    domain = world.client.get_distribution(Id=one)["Distribution"]["DomainName"]
    found = world.store.find_by_host(host.format(id=one.lower(), domain=domain))
    assert found is not None
    assert found.id == one


@pytest.mark.parametrize("host", ["example.org", "a.b.wild.example.org", "wild.example.org", "localhost:8002", ""])
def test_other_hosts_find_nothing(world: World, host: str) -> None:
    world.create(Aliases=group("www.example.org", "*.wild.example.org"), ViewerCertificate=CERTIFICATE)
    assert world.store.find_by_host(host) is None
