"""One schedule: a small account, what happens to it, and the four nothings once all is quiet.

Nothing stale, nothing lost, no message unexplained, no dropped change that mattered. The edge may fetch any URI at any
moment, so it may hold whatever was there since it was cleared last.
"""

import json
import random
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import quote_plus

from invalidator.deadline import Deadline
from invalidator.errors import FreshedgeError
from invalidator.handler import Rim, durable_over
from invalidator.log import LOGGER
from invalidator.routing import Routing
from invalidator.rules.fingerprints import Fingerprint, after
from invalidator.settings import Settings
from invalidator.table import times
from invalidator.table.epochs import Life
from invalidator.table.tables import Tables
from tests.invalidator.hands import HandClock
from tests.invalidator.queues import HandQueues
from tests.simulation.scheduler import Died, Faults, Scheduler
from tests.simulation.store import MemoryStore
from tests.simulation.twins import Buckets, CloudFront, Content, Edge, Thing, etag_of

if TYPE_CHECKING:
    from invalidator.durable import Durable

EVENTS, WORK, DEAD = "events", "work", "dead"
CONTENTS: tuple[Content, ...] = (("A", "1"), ("A", "2"), ("B", "1"), None)
KEYS = ("a", "b")
BUCKETS = ("one", "two")
DISTRIBUTIONS = ("E1", "E2")
SKEW_SECONDS = 2.0
CALL_SECONDS = 60.0
VISIBLE_AGAIN_SECONDS = 90.0
PATIENCE = timedelta(hours=3)
"""After the last fault, all must be quiet within this."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a schedule has in it; smaller ones are easier to read.

    writes, requests: how many. faults: whether workers die and calls fail. late: whether events are long on their way.
    """

    seed: int
    writes: int = 8
    requests: int = 1
    faults: bool = True
    late: bool = True
    relinks: int = 2


