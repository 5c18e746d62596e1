"""Reads the whole account for lists: few calls for many buckets, and several at a time."""

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor

from invalidator.errors import NotFoundError
from web.models import Distribution
from web.services.distributions import distribution_of
from web.services.facts import Facts
from web.services.link_reader import LinkReader

AT_ONCE = 16
"""Buckets read at the same time: half of the connections that a client keeps."""


class Survey:
    """Reads everything that lists show."""

    def __init__(self, reader: LinkReader) -> None:
        self._reader = reader

    def take(self, also: Collection[str]) -> tuple[dict[str, Facts], dict[str, Distribution]]:
        """Return the facts of all buckets by name, and all distributions by id.

        Only buckets that may be linked are read themselves: those that have the tag by Resource Groups Tagging (all,
        where that can't be asked), those that a distribution reads, and those given in `also`.

        Raises: AccessDeniedError, ThrottledError, UnavailableError.
        """
        regions = self._reader.account.buckets()
        shown = (distribution_of(one, regions.keys()) for one in self._reader.account.distributions())
        distributions = {one.id: one for one in shown}
        read_by_some = {origin.bucket for one in distributions.values() for origin in one.origins if origin.bucket}
        tagged = self._reader.account.tagged(regions.values())
        looked_at = set(regions) if tagged is None else {*tagged, *read_by_some, *also} & set(regions)
        facts = {name: self._unlinked(name, region) for name, region in regions.items() if name not in looked_at}
        return {**facts, **self._read(looked_at, regions, distributions)}, distributions

    def _read(
        self, names: Iterable[str], regions: dict[str, str | None], distributions: dict[str, Distribution]
    ) -> dict[str, Facts]:
        queues = self._reader.queues.remembering()

        def read(name: str) -> Facts | None:
            try:
                return self._reader.facts(name, regions[name], distributions.get, distributions.values(), queues=queues)
            except NotFoundError:
                return None  # gone since the list was read

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return {facts.bucket: facts for facts in pool.map(read, sorted(names)) if facts is not None}

    def _unlinked(self, name: str, region: str | None) -> Facts:
        return Facts(bucket=name, region=region, targets=self._reader.targets, tags={}, distributions={})
