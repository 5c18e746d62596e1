import pytest
from botocore.exceptions import ConnectionClosedError

from sandbox.cloudfront import limits
from sandbox.cloudfront.settings import CloudFrontSettings
from tests.sandbox.cloudfront.world import World, make_world, refused

Told = tuple[str, tuple[str, ...], float, float]


def listen(world: World) -> list[Told]:
    told: list[Told] = []
    world.store.subscribe(lambda *what: told.append(what))
    return told


def status(world: World, distribution_id: str, invalidation_id: str) -> str:
    answer = world.client.get_invalidation(DistributionId=distribution_id, Id=invalidation_id)
    return answer["Invalidation"]["Status"]


def test_it_is_in_progress_and_then_completed(world: World) -> None:
    world.store.configure(completion_seconds=30)
    one = world.create()
    made = world.invalidate(one, "/a")
    assert status(world, one, made) == "InProgress"
    world.clock.advance(29.9)
    assert status(world, one, made) == "InProgress"
    world.clock.advance(0.2)
    assert status(world, one, made) == "Completed"


def test_a_change_of_the_times_counts_for_what_comes_after_it(world: World) -> None:
    one = world.create()
    slow = world.invalidate(one, "/a")
    world.store.configure(completion_seconds=1)
    quick = world.invalidate(one, "/b")
    world.clock.advance(2)
    assert (status(world, one, slow), status(world, one, quick)) == ("InProgress", "Completed")


def test_listeners_hear_when_it_takes_effect(world: World) -> None:
    world.store.configure(effect_seconds=4)
    told = listen(world)
    one = world.create()
    world.invalidate(one, "/a", "#tag")
    assert told == [(one, ("/a", "#tag"), world.clock(), world.clock() + 4)]


def test_listeners_hear_nothing_of_repeats_and_refusals(world: World) -> None:
    one = world.create()
    world.invalidate(one, "/a", reference="r")
    told = listen(world)
    world.invalidate(one, "/a", reference="r")
    with refused("InvalidArgument"):
        world.invalidate(one, "bad")
    assert not told


def test_a_listener_may_ask_for_the_distribution(world: World) -> None:
    """From another thread too: the store holds no lock while it tells."""
    import threading

    found: list[str] = []

    def ask(distribution_id: str, *_: object) -> None:
        def look() -> None:
            got = world.store.get(distribution_id)
            found.append(got.id if got else "")

        thread = threading.Thread(target=look)
        thread.start()
        thread.join(10)

    world.store.subscribe(ask)
    one = world.create()
    world.invalidate(one, "/a")
    assert found == [one]


def test_the_list_is_newest_first_and_shows_neither_paths_nor_reference(world: World) -> None:
    one = world.create()
    made = []
    for n in range(3):
        made.append(world.invalidate(one, f"/{n}"))
        world.clock.advance(1)
    items = world.client.list_invalidations(DistributionId=one)["InvalidationList"]["Items"]
    assert [item["Id"] for item in items] == made[::-1]
    assert set(items[0]) == {"Id", "CreateTime", "Status"}
    assert [item["CreateTime"].timestamp() for item in items] == [world.clock() - n for n in (1, 2, 3)]


def test_the_list_comes_in_pages_that_stay_put_while_new_ones_arrive(world: World) -> None:
    one = world.create()
    made = [world.invalidate(one, f"/{n}") for n in range(5)]
    first = world.client.list_invalidations(DistributionId=one, MaxItems="2")["InvalidationList"]
    assert (first["IsTruncated"], first["MaxItems"], first["Quantity"]) == (True, 2, 2)
    world.invalidate(one, "/new")
    rest = world.client.list_invalidations(DistributionId=one, Marker=first["NextMarker"])["InvalidationList"]
    assert [item["Id"] for item in first["Items"] + rest["Items"]] == made[::-1]
    assert not rest["IsTruncated"]
    assert "NextMarker" not in rest


def test_the_clients_own_paginator_finds_all(world: World) -> None:
    one = world.create()
    made = [world.invalidate(one, f"/{n}") for n in range(205)]
    pages = list(world.client.get_paginator("list_invalidations").paginate(DistributionId=one))
    assert len(pages) == 3
    assert [item["Id"] for page in pages for item in page["InvalidationList"]["Items"]] == made[::-1]


@pytest.mark.parametrize("wanted", [{"MaxItems": "0"}, {"MaxItems": "many"}, {"Marker": "I0NOSUCH"}])
def test_a_page_that_cannot_be_is_refused(world: World, wanted: dict[str, str]) -> None:
    one = world.create()
    with refused("InvalidArgument", 400):
        world.client.list_invalidations(DistributionId=one, **wanted)


def test_completion_makes_room_for_more_files(world: World) -> None:
    one = world.create()
    world.invalidate(one, *(f"/{n}" for n in range(limits.FILES_IN_PROGRESS)))
    with refused("TooManyInvalidationsInProgress", 400):
        world.invalidate(one, "/one-more")
    world.clock.advance(limits.COMPLETION_SECONDS)
    world.invalidate(one, "/one-more")


def test_wildcards_and_files_have_limits_of_their_own(world: World) -> None:
    one = world.create()
    world.invalidate(one, *(f"/{n}*" for n in range(limits.WILDCARDS_IN_PROGRESS)))
    world.invalidate(one, *(f"/{n}" for n in range(limits.FILES_IN_PROGRESS)))
    for path in ("/x*", "/x", "#x"):
        with refused("TooManyInvalidationsInProgress"):
            world.invalidate(one, path)
    world.invalidate(world.create("two"), "/x*", "/x")


