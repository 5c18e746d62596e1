"""What was invalidated, where there is no table: CloudFront's own list, which knows neither who nor why."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from invalidator.aws.clients import Clients
from invalidator.aws.refusals import explained
from invalidator.clock import Clock
from invalidator.errors import NotFoundError
from web.models import Cause, CauseKind, Invalidation, InvalidationState, Page
from web.services.names import shown
from web.services.snapshots import Snapshots

AT_ONCE = 8
MOST_ITEMS = 100
"""Of one distribution: what ListInvalidations answers at a time."""

# The invalidator's caller references say what they are for (`invalidator/rules/references.py`).
_REFERENCE = re.compile(r"freshedge-(?P<kind>s3|person|part)-")
_ID = re.compile(r"(?P<distribution>[A-Za-z0-9]+)-(?P<invalidation>[A-Za-z0-9]+)")
Asked = tuple[str, Mapping[str, Any]]


class DirectHistory:
    """The history by CloudFront; see `web.services.History`. An id of ours is the distribution's and CloudFront's."""

    def __init__(self, clients: Clients, snapshots: Snapshots, clock: Clock) -> None:
        self._clients = clients
        self._snapshots = snapshots
        self._clock = clock

    def page(
        self,
        *,
        distribution: str | None = None,
        bucket: str | None = None,
        actor: str | None = None,
        state: InvalidationState | None = None,
        kind: CauseKind | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Invalidation]:
        """Return the newest that match, on one page: nobody keeps where the lists of several distributions meet."""
        now = self._clock.now()
        if actor is not None or cursor is not None:
            return Page(items=[], as_of=now)
        listed = [one for name in self._asked(distribution, bucket) for one in self._listed(name)]
        fitting = [one for one in listed if _fits(one[1], state, since, until)]
        newest = sorted(fitting, key=lambda one: one[1]["CreateTime"], reverse=True)[:limit]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = list(pool.map(lambda one: self._read(one[0], one[1]["Id"]), newest))
        return Page(items=[one for one in found if kind in (None, one.cause.kind)], as_of=now)

    def get(self, invalidation_id: str) -> Invalidation:
        """Return one invalidation."""
        return self._read(*self._parts(invalidation_id))

    def paths(self, invalidation_id: str) -> list[str]:
        """Return all paths of one invalidation."""
        return paths_of(self._answer(*self._parts(invalidation_id)))

    def open(self) -> list[Invalidation]:
        """Return what CloudFront works on, of the linked distributions."""
        return self.page(state="in_progress").items

    def in_progress(self, distribution_id: str) -> list[str]:
        """Return the paths that CloudFront works on for a distribution."""
        running = [one["Id"] for _, one in self._listed(distribution_id) if one["Status"] == "InProgress"]
        return [path for one in running for path in paths_of(self._answer(distribution_id, one))]

    def _asked(self, distribution: str | None, bucket: str | None) -> list[str]:
        known = self._snapshots.current()
        if bucket is not None:
            link = known.links.get(bucket)
            ids = link.distribution_ids if link else []
            return [one for one in ids if distribution in (None, one)]
        if distribution is not None:
            return [distribution]
        return sorted(
            {one for link in known.links.values() for one in link.distribution_ids} & set(known.distributions)
        )

    def _listed(self, distribution_id: str) -> list[Asked]:
        with explained("cloudfront:ListInvalidations", _arn(distribution_id)):
            answer = self._clients.cloudfront.list_invalidations(
                DistributionId=distribution_id, MaxItems=str(MOST_ITEMS)
            )
        return [(distribution_id, one) for one in answer["InvalidationList"].get("Items", [])]

    def _read(self, distribution_id: str, cloudfront_id: str) -> Invalidation:
        return invalidation_of(distribution_id, self._answer(distribution_id, cloudfront_id))

    def _answer(self, distribution_id: str, cloudfront_id: str) -> Mapping[str, Any]:
        with explained("cloudfront:GetInvalidation", _arn(distribution_id)):
            answer = self._clients.cloudfront.get_invalidation(DistributionId=distribution_id, Id=cloudfront_id)
        return answer["Invalidation"]

    def _parts(self, invalidation_id: str) -> tuple[str, str]:
        found = _ID.fullmatch(invalidation_id)
        if found is None:
            raise NotFoundError(f"There is no invalidation {shown(invalidation_id)} in the history.")
        return found["distribution"], found["invalidation"]


def invalidation_of(distribution_id: str, told: Mapping[str, Any]) -> Invalidation:
    """Return what GetInvalidation tells, as the API shows it. When it was completed, CloudFront does not tell."""
    reference = _REFERENCE.match(told["InvalidationBatch"]["CallerReference"])
    kinds: dict[str, CauseKind] = {"s3": "s3", "person": "person", "part": "s3"}
    paths = paths_of(told)
    created = told["CreateTime"].astimezone(UTC)
    return Invalidation(
        id=f"{distribution_id}-{told['Id']}",
        cloudfront_id=told["Id"],
        distribution_id=distribution_id,
        state="in_progress" if told["Status"] == "InProgress" else "completed",
        cause=Cause(kind=kinds[reference["kind"]] if reference else "outside"),
        paths=paths[:100],
        path_count=len(paths),
        created_at=created,
        submitted_at=created,
    )


def paths_of(told: Mapping[str, Any]) -> list[str]:
    """Return the paths of what GetInvalidation tells."""
    return list(told["InvalidationBatch"]["Paths"].get("Items", []))


def _fits(
    told: Mapping[str, Any], state: InvalidationState | None, since: datetime | None, until: datetime | None
) -> bool:
    has = "in_progress" if told["Status"] == "InProgress" else "completed"
    created = told["CreateTime"]
    return state in (None, has) and (since is None or created >= since) and (until is None or created <= until)


def _arn(distribution_id: str) -> str:
    return f"arn:aws:cloudfront::*:distribution/{distribution_id}"
