"""Whether a queue's policy lets S3 send, as IAM would decide."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.services.policy import lets_s3_send, statement_for_s3

QUEUE = "arn:aws:sqs:us-east-1:123456789012:freshedge-events"
ACCOUNT = "123456789012"
OURS = statement_for_s3(QUEUE, ACCOUNT)


def lets(*statements: dict[str, Any]) -> bool:
    return lets_s3_send(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}), QUEUE, "docs", ACCOUNT)


def changed(**changes: Any) -> dict[str, Any]:
    return OURS | changes


@pytest.mark.parametrize(
    "statement",
    [
        OURS,
        changed(Principal="*", Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:docs"}}),
        changed(Principal={"AWS": "*"}, Action="SQS:*", Resource="*", Condition={}),
        changed(Action=["sqs:ReceiveMessage", "sqs:sendmessage"]),
        changed(Principal={"Service": ["lambda.amazonaws.com", "s3.amazonaws.com"]}),
        changed(Condition={"StringEquals": {"AWS:SourceAccount": [ACCOUNT, "210987654321"]}}),
        changed(Condition={"StringLike": {"aws:SourceArn": "arn:aws:s3:::d*"}}),
        changed(Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::docs"}}),
        changed(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
    ],
)
def test_a_fitting_allow_lets_s3_send(statement: dict[str, Any]) -> None:
    assert lets(statement)


@pytest.mark.parametrize(
    "statement",
    [
        changed(Effect="Deny"),
        changed(Principal={"Service": "sns.amazonaws.com"}),
        changed(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
        changed(Action="sqs:ReceiveMessage"),
        changed(Resource=QUEUE + "-dead"),
        changed(Condition={"StringEquals": {"aws:SourceAccount": "210987654321"}}),
        changed(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::other"}}),
        changed(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::[d]ocs"}}),
        {},
    ],
)
def test_nothing_else_does(statement: dict[str, Any]) -> None:
    assert not lets(statement)


def test_a_fitting_deny_wins_and_one_for_others_does_not() -> None:
    assert not lets(OURS, changed(Effect="Deny", Condition={}))
    assert lets(OURS, changed(Effect="Deny", Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::other"}}))


@pytest.mark.parametrize("policy", [None, "", "{", "[]", "null", "3", '{"Statement": 3}', '{"Statement": ["x"]}'])
def test_what_is_no_policy_lets_nobody(policy: str | None) -> None:
    assert not lets_s3_send(policy, QUEUE, "docs", ACCOUNT)


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5), lambda one: st.lists(one) | st.dictionaries(st.text(), one)
)


@given(st.dictionaries(st.sampled_from(["Effect", "Principal", "Action", "Resource", "Condition"]), JSON))
def test_no_policy_makes_it_crash(statement: dict[str, Any]) -> None:
    assert lets(OURS | statement) in (True, False)
