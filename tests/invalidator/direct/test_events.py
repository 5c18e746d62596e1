"""Direct mode: what an event makes of the strict local CloudFront."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invalidator.errors import (
    FreshedgeError,
    UnknownEventError,
)
from invalidator.rules.paths import covers
from tests.invalidator.direct.world import (
    DirectWorld,
    destination,
    record,
    s3_event,
    sqs_event,
)
from tests.sandbox.cloudfront.world import OPTIMIZED

TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "site"}


class TestWhatAnEventMakes:
    def test_an_upload_makes_one_invalidation_of_its_path(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        answer = direct.handle(s3_event(record("a b.html")))
        assert direct.made(one) == [["/a%20b.html", "/a+b.html"]]
        assert answer["summary"] == "1 change in 1 bucket: 1 invalidation with 2 paths."
        assert answer["invalidations"][0]["distribution_id"] == one
        assert json.dumps(answer)

    def test_a_deletion_does_too(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.handle(s3_event(record("a.html", name="ObjectRemoved:Delete")))
        assert direct.made(one) == [["/a.html"]]

    def test_all_records_of_an_event_go_into_one_invalidation_a_distribution(self, direct: DirectWorld) -> None:
        one, two = direct.distribution("red"), direct.distribution("blue")
        direct.link("red", one)
        direct.link("blue", two, one)
        event = s3_event(record("a", "red"), record("b", "blue"), record("c", "red"), record("a", "red"))
        answer = direct.handle(event)
        # `one` has no origin that reads `blue`; but somebody linked the two, so it is invalidated all the same.
        assert direct.made(one) == [["/a", "/b", "/c"]]
        assert direct.made(two) == [["/b"]]
        assert answer["summary"] == "4 changes in 2 buckets: 2 invalidations with 4 paths."

    def test_several_ids_in_a_tag_are_all_invalidated(self, direct: DirectWorld) -> None:
        ids = [direct.distribution() for _ in range(3)]
        direct.link("site", *ids)
        direct.handle(s3_event())
        assert [direct.made(one) for one in ids] == [[["/a.html"]]] * 3

    def test_every_envelope_does_the_same(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        event = s3_event()
        text = json.dumps(event)
        direct.handle(event)
        direct.handle(destination(event))
        direct.handle(sqs_event(event))
        direct.handle(sqs_event(destination(event)))
        direct.handle({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": text}}]})
        assert direct.made(one) == [["/a.html"]]

    def test_routes_are_applied(self, direct: DirectWorld) -> None:
        one = direct.distribution(path="/live", DefaultRootObject="index.html")
        direct.link("site", one)
        direct.handle(s3_event(record("live/index.html"), record("draft/x.html")))
        assert direct.made(one) == [["/", "/index.html"]]

    def test_index_documents_behind_a_website_endpoint_are_found(self, direct: DirectWorld) -> None:
        endpoint = "site.s3-website-us-east-1.amazonaws.com"
        ports = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
        origin = {"Id": "bucket", "DomainName": endpoint, "CustomOriginConfig": ports}
        one = direct.distribution(Origins={"Quantity": 1, "Items": [origin]})
        direct.link("site", one)
        direct.s3.websites["site"] = "home.html"
        direct.handle(s3_event(record("d/home.html")))
        assert direct.made(one) == [["/d", "/d/", "/d/home.html"]]

    def test_what_no_viewer_can_reach_makes_nothing(self, direct: DirectWorld) -> None:
        one = direct.distribution(path="/live")
        direct.link("site", one)
        answer = direct.handle(s3_event(record("draft/x.html")))
        assert direct.made(one) == []
        assert answer["summary"] == "1 change in 1 bucket: 0 invalidations with 0 paths."
        assert "draft/x.html" in direct.lines.of("INFO")[0]

    def test_more_than_the_quotas_allow_is_folded(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.handle(s3_event(*(record(f"{n % 3}/{n}") for n in range(3100))))
        assert direct.made(one) == [["/0/*", "/1/*", "/2/*"]]

    def test_a_bucket_is_asked_in_its_own_region_once(self, direct: DirectWorld) -> None:
        direct.link("site", direct.distribution())
        direct.handle(s3_event(*(record(key, region="eu-central-1") for key in "abc")))
        assert direct.s3.asked == [("eu-central-1", "site")]

    def test_the_test_event_of_s3_is_welcome(self, direct: DirectWorld) -> None:
        answer = direct.handle(TEST_EVENT)
        assert answer["summary"] == "0 changes in 0 buckets: 0 invalidations with 0 paths; 1 record of no interest."


class TestLinks:
    @pytest.mark.parametrize("tags", [{}, {"owner": "web"}, {"distributionid": "E1"}, {"distributionId": "  "}])
    def test_a_bucket_without_the_tag_is_dropped_and_counted(self, direct: DirectWorld, tags: dict[str, str]) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.s3.tags["untagged"] = tags
        answer = direct.handle(s3_event(record("x", "untagged"), record("y", "untagged"), record("a")))
        assert direct.made(one) == [["/a"]]
        assert "; 2 changes without a distribution in the tag distributionId dropped." in answer["summary"]
        assert "untagged" in direct.lines.of("WARNING")[0]

    def test_words_that_are_no_ids_are_named_and_the_others_invalidated(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", f"{one},E2", one, "https://x.example")
        direct.handle(s3_event())
        assert direct.made(one) == [["/a.html"]]
        errors = direct.lines.of("ERROR")
        assert [word in line for word, line in zip([f"{one},E2", "https://x.example"], errors, strict=True)] == [
            True
        ] * 2

    def test_a_bucket_that_is_gone_is_dropped(self, direct: DirectWorld) -> None:
        answer = direct.handle(s3_event(record("a", "deleted")))
        assert "1 change without a distribution" in answer["summary"]
        assert "The bucket is gone" in direct.lines.of("WARNING")[0]

    def test_an_id_that_does_not_exist_keeps_no_other_from_being_invalidated(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", "E0NOSUCHDIST0", one)
        with pytest.raises(FreshedgeError, match=r"not invalidated\. Distribution E0NOSUCHDIST0: .*not exist"):
            direct.handle(s3_event())
        assert direct.made(one) == [["/a.html"]]
        line = direct.lines.of("ERROR")[0]
        assert "correct the tag distributionId" in line
        assert '"buckets": ["site"]' in line

    def test_an_id_that_is_denied_keeps_no_other_from_being_invalidated(self, direct: DirectWorld) -> None:
        one, two = direct.distribution(), direct.distribution()
        direct.link("site", one, two)
        direct.gate.deny("POST", one)
        with pytest.raises(FreshedgeError, match=r"AWS denied cloudfront:CreateInvalidation on .*Add the statement"):
            direct.handle(s3_event())
        assert direct.made(two) == [["/a.html"]]
        assert "add the statement" in direct.lines.of("ERROR")[0]

    def test_an_error_names_ten_reasons_and_the_log_all(self, direct: DirectWorld) -> None:
        direct.link("site", *(f"E0NOSUCH{n:02}" for n in range(30)))
        with pytest.raises(FreshedgeError, match=r"And 20 more: see the log\."):
            direct.handle(s3_event())
        assert len(direct.lines.of("ERROR")) == 31

    def test_a_bucket_that_may_not_be_read_keeps_no_other_from_being_invalidated(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.s3.refusals["secret"] = (403, "AccessDenied")
        with pytest.raises(FreshedgeError, match=r"Bucket secret: AWS denied s3:GetBucketTagging on arn"):
            direct.handle(s3_event(record("x", "secret"), record()))
        assert direct.made(one) == [["/a.html"]]

    def test_a_fault_of_ours_in_one_keeps_no_other_from_being_invalidated(self, direct: DirectWorld) -> None:
        one, two = direct.distribution(), direct.distribution()
        direct.link("site", one, two)
        whole = direct.aws.store.get(one)
        assert whole is not None
        del whole.config["DefaultCacheBehavior"]["TargetOriginId"]
        with pytest.raises(FreshedgeError, match=f"Distribution {one}"):
            direct.handle(s3_event())
        assert direct.made(two) == [["/a.html"]]
        assert "Traceback" in direct.lines.of("ERROR")[0]


class TestPermissions:
    def test_the_originals_three_are_enough(self, direct: DirectWorld) -> None:
        """Logs, s3:GetBucketTagging and cloudfront:CreateInvalidation."""
        one = direct.distribution(path="/live")
        direct.link("site", one)
        direct.gate.deny("GET", "/")
        direct.handle(s3_event(record("d/index.html"), record("a b.html")))
        assert direct.made(one) == [["/a%20b.html", "/a+b.html", "/d", "/d/", "/d/index.html"]]
        warning = direct.lines.of("WARNING")[0]
        assert "cloudfront:GetDistributionConfig" in warning
        assert one in warning

    def test_a_website_that_may_not_be_read_has_the_usual_names(self, direct: DirectWorld) -> None:
        endpoint = "site.s3-website-us-east-1.amazonaws.com"
        ports = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
        origin = {"Id": "bucket", "DomainName": endpoint, "CustomOriginConfig": ports}
        one = direct.distribution(Origins={"Quantity": 1, "Items": [origin]})
        direct.link("site", one)
        answer = direct.s3.answer
        direct.s3.answer = lambda request, region: (  # type: ignore[method-assign]
            (403, "<Error><Code>AccessDenied</Code></Error>") if "website" in request.url else answer(request, region)
        )
        direct.handle(s3_event(record("d/index.html")))
        assert direct.made(one) == [["/d", "/d/", "/d/index.html"]]
        assert "index.html and 404.html are assumed" in direct.lines.of("WARNING")[0]

    def test_a_cache_policy_that_may_not_be_read_counts_as_having_query_strings(self, direct: DirectWorld) -> None:
        config = direct.aws.client.get_cache_policy(Id=OPTIMIZED)["CachePolicy"]["CachePolicyConfig"]
        policy = direct.aws.client.create_cache_policy(CachePolicyConfig=config | {"Name": "own"})["CachePolicy"]["Id"]
        behavior = {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all", "CachePolicyId": policy}
        one, two = (direct.distribution(DefaultCacheBehavior=behavior) for _ in range(2))
        direct.link("site", one)
        direct.handle(s3_event())
        direct.gate.deny("GET", "cache-policy")
        direct.link("site", two)
        direct.handle(s3_event())
        assert (direct.made(one), direct.made(two)) == ([["/a.html"]], [["/a.html*"]])
        assert policy in direct.lines.of("WARNING")[0]


class TestRepeats:
    def test_a_redelivered_event_makes_no_second_invalidation(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        a, b = record("a"), record("b", name="ObjectRemoved:Delete")
        direct.handle(s3_event(a, b))
        for again in (s3_event(a, b), s3_event(b, a), s3_event(a, b, a), destination(s3_event(a, b))):
            direct.handle(again)
        direct.handle(sqs_event(s3_event(b), s3_event(a)))
        assert direct.made(one) == [["/a", "/b"]]

    def test_the_next_write_of_the_same_key_makes_its_own(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.handle(s3_event(record(sequencer="0A")))
        direct.handle(s3_event(record(sequencer="0B")))
        assert direct.made(one) == [["/a.html"]] * 2

    def test_a_repeat_after_the_routes_changed_invalidates_the_new_paths_as_well(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.handle(s3_event(record("live/a")))
        got = direct.aws.client.get_distribution_config(Id=one)
        got["DistributionConfig"]["Origins"]["Items"][0]["OriginPath"] = "/live"
        direct.aws.client.update_distribution(Id=one, IfMatch=got["ETag"], DistributionConfig=got["DistributionConfig"])
        for _ in range(2):
            direct.handle(s3_event(record("live/a")))
        assert direct.made(one) == [["/live/a"], ["/a"]]

    def test_a_request_carried_out_and_never_answered_is_not_made_twice(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.aws.faults.set(time_out=True)
        direct.time.while_asleep = direct.aws.faults.reset
        direct.handle(s3_event())
        assert direct.made(one) == [["/a.html"]]
        assert len(direct.time.slept) == 1


class TestUnknownEvents:
    @pytest.mark.parametrize("event", [{}, {"hello": 1}, {"Records": 1}])
    def test_what_is_no_event_of_s3_is_refused(self, direct: DirectWorld, event: dict[str, Any]) -> None:
        with pytest.raises(UnknownEventError, match="Expected: an S3 event"):
            direct.handle(event)

    def test_a_record_of_another_major_is_raised_after_all_else_is_done(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        with pytest.raises(FreshedgeError, match=r"1 record not understood.*understands 2\.x"):
            direct.handle(s3_event({**record("b"), "eventVersion": "3.0"}, record("a")))
        assert direct.made(one) == [["/a"]]


KEYS = st.lists(st.text(st.sampled_from("ab/ +é~*%"), min_size=1, max_size=6), min_size=1, max_size=8, unique=True)


def test_whatever_changes_in_whatever_batches_each_key_is_covered_and_a_repeat_is_free(direct: DirectWorld) -> None:
    @given(KEYS, st.integers(1, 4))
    def check(keys: list[str], batches: int) -> None:
        one = direct.distribution()
        direct.link("site", one)
        events = [s3_event(*map(record, part)) for n in range(batches) if (part := keys[n::batches])]
        for event in events * 2:
            direct.handle(event)
        made = direct.made(one)
        assert len(made) == len(events)
        for key in keys:
            assert any(covers(path, "/" + quote(key)) for paths in made for path in paths), key

    check()
