"""The pages in `docs/` say what the code does: a setting, call, code or permission that is not in them fails here."""

import ast
import importlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree as ET

import boto3
import pytest
from botocore import xform_name
from botocore.session import get_session
from fastapi import FastAPI
from moto import mock_aws

from invalidator.settings import PREFIX, Settings
from sandbox.aws.resources import read_resources
from sandbox.faults import Faults
from web import api
from web.access.roles import ROLES
from web.api.answers import PROBLEMS
from web.cli import app as cli
from web.services.health_codes import SEVERITIES
from web.settings import WebSettings

ROOT = Path(__file__).parent.parent
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf8")


def rows(text: str, heading: str = "") -> dict[str, list[str]]:
    """The tables of a page, or of what follows a heading: cells by what stands in backquotes in the first one."""
    part = text.partition(heading)[2].partition("\n## ")[0] if heading else text
    found = {}
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        for name in re.findall(r"`([^`]+)`", cells[0]) if line.startswith("|") else ():
            found[name] = cells[1:]
    return found


# Settings


def from_the_environment() -> dict[str, object]:
    """Every variable that the settings read, with its default."""
    source = (ROOT / "web" / "settings.py").read_text("utf8")
    shared = {one.name for one in fields(Settings)}
    own = {one.name for one in fields(WebSettings) if f"{{PREFIX}}{one.name.upper()}" in source}
    return {PREFIX + one.name.upper(): one.default for one in fields(WebSettings) if one.name in shared | own}


def test_every_setting_is_told_with_its_default_and_no_other() -> None:
    told = {name: cells[0] for name, cells in rows(page("operations.md"), "## Settings").items()}
    shown = {None: "none"}
    defaults = {
        name: f"{value:g}" if isinstance(value, float) else shown.get(value, value)
        for name, value in from_the_environment().items()
    }
    assert told == defaults


# Commands, calls, codes, faults


def test_every_command_is_told() -> None:
    told = rows(page("operations.md"), "## Commands")
    ours = {command.callback.__name__ for command in cli.registered_commands if command.callback}
    joined = {command.name for command in entry_points(group="freshedge.commands")}
    assert "serve" in ours
    assert {f"freshedge {name}" for name in ours | joined} <= set(told)


def test_every_call_of_the_api_is_told_and_no_other() -> None:
    app = FastAPI()
    app.include_router(api.router())
    served = {
        f"{method.upper()} {path.removeprefix(api.PREFIX)}"
        for path, calls in app.openapi()["paths"].items()
        for method in calls
    }
    told = {name for name in rows(page("api.md")) if re.match(r"[A-Z]+ /", name)}
    assert told == served


def test_every_status_of_a_problem_is_told() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d{3}) \|", page("api.md"), re.MULTILINE)}
    assert told == {int(code) for code in PROBLEMS}


def test_every_health_code_is_told_with_its_severity() -> None:
    assert {code: cells[0] for code, cells in rows(page("health.md")).items()} == SEVERITIES


def test_every_fault_is_told() -> None:
    assert set(rows(page("sandbox.md"), "## Faults")) == {one.name for one in fields(Faults)}


def test_every_partition_of_the_table_is_told() -> None:
    told = page("architecture.md").partition("## The table")[2].partition("\n## ")[0]
    source = "".join(path.read_text("utf8") for path in (ROOT / "invalidator" / "table").glob("*.py"))
    code = re.sub(r'""".*?"""', "", source, flags=re.DOTALL)
    prefixes = set(re.findall(r'f"([a-z]+)#', code))
    assert len(prefixes) > 5
    assert not [prefix for prefix in prefixes if f"`{prefix}#" not in told]


# Permissions

SERVICES = ("cloudfront", "s3", "s3control", "sqs", "dynamodb", "lambda", "sts", "resourcegroupstaggingapi", "events")
ACTIONS = {
    # Where IAM's word is not the operation's ("Service Authorization Reference"); S3 Control's one-tag calls are S3's.
    "list_buckets": {"s3:ListAllMyBuckets"},
    "list_objects_v2": {"s3:ListBucket"},
    "head_object": {"s3:GetObject"},
    "get_bucket_tagging": {"s3:GetBucketTagging"},
    "put_bucket_tagging": {"s3:PutBucketTagging"},
    "delete_bucket_tagging": {"s3:PutBucketTagging"},
    "get_bucket_notification_configuration": {"s3:GetBucketNotification"},
    "put_bucket_notification_configuration": {"s3:PutBucketNotification"},
    "tag_resource": {"s3:TagResource"},
    "untag_resource": {"s3:UntagResource"},
    "get_resources": {"tag:GetResources"},
    "list_access_points": {"s3:ListAccessPoints"},
    "delete_object": {"s3:DeleteObject", "s3:DeleteObjectVersion"},  # with a version it is the second
    "invoke": {"lambda:InvokeFunction"},
    "change_message_visibility_batch": {"sqs:ChangeMessageVisibility"},
    "transact_write_items": {
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:ConditionCheckItem",
    },
}
LOGS = {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}


