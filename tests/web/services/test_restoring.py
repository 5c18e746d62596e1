"""The notification configuration of before our last write, put back in one step."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invalidator.errors import BadInputError
from tests.web.services.world import ACCOUNT, ANNA, OURS, World
from web.services.restoring import put_back

ARN = f"arn:aws:sqs:us-east-1:{ACCOUNT}:theirs"
ASIDE = {"Id": "aside", "QueueArn": ARN, "Events": ["s3:ObjectTagging:*"]}
BY_HAND = {"QueueConfigurations": [OURS | {"Id": "by-hand", "Events": OURS["Events"][:1]}, ASIDE]}


@pytest.fixture
def site(world: World) -> str:
    """A distribution over `docs`, whose notification is one that a repair changes."""
    world.queue("theirs")
    one = world.distribution(world.bucket("docs", owner="web team"))
    world.tag("docs", owner="web team", distributionId=one)
    world.notify("docs", BY_HAND)
    return one


@pytest.mark.usefixtures("site")
def test_what_a_repair_replaced_comes_back_exactly_and_can_be_taken_back(world: World) -> None:
    linking = world.services.linking
    assert linking.link("docs").kept_at is None
    repaired = linking.repair("docs", ANNA)
    assert repaired.kept_at is not None
    after = world.notifications("docs")
    plan = linking.restore_plan("docs")
    assert (plan.notifications.before, plan.notifications.after) == (after, BY_HAND)
    assert plan.tags.before == plan.tags.after == world.tags("docs")
    linking.restore("docs", ANNA)
    assert world.notifications("docs") == BY_HAND
    linking.restore("docs", ANNA)
    assert world.notifications("docs") == after


@pytest.mark.usefixtures("site")
def test_without_anything_kept_there_is_nothing_to_restore(world: World) -> None:
    with pytest.raises(BadInputError, match="none can be restored"):
        world.services.linking.restore_plan("docs")
    with pytest.raises(BadInputError, match="none can be restored"):
        world.services.linking.restore("docs", ANNA)
    direct = world.remade(table=None)
    with pytest.raises(BadInputError, match="none can be restored"):
        direct.linking.restore("docs", ANNA)


@pytest.mark.usefixtures("site")
def test_what_somebody_adds_while_it_is_put_back_stays(world: World) -> None:
    linking = world.services.linking
    linking.repair("docs", ANNA)
    new = {"Id": "new", "QueueArn": ARN, "Events": ["s3:ObjectAcl:Put"]}
    now = world.notifications("docs")
    write = lambda: world.notify("docs", {"QueueConfigurations": [*now["QueueConfigurations"], new]})  # noqa: E731
    world.wire.before["GetBucketNotificationConfiguration"] = [lambda: None, write]
    linking.restore("docs", ANNA)
    found = world.notifications("docs")["QueueConfigurations"]
    assert sorted(one["Id"] for one in found) == ["aside", "by-hand", "new"]


ENTRIES = st.lists(st.sampled_from("abcdef"), unique=True, max_size=4)


def configurations() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda queues, topics, bridge: {
            **({"QueueConfigurations": queues} if queues else {}),
            **({"TopicConfigurations": topics} if topics else {}),
            **({"EventBridgeConfiguration": {}} if bridge else {}),
        },
        ENTRIES,
        ENTRIES,
        st.booleans(),
    )


@given(now=configurations(), base=configurations(), kept=configurations())
def test_putting_back_takes_what_it_says_leaves_the_rest_and_stays_as_it_is(
    now: dict[str, Any], base: dict[str, Any], kept: dict[str, Any]
) -> None:
    after = put_back(now, base, kept)
    assert put_back(base, base, kept) == kept
    assert put_back(after, base, kept) == after
    for kind in ("QueueConfigurations", "TopicConfigurations"):
        here, was, wanted = (set(one.get(kind, ())) for one in (now, base, kept))
        theirs = here - was - wanted
        if now != base:
            assert theirs <= set(after.get(kind, ()))
        assert wanted - was <= set(after.get(kind, ()))


def test_putting_back_what_leaves_a_link_deaf_says_so_beforehand(world: World) -> None:
    one = world.distribution(world.bucket("docs"))
    linking = world.services.linking
    linking.apply("docs", [one], ANNA)
    (note,) = linking.restore_plan("docs").notes
    assert note.startswith("The bucket would no longer tell us about changes, and the tag stays")
    assert linking.restore("docs", ANNA).state == "faulty", "as it said"
    assert linking.restore_plan("docs").notes == [], "this way round it would tell again"
