"""Every interleaving of one key's writes, events, flushes, crashes and start, walked through the real `judge`.

One key of an unversioned bucket behind one distribution. Writes: other bytes, other headers, the same again, delete;
within one second, five seconds apart or later. Events come late, repeated, reordered, with a time up to five seconds
wrong. A flush goes step by step with its attempt; it may die between any two of them, and a second worker may take the
lease over. The edge may fetch at any moment, so what it may hold is every state since the last accepted invalidation.
At quiescence it must hold nothing but the present state (absence is not kept here: that is the route's to say).
"""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from invalidator.rules.changes import Change
from invalidator.rules.fingerprints import Fingerprint, Seen, after
from invalidator.rules.verdict import Verdict, judge

Judge = Callable[..., Verdict]
State = tuple[str, int] | None
"""Bytes and headers; None is absent."""

A1, A2, B1 = ("A", 1), ("A", 2), ("B", 1)
STEP = timedelta(seconds=5)
"""What one unit of a world's clock is: as much as an event's time may be wrong."""
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
EPOCH = 1


class World(NamedTuple):
    """What may happen: how many writes, how often an event comes, workers at once, crashes, clocks, a start."""

    writes: int
    deliveries: int = 1
    workers: int = 1
    crashes: int = 0
    skew: tuple[int, ...] = (0,)
    kinds: tuple[State, ...] = (A1, A2, B1, None)
    gaps: tuple[int, ...] = (3, 1, 0)
    starting: bool = False
    absent: bool = False


class Event(NamedTuple):
    """What S3 tells: which event, the ETag (None for a deletion), when."""

    name: int
    etag: str | None
    time: int

    def change(self) -> Change:
        """Return it as the invalidator records it."""
        return Change(
            bucket="b",
            key="k",
            kind="created" if self.etag else "deleted",
            event="ObjectCreated:Put" if self.etag else "ObjectRemoved:Delete",
            time=at(self.time),
            etag=self.etag,
            sequencer=str(self.name),
        )


class Object(NamedTuple):
    """The object as HEAD sees it, and its Last-Modified."""

    state: State
    time: int

    def seen(self, looked: int) -> Seen:
        """Return what HEAD shows."""
        if self.state is None:
            return Seen(looked_at=at(looked), present=False)
        bytes_, headers = self.state
        return Seen(
            looked_at=at(looked),
            present=True,
            etag=bytes_,
            size=1,
            last_modified=at(self.time),
            digest=str(headers),
        )


class Attempt(NamedTuple):
    """An invalidation, written down before it is sent; its name is the caller reference."""

    name: object
    events: frozenset[Event]
    head: Object
    looked: int


class Worker(NamedTuple):
    """One flush under way: its lease's token, the last step done, and what it read and decided."""

    token: int
    step: str
    known: bool = False
    events: frozenset[Event] = frozenset()
    fingerprint: Fingerprint | None = None
    attempt: Attempt | None = None
    written: Fingerprint | None = None


class Now(NamedTuple):
    """Everything: the world's truth, what is in flight, and the table."""

    there: Object
    clock: int
    written: int
    may_hold: frozenset[State]
    late: frozenset[tuple[Event, int]]
    journal: frozenset[Event]
    fingerprint: Fingerprint | None
    known: bool
    attempt: Attempt | None
    workers: tuple[Worker, ...]
    accepted: frozenset[object]
    token: int
    crashes: int
    start: tuple[str, State, int]


Move = tuple[str, Now]


class Order(NamedTuple):
    """The order of steps, and what is left out of it to see that it is needed."""

    left_out: frozenset[str] = frozenset()

    @property
    def start(self) -> tuple[str, ...]:
        """The steps of a start, in their order."""
        if "start order" in self.left_out:
            return ("new", "all", "read", "written", "known")
        if "flag last" in self.left_out:
            return ("new", "read", "all", "known", "written")
        return ("new", "read", "all", "written", "known")


def at(time: int) -> datetime:
    """Return a world's time as a real one."""
    return BEGUN + time * STEP


