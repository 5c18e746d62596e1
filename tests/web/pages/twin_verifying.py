"""The twin's probes: written at once, and on their way until the world says how far they are."""

from dataclasses import dataclass
from typing import Any

from invalidator.errors import BadInputError
from web.models import Person, Station, Verification


@dataclass
class Verifying:
    """Probes over a `World`; `world.probes` holds the last of each bucket."""

    world: Any

    def start(self, bucket: str, person: Person) -> Verification:
        self.world.fail("verify")
        if not self.world.bucket(bucket).distribution_ids:
            raise BadInputError(f"{bucket} is not linked, so nothing would follow. Link it first.")
        if bucket in self.world.probes and not self.world.probes[bucket].done:
            found: Verification = self.world.probes[bucket]
            return found
        started = self.world.clock.now()
        written = Station(name="written", state="ok", message="The probe object was written.", at=started)
        waiting = Station(name="event", state="waiting", message="S3's event of it has not reached us yet.")
        self.world.audit.append(("verify", bucket, person.name))
        self.world.probes[bucket] = Verification(
            id="probe",
            bucket=bucket,
            key="freshedge-probe-1.txt",
            stations=[written, waiting],
            sentence=waiting.message,
            started_at=started,
            actor=person.name,
        )
        made: Verification = self.world.probes[bucket]
        return made

    def look(self, bucket: str) -> Verification | None:
        self.world.fail("look")
        found: Verification | None = self.world.probes.get(bucket)
        return found

    def tidy(self) -> int:
        return 0
