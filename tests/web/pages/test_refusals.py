"""What AWS answered is said in words; what is no answer of AWS's stays as it is."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from invalidator.aws.refusals import LATER, THROTTLED, explain, explained
from invalidator.errors import TryLaterError, UnavailableError
from web.pages.refusals import passes, plain

ARN = "arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL"


def refused(code: str, status: int, action: str = "cloudfront:CreateInvalidation") -> Exception:
    """The error that the invalidator makes of an answer of AWS's."""
    answer = {"Error": {"Code": code, "Message": "Please try again."}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return explain(ClientError(answer, "CreateInvalidation"), action, ARN)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("ServiceUnavailable", 503, "CloudFront is not available just now"),
        ("503", 503, "CloudFront is not available just now"),
        ("InternalError", 500, "CloudFront is not available just now"),
        ("Throttling", 400, "CloudFront wants fewer requests a second just now"),
        ("TooManyInvalidationsInProgress", 400, "CloudFront has as many files or wildcards in progress as it takes"),
    ],
)
def test_an_answer_that_passes_is_said_in_words_with_its_code(code: str, status: int, words: str) -> None:
    error = str(refused(code, status))
    assert plain(error) == f"{words} (CreateInvalidation: {code})."
    assert passes(error)


@pytest.mark.parametrize("code", sorted(THROTTLED | LATER))
def test_every_answer_that_the_invalidator_takes_for_passing_has_words(code: str) -> None:
    error = refused(code, 400)
    assert isinstance(error, TryLaterError)
    assert passes(str(error))
    assert ARN not in plain(str(error))


def test_no_answer_is_said_without_the_insides_of_a_library() -> None:
    with pytest.raises(UnavailableError) as raised, explained("s3:ListBuckets", "*"):
        raise EndpointConnectionError(endpoint_url="https://s3.amazonaws.com/")
    assert plain(str(raised.value)) == "S3 gave no answer in time (ListBuckets)."
    assert passes(str(raised.value))


@pytest.mark.parametrize("code", ["InvalidArgument", "BatchTooLarge", "AccessDenied", "NoSuchDistribution"])
def test_what_somebody_has_to_mend_stays_as_it_is(code: str) -> None:
    error = str(refused(code, 400))
    assert plain(error) == error
    assert not passes(error)


def test_a_statement_at_the_end_is_left_away() -> None:
    error = refused("AccessDenied", 403)
    said = f'{error} {{"Effect": "Allow", "Action": "cloudfront:CreateInvalidation", "Resource": "{ARN}"}}'
    assert plain(said) == str(error)


def test_words_before_an_answer_stay() -> None:
    assert plain(f"Two paths were replaced. {refused('Throttling', 400)}") == (
        "Two paths were replaced. CloudFront wants fewer requests a second just now (CreateInvalidation: Throttling)."
    )


@given(st.text(max_size=300))
def test_whatever_else_is_said_stays_as_it_is(text: str) -> None:
    if " was refused with " not in text and " got no answer: " not in text and '{"Effect": ' not in text:
        assert plain(text) == text
        assert not passes(text)
