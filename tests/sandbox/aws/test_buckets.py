"""Buckets: their names, regions, lists, tags and settings."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.aws.world import ACCOUNT, HOME, World


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return refusal.value.response["Error"]["Code"], refusal.value.response["Error"]["Message"]


def test_each_bucket_knows_its_region(world: World) -> None:
    home, west = world.bucket(), world.bucket("eu-west-1")
    assert world.s3.get_bucket_location(Bucket=home)["LocationConstraint"] is None
    assert world.s3.get_bucket_location(Bucket=west)["LocationConstraint"] == "eu-west-1"
    assert world.s3.head_bucket(Bucket=west)["BucketRegion"] == "eu-west-1"
    assert world.aws.objects.region(west) == "eu-west-1"
    assert world.aws.objects.region("no-such-bucket") is None
    world.s3.put_object(Bucket=west, Key="k", Body=b"asked for in another region")
    assert world.client("s3", "ap-south-1").get_object(Bucket=west, Key="k")["Body"].read().startswith(b"asked")


def test_a_region_that_does_not_fit_is_refused(world: World) -> None:
    west = world.client("s3", "eu-west-1")
    assert refused(west.create_bucket, Bucket="no-region")[0] == "IllegalLocationConstraintException"
    other = {"LocationConstraint": "eu-central-1"}
    code, _ = refused(west.create_bucket, Bucket="other-region", CreateBucketConfiguration=other)
    assert code == "IllegalLocationConstraintException"
    home = {"LocationConstraint": HOME}
    code, _ = refused(world.s3.create_bucket, Bucket="home-region", CreateBucketConfiguration=home)
    assert code == "InvalidLocationConstraint"


def test_buckets_are_listed_in_pages_with_regions_only_when_asked(world: World) -> None:
    names = [f"listed-{n:02}" for n in range(7)]
    for n, name in enumerate(names):
        region = "eu-west-1" if n % 2 else HOME
        where = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != HOME else {}
        world.client("s3", region).create_bucket(Bucket=name, **where)
    assert all("BucketRegion" not in one for one in world.s3.list_buckets()["Buckets"])
    pages = list(world.s3.get_paginator("list_buckets").paginate(Prefix="listed-", PaginationConfig={"PageSize": 3}))
    found = [(one["Name"], one["BucketRegion"]) for page in pages for one in page["Buckets"]]
    assert found == [(name, "eu-west-1" if n % 2 else HOME) for n, name in enumerate(names)]
    assert len(pages) == 3
    west = world.s3.list_buckets(BucketRegion="eu-west-1", Prefix="listed-")["Buckets"]
    assert [one["Name"] for one in west] == names[1::2]


@pytest.mark.parametrize("name", ["Upper", "ab", "a..b", "-a-", "192.168.0.1", "xn--a-b", "x" * 64, "under_score"])
def test_names_that_s3_does_not_know_are_refused(world: World, name: str) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=10)
    connection.request("PUT", f"/{name}", headers={"Authorization": "AWS test:signature"})
    answer = connection.getresponse()
    assert (answer.status, b"<Code>InvalidBucketName</Code>" in answer.read()) == (400, True)
    connection.close()


def test_a_bucket_made_twice_and_one_that_is_not_empty(world: World) -> None:
    home, west = world.bucket(versioned=True), world.bucket("eu-west-1")
    world.s3.create_bucket(Bucket=home)
    again = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    assert refused(world.s3.create_bucket, Bucket=west, **again)[0] == "BucketAlreadyOwnedByYou"
    world.s3.put_object(Bucket=home, Key="k")
    marker = world.s3.delete_object(Bucket=home, Key="k")["VersionId"]
    assert refused(world.s3.delete_bucket, Bucket=home)[0] == "BucketNotEmpty"
    for one in world.s3.list_object_versions(Bucket=home)["Versions"]:
        world.s3.delete_object(Bucket=home, Key="k", VersionId=one["VersionId"])
    world.s3.delete_object(Bucket=home, Key="k", VersionId=marker)
    world.s3.delete_bucket(Bucket=home)
    assert refused(world.s3.list_objects_v2, Bucket=home)[0] == "NoSuchBucket"
    world.s3.create_bucket(Bucket=home)
    assert "Status" not in world.s3.get_bucket_versioning(Bucket=home)


def test_settings_that_moto_keeps_come_back(world: World) -> None:
    s3, bucket = world.s3, world.bucket()
    website = {
        "IndexDocument": {"Suffix": "index.html"},
        "ErrorDocument": {"Key": "404.html"},
        "RoutingRules": [
            {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/", "HostName": "x.y"}}
        ],
    }
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)
    assert world.aws.objects.website(bucket) == website
    got = s3.get_bucket_website(Bucket=bucket)
    assert {name: got[name] for name in website} == website
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}],
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == policy
    assert world.aws.objects.policy(bucket) == policy
    rules = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == rules
    s3.delete_bucket_website(Bucket=bucket)
    assert refused(s3.get_bucket_website, Bucket=bucket)[0] == "NoSuchWebsiteConfiguration"
    assert world.aws.objects.website(bucket) is None
    for name in ("lifecycle_configuration", "encryption", "acl", "logging", "versioning", "policy_status"):
        call = getattr(s3, f"get_bucket_{name}")
        try:
            call(Bucket=bucket)
        except ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404, name  # noqa: PT017 - some have none


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("{nonsense", "Policies must be valid JSON and the first byte must be '{'"),
        ("[]", "Policies must be valid JSON and the first byte must be '{'"),
        ("{}", "Missing required field Statement"),
        ({"Effect": "Maybe"}, "Invalid effect: Maybe"),
        ({"Principal": None}, "Missing required field Principal"),
        ({"Action": []}, "Missing required field Action"),
        ({"Resource": "*"}, "Policy has invalid resource"),
        ({"Resource": ["arn:aws:s3:::another/*"]}, "Policy has invalid resource"),
    ],
)
def test_policies_that_s3_refuses(world: World, policy: Any, message: str) -> None:
    bucket = world.bucket()
    good = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    text = policy if isinstance(policy, str) else json.dumps({"Statement": [{**good, **policy}]})
    assert refused(world.s3.put_bucket_policy, Bucket=bucket, Policy=text) == ("MalformedPolicy", message)
    assert world.aws.objects.policy(bucket) is None


def tags(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"TagSet": [{"Key": key, "Value": value} for key, value in pairs]}


def tags_of(world: World, bucket: str) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in world.s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}


def test_tags_are_put_read_and_taken_away(world: World) -> None:
    bucket = world.bucket()
    assert refused(world.s3.get_bucket_tagging, Bucket=bucket) == ("NoSuchTagSet", "The TagSet does not exist")
    world.s3.put_bucket_tagging(Bucket=bucket, Tagging=tags(("distributionId", "E1 E2"), ("a/b:c=d+e@f_g.h-i", "ünï")))
    assert tags_of(world, bucket) == {"distributionId": "E1 E2", "a/b:c=d+e@f_g.h-i": "ünï"}
    world.s3.put_bucket_tagging(Bucket=bucket, Tagging=tags(("other", "")))
    assert tags_of(world, bucket) == {"other": ""}
    world.s3.delete_bucket_tagging(Bucket=bucket)
    assert refused(world.s3.get_bucket_tagging, Bucket=bucket)[0] == "NoSuchTagSet"


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ([("k", "a,b")], "InvalidTag", "The TagValue you have provided is invalid"),
        ([("k", "x" * 257)], "InvalidTag", "The TagValue you have provided is invalid"),
        ([("k!", "v")], "InvalidTag", "The TagKey you have provided is invalid"),
        ([("k" * 129, "v")], "InvalidTag", "The TagKey you have provided is invalid"),
        ([("k", "1"), ("k", "2")], "InvalidTag", "Cannot provide multiple Tags with the same key"),
        ([("aws:x", "v")], "InvalidTag", "System tags cannot be added/updated by requester"),
        ([(f"k{n}", "v") for n in range(51)], "BadRequest", "Bucket tag count cannot be greater than 50"),
    ],
)
def test_tags_that_s3_refuses(world: World, given: list[tuple[str, str]], code: str, message: str) -> None:
    bucket = world.bucket()
    world.s3.put_bucket_tagging(Bucket=bucket, Tagging=tags(("kept", "yes")))
    assert refused(world.s3.put_bucket_tagging, Bucket=bucket, Tagging=tags(*given)) == (code, message)
    assert tags_of(world, bucket) == {"kept": "yes"}


def test_fifty_tags_of_full_length_are_taken(world: World) -> None:
    bucket = world.bucket()
    given = [(f"{n:03}" + "k" * 125, "v" * 256) for n in range(50)]
    world.s3.put_bucket_tagging(Bucket=bucket, Tagging=tags(*given))
    assert tags_of(world, bucket) == dict(given)


def test_aws_own_tags_must_be_sent_back_unchanged(world: World) -> None:
    bucket = world.bucket()
    world.aws.store.bucket(bucket).tags = {"aws:cloudformation:stack-name": "s", "mine": "1"}
    put = world.s3.put_bucket_tagging
    removed = refused(put, Bucket=bucket, Tagging=tags(("mine", "2")))
    assert removed == ("InvalidTag", "System tags cannot be removed by requester")
    changed = refused(put, Bucket=bucket, Tagging=tags(("aws:cloudformation:stack-name", "t")))
    assert changed == ("InvalidTag", "System tags cannot be added/updated by requester")
    put(Bucket=bucket, Tagging=tags(("aws:cloudformation:stack-name", "s"), ("mine", "2")))
    world.s3.delete_bucket_tagging(Bucket=bucket)
    assert tags_of(world, bucket) == {"aws:cloudformation:stack-name": "s"}


def control(world: World) -> Any:
    """S3 Control puts the account's number before the host's name; no local name is like that, so it is taken off."""
    client = world.client("s3control")

    def plain(request: Any, **_: Any) -> None:
        request.url = request.url.replace(f"{ACCOUNT}.", "")

    client.meta.events.register("before-send.s3-control", plain)
    return client


def test_single_tags_are_put_and_taken_away_by_s3_control(world: World) -> None:
    client, bucket = control(world), world.bucket()
    whose = {"AccountId": ACCOUNT, "ResourceArn": f"arn:aws:s3:::{bucket}"}
    world.s3.put_bucket_tagging(Bucket=bucket, Tagging=tags(("kept", "yes")))
    client.tag_resource(**whose, Tags=[{"Key": "distributionId", "Value": "E1"}])
    assert client.list_tags_for_resource(**whose)["Tags"] == [
        {"Key": "kept", "Value": "yes"},
        {"Key": "distributionId", "Value": "E1"},
    ]
    client.untag_resource(**whose, TagKeys=["distributionId", "absent"])
    assert tags_of(world, bucket) == {"kept": "yes"}
    bad = [{"Key": "k", "Value": "a,b"}]
    assert refused(client.tag_resource, **whose, Tags=bad)[0] == "InvalidTag"
    nowhere = {**whose, "ResourceArn": "arn:aws:s3:::no-such-bucket"}
    assert refused(client.list_tags_for_resource, **nowhere)[0] == "NoSuchResource"


def test_a_bucket_may_be_made_with_tags(world: World) -> None:
    given = [{"Key": "team", "Value": "web"}]
    world.s3.create_bucket(Bucket="made-with-tags", CreateBucketConfiguration={"Tags": given})
    assert tags_of(world, "made-with-tags") == {"team": "web"}


def test_tagged_buckets_are_found_by_region_in_pages(world: World) -> None:
    mine = [world.bucket("eu-west-1") for _ in range(5)]
    other = world.bucket()
    for bucket in [*mine, other]:
        world.s3.put_bucket_tagging(Bucket=bucket, Tagging=tags(("found", bucket)))
    api = world.client("resourcegroupstaggingapi", "eu-west-1")
    filters = {"TagFilters": [{"Key": "found"}], "ResourceTypeFilters": ["s3"]}
    pages = list(api.get_paginator("get_resources").paginate(**filters, PaginationConfig={"PageSize": 2}))
    found = {one["ResourceARN"]: one["Tags"] for page in pages for one in page["ResourceTagMappingList"]}
    assert found == {f"arn:aws:s3:::{b}": [{"Key": "found", "Value": b}] for b in mine}
    assert len(pages) == 3
    one = api.get_resources(TagFilters=[{"Key": "found", "Values": [mine[0], "x"]}])["ResourceTagMappingList"]
    assert [it["ResourceARN"] for it in one] == [f"arn:aws:s3:::{mine[0]}"]
    none = api.get_resources(ResourceTypeFilters=["ec2:instance"])["ResourceTagMappingList"]
    assert none == []
