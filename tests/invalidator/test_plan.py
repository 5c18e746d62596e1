"""The plan of one distribution."""

from datetime import UTC, datetime

from invalidator.plan import plan_paths
from invalidator.rules.changes import Change
from invalidator.rules.routes import Route, plain_route

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def change(key: str, bucket: str = "site") -> Change:
    return Change(bucket, key, "created", "ObjectCreated:Put", NOON)


def test_each_changed_key_has_its_paths_once_in_order() -> None:
    changes = [change("b"), change("d/index.html"), change("b"), change("a")]
    assert plan_paths({"site": [plain_route()]}, changes) == ("/a", "/b", "/d", "/d/", "/d/index.html")


def test_each_bucket_goes_by_its_own_routes() -> None:
    routes = {"red": [Route(origin_path="/live")], "blue": [Route(), Route(origin_path="/x")]}
    changes = [change("live/a", "red"), change("a", "red"), change("x/b", "blue")]
    assert plan_paths(routes, changes) == ("/a", "/b", "/x/b")


def test_a_bucket_without_routes_has_no_viewers() -> None:
    assert plan_paths({}, [change("a")]) == ()
    assert plan_paths({"site": ()}, [change("a")]) == ()


def test_no_changes_make_no_paths() -> None:
    assert plan_paths({"site": [plain_route()]}, []) == ()


def test_a_wildcard_takes_in_what_it_covers() -> None:
    assert plan_paths({"site": [plain_route()]}, [change("d/~x"), change("d/a"), change("e")]) == ("/d/*", "/e")


def test_more_than_the_quotas_is_folded() -> None:
    paths = plan_paths({"site": [Route()]}, [change(f"{n % 2}/{n}") for n in range(3001)] + [change("~")])
    assert paths == ("/*",)
    paths = plan_paths({"site": [Route()]}, [change(f"{n % 2}/{n}") for n in range(3001)])
    assert paths == ("/0/*", "/1/*")
