"""Faults that can be switched on in the demo and in tests: what AWS does on bad days."""

import threading
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong at the moment. All off by default.

    throttle: CreateInvalidation answers `Throttling`.
    too_many: CreateInvalidation answers `TooManyInvalidationsInProgress`.
    unavailable: CloudFront answers 503 `ServiceUnavailable` to every call.
    time_out: CloudFront carries CreateInvalidation out and never answers (the connection is closed after a while).
    delay_events_s: S3 events are delivered so many seconds late.
    repeat_events: S3 events are delivered so many times more.
    reorder_events: S3 events held back a random while, up to 3 s, so that they overtake each other.
    kill_worker: the next handler call dies in the middle, once; then this switches itself off.
    """

    throttle: bool = False
    too_many: bool = False
    unavailable: bool = False
    time_out: bool = False
    delay_events_s: float = 0
    repeat_events: int = 0
    reorder_events: bool = False
    kill_worker: bool = False


class FaultSwitch:
    """The faults that are on now; shared by all rooms of the sandbox, safe across threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = Faults()

    @property
    def now(self) -> Faults:
        """The faults that are on at this moment."""
        return self._now

    def set(self, **to: bool | float) -> Faults:
        """Switch faults by name and return what is on now; raise `ValueError` that names an unknown one."""
        known = {f.name for f in fields(Faults)}
        if unknown := sorted(set(to) - known):
            raise ValueError(f"There is no fault named {', '.join(unknown)}; there are {', '.join(sorted(known))}.")
        with self._lock:
            self._now = replace(self._now, **to)  # type: ignore[arg-type]
            return self._now

    def reset(self) -> None:
        """Switch every fault off."""
        with self._lock:
            self._now = Faults()

    def take_kill(self) -> bool:
        """Return whether this call shall die, and switch that fault off."""
        with self._lock:
            asked, self._now = self._now.kill_worker, replace(self._now, kill_worker=False)
            return asked
