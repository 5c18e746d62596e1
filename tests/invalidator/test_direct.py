"""Direct mode: what an event makes of the strict local CloudFront, on good days and bad ones."""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invalidator.errors import (
    AccessDeniedError,
    BadInputError,
    FreshedgeError,
    IdempotencyConflictError,
    NotFoundError,
    TryLaterError,
    UnknownEventError,
)
from invalidator.rules.paths import covers
from sandbox.cloudfront.settings import CloudFrontSettings
from tests.invalidator.direct_world import (
    DirectWorld,
    destination,
    logged,
    make_direct_world,
    record,
    s3_event,
    sqs_event,
)
from tests.sandbox.cloudfront.world import OPTIMIZED

TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "site"}


@pytest.fixture
def direct() -> Iterator[DirectWorld]:
    """A Lambda in direct mode, with no throttling."""
    with logged() as lines:
        yield make_direct_world(lines)


@pytest.fixture
def throttled() -> Iterator[DirectWorld]:
    """The same under CloudFront's own request rate."""
    with logged() as lines:
        yield make_direct_world(lines, CloudFrontSettings())


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


class TestBadDays:
    def test_many_distributions_go_out_at_the_accounts_rate(self, throttled: DirectWorld) -> None:
        ids = [throttled.distribution() for _ in range(12)]
        throttled.link("site", *ids)
        began = throttled.time.now()
        throttled.handle(s3_event())
        assert [throttled.made(one) for one in ids] == [[["/a.html"]]] * 12
        assert 8 <= (throttled.time.now() - began).total_seconds() < 60

    def test_throttling_that_goes_on_is_raised_within_the_time_so_that_lambda_calls_again(
        self, direct: DirectWorld
    ) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.aws.faults.set(throttle=True)
        began = direct.time.now()
        with pytest.raises(FreshedgeError, match=f"Distribution {one}: cloudfront:CreateInvalidation .* Throttling"):
            direct.handle(s3_event())
        assert (direct.time.now() - began).total_seconds() < 60
        assert "Lambda calls again" in direct.lines.of("ERROR")[0]

        direct.aws.faults.reset()
        direct.handle(s3_event())
        assert direct.made(one) == [["/a.html"]]

    @pytest.mark.parametrize("fault", ["unavailable", "too_many", "throttle"])
    def test_a_fault_that_passes_is_waited_for(self, direct: DirectWorld, fault: str) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.aws.faults.set(**{fault: True})
        began = direct.time.now()

        def end() -> None:
            if (direct.time.now() - began).total_seconds() > 15:
                direct.aws.faults.reset()

        direct.time.while_asleep = end
        direct.handle(s3_event())
        assert direct.made(one) == [["/a.html"]]

    def test_a_full_distribution_is_waited_for_while_the_others_go_out_at_once(self, direct: DirectWorld) -> None:
        full, free = direct.distribution(), direct.distribution()
        direct.aws.invalidate(full, *(f"/{n}" for n in range(3000)))
        direct.link("site", full, free)
        when: dict[str, float] = {}
        direct.aws.store.subscribe(lambda distribution_id, _paths, at, _effect: when.setdefault(distribution_id, at))
        began = direct.aws.clock()
        direct.handle(s3_event())
        assert when[free] == began
        assert 25 <= when[full] - began < 57

    def test_waits_are_jittered_up_to_ceilings_that_double(self) -> None:
        bounds: list[tuple[float, float]] = []
        with logged() as lines:
            direct = make_direct_world(lines, jitter=lambda *low_high: bounds.append(low_high) or 0.0)
            direct.link("site", direct.distribution())
            direct.aws.faults.set(throttle=True)
            direct.time.while_asleep = lambda: direct.aws.faults.reset() if len(bounds) == 5 else None
            direct.handle(s3_event())
        assert bounds == [(0, 2), (0, 4), (0, 8), (0, 16), (0, 20)]

    def test_no_wait_goes_beyond_the_lambdas_time(self) -> None:
        with logged() as lines:
            direct = make_direct_world(lines, jitter=lambda _low, high: high)
            direct.link("site", direct.distribution())
            direct.aws.faults.set(too_many=True)
            began = direct.time.now()
            with pytest.raises(FreshedgeError):
                direct.handle(s3_event(), seconds=13)
            assert sum(direct.time.slept) == pytest.approx(10)
            assert (direct.time.now() - began).total_seconds() < 13

    def test_a_tag_that_is_read_too_fast_is_read_again(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.s3.refusals["site"] = (503, "SlowDown")
        direct.s3.refusals_left["site"] = 3
        direct.handle(s3_event())
        assert direct.made(one) == [["/a.html"]]

    def test_a_tag_that_can_not_be_read_leaves_time_for_the_others(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.s3.refusals["slow"] = (503, "ServiceUnavailable")
        with pytest.raises(FreshedgeError, match=r"1 bucket not read\. Bucket slow"):
            direct.handle(s3_event(record("x", "slow"), record()))
        assert direct.made(one) == [["/a.html"]]
        assert sum(direct.time.slept) < 30

    def test_missing_credentials_are_told(self, direct: DirectWorld) -> None:
        direct.link("site", direct.distribution())
        direct.gate.rules.append(lambda *_: (403, "InvalidClientTokenId"))
        with pytest.raises(FreshedgeError, match="does not accept the credentials"):
            direct.handle(s3_event())


def batch_with(text: str, most: int = 10**9) -> Any:
    """A rule for the gate: CloudFront refuses batches that have a text in them, or more items than so many."""

    def rule(method: str, _path: str, body: str) -> tuple[int, str] | None:
        if method != "POST":
            return None
        if body.count("<Path>") > most:
            return 413, "BatchTooLarge"
        return (400, "InvalidArgument") if text in body else None

    return rule


class TestRefusedBatches:
    def test_a_disliked_path_goes_as_a_wildcard_and_the_others_exactly(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.gate.rules.append(batch_with("%C3%A9"))
        direct.handle(s3_event(record("d/a"), record("d/cafés"), record("d/b"), record("d/x y")))
        assert sorted(chain(*direct.made(one))) == ["/d/a", "/d/b", "/d/caf*", "/d/x%20y", "/d/x+y"]
        assert "caf%C3%A9s" in direct.lines.of("WARNING")[0]

    def test_the_repeat_of_a_parted_batch_makes_nothing_new(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.gate.rules.append(batch_with("%C3%A9"))
        for _ in range(2):
            direct.handle(s3_event(record("d/a"), record("d/cafés")))
        assert direct.made(one) == [["/d/a"], ["/d/caf*"]]

    def test_many_disliked_paths_end_in_few_calls_under_the_accounts_rate(self, throttled: DirectWorld) -> None:
        one = throttled.distribution()
        throttled.link("site", one)
        throttled.gate.rules.append(batch_with("%C3%A9"))
        throttled.handle(s3_event(record("d/a"), *(record(f"d/é{n}") for n in range(300))))
        accepted = [*chain(*throttled.made(one))]
        assert "/d/a" in accepted
        assert "/d/*" in accepted
        assert throttled.gate.calls["POST"] < 30

    def test_what_is_refused_whatever_it_is_ends_as_an_error(self, direct: DirectWorld) -> None:
        direct.link("site", direct.distribution())
        direct.gate.rules.append(batch_with("<Path>"))
        with pytest.raises(FreshedgeError, match="InvalidArgument"):
            direct.handle(s3_event())

    def test_a_batch_that_is_too_large_goes_out_in_halves(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.gate.rules.append(batch_with("nothing", most=100))
        direct.handle(s3_event(*(record(f"{n:03}") for n in range(350))))
        made = direct.made(one)
        assert [len(paths) for paths in made] == [87, 88, 87, 88]
        assert sorted(chain(*made)) == [f"/{n:03}" for n in range(350)]


class TestQueues:
    def test_a_batch_of_messages_is_one_invalidation_and_no_failure(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        answer = direct.handle(sqs_event(s3_event(record("a")), s3_event(record("b")), TEST_EVENT))
        assert answer == {"batchItemFailures": []}
        assert direct.made(one) == [["/a", "/b"]]

    def test_only_messages_with_something_undone_come_again(self, direct: DirectWorld) -> None:
        one, two = direct.distribution(), direct.distribution()
        direct.link("site", one)
        direct.link("another", two)
        direct.s3.tags["untagged"] = {}
        direct.gate.deny("POST", two)
        mixed = s3_event(record("c"), {**record("d"), "eventVersion": "3.0"})
        answer = direct.handle(
            sqs_event(
                s3_event(record("a")),
                "not JSON",
                s3_event(record("b", "another")),
                mixed,
                s3_event(record("x", "untagged")),
                s3_event(record("y"), record("z", "another")),
            )
        )
        assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == ["m1", "m2", "m3", "m5"]
        assert direct.made(one) == [["/a", "/c", "/y"]]

    def test_a_message_of_a_bucket_that_can_not_be_read_comes_again(self, direct: DirectWorld) -> None:
        direct.link("site", direct.distribution())
        direct.s3.refusals["secret"] = (403, "AccessDenied")
        answer = direct.handle(sqs_event(s3_event(), s3_event(record("x", "secret"))))
        assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}

    def test_a_failed_message_that_comes_again_alone_is_carried_out(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.link("site", one)
        direct.aws.faults.set(throttle=True)
        messages = [s3_event(record(key)) for key in "ab"]
        assert len(direct.handle(sqs_event(*messages))["batchItemFailures"]) == 2
        direct.aws.faults.reset()
        assert direct.handle(sqs_event(messages[1])) == {"batchItemFailures": []}
        assert direct.handle(sqs_event(messages[0])) == {"batchItemFailures": []}
        assert direct.made(one) == [["/b"], ["/a"]]


class TestRequests:
    def test_a_person_gets_the_paths_asked_for_under_the_reference_given(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        made = direct.request(one, "/b", "/a*")
        assert direct.made(one) == [["/b", "/a*"]]
        assert made["caller_reference"] == "k"
        assert made["status"] == "InProgress"
        assert made["paths"] == ["/b", "/a*"]
        assert json.dumps(made)

    def test_the_same_reference_and_paths_are_the_same_invalidation(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        assert direct.request(one, "/a")["id"] == direct.request(one, "/a")["id"]
        assert direct.made(one) == [["/a"]]

    def test_the_same_reference_for_other_paths_is_a_conflict(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.request(one, "/a")
        with pytest.raises(IdempotencyConflictError, match="'k' was used before for other paths"):
            direct.request(one, "/b")
        assert direct.made(one) == [["/a"]]

    def test_without_a_reference_each_request_is_its_own(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.request(one, "/a", reference=None)
        direct.time.sleep(1)
        direct.request(one, "/a", reference=None)
        assert direct.made(one) == [["/a"], ["/a"]]

    def test_a_path_that_can_not_be_sent_is_refused_before_anything_is(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        with pytest.raises(BadInputError, match="'b' can't be invalidated"):
            direct.request(one, "/a", "b")
        assert direct.made(one) == []

    def test_a_path_that_cloudfront_alone_dislikes_is_not_replaced_behind_a_persons_back(
        self, direct: DirectWorld
    ) -> None:
        one = direct.distribution()
        direct.gate.rules.append(batch_with("odd"))
        with pytest.raises(BadInputError, match=r"CloudFront refused the request: .*InvalidArgument"):
            direct.request(one, "/a", "/odd")
        assert direct.made(one) == []

    def test_a_request_that_is_too_large_goes_out_in_halves_once(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.gate.rules.append(batch_with("nothing", most=2))
        for _ in range(2):
            made = direct.request(one, "/a", "/%C3%A9", "/c")
            assert made["paths"] == ["/a", "/%C3%A9", "/c"]
        assert direct.made(one) == [["/a"], ["/%C3%A9", "/c"]]

    def test_an_unknown_distribution_is_not_found(self, direct: DirectWorld) -> None:
        with pytest.raises(NotFoundError, match="E0NOSUCHDIST0 does not exist"):
            direct.request("E0NOSUCHDIST0", "/a")

    def test_a_denied_distribution_is_denied_with_the_statement_to_add(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.gate.deny("POST", one)
        with pytest.raises(AccessDeniedError) as denied:
            direct.request(one, "/a")
        assert denied.value.statement["Action"] == "cloudfront:CreateInvalidation"

    def test_throttling_is_waited_for_and_then_raised(self, direct: DirectWorld) -> None:
        one = direct.distribution()
        direct.aws.faults.set(throttle=True)
        with pytest.raises(TryLaterError, match="Throttling"):
            direct.request(one, "/a")
        direct.time.while_asleep = direct.aws.faults.reset
        direct.request(one, "/a")
        assert direct.made(one) == [["/a"]]


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
