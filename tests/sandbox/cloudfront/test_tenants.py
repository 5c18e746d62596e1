"""Distribution tenants: sites of a multi-tenant distribution."""

from typing import Any

import pytest

from sandbox.cloudfront import limits
from tests.sandbox.cloudfront.world import World, refused


def shared(world: World) -> str:
    return world.create("shared", ConnectionMode="tenant-only", TenantConfig={"ParameterDefinitions": []})


def tenant(world: World, distribution_id: str, name: str = "one", **more: Any) -> dict[str, Any]:
    domains = more.pop("Domains", [{"Domain": f"{name}.example.org"}])
    return world.client.create_distribution_tenant(DistributionId=distribution_id, Name=name, Domains=domains, **more)


def batch(*paths: str, reference: str = "r") -> dict[str, Any]:
    return {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": reference}


def invalidate(world: World, tenant_id: str, *paths: str, reference: str = "r") -> str:
    answer = world.client.create_invalidation_for_distribution_tenant(
        Id=tenant_id, InvalidationBatch=batch(*paths, reference=reference)
    )
    assert answer["Location"].endswith(f"/distribution-tenant/{tenant_id}/invalidation/{answer['Invalidation']['Id']}")
    return answer["Invalidation"]["Id"]


def test_it_is_found_by_its_id_its_name_its_arn_and_its_domain(world: World) -> None:
    made = tenant(world, shared(world))["DistributionTenant"]
    assert made["Id"].startswith("dt_")
    for identifier in (made["Id"], made["Name"], made["Arn"]):
        assert world.client.get_distribution_tenant(Identifier=identifier)["DistributionTenant"]["Id"] == made["Id"]
    by_domain = world.client.get_distribution_tenant_by_domain(Domain="ONE.example.org")
    assert by_domain["DistributionTenant"]["Id"] == made["Id"]
    for find in (
        lambda: world.client.get_distribution_tenant(Identifier="dt_none"),
        lambda: world.client.get_distribution_tenant_by_domain(Domain="none.example.org"),
    ):
        with refused("EntityNotFound", 404):
            find()


def test_its_distribution_answers_to_its_domains(world: World) -> None:
    one = shared(world)
    made = tenant(world, one)
    found = world.store.find_by_host("one.example.org:8002")
    assert found is not None
    assert found.id == one
    which = {"Id": made["DistributionTenant"]["Id"]}
    world.client.update_distribution_tenant(IfMatch=made["ETag"], Domains=[{"Domain": "other.example.org"}], **which)
    assert world.store.find_by_host("one.example.org") is None
    assert world.store.find_by_host("other.example.org") is not None


def test_the_lists_tell_which_distributions_have_tenants(world: World) -> None:
    one, plain = shared(world), world.create("plain")
    items = world.client.list_distributions()["DistributionList"]["Items"]
    assert {item["Id"]: item["ConnectionMode"] for item in items} == {one: "tenant-only", plain: "direct"}
    by_mode = world.client.list_distributions_by_connection_mode(ConnectionMode="tenant-only")["DistributionList"]
    assert [item["Id"] for item in by_mode["Items"]] == [one]


def test_tenants_are_listed_in_pages_and_by_their_distribution(world: World) -> None:
    one, two = shared(world), world.create("two", ConnectionMode="tenant-only")
    made = [tenant(world, one, f"t{n}")["DistributionTenant"]["Id"] for n in range(3)]
    tenant(world, two, "other")
    assert len(world.client.list_distribution_tenants()["DistributionTenantList"]) == 4
    first = world.client.list_distribution_tenants(MaxItems=2)
    assert [item["Id"] for item in first["DistributionTenantList"]] == made[:2]
    of_one = world.client.list_distribution_tenants(AssociationFilter={"DistributionId": one})
    assert [item["Id"] for item in of_one["DistributionTenantList"]] == made
    assert "NextMarker" not in of_one


@pytest.mark.parametrize(
    ("code", "status", "wrong"),
    [
        ("EntityAlreadyExists", 409, {"Name": "one", "Domains": [{"Domain": "new.example.org"}]}),
        ("CNAMEAlreadyExists", 409, {"Domains": [{"Domain": "one.example.org"}]}),
        ("EntityNotFound", 404, {"DistributionId": "E0NOSUCH"}),
        ("InvalidArgument", 400, {"Domains": []}),
        ("InvalidTagging", 400, {"Tags": {"Items": [{"Key": "aws:x", "Value": "1"}]}}),
    ],
)
def test_what_aws_refuses_is_refused(world: World, code: str, status: int, wrong: dict[str, Any]) -> None:
    one = shared(world)
    tenant(world, one)
    given = {"DistributionId": one, "Name": "two", "Domains": [{"Domain": "two.example.org"}]} | wrong
    with refused(code, status):
        world.client.create_distribution_tenant(**given)


def test_a_direct_distribution_has_none(world: World) -> None:
    with refused("InvalidArgument", 400):
        tenant(world, world.create())


def test_an_invalidation_is_the_tenants_and_empties_the_distributions_cache(world: World) -> None:
    one = shared(world)
    tenant_id = tenant(world, one)["DistributionTenant"]["Id"]
    told: list[Any] = []
    world.store.subscribe(lambda *what: told.append(what))
    made = invalidate(world, tenant_id, "/a")
    assert [what[:2] for what in told] == [(one, ("/a",))]
    got = world.client.get_invalidation_for_distribution_tenant(DistributionTenantId=tenant_id, Id=made)
    assert got["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] == ["/a"]
    listed = world.client.list_invalidations_for_distribution_tenant(Id=tenant_id)["InvalidationList"]
    assert [item["Id"] for item in listed["Items"]] == [made]
    assert world.client.list_invalidations(DistributionId=one)["InvalidationList"]["Quantity"] == 0
    assert invalidate(world, tenant_id, "/a") == made


def test_its_invalidations_count_towards_the_distributions_limits(world: World) -> None:
    one = shared(world)
    tenants = [tenant(world, one, name)["DistributionTenant"]["Id"] for name in ("a", "b")]
    invalidate(world, tenants[0], *(f"/{n}" for n in range(limits.FILES_IN_PROGRESS)))
    with refused("TooManyInvalidationsInProgress", 400):
        invalidate(world, tenants[1], "/x")


def test_an_unknown_tenant_is_no_distribution(world: World) -> None:
    with refused("EntityNotFound", 404):
        invalidate(world, "dt_none", "/a")
    with refused("EntityNotFound", 404):
        world.client.list_invalidations_for_distribution_tenant(Id="dt_none")


def test_it_is_deleted_only_when_disabled_and_its_distribution_only_without_it(world: World) -> None:
    world.store.configure(deploy_seconds=0)
    one = shared(world)
    made = tenant(world, one)
    which = {"Id": made["DistributionTenant"]["Id"]}
    with refused("ResourceNotDisabled", 409):
        world.client.delete_distribution_tenant(IfMatch=made["ETag"], **which)
    got = world.client.get_distribution_config(Id=one)
    etag = world.client.update_distribution(
        Id=one, IfMatch=got["ETag"], DistributionConfig=got["DistributionConfig"] | {"Enabled": False}
    )["ETag"]
    with refused("ResourceInUse", 409):
        world.client.delete_distribution(Id=one, IfMatch=etag)
    disabled = world.client.update_distribution_tenant(IfMatch=made["ETag"], Enabled=False, **which)["ETag"]
    with refused("PreconditionFailed", 412):
        world.client.delete_distribution_tenant(IfMatch=made["ETag"], **which)
    world.client.delete_distribution_tenant(IfMatch=disabled, **which)
    assert world.store.find_by_host("one.example.org") is None
    world.client.delete_distribution(Id=one, IfMatch=etag)