@dataclass
class Account:
    """Everything of one schedule."""

    plan: Plan
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        """Make the account, and let the link be in one of its words."""
        self.random = random.Random(self.plan.seed)
        self.scheduler = Scheduler(self.plan.seed, self.clock, self._faults())
        self.store = MemoryStore(self.clock, self.scheduler.point)
        self.tables = Tables.over(self.store)  # type: ignore[arg-type]
        self.edge = Edge()
        self.buckets = Buckets(self.clock, self.scheduler.point)
        self.cloudfront = CloudFront(self.clock, self.scheduler.point, self._accepted)
        self.queues = HandQueues(self.clock, VISIBLE_AGAIN_SECONDS)
        self.queues.before = self._queue_call
        self.settings = Settings(
            table="t", work_queue_url=WORK, dead_letter_queue_url=DEAD, settle_seconds=5, max_wait_seconds=20
        )
        self.durable: Durable = durable_over(
            Rim(self.cloudfront, self.buckets, self.buckets, self.queues),  # type: ignore[arg-type]
            self.tables,
            self.settings,
            self.clock,
            self.scheduler.random.uniform,
        )
        self.on_their_way: list[tuple[Any, dict[str, Any]]] = []
        self.written = 0
        # Small worlds, in which things meet, and larger ones.
        few = self.random.random() < 0.5
        self.buckets_used = BUCKETS[: 1 if few else self.random.choice((1, 2))]
        self.keys_used = KEYS[: 1 if few else self.random.choice((1, 2))]
        pairs = ((CONTENTS[0], CONTENTS[1]), (CONTENTS[0], CONTENTS[2]))
        self.contents = self.random.choice(pairs if few else (CONTENTS, CONTENTS[1:]))
        self.naps = self.random.choice(((0.1, 1.0, 6.0, 6.0), (0.1, 1.0, 6.0, 6.0, 40.0), (1.0, 6.0, 40.0)))
        self.busy = self.random.choice((0.5, 0.8))
        self._link()
        self.next_tick = self.clock.now() + timedelta(seconds=60)

    def _faults(self) -> Faults:
        if not self.plan.faults:
            return Faults(stop=0.1)
        return Faults(
            stop=self.random.choice((0.02, 0.2, 0.6)),
            stall=self.random.choice((0.0, 0.005, 0.03)),
            die=self.random.choice((0.0, 0.003, 0.02)),
            fail={"throttled": 0.01, "lost": 0.01, "echo": 0.02, "full": 0.05},
        )

    def _link(self) -> None:
        """Link buckets to distributions, put objects there, and say what is known of them."""
        for bucket, site in zip(BUCKETS, DISTRIBUTIONS, strict=True):
            self.cloudfront.configs[site] = _config(bucket)
            self.buckets.tags[bucket] = site
            for key in KEYS:
                content = self.random.choice(self.contents)
                self.buckets.things[bucket, key] = Thing(content, self.clock.now() - timedelta(days=1))
                self.edge.wrote(site, key, content)
            self._begin_life(site, bucket)
        self.clock.sleep(60)

    def _begin_life(self, site: str, bucket: str) -> None:
        word = self.random.choice(("unproved", "learning", "known", "known"))
        ways = Routing(self.cloudfront, self.buckets).ways(site, {bucket: None})  # type: ignore[arg-type]
        life = self.tables.epochs.rise(
            self.tables.epochs.of(site, bucket), "learning", "linked", routes=ways.digests[bucket]
        )
        if word == "unproved":
            self.tables.epochs.change(life, word="unproved")
        if word == "known":
            lines = [(key, one) for key in KEYS if (one := self._print(bucket, key, life)).state == "present"]
            self.tables.baselines.write(life, lines)
            self.tables.epochs.change(life, word="known", baseline=True)

    def _print(self, bucket: str, key: str, life: Life) -> Fingerprint:
        seen = self.buckets._look(bucket, key)
        return after(seen, life.number)

    def _accepted(self, site: str, paths: Any) -> None:
        bucket = BUCKETS[DISTRIBUTIONS.index(site)]
        self.edge.cleared(site, paths, lambda key: self.buckets.now(bucket, key))

    def _queue_call(self, name: str) -> None:
        if self.scheduler.point(name) in ("throttled", "lost"):
            raise_sqs_error(name)

    # What happens

    def write(self) -> None:
        """Somebody writes or deletes an object; its event is on its way, once or more, for a while."""
        wrote = self._write()
        if wrote is None:
            return
        bucket, key, content = wrote
        told = self.clock.now() + timedelta(seconds=self.random.uniform(-SKEW_SECONDS, SKEW_SECONDS))
        record = _record(bucket, key, content, told, self.written)
        for _ in range(self.random.choice((1, 1, 1, 2))):
            longest = self.random.choice((0.5, 3.0, 12.0, 200.0)) if self.plan.late else 0.5
            due = self.clock.now() + timedelta(seconds=self.random.uniform(0, longest))
            self.on_their_way.append((due, record))
        self.scheduler.say(f"{bucket}/{key} becomes {content}, event {self.written}")

    def _write(self) -> tuple[str, str, Content] | None:
        bucket, key = self.random.choice(self.buckets_used), self.random.choice(self.keys_used)
        content = self.random.choice(self.contents)
        if content is None and self.buckets.now(bucket, key) is None:
            return None
        self.buckets.things[bucket, key] = Thing(content, self.clock.now())
        self.edge.wrote(DISTRIBUTIONS[BUCKETS.index(bucket)], key, content)
        self.written += 1
        return bucket, key, content

    def request(self) -> None:
        """Somebody asks for an invalidation by hand."""
        site = self.random.choice(DISTRIBUTIONS)
        self.tables.requests.submit(site, ["/a"], actor="anna", key=None)
        self.queues.put(WORK, json.dumps({"doorbell": site}), self.clock.now())
        self.scheduler.say(f"anna asks for /a in {site}")

    def begin_anew(self) -> None:
        """There was a gap: an event was lost, the life of the link rises, and all is cleared."""
        wrote = self._write()
        if wrote is None:
            return
        bucket, key, content = wrote
        site = DISTRIBUTIONS[BUCKETS.index(bucket)]
        self.scheduler.say(f"{bucket}/{key} becomes {content}, and nobody is told: the link begins anew, with /*")
        life = self.tables.epochs.of(site, bucket)
        self.tables.epochs.rise(life, self.random.choice(("unproved", "learning")), "a gap")
        self.tables.requests.submit(site, ["/*"], actor="start", key=None)
        self.queues.put(WORK, json.dumps({"doorbell": site}), self.clock.now())

    def arrive(self) -> None:
        """Events that are due reach the queue, in any order."""
        due = [one for one in self.on_their_way if one[0] <= self.clock.now()]
        self.on_their_way = [one for one in self.on_their_way if one[0] > self.clock.now()]
        self.random.shuffle(due)
        for _, record in due:
            self.queues.put(EVENTS, json.dumps({"Records": [record]}), self.clock.now())

    def deliver(self) -> bool:
        """Lambda reads a batch of one of the queues, and begins a call with it."""
        for url in self.random.sample((EVENTS, WORK), 2):
            visible = self.queues.visible(url)
            if not visible:
                continue
            taken = visible[: self.random.choice((1, 10))] if url == EVENTS else visible[:1]
            for one in taken:
                one.visible_at = self.clock.now() + timedelta(seconds=VISIBLE_AGAIN_SECONDS)
                one.received += 1
            self.scheduler.start(f"{url} call {len(self.scheduler.told)}", lambda: self._call(url, taken))  # noqa: B023 - returns at once
            return True
        return False

    def tick(self) -> None:
        """The schedule's minute."""
        event = {"detail-type": "Scheduled Event"}
        self.scheduler.start("rescue", lambda: self._guarded(lambda: self.durable.handle(event, self._deadline())))

    def _call(self, url: str, taken: list[Any]) -> None:
        records = [{"eventSource": "aws:sqs", "messageId": one.id, "body": one.body} for one in taken]
        answer = self._guarded(lambda: self.durable.handle({"Records": records}, self._deadline()))
        if answer is None:
            return
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        for one in taken:
            if one.id not in failed:
                self.queues.held[url].pop(one.id, None)

    def _guarded(self, call: Any) -> Any:
        try:
            return call()
        except Died:
            return None
        except FreshedgeError as error:
            self.scheduler.say(f"a call fails: {error}")
            return None

    def _deadline(self) -> Deadline:
        return Deadline(self.clock, CALL_SECONDS)

    # Until all is quiet

    def run(self) -> list[str]:
        """Let it all happen; return what is wrong in the end, nothing where all is well."""
        acts = [self.write] * self.plan.writes + [self.request] * self.plan.requests
        acts += [self.begin_anew] * self.random.randint(0, self.plan.relinks)
        self.random.shuffle(acts)
        while acts:
            self._move(acts)
        self.scheduler.faults = Faults(stop=0.05)
        end = self.clock.now() + PATIENCE
        self.next_tick = self.clock.now() + timedelta(seconds=60)
        while self.clock.now() < end:
            self.arrive()
            if self.scheduler.awake:
                self.scheduler.step()
            elif self.deliver():
                continue
            elif self._is_quiet():
                return self._wrong()
            else:
                now = self._next(self.next_tick)
                self.clock.sleep((now - self.clock.now()).total_seconds())
                if now == self.next_tick:
                    self.next_tick += timedelta(seconds=60)
                    self.tick()
        return [f"not settled after {PATIENCE}: {self._left()}", *self._wrong()]

    def _move(self, acts: list[Any]) -> None:
        """One thing of many that may happen now."""
        self.arrive()
        chance = self.random.random()
        if self.scheduler.awake and chance < self.busy:
            self.scheduler.step()
        elif chance < 0.9 and len(self.scheduler.tasks) < 3 and self.deliver():
            pass
        elif chance < 0.92 and self.plan.faults and self.clock.now() >= self.next_tick:
            self.next_tick = self.clock.now() + timedelta(seconds=60)
            self.tick()
        elif chance < 0.96 or not acts:
            # Sometimes past the lease, while its worker is in the middle of something.
            self.clock.sleep(self.random.choice(self.naps))
        else:
            acts.pop()()

    def _next(self, tick: Any) -> Any:
        waiting = [due for due, _ in self.on_their_way]
        waiting += [one.until for one in self.scheduler.tasks if one.until]
        waiting += [at for url in (EVENTS, WORK) if (at := self.queues.next_visible_at(url))]
        return min([tick, *waiting])

    def _is_quiet(self) -> bool:
        under_way = self.on_their_way or self.scheduler.tasks
        return not under_way and not self._left() and not any(self.queues.held.get(url) for url in (EVENTS, WORK))

    def _left(self) -> list[str]:
        kinds = ("journal#", "unowned", "bells", "open#")
        return [f"{pk} {sk}" for pk, items in self.store.items.items() if pk.startswith(kinds) for sk in items]

    def _lies(self) -> list[str]:
        """Fingerprints that count and say other than what is there: the next upload of that would be dropped."""
        lies = []
        for site, bucket in zip(DISTRIBUTIONS, BUCKETS, strict=True):
            life = self.tables.epochs.of(site, bucket)
            prints = self.tables.prints.of(life, KEYS) if life.word != "unproved" else {}
            for key, one in prints.items():
                now = self.buckets.now(bucket, key)
                there = (etag_of(now), now[1]) if now else (None, None)
                if one.epoch == life.number and one.state != "unknown" and _state_of(one) != there:
                    lies.append(f"the fingerprint of {bucket}/{key} says {one.state} {_state_of(one)}, and it is {now}")
        return lies

    def _wrong(self) -> list[str]:
        wrong = []
        for (site, uri), held in self.edge.may_hold.items():
            now = self.buckets.now(BUCKETS[DISTRIBUTIONS.index(site)], uri[1:])
            stale = held - {now, None}
            if stale:
                wrong.append(f"{site}{uri} may still be {sorted(stale)}, and is {now}")
        wrong += self._lies()
        wrong += [f"a message is among the dead: {one.body}" for one in self.queues.held.get(DEAD, {}).values()]
        return wrong


