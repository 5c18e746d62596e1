"""Origin access controls and the older origin access identities."""

from typing import Any

import pytest

from tests.sandbox.cloudfront.world import World, refused

CONTROL = {
    "Name": "site",
    "SigningProtocol": "sigv4",
    "SigningBehavior": "always",
    "OriginAccessControlOriginType": "s3",
}


def control(world: World, **changes: Any) -> dict[str, Any]:
    return world.client.create_origin_access_control(OriginAccessControlConfig=CONTROL | changes)


def identity(world: World, reference: str = "one", comment: str = "") -> dict[str, Any]:
    config = {"CallerReference": reference, "Comment": comment}
    return world.client.create_cloud_front_origin_access_identity(CloudFrontOriginAccessIdentityConfig=config)


def origin(**access: Any) -> dict[str, Any]:
    least = {"Id": "bucket", "DomainName": "site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    return {"Quantity": 1, "Items": [least | access]}


def test_a_control_is_kept_listed_changed_and_deleted(world: World) -> None:
    made = control(world, Description="of the site")
    which = {"Id": made["OriginAccessControl"]["Id"]}
    got = world.client.get_origin_access_control_config(**which)
    assert got["OriginAccessControlConfig"] == CONTROL | {"Description": "of the site"}
    (listed,) = world.client.list_origin_access_controls()["OriginAccessControlList"]["Items"]
    assert (listed["Id"], listed["Name"]) == (which["Id"], "site")
    changed = world.client.update_origin_access_control(
        IfMatch=got["ETag"], OriginAccessControlConfig=CONTROL | {"SigningBehavior": "never"}, **which
    )
    assert changed["OriginAccessControl"]["OriginAccessControlConfig"]["SigningBehavior"] == "never"
    with refused("PreconditionFailed", 412):
        world.client.delete_origin_access_control(IfMatch=got["ETag"], **which)
    world.client.delete_origin_access_control(IfMatch=changed["ETag"], **which)
    with refused("NoSuchOriginAccessControl", 404):
        world.client.get_origin_access_control(**which)


def test_a_controls_name_is_given_once(world: World) -> None:
    control(world)
    with refused("OriginAccessControlAlreadyExists", 409):
        control(world)


def test_a_control_in_use_cannot_be_deleted(world: World) -> None:
    made = control(world)
    access_id = made["OriginAccessControl"]["Id"]
    world.create(Origins=origin(OriginAccessControlId=access_id))
    with refused("OriginAccessControlInUse", 409):
        world.client.delete_origin_access_control(Id=access_id, IfMatch=made["ETag"])


def test_a_website_endpoint_takes_no_control(world: World) -> None:
    website = {
        "Id": "bucket",
        "DomainName": "site.s3-website-us-east-1.amazonaws.com",
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"},
        "OriginAccessControlId": control(world)["OriginAccessControl"]["Id"],
    }
    with refused("InvalidDomainNameForOriginAccessControl", 400):
        world.create(Origins={"Quantity": 1, "Items": [website]})


def test_an_identity_is_the_same_for_the_same_reference_and_comment(world: World) -> None:
    first = identity(world)["CloudFrontOriginAccessIdentity"]
    assert identity(world)["CloudFrontOriginAccessIdentity"] == first
    with refused("CloudFrontOriginAccessIdentityAlreadyExists", 409):
        identity(world, comment="another")
    assert len(first["S3CanonicalUserId"]) == 96


def test_an_identity_is_listed_changed_and_deleted(world: World) -> None:
    made = identity(world)
    which = {"Id": made["CloudFrontOriginAccessIdentity"]["Id"]}
    (listed,) = world.client.list_cloud_front_origin_access_identities()["CloudFrontOriginAccessIdentityList"]["Items"]
    assert listed["S3CanonicalUserId"] == made["CloudFrontOriginAccessIdentity"]["S3CanonicalUserId"]
    config = {"CallerReference": "one", "Comment": "new"}
    with refused("IllegalUpdate", 400):
        world.client.update_cloud_front_origin_access_identity(
            IfMatch=made["ETag"],
            CloudFrontOriginAccessIdentityConfig=config | {"CallerReference": "two"},
            **which,
        )
    etag = world.client.update_cloud_front_origin_access_identity(
        IfMatch=made["ETag"], CloudFrontOriginAccessIdentityConfig=config, **which
    )["ETag"]
    got = world.client.get_cloud_front_origin_access_identity_config(**which)
    assert (got["CloudFrontOriginAccessIdentityConfig"], got["ETag"]) == (config, etag)
    world.client.delete_cloud_front_origin_access_identity(IfMatch=etag, **which)
    with refused("NoSuchCloudFrontOriginAccessIdentity", 404):
        world.client.get_cloud_front_origin_access_identity(**which)


def test_an_identity_in_use_cannot_be_deleted(world: World) -> None:
    made = identity(world)
    access_id = made["CloudFrontOriginAccessIdentity"]["Id"]
    named = {"OriginAccessIdentity": f"origin-access-identity/cloudfront/{access_id}"}
    world.create(Origins=origin(S3OriginConfig=named))
    with refused("CloudFrontOriginAccessIdentityInUse", 409):
        world.client.delete_cloud_front_origin_access_identity(Id=access_id, IfMatch=made["ETag"])


@pytest.mark.parametrize("kind", ["origin_access_controls", "cloud_front_origin_access_identities"])
def test_both_lists_come_in_pages(world: World, kind: str) -> None:
    for n in range(3):
        control(world, Name=str(n))
        identity(world, str(n))
    page = getattr(world.client, f"list_{kind}")
    (listed,) = (value for name, value in page(MaxItems="2").items() if name.endswith("List"))
    assert (listed["Quantity"], listed["IsTruncated"]) == (2, True)
    (rest,) = (value for name, value in page(Marker=listed["NextMarker"]).items() if name.endswith("List"))
    assert (rest["Quantity"], rest["IsTruncated"]) == (1, False)
