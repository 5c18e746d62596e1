"""What a refusal of CloudFront is, and those that any request may meet: AWS's codes, HTTP statuses and words.

Codes and statuses: CloudFront API Reference, the errors of each operation (and botocore's service model).
Words: as AWS answers them, from public threads, where they are known; else the API Reference's own sentence.
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - AWS's word for its subclasses is the code; this is what they have in common
    """A request that CloudFront answers with an error document.

    code: AWS's error code; unless told otherwise the class's name without "Error".
    status: the HTTP status.
    words: the message, unless the one who raises it knows better.
    fault: whose it is, as the error document says: "Sender" or "Receiver".
    """

    code: str
    status: int = 400
    words: ClassVar[str] = ""
    fault: ClassVar[str] = "Sender"

    def __init_subclass__(cls) -> None:
        cls.code = cls.__name__.removesuffix("Error")

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.words)


class MalformedXMLError(Refusal):
    """The body is no XML, or lacks or misspells what the operation needs."""

    words = "The XML document is malformed."


class MalformedInputError(Refusal):
    """The body is XML, but holds an element or a value that the operation does not know."""

    words = "Unexpected complex element termination"


class MissingBodyError(Refusal):
    """The operation needs a body and got none."""

    words = "This operation requires a body. Ensure that the body is present and the Content-Type header is set."


class UnknownOperationError(Refusal):
    """No operation of CloudFront has this method and address."""

    status = 404
    words = "CloudFront has no operation at this address."


class OperationNotImplementedError(Refusal):
    """An operation of CloudFront that this local one does not have. Ours."""

    status = 501


class InvalidArgumentError(Refusal):
    """A value that CloudFront does not accept."""

    words = "The argument is invalid."


class InconsistentQuantitiesError(Refusal):
    """`Quantity` and the number of `Items` differ."""

    words = "The value of Quantity and the size of Items do not match."


class ThrottlingError(Refusal):
    """More requests a second than the account may make."""

    words = "Rate exceeded"


class ServiceUnavailableError(Refusal):
    """CloudFront has a bad moment."""

    status = 503
    words = "CloudFront encountered an internal error. Please try again."
    fault = "Receiver"


class InternalFailureError(Refusal):
    """A fault of this local CloudFront itself."""

    status = 500
    words = "This local CloudFront failed; its log has the reason."
    fault = "Receiver"


class InvalidIfMatchVersionError(Refusal):
    """If-Match is missing, or is no ETag."""

    words = "The If-Match version is missing or not valid for the resource."


class PreconditionFailedError(Refusal):
    """If-Match is the ETag of another version."""

    status = 412
    words = "The request failed because it didn't meet the preconditions in one or more request-header fields."
