"""Reads what there is to know of a bucket and its link, live."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from invalidator.aws.clients import Clients
from invalidator.clock import Clock
from invalidator.errors import AccessDeniedError, NotFoundError, TryLaterError
from web.models import Distribution
from web.services.account import Account
from web.services.bridge import SWITCH, Bridge
from web.services.bucket_config import BucketConfig
from web.services.distributions import bucket_candidates, distribution_of, readers
from web.services.facts import Facts
from web.services.health import candidates
from web.services.identity import Identity
from web.services.names import checked_bucket
from web.services.queues import Queues
from web.services.records import Records
from web.services.rules import Rules
from web.services.targets import Targets

Lookup = Callable[[str], Distribution | None]
"""Returns the distribution of an id; None where this account has none."""


class LinkReader:
    """Reads links. known_buckets, known_distributions: as a list lately showed them, to save asking again."""

    def __init__(
        self, clients: Clients, targets: Targets, records: Records, clock: Clock, identity: Identity | None = None
    ) -> None:
        identity = identity or Identity(clients)
        self.account = Account(clients, identity)
        self.config = BucketConfig(clients, identity)
        self.queues = Queues(clients, identity)
        self.rules = Rules(clients, identity)
        self.targets = targets
        self.records = records
        self._clock = clock

    def live(self, bucket: str, regions: Mapping[str, str | None], listed: Iterable[Distribution]) -> Facts:
        """Return the facts of one bucket, everything of it read now.

        regions: of known buckets; another one is looked up. listed: distributions that may be suggested; they stand for
            those that CloudFront does not tell of just now (`Facts.unread`), so that its bad day is not S3's too.

        Raises: NotFoundError, for a bucket that is not of this account.
        """
        name = checked_bucket(bucket)
        region = regions[name] if name in regions else self.account.bucket_region(name)
        names = {*regions, name}
        known = {distribution.id: distribution for distribution in listed}
        unread: dict[str, str] = {}

        def look_up(one: str) -> Distribution | None:
            try:
                return self.look_up(one, names, known)
            except TryLaterError as error:
                if one not in known:
                    raise
                unread[one] = str(error)
                return known[one]

        facts = self.facts(name, region, look_up, known.values(), look_deep=True)
        kept = self.records.kept_text(name)
        return replace(facts, kept_at=kept.at if kept else None, unread=unread)

    def facts(
        self,
        bucket: str,
        region: str | None,
        look_up: Lookup,
        listed: Iterable[Distribution],
        *,
        look_deep: bool = False,
        queues: Queues | None = None,
        rules: Rules | None = None,
    ) -> Facts:
        """Return the facts of one bucket.

        look_deep: reads the notifications also of a bucket that has no tag and that no distribution reads, and what we
            noted of EventBridge.

        Raises: NotFoundError where it is gone.
        """
        read_at = self._clock.now()
        tags = self._or_denied(lambda: self.config.tags(bucket, region))
        facts = Facts(bucket=bucket, region=region, targets=self.targets, tags=tags, distributions={})
        reading = readers(bucket, listed)
        if facts.tag is None and not reading and not look_deep:
            return facts
        named = {one: look_up(one) for one in candidates(facts.tag or "")}
        facts = replace(
            facts,
            notifications=self._or_denied(lambda: self.config.notifications(bucket, region)),
            distributions=named,
            suggested=tuple(one for one in reading if one not in facts.ids.ids),
            checked_at=read_at,
        )
        noted = self.records.bridge(bucket) if look_deep else None
        if SWITCH in facts.configuration or noted is not None:
            facts = self.with_bridge(facts, rules, noted)
        return self._with_records(facts, read_at, queues or self.queues)

    def with_bridge(self, facts: Facts, rules: Rules | None = None, noted: bool | None = None) -> Facts:
        """Return the facts with what EventBridge does with the bucket's events; noted: as the records have it."""
        try:
            found = (rules or self.rules).about(facts.bucket, facts.region)
        except AccessDeniedError as denied:
            return replace(facts, bridge=Bridge(denied=denied, switched_on=noted))
        return replace(facts, bridge=Bridge(tuple(found), switched_on=noted))

    def distribution(self, distribution_id: str, names: Collection[str]) -> Distribution:
        """Return a distribution as it is now; buckets of its origins that are not among the names are looked up.

        Raises: NotFoundError, also for one of another account; AccessDeniedError.
        """
        shown = self.account.distribution(distribution_id)
        missing = [name for name in bucket_candidates(shown) if name not in names]
        names = {*names, *(name for name in missing if self._exists(name))}
        return distribution_of(shown, names, self.account.aliases([shown]))

    def _with_records(self, facts: Facts, read_at: datetime, queues: Queues) -> Facts:
        """Add what the queue says, and what the table knows; note there which ids the tag names now."""
        if facts.tag is None and facts.via is None:
            return facts
        if not isinstance(facts.tags, AccessDeniedError):
            self.records.note_ids(facts.bucket, facts.ids.ids, read_at)
        ids = facts.ids.ids
        return replace(
            facts,
            destination=queues.destination(self.targets.at(facts.region), facts.bucket) if self.targets.known else None,
            last_event_at=self.records.last_event_at(facts.bucket),
            history=self.records.kept,
            paused=bool(ids) and self.records.paused(ids) == frozenset(ids),
        )

    def look_up(
        self, distribution_id: str, names: Collection[str], known: Mapping[str, Distribution]
    ) -> Distribution | None:
        """Return a distribution as it is now; None where this account has none of that id.

        known: as a list showed them, for where the role may list and not read.
        """
        try:
            shown = self.account.distribution(distribution_id)
            return distribution_of(shown, names, self.account.aliases([shown]))
        except NotFoundError:
            return None
        except AccessDeniedError:
            return known.get(distribution_id)  # ListDistributions is another permission

    def _exists(self, bucket: str) -> bool:
        try:
            self.account.bucket_region(bucket)
        except NotFoundError:
            return False
        return True

    def _or_denied(self, read: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is read
        try:
            return read()
        except AccessDeniedError as denied:
            return denied