def stale(world: World, judge: Judge = judge, order: Order = Order(), most: int = 5_000_000) -> list[str] | None:  # noqa: B008 - never changed
    """Walk all interleavings, the shortest first; return the way to a stale edge, None where there is none.

    Raises: MemoryError, beyond `most` states.
    """
    first = _first(world)
    judged = _remembered(judge)
    before: dict[Now, tuple[str, Now] | None] = {first: None}
    queue = deque([first])
    while queue:
        now = queue.popleft()
        if _is_over(now, world, order) and not now.may_hold <= {now.there.state, None}:
            return _story(now, before)
        for label, then in _moves(now, world, judged, order):
            if then not in before:
                before[then] = (label, now)
                queue.append(then)
        if len(before) > most:
            raise MemoryError(f"more than {most} states")
    return None


def _first(world: World) -> Now:
    state: State = None if world.absent else A1
    fingerprint = None if world.starting else after(Object(state, 0).seen(0), EPOCH)
    held = frozenset({A1, A2, B1}) if world.starting else frozenset({state})
    begun = ("new" if world.starting else "over", None, 0)
    empty: frozenset[Any] = frozenset()
    return Now(
        Object(state, 0), 0, 0, held, empty, empty, fingerprint, not world.starting, None, (), empty, 0, 0, begun
    )


def _is_over(now: Now, world: World, order: Order) -> bool:
    waiting = now.late or now.journal or now.workers or now.attempt
    return not waiting and now.start[0] == (order.start[-1] if world.starting else "over")


def _story(now: Now, before: dict[Now, tuple[str, Now] | None]) -> list[str]:
    steps = []
    while step := before[now]:
        label, now = step
        steps.append(label)
    return steps[::-1]


def _remembered(judge: Judge) -> Judge:
    """Ask `judge` once for each thing there is to ask: worlds ask the same very often."""

    @cache
    def judged(fingerprint: Fingerprint | None, known: bool, events: frozenset[Event], seen: Seen) -> Verdict:
        return judge(
            fingerprint,
            known=known,
            epoch=EPOCH,
            events=[event.change() for event in events],
            seen=seen,
            absence_seconds=10.0,
        )

    return judged


def _moves(now: Now, world: World, judged: Judge, order: Order) -> Iterator[Move]:
    yield from _writes(now, world)
    yield from _arrivals(now)
    if world.starting:
        yield from _start(now, order)
    if (now.journal or now.attempt) and len(now.workers) < world.workers and now.token < 4:
        token = now.token + 1
        taken = (*now.workers, Worker(token, "lease", now.known))
        yield f"worker {token} takes the lease", now._replace(token=token, workers=taken)
    for worker in now.workers:
        rest = now._replace(workers=tuple(one for one in now.workers if one != worker))
        if now.crashes < world.crashes:
            yield f"worker {worker.token} dies after {worker.step}", rest._replace(crashes=now.crashes + 1)
        yield from _flush(now, worker, rest, judged, order)


def _writes(now: Now, world: World) -> Iterator[Move]:
    if now.written == world.writes:
        return
    for state in world.kinds:
        if state is None and now.there.state is None:
            continue
        for later in world.gaps if now.written else (3,):
            for wrong in world.skew:
                clock = now.clock + later
                event = Event(now.written + 1, state and state[0], clock + wrong)
                yield (
                    f"{clock}: write {state}, told as {event.time}",
                    now._replace(
                        there=Object(state, clock),
                        clock=clock,
                        written=now.written + 1,
                        may_hold=now.may_hold | {state},
                        late=now.late | {(event, world.deliveries)},
                    ),
                )


def _arrivals(now: Now) -> Iterator[Move]:
    for event, copies in now.late:
        rest = now.late - {(event, copies)}
        if copies > 1:
            rest |= {(event, copies - 1)}
        yield f"event {event.name} arrives", now._replace(late=rest, journal=now.journal | {event})


