"""A twin of the services in memory: what pages need to be tried, refusing what the real ones refuse."""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from invalidator.errors import BadInputError, FreshedgeError, IdempotencyConflictError, NotFoundError
from tests.web.pages.twin_failures import Failures
from tests.web.pages.twin_lines import previewed, understood
from tests.web.pages.twin_linking import LinkFacts, Linking
from tests.web.pages.twin_verifying import Verifying
from web.models import (
    Bucket,
    Cause,
    Distribution,
    DistributionSettings,
    Failure,
    InProgress,
    Invalidation,
    InvalidationPreview,
    Page,
    Person,
    Stale,
    Summary,
    Verification,
)
from web.services import Services
from web.services.errors import LinesRefusedError

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OPEN = {"waiting", "queued", "in_progress"}


@dataclass
class TwinClock:
    """Time that passes when it is told to."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class World:
    """What the account holds. `failing`: what a call raises, by its name; `audit`: verb, subject, who.

    `history_note`: of every list of the history; `empty_first`: the first page of it is.
    """

    clock: TwinClock = field(default_factory=TwinClock)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    distributions: dict[str, Distribution] = field(default_factory=dict)
    history: list[Invalidation] = field(default_factory=list)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    all_paths: dict[str, list[str]] = field(default_factory=dict)
    keys: dict[str, tuple[list[str], str]] = field(default_factory=dict)
    journal: dict[str, int] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    usage_known: bool = True
    probes: dict[str, Verification] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    link_facts: dict[str, LinkFacts] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    history_note: str = ""
    empty_first: bool = False
    paused: bool = False
    stale: Stale | None = None
    refreshed: int = 0
    failing: dict[str, FreshedgeError] = field(default_factory=dict)
    audit: list[tuple[str, str | None, str]] = field(default_factory=list)

    def fail(self, name: str) -> None:
        if name in self.failing:
            raise self.failing[name]

    def services(self) -> Services:
        return Services(
            Inventory(self),
            Linking(self),
            Invalidating(self),
            History(self),
            Overview(self),
            Verifying(self),
            Failures(self),
        )

    def bucket(self, name: str) -> Bucket:
        if name not in self.buckets:
            raise NotFoundError(f"There is no bucket {name} in this account.")
        return self.buckets[name]

    def distribution(self, distribution_id: str) -> Distribution:
        if distribution_id not in self.distributions:
            raise NotFoundError(f"There is no distribution {distribution_id} in this account.")
        return self.distributions[distribution_id]

    def change(self, name: str, **update: Any) -> None:
        self.buckets[name] = self.bucket(name).model_copy(update=update)


def page_of(items: Sequence[Any], cursor: str | None, limit: int, as_of: datetime | None = None) -> Page[Any]:
    if cursor is not None and not cursor.isdecimal():
        raise BadInputError("This cursor is none of ours. Begin at the first page.")
    start = int(cursor or 0)
    following = str(start + limit) if start + limit < len(items) else None
    return Page(items=list(items[start : start + limit]), next_cursor=following, total=len(items), as_of=as_of)


@dataclass
class Inventory:
    world: World

    @property
    def as_of(self) -> datetime:
        return self.world.clock.now() - timedelta(seconds=40)

    @property
    def stale(self) -> Stale | None:
        return self.world.stale

    def refresh(self) -> None:
        self.world.refreshed += 1

    def buckets(
        self, *, q: str = "", cursor: str | None = None, state: str | None = None, limit: int = 50
    ) -> Page[Bucket]:
        self.world.fail("buckets")
        found = [
            b
            for b in sorted(self.world.buckets.values(), key=lambda b: b.name)
            if state in (None, b.state) and any(q in text for text in (b.name, *b.distribution_ids))
        ]
        return page_of(found, cursor, limit, self.as_of)

    def bucket(self, name: str) -> Bucket:
        return self.world.bucket(name)

    def distributions(self, *, q: str = "", cursor: str | None = None, limit: int = 50) -> Page[Distribution]:
        found = [
            d
            for d in self.world.distributions.values()
            if any(q in text for text in (d.id, d.comment, d.domain_name, *d.aliases))
        ]
        return page_of(found, cursor, limit, self.as_of)

    def known(self, paused: Collection[str] = ()) -> dict[str, Distribution]:
        return {
            name: one.model_copy(update={"paused": one.paused and name in paused, "waiting": 0})
            for name, one in self.world.distributions.items()
        }

    def distribution(self, distribution_id: str) -> Distribution:
        return self.world.distribution(distribution_id)


@dataclass
class Invalidating:
    world: World

    def preview(self, distribution_id: str, lines: Sequence[str], *, brief: bool = False) -> InvalidationPreview:
        del brief
        distribution = self.world.distribution(distribution_id)
        self.world.fail("preview")
        return previewed(lines, distribution)

    def submit(
        self, distribution_id: str, lines: Sequence[str], *, reason: str | None, person: Person, key: str | None = None
    ) -> Invalidation:
        self.world.distribution(distribution_id)
        self.world.fail("submit")
        refused = [(p.given, p.problem) for p in map(understood, lines) if p.problem]
        if refused:
            raise LinesRefusedError(refused)
        if problem := self.preview(distribution_id, lines).problem:
            raise BadInputError(f"Nothing was invalidated. {problem}")
        paths = [p.path for p in map(understood, lines) if p.path]
        if key in self.world.keys:
            earlier, record = self.world.keys[key]
            if earlier != paths:
                raise IdempotencyConflictError("This key was used for other paths. Send another key.")
            return History(self.world).get(record)
        made = Invalidation(
            id=uuid.uuid4().hex,
            distribution_id=distribution_id,
            state="waiting",
            cause=Cause(kind="person", actor=person.name, reason=reason),
            paths=paths[:100],
            path_count=len(paths),
            created_at=self.world.clock.now(),
        )
        self.world.history.insert(0, made)
        if key:
            self.world.keys[key] = (paths, made.id)
        return made

    def pause(self, distribution_id: str | None, person: Person) -> None:
        self.world.audit.append(("pause", distribution_id, person.name))
        self._pause(distribution_id, paused=True)

    def resume(self, distribution_id: str | None, person: Person) -> None:
        self.world.audit.append(("resume", distribution_id, person.name))
        self._pause(distribution_id, paused=False)

    def _pause(self, distribution_id: str | None, *, paused: bool) -> None:
        self.world.fail("pause")
        if distribution_id is None:
            self.world.paused = paused
            return
        found = self.world.distribution(distribution_id)
        self.world.distributions[found.id] = found.model_copy(update={"paused": paused})

    def all_paused(self) -> bool:
        return self.world.paused

    def settings(self, distribution_id: str) -> DistributionSettings:
        return self.world.distribution(distribution_id).settings

    def save_settings(
        self, distribution_id: str, settings: DistributionSettings, person: Person
    ) -> DistributionSettings:
        found = self.world.distribution(distribution_id)
        self.world.fail("save_settings")
        self.world.audit.append(("settings", distribution_id, person.name))
        chosen = found.settings.model_copy(update=settings.model_dump(exclude_unset=True))
        self.world.distributions[found.id] = found.model_copy(update={"settings": chosen})
        return chosen


@dataclass
class History:
    world: World

    def page(
        self,
        *,
        distribution: str | None = None,
        bucket: str | None = None,
        actor: str | None = None,
        state: str | None = None,
        kind: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Invalidation]:
        wanted: list[Callable[[Invalidation], bool]] = [
            lambda i: distribution in (None, i.distribution_id),
            lambda i: bucket is None or bucket in i.cause.buckets,
            lambda i: actor in (None, i.cause.actor),
            lambda i: state in (None, i.state),
            lambda i: kind in (None, i.cause.kind),
            lambda i: since is None or i.created_at >= since,
            lambda i: until is None or i.created_at < until,
        ]
        fitting = [i for i in self.world.history if all(test(i) for test in wanted)]
        notes = [self.world.history_note] if self.world.history_note else []
        if self.world.empty_first and cursor is None:
            return Page(items=[], next_cursor="0", notes=notes)
        return page_of(fitting, cursor, limit).model_copy(update={"total": None, "notes": notes})

    def get(self, invalidation_id: str) -> Invalidation:
        for each in self.world.history:
            if each.id == invalidation_id:
                return each
        raise NotFoundError(f"There is no record {invalidation_id}.")

    def paths(self, invalidation_id: str) -> list[str]:
        return self.world.all_paths.get(invalidation_id, self.get(invalidation_id).paths)

    def open(self) -> list[Invalidation]:
        journal = [
            Invalidation(
                id="",
                distribution_id=distribution_id,
                state="waiting",
                cause=Cause(kind="s3"),
                changes=changes,
                created_at=self.world.clock.now() - timedelta(seconds=2),
            )
            for distribution_id, changes in self.world.journal.items()
        ]
        return [i for i in reversed(self.world.history) if i.state in OPEN] + journal


@dataclass
class Overview:
    world: World

    def look(self) -> tuple[Summary, list[Invalidation]]:
        return self.summary(), History(self.world).open()

    def summary(self) -> Summary:
        self.world.fail("summary")
        links: dict[str, int] = {}
        for bucket in self.world.buckets.values():
            links[bucket.state] = links.get(bucket.state, 0) + 1
        waiting = sum(self.world.journal.values())
        return Summary(
            links=links,
            waiting_changes=waiting,
            in_flight=sum(i.state in OPEN for i in self.world.history),
            paths_this_month=sum(self.world.usage.values()),
            cost_this_month_usd=max(0, sum(self.world.usage.values()) - 1000) * 0.005,
            paths_by_day=self.world.usage,
            usage_known=self.world.usage_known,
            failures=len(self.world.failures),
            oldest_waiting_seconds=4.0 if waiting else None,
            paused=self.world.paused,
            as_of=self.world.clock.now() - timedelta(seconds=20),
        )


def busy(distribution: Distribution, files: int, wildcards: int = 0) -> Distribution:
    """Return a distribution with something in progress."""
    return distribution.model_copy(update={"in_progress": InProgress(files=files, wildcards=wildcards)})
