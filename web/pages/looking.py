"""What several pages look at: all buckets, all links, and which distributions have work now."""

from collections.abc import Iterator

from web.models import Bucket, Link, LinkState
from web.pages.listing import all_of
from web.pages.states import Busy
from web.services import Services

AT_ONCE = 1000
"""Items of a page where a whole list is read: as many as the services give at once."""


def all_buckets(services: Services, state: LinkState | None = None) -> Iterator[Bucket]:
    """Return the account's buckets by name, as old as the services' list of them."""
    return all_of(lambda cursor: services.inventory.buckets(state=state, cursor=cursor, limit=AT_ONCE))


def all_links(services: Services, state: LinkState | None = None) -> Iterator[Link]:
    """Return the links by bucket, as old as the services' list of them."""
    return all_of(lambda cursor: services.linking.links(state=state, cursor=cursor, limit=AT_ONCE))


def busy_now(services: Services) -> Busy:
    """Return which distributions have work now, as history tells."""
    unfinished = services.history.open()
    moving = {one.distribution_id for one in unfinished if one.state == "in_progress"}
    return Busy(moving=moving, waiting={one.distribution_id for one in unfinished} - moving)
