"""What AWS refuses, as our errors: by code, by status, and by what a person should do."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    NoRegionError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from invalidator.aws.refusals import PageAnsweredError, explain, explained
from invalidator.errors import (
    AccessDeniedError,
    BatchTooLargeError,
    FreshedgeError,
    InvalidPathError,
    NotFoundError,
    ReferenceReusedError,
    ThrottledError,
    TooManyInProgressError,
    UnavailableError,
)

CREATE = "cloudfront:CreateInvalidation"
ARN = "arn:aws:cloudfront::*:distribution/E1"


def refusal(code: str, status: int = 400) -> ClientError:
    answer = {"Error": {"Code": code, "Message": "As AWS says it."}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("Throttling", 400, ThrottledError),
        ("ThrottlingException", 400, ThrottledError),
        ("TooManyRequestsException", 429, ThrottledError),
        ("Unheard", 429, ThrottledError),
        ("SlowDown", 503, ThrottledError),
        ("RequestLimitExceeded", 503, ThrottledError),
        ("TooManyInvalidationsInProgress", 400, TooManyInProgressError),
        ("ServiceUnavailable", 503, UnavailableError),
        ("InternalError", 500, UnavailableError),
        ("Unheard", 502, UnavailableError),
        ("RequestTimeout", 400, UnavailableError),
        ("OperationAborted", 409, UnavailableError),
        ("AccessDenied", 403, AccessDeniedError),
        ("AccessDeniedException", 400, AccessDeniedError),
        ("403", 403, AccessDeniedError),
        ("NoSuchDistribution", 404, NotFoundError),
        ("NoSuchBucket", 404, NotFoundError),
        ("EntityNotFound", 404, NotFoundError),
        ("BatchTooLarge", 413, BatchTooLargeError),
        ("InvalidArgument", 400, InvalidPathError),
        ("InvalidationBatchAlreadyExists", 409, ReferenceReusedError),
        ("ExpiredToken", 403, FreshedgeError),
        ("InconsistentQuantities", 400, FreshedgeError),
        ("SomethingNew", 400, FreshedgeError),
    ],
)
def test_a_code_has_its_error(code: str, status: int, error: type[FreshedgeError]) -> None:
    assert type(explain(refusal(code, status), CREATE, ARN)) is error


def test_a_refused_argument_of_another_call_is_no_bad_path() -> None:
    assert type(explain(refusal("InvalidArgument"), "s3:GetBucketTagging", "arn:aws:s3:::site")) is FreshedgeError


def test_a_denial_carries_the_statement_that_is_missing() -> None:
    denied = explain(refusal("AccessDenied", 403), CREATE, ARN)
    assert isinstance(denied, AccessDeniedError)
    assert denied.statement == {"Effect": "Allow", "Action": CREATE, "Resource": ARN}
    assert str(denied) == f"AWS denied {CREATE} on {ARN}. Add the statement that allows it to the role."


def test_what_is_wanted_later_says_how_much_later() -> None:
    throttled, full = (explain(refusal(code), CREATE, ARN) for code in ("Throttling", "TooManyInvalidationsInProgress"))
    assert isinstance(throttled, ThrottledError)
    assert isinstance(full, TooManyInProgressError)
    assert (throttled.retry_after, full.retry_after) == (2, 5)
    assert "As AWS says it." in str(full)


@pytest.mark.parametrize(
    ("raised", "error", "says"),
    [
        (ConnectionClosedError(endpoint_url="https://x"), UnavailableError, "got no answer"),
        (ConnectTimeoutError(endpoint_url="https://x"), UnavailableError, "got no answer"),
        (ReadTimeoutError(endpoint_url="https://x"), UnavailableError, "got no answer"),
        (EndpointConnectionError(endpoint_url="https://x"), UnavailableError, "got no answer"),
        (ProxyConnectionError(proxy_url="https://x"), UnavailableError, "got no answer"),
        (SSLError(endpoint_url="https://x", error="eof"), UnavailableError, "got no answer"),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), UnavailableError, "got no answer"),
        (PageAnsweredError(), UnavailableError, "not by AWS"),
        (ResponseParserError("no XML"), UnavailableError, "not by AWS"),
        (NoCredentialsError(), FreshedgeError, "no AWS credentials"),
        (NoRegionError(), FreshedgeError, "could not be called"),
    ],
)
def test_calls_that_get_no_answer_are_explained(raised: Exception, error: type[FreshedgeError], says: str) -> None:
    with pytest.raises(error, match=says) as told, explained(CREATE, ARN):
        raise raised
    assert type(told.value) is error


def test_what_is_not_awss_passes() -> None:
    with pytest.raises(ZeroDivisionError), explained(CREATE, ARN):
        raise ZeroDivisionError
