"""The twin's probes: written at once, and on their way for ever."""

from dataclasses import dataclass
from typing import Any

from web.models import Person, Station, Verification


@dataclass
class Verifying:
    world: Any

    def start(self, bucket: str, person: Person) -> Verification:
        self.world.fail("verify")
        self.world.bucket(bucket)
        started = self.world.clock.now()
        written = Station(name="written", state="ok", message="The probe object was written.", at=started)
        waiting = Station(name="event", state="waiting", message="S3's event of it has not reached us yet.")
        self.world.probes[bucket] = Verification(
            id="probe",
            bucket=bucket,
            key="freshedge-probe-1.txt",
            stations=[written, waiting],
            sentence=waiting.message,
            started_at=started,
            actor=person.name,
        )
        return self.world.probes[bucket]

    def look(self, bucket: str) -> Verification | None:
        self.world.bucket(bucket)
        return self.world.probes.get(bucket)

    def tidy(self) -> int:
        return 0
