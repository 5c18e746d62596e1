"""Verifies a link: a probe object is written, followed through every station, and deleted whatever came of it."""

import logging
import uuid
from dataclasses import replace
from datetime import timedelta

from invalidator.clock import Clock
from invalidator.errors import AccessDeniedError, BadInputError, FreshedgeError, NotFoundError
from invalidator.log import log
from web.models import Person, Station, Verification
from web.services.facts import Facts
from web.services.following import Follower
from web.services.link_reader import LinkReader
from web.services.names import checked_bucket
from web.services.notifications import our_entries
from web.services.probes import MARK, KeptProbes, Probe, ProbeObjects
from web.services.snapshots import Snapshots

PATIENCE = timedelta(minutes=10)
"""How long a probe has to come through: settle and quota take their time, and new notifications about 5 minutes."""

TIDIED = timedelta(days=1)
"""How long deleting a probe object is tried again where it is refused."""


class VerifyingService:
    """Verifies links; see `web.services.Verifying`."""

    def __init__(
        self,
        reader: LinkReader,
        snapshots: Snapshots,
        objects: ProbeObjects,
        probes: KeptProbes,
        follower: Follower,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._snapshots = snapshots
        self._objects = objects
        self._probes = probes
        self._follower = follower
        self._clock = clock

    def start(self, bucket: str, person: Person) -> Verification:
        """Write a probe object, and return how it stands; where one is under way, that one."""
        known = self._snapshots.current()
        facts = self._reader.live(bucket, known.regions, known.distributions.values())
        if isinstance(facts.tags, AccessDeniedError):
            raise facts.tags  # whether it is linked is unknown; where only its notification is, a probe tells
        if not facts.ids.ids:
            raise BadInputError(f"{facts.bucket} is not linked, so nothing would follow. Link it first.")
        before = self._probes.of(facts.bucket)
        if before and not (last := self._looked_at(Probe.loaded(before))).told.done:
            return last.told
        probe = self._new(facts, person)
        if not self._probes.begin(facts.bucket, probe.dumped(), before["id"] if before else None):
            return self.look(bucket) or probe.told
        log(logging.INFO, "A probe object goes into a bucket.", bucket=facts.bucket, actor=person.name)
        return self._written(probe).told

    def look(self, bucket: str) -> Verification | None:
        """Return how far the last probe of a bucket is."""
        kept = self._probes.of(checked_bucket(bucket))
        return self._looked_at(Probe.loaded(kept)).told if kept else None

    def tidy(self) -> int:
        """Delete probe objects that nobody looked after; how many of them are gone now."""
        tidied = 0
        for kept in self._probes.all().values():
            probe = Probe.loaded(kept)
            age = self._clock.now() - probe.told.started_at
            if probe.told.deleted_at is None and age < PATIENCE + TIDIED:
                try:
                    tidied += self._looked_at(probe).told.deleted_at is not None
                except FreshedgeError as error:
                    log(logging.WARNING, "A probe can't be looked after.", bucket=probe.told.bucket, reason=str(error))
        return tidied

    def _new(self, facts: Facts, person: Person) -> Probe:
        name = uuid.uuid4().hex[:12]
        told = Verification(
            id=name,
            bucket=facts.bucket,
            key=_key(facts, name),
            stations=[],
            sentence="A probe object is being written.",
            started_at=self._clock.now(),
            actor=person.name,
        )
        return Probe(told=told, region=facts.region, ids=facts.ids.ids)

    def _written(self, probe: Probe) -> Probe:
        told = probe.told
        try:
            etag, version = self._objects.write(told.bucket, probe.region, told.key, told.started_at)
        except FreshedgeError as error:
            denied = error.statement if isinstance(error, AccessDeniedError) else None
            station = Station(name="written", state="broken", message=str(error), statement=denied)
            return self._ended(self._with(probe, [station], done=True))
        station = Station(
            name="written",
            state="ok",
            message=f"The probe object {told.key} was written.",
            evidence={"key": told.key, "etag": etag},
            at=told.started_at,
        )
        written = replace(probe, etag=etag, version=version)
        return self._kept(self._with(written, [station], done=False))

    def _looked_at(self, probe: Probe) -> Probe:
        """Follow a probe further, and end it where nothing more is to come."""
        told = probe.told
        if told.done:
            return probe if told.deleted_at else self._ended(probe)
        late = self._clock.now() - told.started_at > PATIENCE
        first = [one for one in told.stations if one.name == "written"]
        try:
            stations = [*first, *self._follower.stations(probe)] if probe.etag else first
        except FreshedgeError as error:
            if not late:
                raise
            stations = [*first, Station(name="event", state="unknown", message=str(error))]
        if late:
            stations = [_given_up(one) for one in stations]
        done = late or any(s.state == "broken" for s in stations) or not any(s.state == "waiting" for s in stations)
        followed = self._with(probe, stations, done=done and bool(probe.etag or late))
        return self._ended(followed) if followed.told.done else self._kept(followed)

    def _ended(self, probe: Probe) -> Probe:
        """Delete the object, and keep how all ended; where it can't be deleted, that is told and tried again later."""
        told = probe.told
        stations = [one for one in told.stations if one.name != "deleted"]
        try:
            self._objects.delete(told.bucket, probe.region, told.key, probe.version)
        except NotFoundError:
            pass  # with its whole bucket
        except FreshedgeError as error:
            if not probe.etag and isinstance(error, AccessDeniedError):
                return self._kept(replace(probe, told=told.model_copy(update={"deleted_at": self._clock.now()})))
            statement = error.statement if isinstance(error, AccessDeniedError) else None
            said = f"The probe object {told.key} could not be deleted: {error}"
            left = Station(name="deleted", state="broken", message=said, statement=statement)
            return self._kept(replace(probe, told=told.model_copy(update={"stations": [*stations, left]})))
        update = {"stations": stations, "deleted_at": self._clock.now()}
        return self._kept(replace(probe, told=told.model_copy(update=update)))

    def _with(self, probe: Probe, stations: list[Station], *, done: bool) -> Probe:
        broken = next((one for one in stations if one.state == "broken"), None)
        waiting = next((one for one in stations if one.state == "waiting"), None)
        seconds = (self._clock.now() - probe.told.started_at).total_seconds()
        if broken:
            sentence = broken.message
        elif waiting or not done:
            sentence = waiting.message if waiting else "The probe object is on its way."
        else:
            unknown = [one.message for one in stations if one.state == "unknown"]
            sentence = " ".join([f"The probe came through in {seconds:.0f} s.", *unknown])
        update = {"stations": stations, "done": done, "ok": broken is None if done else None, "sentence": sentence}
        return replace(probe, told=probe.told.model_copy(update=update))

    def _kept(self, probe: Probe) -> Probe:
        self._probes.keep(probe.told.bucket, probe.dumped())
        return probe


def _key(facts: Facts, name: str) -> str:
    """Return a key that a linked distribution serves, and that our notification tells of."""
    known = [d for one in facts.ids.ids if (d := facts.distributions.get(one))]
    paths = [o.path.strip("/") for d in known for o in d.origins if o.bucket == facts.bucket]
    before = f"{paths[0]}/" if paths and paths[0] else ""
    entries = our_entries(facts.configuration, facts.targets.is_ours)
    narrow = entries[0] if entries and all(entry.filtered for entry in entries) else None
    if narrow and not before.startswith(narrow.prefix):
        before = narrow.prefix
    return f"{before}{MARK}{name}{narrow.suffix if narrow and narrow.suffix else '.txt'}"


def _given_up(station: Station) -> Station:
    if station.state != "waiting":
        return station
    minutes = PATIENCE.total_seconds() / 60
    return station.model_copy(update={"state": "broken", "message": f"After {minutes:.0f} minutes: {station.message}"})
