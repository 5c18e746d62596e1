"""Tags of distributions and tenants."""

import pytest

from tests.sandbox.cloudfront.world import World, refused


def tags_of(world: World, arn: str) -> dict[str, str]:
    items = world.client.list_tags_for_resource(Resource=arn)["Tags"]["Items"]
    return {tag["Key"]: tag["Value"] for tag in items}


def arn_of(world: World, distribution_id: str) -> str:
    return world.client.get_distribution(Id=distribution_id)["Distribution"]["ARN"]


def put(world: World, arn: str, **tags: str) -> None:
    items = [{"Key": key, "Value": value} for key, value in tags.items()]
    world.client.tag_resource(Resource=arn, Tags={"Items": items})


def test_tags_are_added_changed_and_taken_away_one_by_one(world: World) -> None:
    arn = arn_of(world, world.create())
    put(world, arn, team="web", stage="test")
    put(world, arn, stage="live")
    assert tags_of(world, arn) == {"team": "web", "stage": "live"}
    world.client.untag_resource(Resource=arn, TagKeys={"Items": ["team", "never there"]})
    assert tags_of(world, arn) == {"stage": "live"}


def test_a_distribution_can_be_made_with_tags(world: World) -> None:
    both = {"DistributionConfig": world.config(), "Tags": {"Items": [{"Key": "team", "Value": "web"}]}}
    made = world.client.create_distribution_with_tags(DistributionConfigWithTags=both)["Distribution"]
    assert tags_of(world, made["ARN"]) == {"team": "web"}


def test_wrong_tags_make_no_distribution(world: World) -> None:
    both = {"DistributionConfig": world.config(), "Tags": {"Items": [{"Key": "aws:team", "Value": "web"}]}}
    with refused("InvalidTagging", 400):
        world.client.create_distribution_with_tags(DistributionConfigWithTags=both)
    assert not world.store.distributions()


@pytest.mark.parametrize("tags", [{"AWS:x": "1"}, {"a,b": "1"}, {"a": "b,c"}, {"a": "b?"}])
def test_tags_that_aws_does_not_allow_are_refused(world: World, tags: dict[str, str]) -> None:
    arn = arn_of(world, world.create())
    with refused("InvalidTagging", 400):
        put(world, arn, **tags)
    assert tags_of(world, arn) == {}


def test_a_resource_has_fifty_tags_at_most(world: World) -> None:
    arn = arn_of(world, world.create())
    put(world, arn, **{f"k{n}": "v" for n in range(50)})
    put(world, arn, k0="again")
    with refused("InvalidTagging", 400):
        put(world, arn, one_more="v")
    assert len(tags_of(world, arn)) == 50


def test_only_what_is_there_has_tags(world: World) -> None:
    with refused("NoSuchResource", 404):
        put(world, "arn:aws:cloudfront::123456789012:distribution/E0NOSUCH", a="b")