def test_a_repeat_is_answered_even_when_there_is_no_room(world: World) -> None:
    one = world.create()
    paths = [f"/{n}" for n in range(limits.FILES_IN_PROGRESS)]
    first = world.invalidate(one, *paths, reference="r")
    assert world.invalidate(one, *paths, reference="r") == first


def test_the_order_of_the_paths_makes_no_other_batch(world: World) -> None:
    one = world.create()
    assert world.invalidate(one, "/a", "/b", reference="r") == world.invalidate(one, "/b", "/a", reference="r")


def test_a_batch_that_could_never_be_in_progress_is_too_large(world: World) -> None:
    one = world.create()
    with refused("BatchTooLarge", 413):
        world.invalidate(one, *(f"/{n}" for n in range(limits.BATCH_PATHS + 1)))


def test_a_reference_is_the_distributions_own(world: World) -> None:
    one, two = world.create("one"), world.create("two")
    assert world.invalidate(one, "/a", reference="r") != world.invalidate(two, "/b", reference="r")


def test_the_distribution_counts_what_is_in_progress(world: World) -> None:
    one = world.create()
    world.invalidate(one, "/a")
    world.invalidate(one, "/b")
    shown = world.client.get_distribution(Id=one)["Distribution"]
    assert shown["InProgressInvalidationBatches"] == 2
    world.clock.advance(60)
    assert world.client.get_distribution(Id=one)["Distribution"]["InProgressInvalidationBatches"] == 0


def test_an_unknown_invalidation_is_not_found(world: World) -> None:
    one = world.create()
    with refused("NoSuchInvalidation", 404):
        world.client.get_invalidation(DistributionId=one, Id="I0NOSUCH")
    with refused("NoSuchDistribution", 404):
        world.client.list_invalidations(DistributionId="E0NOSUCH")


def test_calls_beyond_the_accounts_rate_are_throttled() -> None:
    world = make_world(CloudFrontSettings(requests_per_second=0.5, burst=3))
    one, two = world.create("one"), world.create("two")
    for distribution_id in (one, two, one):
        world.invalidate(distribution_id, "/a")
    with refused("Throttling", 400) as caught:
        world.invalidate(two, "/b")
    assert caught.value.response["Error"]["Message"] == "Rate exceeded"
    world.clock.advance(1.9)
    with refused("Throttling"):
        world.invalidate(two, "/b")
    world.clock.advance(0.2)
    world.invalidate(two, "/b")
    with refused("Throttling"):
        world.invalidate(two, "/c")


def test_in_the_long_run_the_rate_is_what_it_says() -> None:
    world = make_world(CloudFrontSettings(requests_per_second=0.5, burst=2, completion_seconds=1))
    one, accepted = world.create(), 0
    for _ in range(1000):  # a hundred seconds, ten calls in each
        world.clock.advance(0.1)
        try:
            world.invalidate(one, "/a")
        except world.client.exceptions.ClientError:
            continue
        accepted += 1
    assert 50 <= accepted <= 52


def test_reading_is_not_throttled() -> None:
    world = make_world(CloudFrontSettings(requests_per_second=0.5, burst=1))
    one = world.create()
    world.invalidate(one, "/a")
    for _ in range(20):
        world.client.list_invalidations(DistributionId=one)


@pytest.mark.parametrize(
    ("fault", "code", "status_code"),
    [
        ("throttle", "Throttling", 400),
        ("too_many", "TooManyInvalidationsInProgress", 400),
        ("unavailable", "ServiceUnavailable", 503),
    ],
)
def test_a_fault_that_is_switched_on_refuses(world: World, fault: str, code: str, status_code: int) -> None:
    one = world.create()
    world.faults.set(**{fault: True})
    with refused(code, status_code):
        world.invalidate(one, "/a")
    world.faults.set(**{fault: False})
    world.invalidate(one, "/a")


def test_only_unavailability_touches_other_operations(world: World) -> None:
    world.faults.set(throttle=True, too_many=True, time_out=True)
    world.client.list_distributions()
    world.faults.set(unavailable=True)
    with refused("ServiceUnavailable", 503):
        world.client.list_distributions()


def test_a_call_that_times_out_was_carried_out_and_its_repeat_finds_it(world: World) -> None:
    one = world.create()
    told = listen(world)
    world.faults.set(time_out=True)
    with pytest.raises(ConnectionClosedError):
        world.invalidate(one, "/a", reference="r")
    assert [what[1] for what in told] == [("/a",)]
    world.faults.set(time_out=False)
    made = world.invalidate(one, "/a", reference="r")
    assert [i["Id"] for i in world.client.list_invalidations(DistributionId=one)["InvalidationList"]["Items"]] == [made]
    assert len(told) == 1


def test_settings_that_make_no_sense_are_refused(world: World) -> None:
    for wrong in (
        {"effect_seconds": -1},
        {"requests_per_second": 0},
        {"burst": 0},
        {"completion_seconds": float("inf")},
    ):
        with pytest.raises(ValueError, match="is"):
            world.store.configure(**wrong)
    with pytest.raises(TypeError):
        world.store.configure(speed=1)