def _start(now: Now, order: Order) -> Iterator[Move]:
    """The start of a link: read the baseline, `/*`, write it where no flush was first, then call the link known."""
    step, read, looked = now.start
    if step == order.start[-1]:
        return
    to = order.start[order.start.index(step) + 1]
    if to == "read":
        yield "start: baseline read", now._replace(start=(to, now.there.state, now.clock))
    elif to == "all":
        yield "start: /* accepted", now._replace(start=(to, read, looked), may_hold=frozenset({now.there.state}))
    elif to == "written":
        keep = now.fingerprint
        if "baseline yields" in order.left_out or (keep is None and read is not None):
            keep = after(Object(read, looked).seen(looked), EPOCH)
        yield "start: baseline written", now._replace(start=(to, read, looked), fingerprint=keep)
    else:
        yield "start: known", now._replace(start=(to, read, looked), known=True)


def _flush(now: Now, worker: Worker, rest: Now, judged: Judge, order: Order) -> Iterator[Move]:
    """The next step of a worker. rest: all but the worker."""
    who, mine = f"worker {worker.token}", worker.token == now.token or "fencing" in order.left_out
    attempt = worker.attempt

    def on(state: Now = rest, **to: Any) -> Now:
        workers = (*state.workers, worker._replace(**to))
        return state._replace(workers=tuple(sorted(workers, key=lambda one: one.token)))

    if worker.step == "lease":
        yield _begun(now, worker, rest, on, order)
    elif worker.step == "read":
        yield from _look(now, worker, rest, on, judged, order)
    elif worker.step == "attempt":
        assert attempt
        yield _sent(now, rest, on, attempt, f"{who} sends attempt {attempt.name}", order)
    elif not mine:
        yield f"{who} finds its lease gone", rest
    elif worker.step == "decided":
        assert attempt
        yield f"{who} writes attempt {attempt.name}", on(rest._replace(attempt=attempt), step="attempt")
    elif worker.step == "sent":
        assert attempt
        made = after(attempt.head.seen(attempt.looked), EPOCH)
        yield f"{who} writes the fingerprint", on(rest._replace(attempt=None, fingerprint=made), step="done")
    elif worker.step == "done":
        assert attempt
        yield f"{who} empties the journal", rest._replace(journal=now.journal - attempt.events)
    elif worker.known != now.known:
        yield f"{who} finds the life of the link changed", rest
    else:
        kept = worker.written or now.fingerprint
        yield f"{who} drops: {worker.step}", rest._replace(journal=now.journal - worker.events, fingerprint=kept)


def _begun(now: Now, worker: Worker, rest: Now, on: Callable[..., Now], order: Order) -> Move:
    if now.attempt and "attempt" not in order.left_out:
        return f"worker {worker.token} takes up attempt {now.attempt.name}", on(step="attempt", attempt=now.attempt)
    if now.journal:
        read = on(step="read", events=now.journal, fingerprint=now.fingerprint)
        return f"worker {worker.token} reads journal and fingerprint", read
    return f"worker {worker.token} has nothing to do", rest


def _look(now: Now, worker: Worker, rest: Now, on: Callable[..., Now], judged: Judge, order: Order) -> Iterator[Move]:
    for passed in (0, 3):
        if passed and now.clock > now.there.time:
            continue
        clock = now.clock + passed
        verdict = judged(worker.fingerprint, worker.known, worker.events, now.there.seen(clock))
        told = f"{clock}: worker {worker.token} sees {now.there.state}: {verdict.word}"
        later = rest._replace(clock=clock)
        if verdict.word == "changed":
            name = worker.token if "attempt" not in order.left_out else worker.events
            attempt = Attempt(name, worker.events, now.there, clock)
            yield told, on(later, step="decided", attempt=attempt)
        else:
            yield told, on(later, step=verdict.word, written=verdict.fingerprint)


def _sent(now: Now, rest: Now, on: Callable[..., Now], attempt: Attempt, told: str, order: Order) -> Move:
    if attempt.name in now.accepted:
        return f"{told}: the earlier invalidation", on(step="sent")
    looked = attempt.looked if "look first" not in order.left_out else now.clock + 3
    accepted = rest._replace(
        clock=max(now.clock, looked),
        accepted=now.accepted | {attempt.name},
        may_hold=frozenset({now.there.state}),
    )
    return f"{told}: accepted", on(accepted, step="sent", attempt=attempt._replace(looked=looked))
