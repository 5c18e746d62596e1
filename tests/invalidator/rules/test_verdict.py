"""Each rule of dropping, with the case that shows why it is so strict."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from invalidator.rules.changes import Change
from invalidator.rules.fingerprints import NEVER, Claim, Fingerprint, Seen, after, digest_of
from invalidator.rules.verdict import REASONS, Reason, Verdict, event_name, judge

LOOKED = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
LATER = LOOKED + timedelta(minutes=1)
HTML = digest_of({"Content-Type": "text/html"})
WAS = Fingerprint(state="present", looked_at=LOOKED, epoch=4, etag="aaa", size=3, digest=HTML)
FULL = "CRC64NVME:abc="


def put(etag: str = "aaa", at: datetime = LATER, number: int = 1, **more: Any) -> Change:
    return Change("site", "a.html", "created", "ObjectCreated:Put", at, etag=etag, sequencer=f"{number:04x}", **more)


def delete(at: datetime = LATER, number: int = 1, event: str = "ObjectRemoved:Delete", **more: Any) -> Change:
    return Change("site", "a.html", "deleted", event, at, sequencer=f"{number:04x}", **more)


def seen(etag: str = "aaa", **more: Any) -> Seen:
    told = {"size": 3, "digest": HTML, "last_modified": LATER, "looked_at": LATER + timedelta(seconds=30)}
    return Seen(present=True, etag=etag, **told | more)


GONE = Seen(looked_at=LATER + timedelta(seconds=30), present=False)


def judged(*events: Change, was: Fingerprint | None = WAS, now: Seen | None = None, **more: Any) -> Verdict:
    asked = {"known": True, "epoch": 4, "absence_seconds": 10.0}
    return judge(was, events=events, seen=now or seen(), **asked | more)


def said(verdict: Verdict) -> tuple[str, str]:
    return verdict.word, verdict.reason


def test_every_reason_has_a_sentence() -> None:
    assert set(REASONS) == set(get_args(Reason))
    assert all(sentence.endswith(".") for sentence in REASONS.values())


def test_the_same_object_again_is_unchanged_and_claimed_and_the_time_of_the_look_stays() -> None:
    verdict = judged(put())
    assert said(verdict) == ("unchanged", "same_object")
    assert verdict.event == event_name(put())
    assert verdict.fingerprint == replace(WAS, claim=Claim(event_name(put()), None, LATER))


def test_a_repeat_of_an_event_is_the_same_event() -> None:
    assert said(judged(put(), put())) == ("unchanged", "same_object")
    first = judged(put()).fingerprint
    assert said(judged(put(), was=first)) == ("unchanged", "same_object"), "also when it was dropped before"


def test_what_is_long_before_the_look_is_covered_and_what_is_near_it_is_not() -> None:
    assert said(judged(delete(LOOKED - timedelta(seconds=5, milliseconds=1)))) == ("covered", "looked_after")
    assert judged(delete(LOOKED - timedelta(seconds=5))).word == "changed", "an event's clock may be 5 s wrong"
    assert said(judge(WAS, known=True, epoch=4, events=[put(at=LOOKED - timedelta(hours=1))], seen=None,
                      absence_seconds=None)) == ("covered", "looked_after")  # fmt: skip


def test_an_object_that_nobody_looked_at_is_changed() -> None:
    verdict = judge(WAS, known=True, epoch=4, events=[put()], seen=None, absence_seconds=10.0)
    assert said(verdict) == ("changed", "not_looked")


def test_a_b_a_with_b_delayed_is_a_change_in_the_end() -> None:
    """B's event comes after A's was dropped: what HEAD shows is A's, and A's was counted for A's event."""
    b, a = put("bbb", LATER, 1), put("aaa", LATER + timedelta(seconds=9), 2)
    now = seen(last_modified=a.time)
    dropped = judged(a, now=now)
    assert dropped.word == "unchanged"
    assert said(judged(b, was=dropped.fingerprint, now=now)) == ("changed", "other_object")
    headers_only = put("aaa", LATER, 1)
    assert said(judged(headers_only, was=dropped.fingerprint, now=now)) == ("changed", "claimed")


def test_two_events_left_are_a_change_though_both_tell_of_the_same_bytes() -> None:
    assert said(judged(put(number=1), put(number=2))) == ("changed", "several_events")


def test_two_writes_in_one_second_share_a_last_modified_so_only_one_can_claim_it() -> None:
    dropped = judged(put(number=2))
    assert said(judged(put(number=1), was=dropped.fingerprint)) == ("changed", "claimed")


