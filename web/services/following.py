"""Follows a probe object from its bucket to the edge, station by station."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from invalidator.clock import Clock
from invalidator.errors import FreshedgeError, NotFoundError, UnavailableError
from invalidator.rules.paths import covers
from invalidator.rules.routes import viewer_paths
from web.models import Invalidation, Station, StationState
from web.services import History
from web.services.head import Head
from web.services.probes import Probe
from web.services.records import Records
from web.services.site_reader import SiteReader

MOST_RECORDS = 50
OK = 200


@dataclass(frozen=True, slots=True)
class _Way:
    """The way to one distribution. paths: under which viewers get the probe; record: the invalidation that has it.

    journal: the record of what waits in the distribution's journal.
    """

    distribution_id: str
    paths: tuple[str, ...]
    record: Invalidation | None
    journal: Invalidation | None


class Follower:
    """Looks how far probes are."""

    def __init__(self, sites: SiteReader, history: History, head: Head, records: Records, clock: Clock) -> None:
        self._sites = sites
        self._history = history
        self._head = head
        self._records = records
        self._clock = clock

    def stations(self, probe: Probe) -> list[Station]:
        """Return all stations behind the writing of the object, as they are now.

        Raises: ThrottledError, UnavailableError, AccessDeniedError.
        """
        waiting = [one for one in self._history.open() if not one.id]
        ways: list[_Way] = []
        gone: list[Station] = []
        for one in probe.ids:
            try:
                ways.append(self._way(probe, one, waiting))
            except NotFoundError as error:
                gone.append(_station("edge", "broken", str(error), one))
        return [self._event(probe, ways), *gone, *(s for way in ways for s in self._along(probe, way))]

    def _way(self, probe: Probe, distribution_id: str, waiting: Sequence[Invalidation]) -> _Way:
        site = self._sites.site(distribution_id)
        paths = viewer_paths(site.routes.get(probe.told.bucket, ()), probe.told.key)
        return _Way(
            distribution_id,
            paths,
            self._record(probe, distribution_id, paths),
            next((one for one in waiting if one.distribution_id == distribution_id), None),
        )

    def _record(self, probe: Probe, distribution_id: str, paths: Sequence[str]) -> Invalidation | None:
        """Return the first invalidation since the writing that covers the probe's paths."""
        page = self._history.page(distribution=distribution_id, since=probe.told.started_at, limit=MOST_RECORDS)
        for one in reversed(page.items):
            if not one.id or one.cause.kind == "person":
                continue
            named = one.paths if one.path_count <= len(one.paths) else self._history.paths(one.id)
            if paths and all(any(_takes(path, wanted) for path in named) for wanted in paths):
                return one
        return None

    def _event(self, probe: Probe, ways: Sequence[_Way]) -> Station:
        seen = self._records.last_event_at(probe.told.bucket)
        if any(way.record for way in ways) or (seen is not None and seen >= probe.told.started_at):
            return _station("event", "ok", "S3's event of it has reached us.", at=seen)
        if any(way.journal for way in ways):
            return _station("event", "ok", "Something of it waits already, so its event has most likely come.")
        return _station("event", "waiting", "S3's event of it has not reached us yet.", at=seen)

    def _along(self, probe: Probe, way: _Way) -> Iterator[Station]:
        name = way.distribution_id
        if not way.paths:
            yield _station("edge", "unknown", f"{name} gives viewers nothing of this key, so there is no answer.", name)
            return
        if self._records.kept:
            yield self._journaled(way)
        yield self._accepted(way)
        yield self._completed(way)
        yield self._answered(probe, way)

    def _journaled(self, way: _Way) -> Station:
        name = way.distribution_id
        if way.record:
            return _station("journaled", "ok", f"It was recorded for {name}.", name, at=way.record.created_at)
        if way.journal:
            said = f"It waits for {name} with what else has changed"
            why = f": {way.journal.error}" if way.journal.error else "."
            return _station("journaled", "ok", f"{said}{why}", name, at=way.journal.created_at)
        return _station("journaled", "waiting", f"Nothing is recorded for {name} yet.", name)

    def _accepted(self, way: _Way) -> Station:
        name, record = way.distribution_id, way.record
        evidence: dict[str, object] = {"invalidation_id": record.id, "paths": list(way.paths)} if record else {}
        if record and record.state == "failed":
            said = f"CloudFront did not take it for {name}: {record.error}"
            return _station("accepted", "broken", said, name, evidence)
        if record and record.state == "unneeded":
            return _station("accepted", "unknown", f"It was not needed for {name}: {record.summary}", name, evidence)
        if record and record.submitted_at:
            said = f"CloudFront accepted the invalidation for {name}."
            return _station("accepted", "ok", said, name, evidence, record.submitted_at)
        if self._records.paused([name]):
            said = f"{name} is paused, so nothing is sent. Resume it to go on."
        else:
            why = (record.error if record else None) or (way.journal.error if way.journal else None)
            said = f"CloudFront has not been asked for {name} yet" + (f": {why}" if why else ".")
        return _station("accepted", "waiting", said, name, evidence)

    def _completed(self, way: _Way) -> Station:
        name, record = way.distribution_id, way.record
        if record and record.completed_at and record.state == "completed":
            return _station("completed", "ok", f"{name} is fresh.", name, at=record.completed_at)
        if record and record.state in ("failed", "unneeded"):
            return _station("completed", "unknown", f"Nothing was invalidated for {name}.", name)
        return _station("completed", "waiting", f"CloudFront has not reported it done for {name} yet.", name)

    def _answered(self, probe: Probe, way: _Way) -> Station:
        """Ask the edge, once all of it is fresh."""
        name, record = way.distribution_id, way.record
        exact = next((path for path in way.paths if not path.endswith("*")), None)
        if record is None or record.state not in ("completed", "unneeded"):
            return _station("edge", "waiting", f"The edge of {name} is asked once it is fresh.", name)
        if exact is None:
            return _station("edge", "unknown", f"{name} may answer with it under any address, so none is asked.", name)
        try:
            distribution = self._sites.distribution(name)
            answer = self._head.ask(distribution, exact)
        except UnavailableError as error:
            return _station("edge", "unknown", str(error), name, {"path": exact})
        except FreshedgeError as error:
            return _station("edge", "unknown", f"{error}", name, {"path": exact})
        state, said = _judged(answer.status, answer.etag == probe.etag, name)
        shown = {h: answer.headers[h] for h in ("etag", "age", "x-cache") if h in answer.headers}
        evidence: dict[str, object] = {"path": exact, "status": answer.status, **shown}
        return _station("edge", state, said, name, evidence, self._clock.now())


def _judged(status: int, same: bool, name: str) -> tuple[StationState, str]:
    if status == OK and same:
        return "ok", f"The edge of {name} answers with it."
    if status == OK:
        return "broken", f"The edge of {name} answers with something else than what was written."
    if status in (404, 410) or status >= 500:  # noqa: PLR2004 - HTTP's own
        return "broken", f"The edge of {name} answers {status}: it does not get the object from the bucket."
    return "unknown", f"The edge of {name} answers {status}: who may read there is its own affair."


def _takes(path: str, wanted: str) -> bool:
    """Whether a path covers another one, which may be a wildcard itself."""
    return path == wanted or covers(path, unquote(wanted.removesuffix("*")))


def _station(
    name: str,
    state: StationState,
    message: str,
    distribution_id: str | None = None,
    evidence: dict[str, object] | None = None,
    at: datetime | None = None,
) -> Station:
    of = {"distribution_id": distribution_id} if distribution_id else {}
    return Station(name=name, state=state, message=message, evidence={**of, **(evidence or {})}, at=at)
