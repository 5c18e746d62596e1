"""What the account has: buckets and distributions."""

from collections.abc import Collection
from datetime import datetime

from web.models import Bucket, Distribution, LinkState, Page, Stale
from web.services.activity import Activity
from web.services.link_reader import LinkReader
from web.services.names import checked_id
from web.services.rows import bucket_of
from web.services.snapshots import Snapshots


class InventoryService:
    """Buckets and distributions; see `web.services.Inventory`."""

    def __init__(self, reader: LinkReader, snapshots: Snapshots, activity: Activity) -> None:
        self._reader = reader
        self._snapshots = snapshots
        self._activity = activity

    @property
    def as_of(self) -> datetime:
        """When what the lists show was read."""
        return self._snapshots.current().as_of

    @property
    def stale(self) -> Stale | None:
        """That it could not be read again; asks nothing of AWS."""
        return self._snapshots.stale

    def refresh(self) -> None:
        """Read the whole account anew."""
        self._snapshots.refresh()

    def buckets(
        self, *, q: str = "", cursor: str | None = None, state: LinkState | None = None, limit: int = 50
    ) -> Page[Bucket]:
        """Return buckets by name."""
        return self._snapshots.current().buckets(q, cursor, state, limit)

    def bucket(self, name: str) -> Bucket:
        """Return one bucket, read live."""
        known = self._snapshots.current()
        return bucket_of(self._reader.live(name, known.regions, known.distributions.values()))

    def distributions(self, *, q: str = "", cursor: str | None = None, limit: int = 50) -> Page[Distribution]:
        """Return distributions by id, with what is under way of each on the page."""
        page = self._snapshots.current().listed(q, cursor, limit)
        return page.model_copy(update={"items": self._activity.added(page.items)})

    def known(self, paused: Collection[str] = ()) -> dict[str, Distribution]:
        """Return all distributions as they were read, and of some whether they are paused now."""
        known = dict(self._snapshots.current().distributions)
        held = self._reader.records.paused([one for one in paused if one in known])
        return known | {one: known[one].model_copy(update={"paused": True}) for one in held}

    def distribution(self, distribution_id: str) -> Distribution:
        """Return one distribution, read live, with what waits and what is in progress."""
        known = self._snapshots.current()
        found = self._reader.distribution(checked_id(distribution_id), known.regions)
        buckets = [name for name, link in known.links.items() if found.id in link.distribution_ids]
        return self._activity.added([found.model_copy(update={"buckets": sorted(buckets)})])[0]
