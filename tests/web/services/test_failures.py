"""What could not be done is told, tried again, and discarded."""

from datetime import timedelta

import pytest

from invalidator.errors import BadInputError, NotFoundError
from invalidator.table.attempts import Attempt
from tests.web.services.test_history import journaled, site  # noqa: F401 - a fixture
from tests.web.services.world import ANNA, World
from web.services.failure_words import parted


def failed_request(world: World, site: str, *paths: str) -> Attempt:  # noqa: F811 - the fixture's value
    """Let a request fail, as the invalidator does."""
    asked = world.services.invalidating.submit(site, paths, reason="<b>=1+1", person=ANNA)
    attempt = world.tables.attempts.get(asked.id)
    assert attempt
    lease = world.tables.leases.take(site, 60)
    assert lease
    return world.tables.fenced(lease).end(attempt, "failed", error="CloudFront refused it.")


def test_a_failed_request_is_told_and_tried_again_once(world: World, site: str) -> None:  # noqa: F811
    attempt = failed_request(world, site, "/a", "/b")
    shown = world.services.failures.page().items
    assert [(one.id, one.message, one.retryable, one.discardable) for one in shown] == [
        (attempt.id, "CloudFront refused it.", True, True)
    ]
    assert world.services.overview.summary().failures == 1
    again = world.services.failures.retry(attempt.id, ANNA)
    assert again
    assert (again.state, world.services.history.paths(again.id)) == ("waiting", ["/a", "/b"])
    assert world.services.failures.retry(attempt.id, ANNA) == again
    assert world.services.failures.page().items == []
    assert world.services.overview.summary().failures == 0
    assert world.services.history.get(attempt.id).state == "failed"


def test_a_discarded_failure_stays_in_the_history_alone(world: World, site: str) -> None:  # noqa: F811
    attempt = failed_request(world, site, "/a")
    world.services.failures.discard(attempt.id, ANNA)
    assert world.services.failures.page().items == []
    assert [one.id for one in world.services.history.page(state="failed").items] == [attempt.id]


def test_what_is_put_off_by_a_missing_permission_is_told_at_once_and_hurried(world: World, site: str) -> None:  # noqa: F811
    asked = world.services.invalidating.submit(site, ["/a"], reason=None, person=ANNA)
    attempt, lease = world.tables.attempts.get(asked.id), world.tables.leases.take(site, 60)
    assert attempt
    assert lease
    later = world.clock.now() + timedelta(hours=1)
    world.tables.fenced(lease).put_off(attempt, 'AWS denies it. {"Effect": "Allow", "Action": "x:Y"}', later)
    [shown] = world.services.failures.page().items
    assert (shown.message, shown.statement) == ("AWS denies it.", {"Effect": "Allow", "Action": "x:Y"})
    assert not shown.discardable
    with pytest.raises(BadInputError):
        world.services.failures.discard(shown.id, ANNA)
    world.services.failures.retry(shown.id, ANNA)
    hurried = world.tables.attempts.get(asked.id)
    assert hurried
    assert hurried.next_try_at
    assert hurried.next_try_at <= world.clock.now()


def test_changes_that_cannot_be_taken_up_are_told_with_the_reason(
    world: World,
    site: str,  # noqa: F811
) -> None:
    journaled(world, site, "a.html")
    assert world.services.failures.page().items == []
    world.tables.bells.ring(site, world.clock.now(), "CloudFront can't be asked.")
    assert world.services.failures.page().items == [], "most of these pass by themselves"
    world.clock.sleep(301)
    shown = world.services.failures.page(q="ASKED").items
    assert [(one.kind, one.message) for one in shown] == [("waiting", "CloudFront can't be asked.")]
    assert world.services.failures.retry(shown[0].id, ANNA) is None
    with pytest.raises(BadInputError):
        world.services.failures.discard(shown[0].id, ANNA)


@pytest.mark.parametrize("name", ["01JDJ3M2Q4X8T7V9Z0A1B2C3D4", "waiting-E1", "a/b", "é", ""])
def test_nobody_knows_other_failures(world: World, name: str) -> None:
    for call in (world.services.failures.retry, world.services.failures.discard):
        with pytest.raises(NotFoundError):
            call(name, ANNA)


def test_braces_in_an_error_are_no_statement() -> None:
    assert parted("no {json here") == ("no {json here", None)
    assert parted('a {"b": 1}') == ('a {"b": 1}', None)
