"""Judging: which changes of a slice are to be invalidated, and what may be dropped.

Judged is only in a life that is learning or known, while dropping is on, and through routes that are the ones which the
life's fingerprints were made with. Everything else is a change.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from invalidator.deadline import Deadline
from invalidator.looks import Looks
from invalidator.routing import Ways
from invalidator.rules.changes import Change
from invalidator.rules.fingerprints import Fingerprint, Seen, after
from invalidator.rules.verdict import Verdict, judge
from invalidator.table.entries import Entry
from invalidator.table.epochs import Life
from invalidator.table.prints import to_row
from invalidator.table.tables import Tables

ROUTES_CHANGED = "the routes changed"


@dataclass(slots=True)
class Judged:
    """What became of a slice.

    changes: what is to be invalidated. dropped: how many events were not, by verdict.
    drops: fingerprints of dropped keys, by bucket, to be written first. prints: those of the others, to be written once
    their invalidation was accepted. lives: the life that each bucket was judged in; none where nothing is written.
    """

    changes: list[Change] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    drops: dict[str, dict[str, Fingerprint]] = field(default_factory=dict)
    prints: dict[str, dict[str, Fingerprint]] = field(default_factory=dict)
    lives: dict[str, Life] = field(default_factory=dict)

    def rows(self) -> Iterable[list[Any]]:
        """Yield what an attempt keeps to be written: bucket, key, fingerprint."""
        for bucket, prints in self.prints.items():
            for key, one in prints.items():
                yield [bucket, key, *to_row(one)]


class Judging:
    """Judges slices of a distribution's journal."""

    def __init__(self, tables: Tables, looks: Looks) -> None:
        self._tables, self._looks = tables, looks

    def judge(
        self, lives: Mapping[str, Life], entries: Sequence[Entry], ways: Ways, deadline: Deadline, *, dropping: bool
    ) -> Judged:
        """Return what becomes of some entries.

        lives: of the distribution, by bucket, as they were read before the entries. deadline: for the looks.

        Raises: ConditionFailedError, where a life is not what it was; ThrottledError, UnavailableError of the table.
        """
        judged = Judged()
        for bucket, changes in _by_bucket(entries).items():
            life = lives.get(bucket)
            if life is None or life.word == "unproved":
                judged.changes += changes
                continue
            life, same = self._in_its_routes(life, ways.digests[bucket])
            judged.lives[bucket] = life
            if not (same and dropping):
                judged.changes += changes
                judged.prints[bucket] = dict.fromkeys(_keys(changes), after(None, life.number))
                continue
            self._judge_bucket(judged, life, changes, ways.absence[bucket], deadline)
        return judged

    def _in_its_routes(self, life: Life, digest: str | None) -> tuple[Life, bool]:
        """Return the life to judge in, and whether its fingerprints count: a new one where the routes are others.

        Where nobody can tell whether they are the same, the life goes on, and nothing of it counts for now.
        """
        if digest is None or digest == life.routes:
            return life, digest is not None
        return self._tables.epochs.rise(life, "learning", ROUTES_CHANGED, routes=digest), True

    def _judge_bucket(
        self, judged: Judged, life: Life, changes: Sequence[Change], absence: float | None, deadline: Deadline
    ) -> None:
        by_key: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            by_key[change.key].append(change)
        known = self._tables.prints.of(life, list(by_key))

        def verdict(key: str, seen: Seen | None) -> Verdict:
            return judge(
                known.get(key),
                known=life.word == "known",
                epoch=life.number,
                events=by_key[key],
                seen=seen,
                absence_seconds=absence,
            )

        # What is covered needs no look; a change is looked at too, for the next time.
        open_keys = [key for key in by_key if verdict(key, None).word != "covered"]
        region = next((change.region for change in changes if change.region), None)
        seen = self._looks.at(life.bucket, region, open_keys, deadline)
        for key, events in by_key.items():
            said = verdict(key, seen.get(key))
            if said.word == "changed":
                judged.changes += events
                judged.prints.setdefault(life.bucket, {})[key] = after(seen[key], life.number)
                continue
            judged.dropped[said.word] += len(events)
            if said.fingerprint:
                judged.drops.setdefault(life.bucket, {})[key] = said.fingerprint


def _by_bucket(entries: Iterable[Entry]) -> dict[str, list[Change]]:
    by_bucket: dict[str, list[Change]] = defaultdict(list)
    for entry in entries:
        by_bucket[entry.bucket] += entry.changes
    return by_bucket


def _keys(changes: Iterable[Change]) -> list[str]:
    return list(dict.fromkeys(change.key for change in changes))
