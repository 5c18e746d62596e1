"""botocore's errors as ours, so that nothing above the adapters looks at AWS codes."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError, NoCredentialsError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from invalidator.errors import (
    AccessDeniedError,
    BatchTooLargeError,
    FreshedgeError,
    InvalidPathError,
    NotFoundError,
    ReferenceReusedError,
    ThrottledError,
    TooManyInProgressError,
    TryLaterError,
    UnavailableError,
)

# CloudFront lets about one CreateInvalidation in two seconds through (aws-sdk-js issue 3983).
THROTTLED_SECONDS = 2.0
# Files and wildcards stay in progress about this long (announcement of 2026-04-29: 25 s at P95).
IN_PROGRESS_SECONDS = 5.0
UNAVAILABLE_SECONDS = 1.0

THROTTLED = {
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
}
DENIED = {"403", "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "Forbidden", "UnauthorizedOperation"}
MISSING = {
    "404",
    "EntityNotFound",
    "NoSuchBucket",
    "NoSuchDistribution",
    "NoSuchInvalidation",
    "NoSuchCachePolicy",
    "NotFound",
    "ResourceNotFoundException",
}
LATER = {"InternalError", "InternalFailure", "OperationAborted", "RequestTimeout", "ServiceUnavailable"}
BAD_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}

# What only CreateInvalidation answers; `InvalidationBatchAlreadyExists` is missing in botocore's model.
INVALIDATION_REFUSED: dict[str, type[FreshedgeError]] = {
    "BatchTooLarge": BatchTooLargeError,
    "InvalidArgument": InvalidPathError,
    "InvalidationBatchAlreadyExists": ReferenceReusedError,
}


class PageAnsweredError(BotoCoreError):
    """A web page came where AWS answers with XML or JSON: `make_clients` looks at every answer for that."""

    fmt = "A web page was the answer."


@contextmanager
def explained(action: str, resource: str) -> Iterator[None]:
    """Raise what AWS refuses inside as one of `invalidator.errors`.

    action: the IAM action of the call, such as `cloudfront:CreateInvalidation`.
    resource: the ARN it is made on.
    """
    try:
        yield
    except ClientError as error:
        raise explain(error, action, resource) from error
    except NoCredentialsError as error:
        raise FreshedgeError(
            f"There are no AWS credentials to call {action} with. Set them as the AWS CLI reads them."
        ) from error
    except (NoConnectionError, HTTPClientError, IncompleteReadError) as error:  # none, broken, none in time, half of it
        raise UnavailableError(f"{action} on {resource} got no answer: {error}", UNAVAILABLE_SECONDS) from error
    except (PageAnsweredError, ResponseParserError) as error:
        raise UnavailableError(
            f"{action} on {resource} was answered, but not by AWS: a proxy or the sign-in page of a network is in the "
            "way. Open a web page in the browser to see it.",
            UNAVAILABLE_SECONDS,
        ) from error
    except BotoCoreError as error:
        raise FreshedgeError(f"{action} on {resource} could not be called: {error}") from error


def explain(error: ClientError, action: str, resource: str) -> FreshedgeError:
    """Return our error for AWS's answer to a call."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    said = f"{action} on {resource} was refused with {code}: {error.response.get('Error', {}).get('Message', '')}"
    if later := _later(code, error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0), said):
        return later
    if code in DENIED:
        return AccessDeniedError(action, resource)
    if code in MISSING:
        return NotFoundError(f"{resource} does not exist, or not for this account ({code}).")
    if code in BAD_CREDENTIALS:
        return FreshedgeError(f"AWS does not accept the credentials ({code}). Renew them and try again.")
    if action == "cloudfront:CreateInvalidation":
        return INVALIDATION_REFUSED.get(code, FreshedgeError)(said)
    return FreshedgeError(said)


def _later(code: str, status: int, said: str) -> TryLaterError | None:
    """Return the error that says when to try again, where trying again may help."""
    if code in THROTTLED or status == HTTPStatus.TOO_MANY_REQUESTS:
        return ThrottledError(said, THROTTLED_SECONDS)
    if code == "TooManyInvalidationsInProgress":
        return TooManyInProgressError(said, IN_PROGRESS_SECONDS)
    if code in LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnavailableError(said, UNAVAILABLE_SECONDS)
    return None
