"""Reads the whole account for lists: few calls for many buckets, and several at a time."""

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from invalidator.errors import FreshedgeError, NotFoundError
from invalidator.rules.tag import TAG
from web.models import Distribution
from web.services.distributions import distribution_of
from web.services.facts import Facts
from web.services.kept import KeptHealths
from web.services.link_reader import LinkReader

AT_ONCE = 16
"""Buckets read at the same time: half of the connections that a client keeps."""

SMALL = 100
"""Buckets of an account that is read whole for each list. In a larger one lists show tags as Resource Groups Tagging
tells them and what was found of the notifications when they were looked at last."""


@dataclass(frozen=True, slots=True)
class _Account:
    """What the account's lists say. tagged: tags by bucket; None where they can't be asked for this way."""

    regions: Mapping[str, str | None]
    distributions: Mapping[str, Distribution]
    tagged: Mapping[str, str] | None

    @property
    def readers(self) -> dict[str, list[str]]:
        """Return the distributions that read each bucket."""
        found: dict[str, list[str]] = {}
        for one in self.distributions.values():
            for bucket in dict.fromkeys(origin.bucket for origin in one.origins if origin.bucket):
                found.setdefault(bucket, []).append(one.id)
        return found

    def may_be_linked(self) -> set[str]:
        """Return the buckets worth a look: those with the tag and those that a distribution reads, or all."""
        return set(self.regions) if self.tagged is None else {*self.tagged, *self.readers} & set(self.regions)


class Survey:
    """Reads everything that lists show. healths: what was found of links when they were looked at last."""

    def __init__(self, reader: LinkReader, healths: KeptHealths) -> None:
        self._reader = reader
        self._healths = healths

    def take(self, also: Collection[str]) -> tuple[dict[str, Facts], dict[str, Distribution]]:
        """Return the facts of all buckets by name, and all distributions by id.

        also: buckets that are read themselves in any case. In a small account, or where Resource Groups Tagging can't
        be asked, all that may be linked are; otherwise none but those.

        Raises: AccessDeniedError, ThrottledError, UnavailableError.
        """
        known = self._lists()
        whole = known.tagged is None or len(known.regions) <= SMALL
        looked_at = ({*known.may_be_linked(), *also} if whole else {*also}) & set(known.regions)
        facts, failed = self._read(looked_at, known)
        if failed:
            raise next(iter(failed.values()))
        return {**self._listed(known, looked_at), **facts}, dict(known.distributions)

    def look_at_all(
        self,
    ) -> tuple[dict[str, Facts], dict[str, Distribution], dict[str, FreshedgeError]]:
        """Return the same with every bucket that may be linked read itself, and why some could not be.

        Raises: AccessDeniedError, ThrottledError, UnavailableError, where the lists can't be read.
        """
        known = self._lists()
        looked_at = (known.may_be_linked() | self._healths.all().keys()) & set(known.regions)
        facts, failed = self._read(looked_at, known)
        return {**self._listed(known, looked_at - failed.keys()), **facts}, dict(known.distributions), failed

    def _lists(self) -> _Account:
        account = self._reader.account
        regions = account.buckets()
        shown = account.distributions()
        aliases = account.aliases(shown)
        found = (distribution_of(one, regions.keys(), aliases) for one in shown)
        return _Account(regions, {one.id: one for one in found}, account.tagged(regions.values()))

    def _read(self, names: Iterable[str], known: _Account) -> tuple[dict[str, Facts], dict[str, FreshedgeError]]:
        """Return what was read, and for those that could not be read the reason; those that are gone are in neither."""
        reader, distributions = self._reader, known.distributions
        queues, rules = reader.queues.remembering(), reader.rules.remembering()

        def read(name: str) -> Facts | FreshedgeError | None:
            try:
                region = known.regions[name]
                listed = distributions.values()
                return reader.facts(name, region, distributions.get, listed, queues=queues, rules=rules)
            except NotFoundError:
                return None  # gone since the list was read
            except FreshedgeError as error:
                return error

        ordered = sorted(names)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = dict(zip(ordered, pool.map(read, ordered), strict=True))
        return (
            {name: one for name, one in found.items() if isinstance(one, Facts)},
            {name: one for name, one in found.items() if isinstance(one, FreshedgeError)},
        )

    def _listed(self, known: _Account, read: Collection[str]) -> dict[str, Facts]:
        """Return what the lists alone say of the buckets that were not read."""
        left = [name for name in known.regions if name not in read]
        tagged = known.tagged or {}
        linked = [name for name in left if name in tagged]
        whole = known.tagged is None or len(known.regions) <= SMALL
        kept = {} if whole else self._healths.all()
        records, readers = self._reader.records, known.readers
        events = records.last_events(linked) if linked else {}
        facts = {name: self._of(name, known, readers.get(name, ())) for name in left}
        ids = {one for name in linked for one in facts[name].ids.ids}
        paused = records.paused(ids) if ids else frozenset()
        return {
            name: replace(
                one,
                kept=kept.get(name),
                last_event_at=events.get(name),
                history=records.kept,
                paused=_all_in(one, paused),
            )
            for name, one in facts.items()
        }

    def _of(self, name: str, known: _Account, readers: Collection[str]) -> Facts:
        value = (known.tagged or {}).get(name)
        facts = Facts(
            bucket=name,
            region=known.regions[name],
            targets=self._reader.targets,
            tags={} if value is None else {TAG: value},
            distributions={},
        )
        ids = facts.ids.ids
        return replace(
            facts,
            distributions={one: known.distributions.get(one) for one in ids},
            suggested=tuple(one for one in readers if one not in ids),
        )


def _all_in(facts: Facts, paused: Collection[str]) -> bool:
    return bool(facts.ids.ids) and all(one in paused for one in facts.ids.ids)
