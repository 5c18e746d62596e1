"""What several pages look at: the distributions by their ids, and which of them have work now."""

from web.models import Distribution
from web.pages.listing import all_of
from web.pages.sites import by_id
from web.pages.states import Busy
from web.services import Services


def known_distributions(services: Services) -> dict[str, Distribution]:
    """Return the account's distributions by id, as old as the services' list of them."""
    return by_id(all_of(lambda cursor: services.inventory.distributions(cursor=cursor)))


def busy_now(services: Services) -> Busy:
    """Return which distributions have work now, as history tells."""
    unfinished = services.history.open()
    moving = {one.distribution_id for one in unfinished if one.state == "in_progress"}
    return Busy(moving=moving, waiting={one.distribution_id for one in unfinished} - moving)