def _state_of(one: Fingerprint) -> tuple[str | None, str | None]:
    return (one.etag, one.digest) if one.state == "present" else (None, None)


def simulate(plan: Plan) -> tuple[list[str], list[str]]:
    """Run one schedule; return what is wrong in the end, and the story. The same plan is the same story."""
    ids = random.Random(plan.seed)
    with (
        patch.object(times, "_SYSTEM", ids),
        patch.object(uuid, "uuid4", lambda: uuid.UUID(int=ids.getrandbits(128))),
        patch.object(LOGGER, "disabled", True),
    ):
        account = Account(plan)
        return account.run(), account.scheduler.story


def smallest(plan: Plan) -> Plan:
    """Return a plan that still goes wrong, with as little in it as can be found."""
    for name, least in (("requests", 0), ("relinks", 0), ("late", False), ("faults", False)):
        smaller = replace(plan, **{name: least})
        if smaller != plan and simulate(smaller)[0]:
            plan = smaller
    for writes in range(1, plan.writes):
        smaller = replace(plan, writes=writes)
        if simulate(smaller)[0]:
            return smaller
    return plan


def raise_sqs_error(name: str) -> None:
    """Refuse as SQS does when it is busy."""
    from tests.invalidator.queues import refusal

    raise refusal("ServiceUnavailable", name, 503)


def _config(bucket: str) -> dict[str, Any]:
    origin = {"Id": "s3", "DomainName": f"{bucket}.s3.us-east-1.amazonaws.com"}
    return {"Origins": {"Quantity": 1, "Items": [origin]}, "DefaultCacheBehavior": {"TargetOriginId": "s3"}}


def _record(bucket: str, key: str, content: Content, told: Any, number: int) -> dict[str, Any]:
    thing = {"key": quote_plus(key), "sequencer": f"{number:016X}"}
    thing |= {"eTag": etag_of(content), "size": 1} if content else {}
    return {
        "eventVersion": "2.4",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": told.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": "ObjectCreated:Put" if content else "ObjectRemoved:Delete",
        "s3": {"bucket": {"name": bucket}, "object": thing},
    }