def test_other_headers_are_a_change_and_other_dates_are_none() -> None:
    cached = digest_of({"content-type": "text/html", "cache-control": "no-cache"})
    assert said(judged(put(), now=seen(digest=cached))) == ("changed", "other_headers")
    assert said(judged(put(), now=seen(digest=None))) == ("changed", "other_headers")
    changing = {"Last-Modified": "now", "x-amz-version-id": "v", "x-amz-storage-class": "GLACIER_IR", "Date": "now"}
    assert digest_of({"Content-Type": "text/html", **changing}) == HTML


@pytest.mark.parametrize("name", ["Content-Encoding", "Content-Language", "Content-Disposition", "Expires",
                                  "x-amz-website-redirect-location", "x-amz-meta-anything"])  # fmt: skip
def test_each_header_that_viewers_get_counts(name: str) -> None:
    assert digest_of({"Content-Type": "text/html", name: "x"}) != HTML


def test_an_etag_of_kms_says_nothing_of_the_bytes_and_a_full_checksum_does() -> None:
    was = replace(WAS, opaque=True)
    assert said(judged(put(), was=was, now=seen(opaque=True))) == ("changed", "bytes_unknown")
    with_sum = replace(was, checksum=FULL)
    now = seen("zzz", opaque=True, checksum=FULL)
    assert said(judged(put("zzz"), was=with_sum, now=now)) == ("unchanged", "same_object")
    other = seen("zzz", opaque=True, checksum="CRC64NVME:xyz=")
    assert said(judged(put("zzz"), was=with_sum, now=other)) == ("changed", "other_bytes")
    sha = seen("zzz", opaque=True, checksum="SHA256:abc=")
    assert said(judged(put("zzz"), was=with_sum, now=sha)) == ("changed", "bytes_unknown")


def test_other_parts_of_the_same_bytes_are_told_by_checksum_and_size() -> None:
    was = replace(WAS, etag="aaa-2", checksum=FULL)
    now = seen("bbb-3", checksum=FULL, in_parts=True)
    assert said(judged(put("bbb-3"), was=was, now=now)) == ("unchanged", "same_object")
    assert said(judged(put("bbb-3"), was=was, now=replace(now, size=4))) == ("changed", "other_bytes")
    assert said(judged(put("bbb-3"), was=was, now=replace(now, checksum=None))) == ("changed", "other_bytes")


def test_a_checksum_stays_where_the_same_bytes_come_without_one() -> None:
    dropped = judged(put(), was=replace(WAS, checksum=FULL))
    assert dropped.fingerprint
    assert dropped.fingerprint.checksum == FULL


def test_the_object_there_must_be_the_one_that_the_event_tells_of() -> None:
    assert said(judged(put("bbb"))) == ("changed", "other_object")
    assert said(judged(put(version_id="v2"), now=seen(version_id="v3"))) == ("changed", "other_version")
    assert said(judged(put(version_id="v2"))) == ("changed", "other_version"), "null is none"
    assert said(judged(put(), now=GONE)) == ("changed", "gone")
    assert said(judged(delete(), now=GONE)) == ("changed", "deleted")


def test_a_version_is_claimed_by_one_event_whatever_its_second() -> None:
    was = replace(WAS, version_id="v1")
    first = judged(put(version_id="v2", number=1), was=was, now=seen(version_id="v2"))
    assert first.word == "unchanged"
    assert first.fingerprint
    assert first.fingerprint.version_id == "v2"
    second = judged(put(version_id="v3", number=2), was=first.fingerprint, now=seen(version_id="v3"))
    assert second.word == "unchanged", "another version in the same second is another object"
    again = judged(put(version_id="v2", number=9), was=first.fingerprint, now=seen(version_id="v2"))
    assert said(again) == ("changed", "claimed")


def test_old_versions_that_expire_by_night_are_behind() -> None:
    was, now = replace(WAS, version_id="v9"), seen(version_id="v9")
    old = [delete(event="LifecycleExpiration:Delete", number=n, version_id=f"v{n}") for n in range(1, 5)]
    verdict = judged(*old, was=was, now=now)
    assert said(verdict) == ("behind", "older_version")
    assert verdict.fingerprint is None
    both = judged(*old, put(version_id="v10", number=7), was=was, now=seen(version_id="v10"))
    assert said(both) == ("changed", "several_events"), "once another version is there, nothing is set aside"


