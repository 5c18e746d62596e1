"""Twins of S3 and CloudFront, and the edge that may fetch any URI at any moment."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from invalidator.aws.cloudfront import Created, Status
from invalidator.deadline import Deadline
from invalidator.errors import (
    NotFoundError,
    ReferenceReusedError,
    ThrottledError,
    TooManyInProgressError,
    UnavailableError,
)
from invalidator.rules.fingerprints import Seen
from invalidator.rules.routes import Website
from tests.invalidator.hands import HandClock

Content = tuple[str, str] | None
"""Bytes and headers of an object; None where there is none."""

DONE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Thing:
    """An object as it is now."""

    content: Content
    written_at: datetime


def etag_of(content: Content) -> str | None:
    return None if content is None else hashlib.sha256(content[0].encode()).hexdigest()[:8]


@dataclass
class Edge:
    """What the cache of each distribution may hold, by distribution and URI: all that was there since it was cleared.

    An edge may have fetched at any moment, so whatever an object was since then may be what a viewer is given.
    """

    may_hold: dict[tuple[str, str], set[Content]] = field(default_factory=dict)

    def wrote(self, distribution: str, key: str, content: Content) -> None:
        self.may_hold.setdefault((distribution, f"/{key}"), set()).add(content)

    def cleared(self, distribution: str, paths: Sequence[str], now: Callable[[str], Content]) -> None:
        for one, uri in list(self.may_hold):
            if one == distribution and any(_covers(path, uri) for path in paths):
                self.may_hold[one, uri] = {now(uri[1:])}


def _covers(path: str, uri: str) -> bool:
    return uri.startswith(path[:-1]) if path.endswith("*") else uri == path


class Buckets:
    """S3's objects and tags. point: told of each call of ours."""

    def __init__(self, clock: HandClock, point: Callable[[str], str | None]) -> None:
        self._clock, self._point = clock, point
        self.tags: dict[str, str] = {}
        self.things: dict[tuple[str, str], Thing] = {}

    def tag(self, bucket: str, region: str | None = None) -> str | None:  # noqa: ARG002 - of the adapter
        _fail(self._point(f"tag of {bucket}"))
        return self.tags.get(bucket)

    def website(self, bucket: str, region: str | None = None) -> Website | None:  # noqa: ARG002
        return None

    def now(self, bucket: str, key: str) -> Content:
        thing = self.things.get((bucket, key))
        return thing.content if thing else None

    def at(self, bucket: str, _region: str | None, keys: Sequence[str], _deadline: Deadline) -> dict[str, Seen | None]:
        """Look at keys, one after the other; as `Looks`."""
        return {key: self._look(bucket, key) for key in keys}

    def _look(self, bucket: str, key: str) -> Seen | None:
        if self._point(f"look at {key}"):
            return None
        at, thing = self._clock.now().replace(microsecond=0), self.things.get((bucket, key))
        if thing is None or thing.content is None:
            return Seen(looked_at=at, present=False)
        seen = Seen(
            looked_at=at,
            present=True,
            etag=etag_of(thing.content),
            size=1,
            last_modified=thing.written_at.replace(microsecond=0),
            digest=thing.content[1],
        )
        self._point(f"look at {key}, done")
        return seen


class CloudFront:
    """Distributions and their invalidations. accepted: what is told of each that is accepted, in this moment."""

    def __init__(
        self,
        clock: HandClock,
        point: Callable[[str], str | None],
        accepted: Callable[[str, Sequence[str]], None],
    ) -> None:
        self._clock, self._point, self._accepted = clock, point, accepted
        self.configs: dict[str, dict[str, Any]] = {}
        self.made: dict[str, tuple[str, tuple[str, ...], datetime]] = {}
        self._references: dict[tuple[str, str], str] = {}

    def create_invalidation(self, distribution_id: str, paths: Sequence[str], caller_reference: str) -> Created:
        fault = self._point(f"invalidate {', '.join(paths)} in {distribution_id}")
        _fail(fault)
        self._known(distribution_id)
        known = self._references.get((distribution_id, caller_reference))
        if known and set(self.made[known][1]) != set(paths):
            raise ReferenceReusedError("The reference was used for other paths.")
        if not known:
            known = f"I{len(self.made)}"
            self.made[known] = (distribution_id, tuple(paths), self._clock.now())
            self._references[distribution_id, caller_reference] = known
            self._accepted(distribution_id, paths)
        _fail(self._point(f"invalidated {', '.join(paths)} in {distribution_id}, done"))
        return Created(known, self._status(known), self.made[known][2])

    def status(self, distribution_id: str, invalidation_id: str) -> Status:
        _fail(self._point(f"status of {invalidation_id}"))
        self._known(distribution_id)
        return self._status(invalidation_id)

    def distribution(self, distribution_id: str) -> tuple[dict[str, Any], bool]:
        _fail(self._point(f"configuration of {distribution_id}"))
        self._known(distribution_id)
        return self.configs[distribution_id], True

    def cache_policy(self, policy_id: str) -> dict[str, Any]:
        raise NotFoundError(policy_id)

    def _known(self, distribution_id: str) -> None:
        if distribution_id not in self.configs:
            raise NotFoundError(f"There is no distribution {distribution_id}.")

    def _status(self, name: str) -> Status:
        done = self._clock.now() - self.made[name][2] >= timedelta(seconds=DONE_SECONDS)
        return "Completed" if done else "InProgress"


def _fail(fault: str | None) -> None:
    if fault == "throttled":
        raise ThrottledError("Rate exceeded", 2.0)
    if fault == "full":
        raise TooManyInProgressError("Too many in progress", 5.0)
    if fault == "lost":
        raise UnavailableError("No answer came.", 1.0)
