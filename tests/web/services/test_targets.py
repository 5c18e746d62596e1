"""What links notify, in each region, and what of it is ours."""

import pytest

from invalidator.errors import BadInputError
from web.services.targets import Targets

QUEUE = "arn:aws:sqs:us-east-1:123456789012:freshedge-events"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:invalidator"


@pytest.mark.parametrize(
    ("target", "region", "arn", "kind"),
    [
        (QUEUE, "us-east-1", QUEUE, "QueueConfigurations"),
        (QUEUE, "eu-west-1", QUEUE.replace("us-east-1", "eu-west-1"), "QueueConfigurations"),
        (QUEUE, None, QUEUE, "QueueConfigurations"),
        (FUNCTION, "eu-west-1", FUNCTION, "LambdaFunctionConfigurations"),
        (f"{FUNCTION}:live", "us-east-1", f"{FUNCTION}:live", "LambdaFunctionConfigurations"),
        ("arn:aws:sns:us-east-1:1:t", "us-west-2", "arn:aws:sns:us-west-2:1:t", "TopicConfigurations"),
        ("arn:aws-cn:sqs:cn-north-1:1:q", "cn-northwest-1", "arn:aws-cn:sqs:cn-northwest-1:1:q", "QueueConfigurations"),
    ],
)
def test_the_target_is_in_the_region_of_the_bucket(target: str, region: str | None, arn: str, kind: str) -> None:
    found = Targets(target, None).at(region)
    assert (found.arn, found.kind) == (arn, kind)


def test_without_a_target_the_function_is_it() -> None:
    assert Targets(None, FUNCTION).at("us-east-1").arn == FUNCTION
    assert not Targets(None, None).known
    with pytest.raises(BadInputError, match="FRESHEDGE_TARGET_ARN"):
        Targets(None, None).at("us-east-1")


@pytest.mark.parametrize(
    ("arn", "ours", "straight"),
    [
        (QUEUE, True, False),
        (QUEUE.replace("us-east-1", "eu-west-1"), True, False),
        (QUEUE.replace("123456789012", "210987654321"), False, False),
        (f"{QUEUE}-dead", False, False),
        (FUNCTION, True, True),
        (f"{FUNCTION}:live", True, True),
        (f"{FUNCTION}:3", True, True),
        (f"{FUNCTION}-2", False, False),
        ("", False, False),
        ("arn", False, False),
        ("arn:aws:sqs", False, False),
    ],
)
def test_ours_is_the_queue_of_any_region_and_the_function_of_any_alias(arn: str, ours: bool, straight: bool) -> None:
    targets = Targets(QUEUE, FUNCTION)
    assert (targets.is_ours(arn), targets.is_straight(arn)) == (ours, straight)


def test_where_links_notify_the_function_that_is_not_straight_but_as_it_should_be() -> None:
    assert not Targets(None, FUNCTION).is_straight(FUNCTION)
    assert not Targets(FUNCTION, FUNCTION).is_straight(FUNCTION)


@pytest.mark.parametrize(
    "arn", ["x", "arn:aws:s3:::b", "arn:aws:sqs:us-east-1:1:", "arn:aws:lambda:r:1:f", "a:b:sqs:d:e:f"]
)
def test_what_s3_cannot_notify_is_refused_by_the_name_of_the_variable(arn: str) -> None:
    with pytest.raises(BadInputError, match="FRESHEDGE_TARGET_ARN"):
        Targets(arn, None)
