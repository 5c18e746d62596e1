"""Lives of links, and what is known of keys in them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invalidator.errors import ConditionFailedError, LeaseLostError, LifeChangedError
from invalidator.rules.fingerprints import NEVER, Claim, Fingerprint
from invalidator.table.epochs import Life, Start
from invalidator.table.prints import from_item, from_row, to_item, to_row
from invalidator.table.tables import Tables
from tests.invalidator.hands import START

MINUTE = timedelta(minutes=1)
D, B = "E1ABCDEFGHIJKL", "site"


def present(number: int = 1, **more: object) -> Fingerprint:
    told = {"etag": "aaa", "size": 3, "digest": "d" * 32, "epoch": number, "looked_at": START}
    return Fingerprint(state="present", **told | more)  # type: ignore[arg-type]


def known(tables: Tables) -> Life:
    life = tables.epochs.rise(tables.epochs.of(D, B), "learning", "linked")
    return tables.epochs.change(life, word="known", baseline=True)


def write(tables: Tables, life: Life, prints: dict[str, Fingerprint]) -> None:
    tables.store.transact([tables.prints.putting(life, key, one) for key, one in prints.items()])


def test_a_pair_that_was_never_seen_has_no_life_and_nothing_may_be_assumed(tables: Tables) -> None:
    assert tables.epochs.of(D, B) == Life(distribution_id=D, bucket=B, number=0, word="unproved")
    assert tables.epochs.all() == []


def test_a_life_rises_once_from_what_it_was_read_as(tables: Tables) -> None:
    before = tables.epochs.of(D, B)
    first = tables.epochs.rise(before, "unproved", "linked")
    assert (first.number, first.word, first.since, first.why) == (1, "unproved", tables.store.clock.now(), "linked")
    assert tables.epochs.of(D, B) == first
    with pytest.raises(ConditionFailedError):
        tables.epochs.rise(before, "learning", "another saw the same")
    second = tables.epochs.rise(first, "learning", "events come", routes="r1")
    assert tables.epochs.of_buckets(D, [B, "other"]) == {B: second, "other": Life(distribution_id=D, bucket="other")}
    assert tables.epochs.all() == [second]


def test_the_check_holds_only_while_number_and_word_are_the_same(tables: Tables) -> None:
    life = tables.epochs.rise(tables.epochs.of(D, B), "learning", "linked")
    tables.store.transact([tables.epochs.check(life)])
    after = tables.epochs.change(life, word="known")
    with pytest.raises(ConditionFailedError):
        tables.store.transact([tables.epochs.check(life)])
    tables.store.transact([tables.epochs.check(after)])
    tables.store.transact([tables.epochs.check(Life(distribution_id=D, bucket="never-seen"))])


def test_two_who_move_a_start_on_are_told_apart(tables: Tables) -> None:
    life = tables.epochs.rise(tables.epochs.of(D, B), "learning", "linked")
    start = Start(step="reading", since=START, moved_at=START, total=7, asked_by="anna")
    begun = tables.epochs.change(life, start=start)
    assert tables.epochs.of(D, B) == begun
    with pytest.raises(ConditionFailedError):
        tables.epochs.change(life, start=start)
    moved = Start(step="reading", since=START, moved_at=START + MINUTE, read=5, total=7, cursor="k", asked_by="anna")
    tables.epochs.change(begun, start=moved)
    with pytest.raises(ConditionFailedError):
        tables.epochs.change(begun, start=None)
    assert tables.epochs.of(D, B).start == moved


def test_a_fingerprint_comes_back_as_it_was_written(tables: Tables) -> None:
    life = known(tables)
    prints = {
        "a b/ü+%2F.html": present(claim=Claim("e1", None, START + MINUTE), checksum="CRC64NVME:x=", opaque=True),
        "k" * 1024: present(version_id="v1", claim=Claim("e2", "v1", None)),
        "gone": Fingerprint(state="absent", looked_at=START, epoch=1),
        "unseen": Fingerprint(state="unknown", looked_at=NEVER, epoch=1),
    }
    write(tables, life, prints)
    assert tables.prints.of(life, [*prints, "never"]) == prints
    assert dict(tables.prints.every(life)) == prints
    assert [key for key, _ in tables.prints.every(life)] == sorted(prints)


def test_a_baseline_counts_once_the_life_says_so_and_a_flush_wins(tables: Tables) -> None:
    life = tables.epochs.rise(tables.epochs.of(D, B), "learning", "linked")
    keys = [f"k{number:05}" for number in range(3000)]
    tables.baselines.write(life, ((key, present(size=int(key[1:]))) for key in keys))
    write(tables, life, {"k00007": present(etag="flush"), "k00008": present(number=0, etag="long ago")})
    asked = ["a", "k00000", "k00007", "k00008", "k01500", "k02999", "k02999b", "z"]
    assert set(tables.prints.of(life, asked)) == {"k00007", "k00008"}
    counting = tables.epochs.change(life, word="known", baseline=True)
    found = tables.prints.of(counting, asked)
    assert {key: (one.etag, one.size) for key, one in found.items()} == {
        "k00000": ("aaa", 0),
        "k00007": ("flush", 3),
        "k00008": ("aaa", 8),
        "k01500": ("aaa", 1500),
        "k02999": ("aaa", 2999),
    }
    every = dict(tables.prints.every(counting))
    assert list(every) == keys
    assert (every["k00007"].etag, every["k00008"].size) == ("flush", 8)


def test_the_baseline_of_another_life_says_nothing(tables: Tables) -> None:
    life = known(tables)
    tables.baselines.write(life, [("a", present())])
    assert tables.prints.of(life, ["a"])
    risen = tables.epochs.rise(life, "learning", "routes changed")
    assert not tables.prints.of(risen, ["a"])
    assert not tables.prints.of(tables.epochs.change(risen, word="known", baseline=True), ["a"])
    assert not tables.baselines.forget(life, 10)
    assert not list(tables.baselines.every(life))


prints = st.builds(
    Fingerprint,
    state=st.sampled_from(["absent", "present", "unknown"]),
    looked_at=st.integers(0, 10**6).map(lambda n: START + n * timedelta(milliseconds=1)),
    epoch=st.integers(0, 99),
    etag=st.none() | st.text(max_size=9),
    size=st.none() | st.integers(0, 2**43),
    checksum=st.none() | st.text(max_size=9),
    version_id=st.none() | st.text(max_size=9),
    digest=st.none() | st.text(max_size=9),
    opaque=st.booleans(),
    claim=st.none()
    | st.builds(Claim, st.text(min_size=1, max_size=9), st.none() | st.text(max_size=9), st.none() | st.just(START)),
)


@given(prints)
def test_rows_and_items_lose_nothing(one: Fingerprint) -> None:
    assert from_row(to_row(one), one.epoch) == one
    assert from_item(to_item("p", "k", one)) == one


def test_fingerprints_are_kept_under_lease_and_life(tables: Tables) -> None:
    life = known(tables)
    lease = tables.leases.take(D, 30)
    assert lease
    many = {f"k{number}": present() for number in range(250)}
    tables.fenced(lease).keep(life, many)
    assert tables.prints.of(life, list(many)) == many
    risen = tables.epochs.rise(life, "learning", "a gap")
    with pytest.raises(LifeChangedError):
        tables.fenced(lease).keep(life, {"late": present()})
    assert not tables.prints.of(risen, ["late"])
    lease.release()
    with pytest.raises(LeaseLostError):
        tables.fenced(lease).keep(risen, {"late": present(2)})
    assert not tables.prints.of(risen, ["late"])