def test_the_current_version_deleted_and_put_again_with_the_deletion_late_is_a_change() -> None:
    """V2 deleted for good brings V1 back without an event; V3 with V2's bytes is dropped; then the deletion comes."""
    was = replace(WAS, version_id="v2")
    third = put(version_id="v3", at=LATER + timedelta(seconds=8), number=3)
    now = seen(version_id="v3", last_modified=third.time)
    dropped = judged(third, was=was, now=now)
    assert dropped.word == "unchanged"
    late = delete(at=LATER, version_id="v2", number=2)
    assert said(judged(late, was=dropped.fingerprint, now=now)) == ("changed", "deleted")


def test_after_a_claim_an_old_version_is_behind_only_if_the_object_is_clearly_older() -> None:
    was = replace(WAS, version_id="v3", claim=Claim("x", "v3", LATER))
    long_after = delete(at=LATER + timedelta(seconds=6), version_id="v1")
    assert said(judged(long_after, was=was, now=seen(version_id="v3"))) == ("behind", "older_version")
    near = delete(at=LATER + timedelta(seconds=5), version_id="v1")
    assert judged(near, was=was, now=seen(version_id="v3")).word == "changed"
    in_parts = seen(version_id="v3", in_parts=True)
    assert judged(long_after, was=was, now=in_parts).word == "changed", "Last-Modified is when the upload began"


@pytest.mark.parametrize(
    "event",
    [
        delete(event="ObjectRemoved:DeleteMarkerCreated", version_id="m1"),
        delete(version_id="v9"),
        delete(),
    ],
    ids=["a marker", "the current version", "no version: suspended or never versioned"],
)
def test_other_deletions_are_not_behind(event: Change) -> None:
    was, now = replace(WAS, version_id="v9"), seen(version_id="v9")
    assert said(judged(event, was=was, now=now)) == ("changed", "deleted")


def test_in_a_suspended_bucket_the_version_null_proves_nothing() -> None:
    assert judged(delete(version_id="v1")).word == "changed"


def test_a_key_that_was_absent_is_new_where_absence_is_hardly_cached() -> None:
    absent = Fingerprint(state="absent", looked_at=LOOKED, epoch=4)
    verdict = judged(put(), was=absent)
    assert said(verdict) == ("new", "absence_not_cached")
    assert verdict.fingerprint
    assert verdict.fingerprint.looked_at == LOOKED
    assert verdict.fingerprint.etag == "aaa"
    assert said(judged(put(), was=verdict.fingerprint)) == ("unchanged", "same_object")


def test_a_404_that_an_edge_keeps_makes_a_new_key_a_change() -> None:
    absent = Fingerprint(state="absent", looked_at=LOOKED, epoch=4)
    assert said(judged(put(), was=absent, absence_seconds=10.1)) == ("changed", "absence_cached")
    assert said(judged(put(), was=absent, absence_seconds=None)) == ("changed", "absence_cached")


def test_absence_is_assumed_only_in_a_known_life_and_without_any_fingerprint() -> None:
    assert said(judged(put(), was=None)) == ("new", "absence_not_cached")
    assert said(judged(put(), was=None, known=False)) == ("changed", "never_seen")
    assert said(judged(put(), epoch=5)) == ("changed", "never_seen"), "one of another epoch is no absence"
    verdict = judged(put(), was=None).fingerprint
    assert verdict
    assert verdict.looked_at == NEVER
    assert verdict.epoch == 4


def test_a_deletion_of_what_was_absent_is_invalidated_all_the_same() -> None:
    """Something may have been there in between, and its event is on its way."""
    assert said(judged(delete(), was=None, now=GONE)) == ("changed", "deleted")


def test_what_was_made_fresh_without_a_look_is_never_unchanged() -> None:
    unknown = after(None, 4)
    assert unknown.state == "unknown"
    assert said(judged(put(), was=unknown)) == ("changed", "never_seen")
    assert judged(put(at=LOOKED), was=unknown).word == "changed", "nor is anything covered by it"


def test_what_is_written_after_an_invalidation_is_what_was_seen_before_it() -> None:
    now = seen(version_id="v7", checksum=FULL, opaque=True)
    made = after(now, 9)
    assert (made.state, made.looked_at, made.epoch, made.version_id, made.claim) == (
        "present", now.looked_at, 9, "v7", None,
    )  # fmt: skip
    assert (made.etag, made.size, made.checksum, made.digest, made.opaque) == ("aaa", 3, FULL, HTML, True)
    assert after(GONE, 9) == Fingerprint(state="absent", looked_at=GONE.looked_at, epoch=9)
