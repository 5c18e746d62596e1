"""What the rest of the sandbox sees of the account: distributions, hosts, and its state over a restart."""

import json
import threading

from tests.sandbox.cloudfront.test_access import control, identity
from tests.sandbox.cloudfront.test_policies import KINDS
from tests.sandbox.cloudfront.test_tags import arn_of, put, tags_of
from tests.sandbox.cloudfront.test_tenants import shared, tenant
from tests.sandbox.cloudfront.world import World, make_world, refused


def restarted(world: World) -> World:
    """Another account that was given what the first one had kept; its clock goes on where the other stood."""
    after = make_world()
    after.store.load(json.loads(json.dumps(world.store.dump())))
    after.clock.now = world.clock.now
    return after


def test_everything_is_there_after_a_restart(world: World) -> None:
    one, many = world.create("one"), shared(world)
    control(world)
    identity(world)
    for kind in KINDS:
        kind.make(world)
    tenant(world, many)
    put(world, arn_of(world, one), team="web")
    world.invalidate(one, "/a", "/b*")
    after = restarted(world)
    assert after.store.dump() == world.store.dump()
    assert tags_of(after, arn_of(after, one)) == {"team": "web"}
    for host in (f"{one.lower()}.localhost", "one.example.org"):
        found = after.store.find_by_host(host)
        assert found is not None
        assert found == world.store.find_by_host(host)


def test_an_invalidation_goes_on_over_a_restart(world: World) -> None:
    world.store.configure(completion_seconds=30)
    one = world.create()
    made = world.invalidate(one, *(f"/{n}*" for n in range(15)), reference="r")
    after = restarted(world)
    with refused("TooManyInvalidationsInProgress"):
        after.invalidate(one, "/x*", reference="s")
    assert after.invalidate(one, *(f"/{n}*" for n in range(15)), reference="r") == made
    after.clock.advance(30)
    assert after.client.get_invalidation(DistributionId=one, Id=made)["Invalidation"]["Status"] == "Completed"
    after.invalidate(one, "/x*", reference="s")


def test_what_was_handed_out_is_not_changed_by_a_later_update(world: World) -> None:
    one = world.create(Comment="before")
    seen = world.store.get(one)
    got = world.client.get_distribution_config(Id=one)
    world.client.update_distribution(
        Id=one, IfMatch=got["ETag"], DistributionConfig=got["DistributionConfig"] | {"Comment": "after"}
    )
    assert seen is not None
    assert seen.config["Comment"] == "before"
    assert [d.config["Comment"] for d in world.store.distributions()] == ["after"]


def test_an_unknown_distribution_is_none(world: World) -> None:
    assert world.store.get("E0NOSUCH") is None


def test_many_threads_make_as_many_invalidations(world: World) -> None:
    one = world.create()
    told: list[str] = []
    world.store.subscribe(lambda _, paths, *__: told.extend(paths))

    def work(name: str) -> None:
        for n in range(20):
            world.invalidate(one, f"/{name}/{n}", reference=f"{name} {n}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(told) == len(set(told)) == 80
    assert len(world.store.dump()["invalidations"]) == 80
