"""Bugs that could be planted: each takes one rule or one order out of the real code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from invalidator import finishing, judging
from invalidator.answer import Answerer
from invalidator.attempt import Sender
from invalidator.durable import Durable
from invalidator.errors import FreshedgeError
from invalidator.judging import Judged, Judging
from invalidator.record import Recorder
from invalidator.rescue import Rescue
from invalidator.rules import verdict
from invalidator.rules.fingerprints import NEVER, Fingerprint
from invalidator.rules.verdict import Verdict, judge
from invalidator.table.fenced import Fenced
from invalidator.table.links import SeenLink
from invalidator.table.prints import Prints
from invalidator.table.unowned import Unowned
from tests.simulation.twins import Buckets

Mutation = Callable[[], Any]


def _judging(change: Callable[..., Verdict]) -> Any:
    return patch.object(judging, "judge", change)


def claims_are_left_out() -> Any:
    return _judging(lambda one, /, **asked: judge(one and replace(one, claim=None), **asked))


def headers_are_left_out() -> Any:
    def alike(one: Fingerprint | None, /, **asked: Any) -> Verdict:
        seen = asked["seen"]
        if one and seen and seen.present:
            asked["seen"] = replace(seen, digest=one.digest)
        return judge(one, **asked)

    return _judging(alike)


def the_last_event_alone_counts() -> Any:
    def last(one: Fingerprint | None, /, **asked: Any) -> Verdict:
        newest = max(asked["events"], key=lambda event: event.sequencer)
        return judge(one, **asked | {"events": [newest]})

    return _judging(last)


def absence_is_assumed_while_learning() -> Any:
    return _judging(lambda one, /, **asked: judge(one, **asked | {"known": True}))


def fingerprints_of_other_epochs_count() -> Any:
    def any_epoch(one: Fingerprint | None, /, **asked: Any) -> Verdict:
        return judge(one and replace(one, epoch=asked["epoch"]), **asked)

    return _judging(any_epoch)


def a_drop_counts_as_a_look() -> Any:
    def moved(one: Fingerprint | None, /, **asked: Any) -> Verdict:
        said = judge(one, **asked)
        written = said.fingerprint and replace(said.fingerprint, looked_at=asked["seen"].looked_at)
        return replace(said, fingerprint=written)

    return _judging(moved)


def times_of_events_are_believed() -> Any:
    return patch.object(verdict, "MARGIN", timedelta(seconds=-2))


def a_deletion_of_what_is_gone_is_dropped() -> Any:
    def gone(one: Fingerprint | None, /, **asked: Any) -> Verdict:
        seen = asked["seen"]
        if seen and not seen.present and one and one.state == "absent":
            return Verdict("unchanged", "same_object", "x", one)
        return judge(one, **asked)

    return _judging(gone)


def the_fence_is_left_out() -> Any:
    def unfenced(self: Fenced, actions: Any) -> None:
        self._store.transact(list(actions))

    return patch.object(Fenced, "_commit", unfenced)


def looked_at_is_taken_at_acceptance() -> Any:
    real = finishing.from_row

    @contextmanager
    def later() -> Iterator[None]:
        clocks: list[Any] = []
        finish = finishing.Finisher.finish

        def noting(self: Any, fenced: Fenced, attempt: Any) -> Any:
            clocks[:] = [fenced._store.clock]
            return finish(self, fenced, attempt)

        def row(told: Any, epoch: int) -> Fingerprint:
            return replace(real(told, epoch), looked_at=clocks[0].now())

        with patch.object(finishing.Finisher, "finish", noting), patch.object(finishing, "from_row", row):
            yield

    return later()


def fingerprints_are_written_before_the_invalidation() -> Any:
    real = Fenced.begin

    def early(self: Fenced, attempt: Any, paths: Any, prints: Any = ()) -> Any:
        rows = list(prints)
        for bucket, (number, word, _) in attempt.lives.items():
            life = self._epochs.of(attempt.distribution_id, bucket)
            if (life.number, life.word) == (number, word):
                told = {key: finishing.from_row(row, number) for name, key, *row in rows if name == bucket}
                self.keep(life, told)
        return real(self, attempt, paths, rows)

    return patch.object(Fenced, "begin", early)


def the_journal_goes_when_the_attempt_is_written() -> Any:
    real = Fenced.begin

    def begin(self: Fenced, attempt: Any, paths: Any, prints: Any = ()) -> Any:
        self._forget(attempt.distribution_id, attempt.journal)
        return real(self, replace(attempt, journal=()), paths, prints)

    return patch.object(Fenced, "begin", begin)


def a_refusal_for_now_is_the_end() -> Any:
    def over(_self: Sender, desk: Any, attempt: Any, refusal: FreshedgeError) -> None:
        desk.fenced.end(attempt, "failed", error=str(refusal))

    return patch.object(Sender, "_give_up", over)


def messages_are_acknowledged_though_nothing_is_durable() -> Any:
    real = Durable._recorded
    return patch.object(Durable, "_recorded", lambda self, changes: real(self, changes) or True)


def doorbells_are_acknowledged_though_nothing_was_done() -> Any:
    real = Durable._answered

    def answered(self: Durable, ring: Any, deadline: Any) -> bool:
        return real(self, ring, deadline) or True

    return _both(patch.object(Durable, "_answered", answered), rescue_rings_nobody())


def rescue_rings_nobody() -> Any:
    return patch.object(Rescue, "_ring_overdue", lambda _self, _deadline: 0)


def changes_of_an_unreadable_bucket_are_dropped() -> Any:
    real = Recorder.look_at

    def look(self: Recorder, bucket: str, changes: Any) -> SeenLink:
        return real(self, bucket, changes) or SeenLink(bucket, (), {"ENONE": NEVER})

    return patch.object(Recorder, "look_at", look)


def unowned_changes_are_marked_in_a_second_step() -> Any:
    def add(self: Unowned, bucket: str, changes: Any) -> None:
        from invalidator.table import unowned

        entries = unowned.entries_of(changes, self._store.clock.now())
        self._store.put_many([unowned.to_item(f"unowned#{bucket}", entry) for entry in entries])
        self._store.put({"pk": "unowned", "sk": bucket, "token": str(len(entries))})

    return patch.object(Unowned, "add", add)


def the_baseline_wins_over_a_flush() -> Any:
    def of(self: Prints, life: Any, keys: Any) -> dict[str, Fingerprint]:
        found = {item["sk"]: item for item in ()}
        written = _real_of(self, life, keys)
        return {**written, **found, **(self._baselines.find(life, keys) if life.baseline else {})}

    return patch.object(Prints, "of", of)


def a_bell_is_put_away_whatever_came_meanwhile() -> Any:
    real = Answerer._work

    def work(self: Answerer, lease: Any, ring: Any, deadline: Any) -> None:
        real(self, lease, ring, deadline)
        self._tables.store.delete("bells", lease.distribution_id)

    return patch.object(Answerer, "_work", work)


def what_nobody_saw_leaves_the_fingerprint_as_it_was() -> Any:
    real = Judged.rows
    return patch.object(Judged, "rows", lambda self: (row for row in real(self) if row[2] != "unknown"))


def fingerprints_are_never_written() -> Any:
    return patch.object(finishing.Finisher, "finish", lambda _self, fenced, attempt: fenced.clean(attempt))


def claims_are_never_written() -> Any:
    real = Judging.judge

    def judged(self: Judging, *told: Any, **more: Any) -> Judged:
        found = real(self, *told, **more)
        found.drops = {}
        return found

    return patch.object(Judging, "judge", judged)


def the_first_distribution_alone_is_told() -> Any:
    real = Recorder.hand_over
    return patch.object(Recorder, "hand_over", lambda self, told: real(self, dict(list(told.items())[:1])))


def deletions_are_not_recorded() -> Any:
    real = Recorder.record

    def record(self: Recorder, changes: Any) -> Any:
        return real(self, [change for change in changes if change.kind == "created"])

    return patch.object(Recorder, "record", record)


def what_cloudfront_put_off_is_forgotten() -> Any:
    def forget(self: Fenced, attempt: Any, error: str, _until: Any) -> None:
        self.end(attempt, "failed", error=error)

    return patch.object(Fenced, "put_off", forget)


def an_object_is_looked_at_once_for_all_times() -> Any:
    real = Buckets.at
    kept: dict[tuple[int, str, str], Any] = {}

    def at(self: Buckets, bucket: str, region: Any, keys: Any, deadline: Any) -> Any:
        for key, seen in real(self, bucket, region, keys, deadline).items():
            kept.setdefault((id(self), bucket, key), seen)
        return {key: kept[id(self), bucket, key] for key in keys}

    return patch.object(Buckets, "at", at)


def the_look_is_dated_by_a_clock_that_is_ahead() -> Any:
    real = Buckets.at

    def at(self: Buckets, *told: Any) -> Any:
        ahead = timedelta(seconds=12)
        return {k: one and replace(one, looked_at=one.looked_at + ahead) for k, one in real(self, *told).items()}

    return patch.object(Buckets, "at", at)


_real_of = Prints.of


def _keep_unchecked(self: Fenced, life: Any, prints: Any) -> None:
    for key, one in prints.items():
        self._commit([self._prints.putting(life, key, one)])


@contextmanager
def _both(*patches: Any) -> Iterator[None]:
    first, second = patches
    with first, second:
        yield


MUTATIONS: dict[Mutation, int] = {
    claims_are_left_out: 94,
    headers_are_left_out: 22,
    the_last_event_alone_counts: 149,
    absence_is_assumed_while_learning: 2,
    fingerprints_of_other_epochs_count: 1721,
    a_drop_counts_as_a_look: 94,
    times_of_events_are_believed: 88,
    a_deletion_of_what_is_gone_is_dropped: 116,
    the_fence_is_left_out: 89,
    looked_at_is_taken_at_acceptance: 29,
    fingerprints_are_written_before_the_invalidation: 43,
    the_journal_goes_when_the_attempt_is_written: 108,
    a_refusal_for_now_is_the_end: 273,
    messages_are_acknowledged_though_nothing_is_durable: 138,
    doorbells_are_acknowledged_though_nothing_was_done: 0,
    rescue_rings_nobody: 3,
    changes_of_an_unreadable_bucket_are_dropped: 49,
    unowned_changes_are_marked_in_a_second_step: 63,
    the_baseline_wins_over_a_flush: 12,
    a_bell_is_put_away_whatever_came_meanwhile: 0,
    what_nobody_saw_leaves_the_fingerprint_as_it_was: 1465,
    fingerprints_are_never_written: 12,
    claims_are_never_written: 22,
    the_first_distribution_alone_is_told: 56,
    deletions_are_not_recorded: 29,
    what_cloudfront_put_off_is_forgotten: 115,
    an_object_is_looked_at_once_for_all_times: 3,
    the_look_is_dated_by_a_clock_that_is_ahead: 88,
}
"""Each with the first schedule that finds it."""
