"""How keys of a bucket are reached through distributions of every shape: a table, each row with its page."""

import pytest

from invalidator.rules.routes import plain_route, routes_of, viewer_paths
from tests.invalidator.rules.shapes import REST, Shape
from tests.invalidator.rules.shapes_of_behaviors import BEHAVIORS
from tests.invalidator.rules.shapes_of_origins import ORIGINS

SHAPES = [*ORIGINS, *BEHAVIORS]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_key_makes_these_paths(shape: Shape) -> None:
    assert shape.page
    routes = routes_of(shape.config, "site", shape.website, shape.policies)
    assert {key: list(viewer_paths(routes, key)) for key in shape.paths} == shape.paths


def test_the_table_has_every_shape_once() -> None:
    assert len({shape.name for shape in SHAPES}) == len(SHAPES) >= 30


def test_without_the_configuration_a_key_makes_its_path_and_an_index_document_its_directory() -> None:
    """What the original's three permissions are enough for."""
    routes = [plain_route()]
    assert viewer_paths(routes, "a b.html") == ("/a%20b.html", "/a+b.html")
    assert viewer_paths(routes, "index.html") == ("/index.html", "/")
    assert viewer_paths(routes, "d/index.html") == ("/d/index.html", "/d/", "/d")


def test_without_routes_there_are_no_paths() -> None:
    assert viewer_paths([], "a") == ()


def test_configurations_without_optional_parts_are_read() -> None:
    least = {
        "Origins": {"Quantity": 1, "Items": [{"Id": "bucket", "DomainName": REST}]},
        "DefaultCacheBehavior": {"TargetOriginId": "bucket"},
    }
    assert viewer_paths(routes_of(least, "site"), "a") == ("/a",)
