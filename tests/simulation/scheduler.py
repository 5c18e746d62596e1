"""One seeded scheduler that owns time: it starts calls, stops them at any call to a twin, stalls and kills them."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from greenlet import GreenletExit, getcurrent, greenlet

from tests.invalidator.hands import HandClock


class Died(GreenletExit):
    """The worker dies here: nothing of ours may catch this."""


@dataclass
class Task:
    """A call under way.

    dead: it was killed, and whatever it still does has no effect. until: it stalls, and does not go on before.
    """

    name: str
    let: greenlet
    dead: bool = False
    until: datetime | None = None


@dataclass
class Faults:
    """How likely each thing is at a call to a twin, from 0 to 1; to stall where it stops."""

    stop: float = 0.3
    stall: float = 0.0
    die: float = 0.0
    fail: dict[str, float] = field(default_factory=dict)


class Scheduler:
    """Runs tasks one step at a time, and tells in words what happened."""

    def __init__(self, seed: int, clock: HandClock, faults: Faults) -> None:
        self.random, self.clock, self.faults = random.Random(seed), clock, faults
        self.tasks: list[Task] = []
        self.told: list[tuple[datetime, str]] = []
        self._hub = getcurrent()

    def say(self, what: str) -> None:
        self.told.append((self.clock.now(), what))

    @property
    def story(self) -> list[str]:
        """What happened, a line each."""
        return [f"{at:%H:%M:%S}.{at.microsecond // 1000:03} {what}" for at, what in self.told]

    def start(self, name: str, work: Callable[[], None]) -> None:
        """Begin a call; it runs to its first stop when it is chosen."""
        task = Task(name, greenlet(work, self._hub))
        self.tasks.append(task)
        self.say(f"{name} begins")

    @property
    def awake(self) -> list[Task]:
        """The tasks that can go on now."""
        return [one for one in self.tasks if one.until is None or one.until <= self.clock.now()]

    def step(self) -> None:
        """Let one of the tasks that are awake go on to its next stop."""
        task = self.random.choice(self.awake)
        task.let.switch()
        if task.let.dead:
            self.tasks.remove(task)

    def point(self, label: str) -> str | None:
        """What every call to a twin asks, before it takes effect and after; return the fault to have, if any."""
        task = next((one for one in self.tasks if one.let is getcurrent()), None)
        if task is None:
            return None  # the tests' own calls
        if task.dead:
            raise Died
        if self.random.random() < self.faults.die:
            task.dead = True
            self.say(f"{task.name} dies at: {label}")
            raise Died
        task.until = None
        if self.random.random() < self.faults.stall * (5 if label.startswith("transact") else 1):
            task.until = self.clock.now() + timedelta(seconds=self.random.choice((5, 35, 70, 150)))
            self.say(f"{task.name} stalls before: {label}")
        if task.until or self.random.random() < self.faults.stop:
            self._hub.switch()
        self.say(f"{task.name}: {label}")
        return self._fault(label)

    def _fault(self, label: str) -> str | None:
        for fault, likely in self.faults.fail.items():
            fits = fault != "echo" or label.endswith("done")
            fits = fits and (fault not in ("throttled", "full") or not label.endswith("done"))
            fits = fits and (fault != "full" or label.startswith("invalidate "))
            if fits and self.random.random() < likely:
                self.say(f"  {fault}")
                return fault
        return None