@cache
def operations() -> dict[str, list[str]]:
    """Every method of boto3's clients that the code may call, with the operations of that name."""
    found: dict[str, list[str]] = {}
    for service in SERVICES:
        for name in get_session().get_service_model(service).operation_names:
            found.setdefault(xform_name(name), []).append(f"{service}:{name}")
    return found


def actions_of(path: Path) -> Iterator[str]:
    """The IAM actions that a file's calls of boto3's clients need. A client is named so, or `sqs`."""
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Attribute) and node.attr in operations():
            receiver = ast.unparse(node.value)
            if re.search(r"client|sqs$", receiver):
                found = operations()[node.attr]
                assert node.attr in ACTIONS or len(found) == 1, f"{path}: which service's {node.attr} is that?"
                yield from ACTIONS.get(node.attr, {found[0]})


def actions_in(paths: Iterable[Path]) -> set[str]:
    return {action for path in paths for action in actions_of(path)}


def reached_from(paths: Iterable[Path]) -> set[Path]:
    """These files and every file of the invalidator that they import, directly or not."""
    seen: set[Path] = set()
    todo = list(paths)
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("invalidator."):
                modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
                files = ((ROOT / f"{module.replace('.', '/')}.py") for module in modules if module)
                todo += [file for file in files if file.exists()]
    return seen


def granted(*headings: str) -> set[str]:
    """The actions of the statements under these headings of the page."""
    found: set[str] = set()
    for heading in headings:
        part = page("permissions.md").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        for block in re.findall(r"```json\n(.*?)```", part, re.DOTALL):
            for statement in json.loads(block):
                action = statement["Action"]
                found |= {action} if isinstance(action, str) else set(action)
    return found


def test_direct_mode_needs_what_the_page_says() -> None:
    assert granted("The invalidator, direct mode") == LOGS | actions_in(
        reached_from([ROOT / "invalidator" / "direct.py"])
    ) - {"cloudfront:GetInvalidation", "cloudfront:GetDistribution"}  # adapters have them for the durable mode alone


def test_direct_mode_begins_with_the_three_that_the_original_had() -> None:
    part = page("permissions.md").partition("\n## The invalidator, direct mode\n")[2]
    first = json.loads(part.partition("```json\n")[2].partition("```")[0])
    assert [statement["Action"] for statement in first[1:]] == ["s3:GetBucketTagging", "cloudfront:CreateInvalidation"]
    assert set(first[0]["Action"]) == LOGS


def test_durable_mode_needs_what_the_page_says() -> None:
    mappings = {"sqs:GetQueueAttributes"}  # Lambda's own call, with the function's role
    told = granted("The invalidator, direct mode", "The invalidator, durable mode")
    assert told == LOGS | mappings | actions_in((ROOT / "invalidator").rglob("*.py"))


def test_the_dashboard_needs_what_the_page_says_and_may_not_invalidate() -> None:
    needed = actions_in(reached_from((ROOT / "web").rglob("*.py")))
    # The adapter that it reads distributions with could create invalidations; the dashboard never asks it to.
    assert granted("The dashboard") == needed - {"cloudfront:CreateInvalidation"}
    assert not [path for path in (ROOT / "web").rglob("*.py") if "create_invalidation" in path.read_text("utf8")]


def test_the_policy_of_the_way_by_hand_is_that_of_direct_mode() -> None:
    policy = json.loads(page("by-hand-policy.json"))
    statements = policy["Statement"]
    told = [
        action
        for one in statements
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    ]
    assert sorted(told) == sorted(granted("The invalidator, direct mode"))
    assert "*" not in [one["Resource"] for one in statements]
    # The original's three first; whoever wants no more stops there.
    assert [one["Action"] for one in statements[1:3]] == ["s3:GetBucketTagging", "cloudfront:CreateInvalidation"]
    assert set(statements[0]["Action"]) == LOGS


def test_iam_takes_the_policy_of_the_way_by_hand() -> None:
    """As far as moto checks: shape, ids of statements, ARNs that fit their services."""
    with mock_aws():
        iam = boto3.client("iam", "us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        made = iam.create_policy(PolicyName="freshedge-invalidator", PolicyDocument=page("by-hand-policy.json"))
    assert made["Policy"]["Arn"].endswith("policy/freshedge-invalidator")


def test_the_way_by_hand_names_what_there_is() -> None:
    told = page("by-hand.md")
    module, _, function = "invalidator.handler.handler".rpartition(".")
    assert f"`{module}.{function}`" in told
    assert callable(getattr(importlib.import_module(module), function))
    assert f"Function name `{read_resources().functions['invalidator']['name']}`" in told
    assert "`build/invalidator.zip`" in told
    assert "key `distributionId`" in told


def test_every_role_is_told() -> None:
    assert tuple(rows(page("permissions.md"), "## People")) == ROLES


# The pages themselves


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text("utf8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file) if file else path
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text("utf8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, target


def test_pictures_can_be_drawn() -> None:
    for picture in (ROOT / "docs").rglob("*.svg"):
        assert ET.parse(picture).getroot().tag.endswith("svg")


def test_every_decision_is_in_the_list() -> None:
    listed = page("decisions/README.md")
    records = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    assert records
    for record in records:
        assert f"]({record.name})" in listed
        assert "**Status**:" in record.read_text("utf8")
