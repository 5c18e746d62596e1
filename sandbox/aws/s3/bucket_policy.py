"""What S3 refuses of a bucket policy (API Reference, PutBucketPolicy: `MalformedPolicy`)."""

import fnmatch
import json
from collections.abc import Mapping
from typing import Any

from sandbox.aws.errors import AwsError

PREFIX = "arn:aws:s3:::"


def check_policy(body: bytes, bucket: str) -> None:
    """Raise `MalformedPolicy` for what is no policy of this bucket."""
    try:
        policy = json.loads(body)
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        raise _malformed("Policies must be valid JSON and the first byte must be '{'")
    statements = policy.get("Statement")
    if not statements:
        raise _malformed("Missing required field Statement")
    for statement in statements if isinstance(statements, list) else [statements]:
        _check_statement(statement, bucket)


def _check_statement(statement: Any, bucket: str) -> None:  # noqa: ANN401 - whatever the JSON held
    if not isinstance(statement, Mapping):
        raise _malformed("This policy contains invalid Json")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _malformed(f"Invalid effect: {statement.get('Effect')}" if "Effect" in statement else _missing("Effect"))
    for name in ("Principal", "Action", "Resource"):
        if not statement.get(name) and not statement.get(f"Not{name}"):
            raise _malformed(_missing(name))
    resources = statement.get("Resource") or statement["NotResource"]
    for resource in [resources] if isinstance(resources, str) else resources:
        name = resource.removeprefix(PREFIX).partition("/")[0]
        if not resource.startswith(PREFIX) or not fnmatch.fnmatchcase(bucket, name):
            raise _malformed("Policy has invalid resource")


def _missing(name: str) -> str:
    return f"Missing required field {name}"


def _malformed(words: str) -> AwsError:
    return AwsError("MalformedPolicy", words)
