"""`serverless.yml` grants what docs/permissions.md says and no more; `make template` asks whether AWS would take it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from invalidator.settings import Settings
from sandbox.aws.resources import Intrinsic, read_resources
from tests.test_docs import LOGS, from_the_environment, granted
from web.settings import WebSettings

ROOT = Path(__file__).parents[2]
RESOURCES = read_resources()
WITHOUT_ARN = {
    "s3:ListAllMyBuckets",
    "s3:ListAccessPoints",
    "cloudfront:ListDistributions",
    "tag:GetResources",
    "sts:GetCallerIdentity",
}
"""Actions that AWS takes for `*` alone (Service Authorization Reference)."""
WITHOUT_TABLE = {"lambda:InvokeFunction"}
"""What the dashboard needs only where there is no table; this stack has one."""


def statements(role: str) -> list[Mapping[str, Any]]:
    """The statements of a role's policies."""
    policies = RESOURCES.declared[role]["Properties"]["Policies"]
    return [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def actions(role: str) -> set[str]:
    return {action for one in statements(role) for action in many(one["Action"])}


def intrinsics(value: Any) -> Iterator[Intrinsic]:
    """Every reference in a part of the file."""
    if isinstance(value, Intrinsic):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from intrinsics(one)


# Roles


def test_the_invalidator_may_what_the_page_says() -> None:
    told = granted("The invalidator, direct mode", "The invalidator, durable mode")
    assert actions("InvalidatorRole") == told - {"logs:CreateLogGroup"}  # the stack makes the group, for its retention


def test_the_dashboard_may_what_the_page_says_and_can_not_invalidate() -> None:
    told = granted("The dashboard") - WITHOUT_TABLE
    assert actions("DashboardRole") == told | LOGS - {"logs:CreateLogGroup"}
    assert not [action for action in actions("DashboardRole") if action.startswith("cloudfront:Create")]


@pytest.mark.parametrize("role", ["InvalidatorRole", "DashboardRole"])
def test_a_star_stands_only_where_aws_takes_no_arn(role: str) -> None:
    for one in statements(role):
        assert one["Effect"] == "Allow"
        assert not [action for action in many(one["Action"]) if "*" in action]
        for resource in many(one["Resource"]):
            if resource == "*":
                assert set(many(one["Action"])) <= WITHOUT_ARN, one["Sid"]
            else:
                assert isinstance(resource, Intrinsic), f"{resource} names an account, a region or a partition"


@pytest.mark.parametrize("role", ["InvalidatorRole", "DashboardRole"])
def test_any_bucket_means_any_of_this_account(role: str) -> None:
    for one in statements(role):
        if any("s3:::" in resource.argument for resource in many(one["Resource"]) if isinstance(resource, Intrinsic)):
            (account,) = intrinsics(one["Condition"]["StringEquals"]["aws:ResourceAccount"])
            assert account.argument == "AWS::AccountId"


def test_each_function_has_its_own_role() -> None:
    roles = {name: told["role"] for name, told in RESOURCES.functions.items()}
    assert roles == {"invalidator": "InvalidatorRole", "dashboard": "DashboardRole"}


# Functions


def test_what_is_referred_to_is_declared() -> None:
    made_by_osls = {"InvalidatorLambdaFunction", "DashboardLambdaFunction", "HttpApi"}
    for one in intrinsics([*RESOURCES.declared.values(), *RESOURCES.functions.values()]):
        names = re.findall(r"\$\{([^}!]+)\}", one.argument) if one.function == "Sub" else [one.argument]
        for name in names:
            assert name.startswith("AWS::") or name.split(".")[0] in {*RESOURCES.declared, *made_by_osls}, name


def test_every_queue_that_feeds_the_invalidator_has_dead_letters_and_time() -> None:
    declared = RESOURCES.functions["invalidator"]
    fed = [event["sqs"] for event in declared["events"] if "sqs" in event]
    assert len(fed) == 2
    for one in fed:
        queue = RESOURCES.declared[one["arn"].argument.removesuffix(".Arn")]["Properties"]
        assert queue["VisibilityTimeout"] >= 6 * declared["timeout"] + one.get("maximumBatchingWindow", 0)
        dead = RESOURCES.declared[queue["RedrivePolicy"]["deadLetterTargetArn"].argument.removesuffix(".Arn")]
        assert dead["Type"] == "AWS::SQS::Queue"
        assert queue["MessageRetentionPeriod"] == dead["Properties"]["MessageRetentionPeriod"] == 14 * 86400
        assert one["functionResponseType"] == "ReportBatchItemFailures"
        assert one["maximumConcurrency"] >= 2  # Lambda takes no less


def test_an_answer_comes_before_the_http_api_gives_up() -> None:
    assert RESOURCES.functions["dashboard"]["timeout"] < 30


def head() -> dict[str, Any]:
    """What stands before the functions, without CloudFormation's short forms."""
    text = (ROOT / "serverless.yml").read_text("utf8").partition("\nfunctions:\n")[0]
    told: dict[str, Any] = yaml.safe_load(re.sub(r"!\w+ ", "", text))
    return told


def environment(function: str) -> set[str]:
    """The variables that a function gets."""
    return {*head()["provider"]["environment"], *RESOURCES.functions[function]["environment"]}


def test_each_function_brings_its_own_zip() -> None:
    """Without `individually` osls makes the template all the same, and deploying looks for a zip of the service."""
    assert head()["package"] == {"individually": True}
    zips = {name: told["package"]["artifact"] for name, told in RESOURCES.functions.items()}
    assert zips == {"invalidator": "build/invalidator.zip", "dashboard": "build/dashboard.zip"}


def test_the_functions_get_variables_that_exist_and_all_that_name_resources() -> None:
    addresses = {"FRESHEDGE_TABLE", "FRESHEDGE_WORK_QUEUE_URL", "FRESHEDGE_TARGET_ARN", "FRESHEDGE_FUNCTION_ARN"}
    assert environment("invalidator") == addresses | {"FRESHEDGE_DEAD_LETTER_QUEUE_URL"}
    assert environment("dashboard") >= addresses | {"FRESHEDGE_PUBLIC_URL"}
    assert environment("invalidator") | environment("dashboard") <= set(from_the_environment())


def test_what_the_variables_say_is_taken() -> None:
    """Resolved as CloudFormation would; an address without a path, a queue with its URL."""
    told = {
        "FRESHEDGE_TABLE": "freshedge",
        "FRESHEDGE_WORK_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/freshedge-work",
        "FRESHEDGE_PUBLIC_URL": "https://d4qz1x7h3k.execute-api.us-east-1.amazonaws.com",
    }
    assert Settings.from_environment(told).table == "freshedge"
    assert WebSettings.from_environment(told).public_origin == told["FRESHEDGE_PUBLIC_URL"]


def test_the_entries_exist() -> None:
    from invalidator.handler import handler as invalidator
    from web.app import handler as dashboard

    entries = {name: told["handler"] for name, told in RESOURCES.functions.items()}
    assert entries == {"invalidator": "invalidator.handler.handler", "dashboard": "web.app.handler"}
    assert callable(invalidator)
    assert callable(dashboard)


def test_the_tool_that_deploys_is_pinned_exactly() -> None:
    import json

    told = json.loads((ROOT / "package.json").read_text("utf8"))
    assert told["private"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in told["devDependencies"].values())
    assert not (ROOT / "package-lock.json").exists()
