"""Direct mode fed by a queue, and asked by a person."""

import json

import pytest

from invalidator.errors import (
    AccessDeniedError,
    BadInputError,
    IdempotencyConflictError,
    NotFoundError,
    TryLaterError,
)
from tests.invalidator.direct.world import (
    DirectWorld,
    batch_with,
    record,
    s3_event,
    sqs_event,
)

TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "site"}


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
