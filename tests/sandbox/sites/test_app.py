"""The app of hashed bundles, without a sandbox around it."""

from datetime import UTC, datetime, timedelta

from sandbox.sites.app import APP
from sandbox.sites.site import Moment

AT = datetime(2026, 11, 25, 12, 0, 0, 999_000, tzinfo=UTC)
(SHIP, CLEAN) = APP.changes


def test_builds_of_one_second_are_two_and_the_old_one_is_deleted() -> None:
    """Also on a machine so quick that the sites are a fraction of a second old."""
    first = APP.first(Moment((), APP.headline, AT))
    shipped = SHIP.make(Moment(tuple(first), APP.headline, AT + timedelta(microseconds=300)), "Next")
    keys = tuple({**first, **shipped.puts})
    cleaned = CLEAN.make(Moment(keys, APP.headline, AT + timedelta(microseconds=600)), "")
    scripts = {key for key in keys if key.endswith(".js")}
    assert len(scripts) == 2
    assert scripts == {key for key in cleaned.deletes if key.endswith(".js")}
    assert not scripts & set(cleaned.puts)
