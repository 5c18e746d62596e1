"""The rules of dropping in small worlds, whole: sound in all of them, and not without any one of the rules."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from invalidator.rules.fingerprints import Fingerprint
from invalidator.rules.verdict import Verdict, judge
from tests.invalidator.rules.interleavings import A1, A2, B1, STEP, Order, World, stale

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
QUICK = (
    World(2, crashes=1, gaps=(3, 0)),
    World(2, deliveries=2),
    World(2, skew=(-1, 0, 1)),
    World(2, absent=True, crashes=1, gaps=(3, 0)),
    World(2, starting=True, gaps=(3, 0)),
    World(2, workers=2, kinds=(A1, A2), gaps=(3,)),
    World(3, kinds=(A1, B1), gaps=(3, 0)),
    World(4, kinds=(A1, B1), gaps=(3,)),
)
WHOLE = (
    World(2, deliveries=2, crashes=1, skew=(-1, 0, 1)),
    World(2, deliveries=2, crashes=1, absent=True),
    World(2, crashes=1, starting=True),
    World(1, deliveries=2, workers=2, crashes=1, starting=True),
    World(3, crashes=1, kinds=(A1, A2, B1)),
    World(3, workers=2, kinds=(A1, A2), gaps=(3,)),
    World(2, workers=2, crashes=1),
    World(3, deliveries=2, kinds=(A1, B1, None)),
    World(4, kinds=(A1, B1, None), gaps=(3, 0)),
)
MOST = 20_000_000


@pytest.mark.parametrize("world", QUICK + WHOLE if DEEP else QUICK, ids=str)
def test_no_interleaving_leaves_an_edge_stale(world: World) -> None:
    assert stale(world, most=MOST) is None


def only_the_last_event_counts(fingerprint: Fingerprint | None, **asked: Any) -> Verdict:
    last = max(asked["events"], key=lambda event: int(event.sequencer))
    return judge(fingerprint, **asked | {"events": [last]})


def headers_do_not_count(fingerprint: Fingerprint | None, **asked: Any) -> Verdict:
    seen = asked["seen"]
    alike = replace(seen, digest=fingerprint.digest) if fingerprint and seen.present else seen
    return judge(fingerprint, **asked | {"seen": alike})


def an_object_stands_for_any_number_of_events(fingerprint: Fingerprint | None, **asked: Any) -> Verdict:
    return judge(fingerprint and replace(fingerprint, claim=None), **asked)


def times_are_taken_as_they_are(fingerprint: Fingerprint | None, **asked: Any) -> Verdict:
    """An event counts as covered though its clock may be wrong by five seconds either way."""
    if fingerprint is None:
        return judge(fingerprint, **asked)
    verdict = judge(replace(fingerprint, looked_at=fingerprint.looked_at + 2 * STEP), **asked)
    written = verdict.fingerprint and replace(verdict.fingerprint, looked_at=fingerprint.looked_at)
    return replace(verdict, fingerprint=written)


def dropping_counts_as_a_look(fingerprint: Fingerprint | None, **asked: Any) -> Verdict:
    """`looked_at` moves on with a drop, so that an older event that is still on its way counts as covered."""
    verdict = judge(fingerprint, **asked)
    written = verdict.fingerprint and replace(verdict.fingerprint, looked_at=asked["seen"].looked_at)
    return replace(verdict, fingerprint=written)


def absence_is_assumed_before_the_link_is_known(fingerprint: Fingerprint | None, **asked: Any) -> Verdict:
    return judge(fingerprint, **asked | {"known": True})


BROKEN: tuple[tuple[Callable[..., Verdict], World], ...] = (
    (only_the_last_event_counts, World(2)),
    (headers_do_not_count, World(1)),
    (an_object_stands_for_any_number_of_events, World(2, kinds=(A1, A2))),
    (times_are_taken_as_they_are, World(2, skew=(-1, 0, 1))),
    (dropping_counts_as_a_look, World(3, kinds=(A1, B1))),
    (absence_is_assumed_before_the_link_is_known, World(2, starting=True)),
)
LEFT_OUT = {
    "look first": World(3, kinds=(A1, B1), gaps=(3,)),
    "attempt": World(3, crashes=1, kinds=(A1, B1), gaps=(3,)),
    "fencing": World(3, workers=2, kinds=(A1, B1), gaps=(3,)),
    "start order": World(2, starting=True),
    "baseline yields": World(2, starting=True),
    "flag last": World(2, starting=True),
}


@pytest.mark.parametrize(("rule", "world"), BROKEN, ids=lambda one: getattr(one, "__name__", ""))
def test_without_a_rule_an_edge_stays_stale(rule: Callable[..., Verdict], world: World) -> None:
    assert stale(world, rule, most=MOST)


@pytest.mark.parametrize("step", LEFT_OUT)
def test_without_a_step_or_in_another_order_an_edge_stays_stale(step: str) -> None:
    assert stale(LEFT_OUT[step], order=Order(frozenset({step})), most=MOST)
